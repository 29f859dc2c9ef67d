"""The files in which a deployment keeps what it must not lose, and what becomes of them when its container goes.

The SQLite checkpointer's database and the folder of uploaded media, as the server resolves their paths: relative ones
against its working directory.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CheckpointerFact
    from agentflow_lint.model.workload import Mount

IN_MEMORY = "memory"
_SQLITE_IN_MEMORY = ":memory:"
#: storage/checkpointer/sqlite_checkpointer.py, DEFAULT_DB_PATH.
_SQLITE_DEFAULT = ".10xgraph/checkpointer.db"

Kept = Literal["container", "anonymous", "volume"]
"""``container``: in the container's own layer, gone with it; ``anonymous``: in a volume that a new container does not
get, unless whoever starts it mounts one there; ``volume``: in one that outlives the container."""


@record(frozen=True)
class KeptFile:
    """A file or folder: its path, absolute in a container, where that is said, and what becomes of it.

    ``mount`` is what is mounted over it, if anything is. ``certain`` says that no volume can be mounted there from
    outside the repository: the deployment lists its mounts, or a volume would hide the project's own code.
    """

    path: str
    kept: Kept
    location: Location
    mount: Mount | None = None
    certain: bool = True

    @property
    def is_in_memory(self) -> bool:
        """Whether it is SQLite's name for no file at all."""
        return self.path == _SQLITE_IN_MEMORY


def has_own_files(deployment: Deployment) -> bool:
    """Whether it runs in a container, whatever network that has, so that its files are the container's."""
    return deployment.kind in ("dockerfile", "compose", "kubernetes")


def sqlite_file(deployment: Deployment, fact: CheckpointerFact) -> KeptFile | Unknown:
    """The database of a SqliteCheckpointer."""
    at = fact.location or deployment.config.at_value("agent")
    given: Value[object] = fact.arguments.get("db_path", ABSENT)
    if "*" in fact.arguments or "**" in fact.arguments:
        return Unknown("the arguments of SqliteCheckpointer are not all known")
    if isinstance(given, Unknown):
        return Unknown(f"the path of its database: {given.reason}", given.origin)
    if isinstance(given, Absent):
        return _default_database(deployment, at)
    place = given.origin.location or at
    text = str(given.value)
    if text == _SQLITE_IN_MEMORY:
        return KeptFile(text, "container", place)
    return _kept(deployment, text, place)


def media_folder(deployment: Deployment) -> KeptFile | Unknown:
    """The folder of uploaded files (MEDIA_STORAGE_PATH, from 0.3.0 on)."""
    path = deployment.settings.text("MEDIA_STORAGE_PATH")
    if not isinstance(path, Known):
        return path if isinstance(path, Unknown) else Unknown("this release keeps no media")
    return _kept(deployment, path.value, path.origin.location or deployment.anchor, is_folder=True)


def _default_database(deployment: Deployment, at: Location) -> KeptFile | Unknown:
    home = deployment.environment.inherited("HOME")
    if isinstance(home, Known):
        return _kept(deployment, posixpath.join(home.value, _SQLITE_DEFAULT), at)
    mounts = [mount for mount in deployment.workload.mounts if mount.kind != "ephemeral"]
    if not has_own_files(deployment) or not mounts:
        return KeptFile(f"~/{_SQLITE_DEFAULT}", "container", at, certain=deployment.kind != "dockerfile")
    return Unknown("whether a volume is mounted over the home folder of its user is not known")


def _kept(deployment: Deployment, path: str, at: Location, *, is_folder: bool = False) -> KeptFile | Unknown:
    if not has_own_files(deployment):
        return KeptFile(path, "volume", at)  # the machine's own disk
    absolute = posixpath.normpath(path)
    if not absolute.startswith("/"):
        home = _working_directory(deployment)
        if not isinstance(home, Known):
            return Unknown(f"{path} is relative to a working directory that is not known")
        absolute = posixpath.normpath(posixpath.join(home.value, path))
    return _below_mounts(deployment, absolute, at, is_folder=is_folder)


def _below_mounts(deployment: Deployment, path: str, at: Location, *, is_folder: bool) -> KeptFile | Unknown:
    nearest: Mount | None = None
    for mount in deployment.workload.mounts:
        if not isinstance(mount.target, Known):
            if mount.kind != "ephemeral":
                return Unknown("where a volume is mounted is not known")
            continue
        target = mount.target.value.rstrip("/")
        if (path == target or path.startswith(f"{target}/")) and (
            nearest is None
            or not isinstance(nearest.target, Known)
            or len(target) >= len(nearest.target.value.rstrip("/"))
        ):
            nearest = mount
    if nearest is None:
        folder = path if is_folder else posixpath.dirname(path)
        certain = deployment.kind != "dockerfile" or _holds_code(deployment, folder)
        return KeptFile(path, "container", at, certain=certain)
    if nearest.kind == "unknown":
        return Unknown("what is mounted there is not known", Origin("mount", nearest.location))
    if nearest.kind in ("volume", "bind"):
        return KeptFile(path, "volume", at, nearest)
    anonymous = nearest.kind == "ephemeral" and deployment.kind == "dockerfile"
    return KeptFile(path, "anonymous" if anonymous else "container", at, nearest)


def _holds_code(deployment: Deployment, folder: str) -> bool:
    """Whether a folder also holds the config, so that a volume would have to hide it."""
    image = deployment.image
    places = image.places_of(deployment.config.path) if image is not None else ()
    return isinstance(places, tuple) and folder in {posixpath.dirname(place.value) for place in places}


def _working_directory(deployment: Deployment) -> Value[str]:
    chdir = deployment.process.chdir if deployment.process else ABSENT
    workdir = deployment.image.workdir if deployment.image else ABSENT
    if isinstance(chdir, Absent):
        return workdir
    if isinstance(chdir, Known) and isinstance(workdir, Known):
        return Known(posixpath.join(workdir.value, chdir.value), chdir.origin)
    return chdir if isinstance(chdir, Known) and posixpath.isabs(chdir.value) else Unknown("its folder is not known")
