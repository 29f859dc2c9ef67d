"""Where the server of an image looks for its config file, and what lies there.

The ASGI target takes GRAPH_PATH, else its default names in the working directory (src/app/main.py); the CLI takes
``-c``, relative to the working directory and from 0.5.1 on to its parents, else its default names there
(cli/core/config.py).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.image.folders import folder_served_from, mounted_over
from agentflow_lint.model.values import Absent, Known, Location, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment


@record(frozen=True)
class MissingConfig:
    """The server finds no config file: none of the absolute paths ``looked_for`` is in the image.

    ``named_at`` is where the path is named, None for the default names. ``reason`` and ``decided_by`` say why the first
    one is not there; ``elsewhere`` are the places of the image where the project's config lies instead.
    """

    looked_for: tuple[str, ...]
    how: Literal["GRAPH_PATH", "-c", "default"]
    named_at: Location | None
    reason: str
    decided_by: Location
    elsewhere: tuple[Known[str], ...]


def missing_config(deployment: Deployment) -> MissingConfig | Unknown | None:
    """What keeps the server from its config; None where it finds one, or other rules say why not."""
    image = deployment.image
    if image is None or deployment.process is None or not deployment.config.is_valid:
        return None
    named = deployment.named_config
    if isinstance(named, Unknown):
        return Unknown(f"which config file it reads is not known: {named.reason}", named.origin)
    names = [named.value] if isinstance(named, Known) else _default_names(deployment)
    home = folder_served_from(deployment)
    paths = list(_paths(deployment, names, home))
    if not paths:
        reason = home.reason if isinstance(home, Unknown) else ""
        return Unknown(f"where it looks for its config is not known: {reason}") if names else None
    refusals: list[NotInImage] = []
    for path in paths:
        found = image.project_path_of(path)
        if isinstance(found, Known) or mounted_over(deployment, path):
            return None
        if isinstance(found, Unknown):
            return Unknown(f"whether {path} is in the image is not known: {found.reason}", found.origin)
        refusals.append(found)
    places = image.places_of(deployment.config.path)
    why = _why(places, refusals[0], named)
    return MissingConfig(
        looked_for=tuple(paths),
        how="default" if isinstance(named, Absent) else "-c" if deployment.started_by == "cli" else "GRAPH_PATH",
        named_at=_named_at(deployment, named),
        reason=why.reason,
        decided_by=why.location,
        elsewhere=places if isinstance(places, tuple) else (),
    )


def _default_names(deployment: Deployment) -> list[str]:
    """The default names that this server looks for and the project has: if it has none, that is no image's fault."""
    names = deployment.release.config_names
    misses_old_name = deployment.started_by == "cli" and deployment.release.behaviour.cli_misses_legacy_config
    looked_for = names[:1] if misses_old_name else names
    return [name for name in looked_for if name in deployment.project.config_paths]


def _paths(deployment: Deployment, names: list[str], home: Value[str]) -> Iterator[str]:
    climbs = deployment.started_by == "cli" and deployment.release.behaviour.cli_searches_parent_folders
    for name in names:
        if name.startswith("/"):
            yield posixpath.normpath(name)
        elif isinstance(home, Known):
            folder = home.value
            yield posixpath.normpath(posixpath.join(folder, name))
            while climbs and folder != "/":
                folder = posixpath.dirname(folder)
                yield posixpath.normpath(posixpath.join(folder, name))


def _why(places: object, first: NotInImage, named: Value[str]) -> NotInImage:
    """The better of two reasons: why the project's config is in no place, where the server names no other file."""
    return places if isinstance(places, NotInImage) and isinstance(named, Absent) else first


def _named_at(deployment: Deployment, named: Value[str]) -> Location | None:
    if not isinstance(named, Known):
        return None
    process = deployment.process
    option = process.option("config") if process and deployment.started_by == "cli" else None
    if process and option and option.value and option.value.span:
        return Location(process.path, option.value.span)
    return named.origin.location
