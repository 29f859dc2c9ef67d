"""What is mounted over an image: a folder of the project (``./:/app``), of the host, or nothing at all (a tmpfs).

Whatever the image holds at the target, and below it, cannot be seen in the container; of mounts inside each other the
innermost counts. A volume that Docker fills from the image changes nothing, so it is none of these.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.model.values import Location

Content = Literal["project", "unknown", "nothing"]


@record(frozen=True)
class MountedOver:
    """One mount. ``source`` is the path in the project ("" is its root) that lies at ``target``, for ``project``;
    ``reason`` says why it is not known what lies there, for ``unknown``.
    """

    target: str
    content: Content
    location: Location
    source: str = ""
    reason: str = ""

    def holds(self, image_path: str) -> bool:
        """Whether an absolute path is the target or below it."""
        return image_path == self.target or image_path.startswith(self.target.rstrip("/") + "/")

    def project_path(self, image_path: str) -> str:
        """The path in the project of what lies at an absolute path below the target."""
        return posixpath.normpath(posixpath.join(self.source, posixpath.relpath(image_path, self.target)))


def covering(mounts: Iterable[MountedOver], image_path: str) -> MountedOver | None:
    """The mount that decides what lies at an absolute path; None when the image does."""
    found = [mount for mount in mounts if mount.holds(image_path)]
    return max(found, key=lambda mount: len(mount.target)) if found else None


def mounted_places(mounts: tuple[MountedOver, ...], project_path: str) -> Iterator[tuple[str, MountedOver]]:
    """Every absolute path at which a mount shows a project path, in the order of the mounts."""
    for mount in mounts:
        inside = posixpath.relpath(project_path, mount.source or ".")
        if mount.content != "project" or inside == ".." or inside.startswith("../"):
            continue
        place = posixpath.normpath(posixpath.join(mount.target, inside))
        if covering(mounts, place) is mount:
            yield place, mount
