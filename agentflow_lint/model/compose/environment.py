"""The variables that compose gives to a container: ``environment`` over ``env_file`` over the image's own ENV."""

from __future__ import annotations

import posixpath
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.open_layer import OpenLayer
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.compose import ComposeProblem, Place, Undetermined, read_env_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.compose.projects import ComposeProject
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Notation
    from agentflow_lint.sources.compose import (
        ComposeService,
        EnvFileReference,
        EnvironmentEntry,
        Interpolation,
        Scalar,
    )


@record(frozen=True)
class ContainerVariables:
    """The layers that compose lays over the image's ENV, highest first, and why it stops at one of its env files."""

    layers: tuple[Mapping[str, Value[str]], ...]
    problem: ComposeProblem | None = None


def at(place: Place) -> Location:
    """A place of a compose file as the model writes it."""
    return Location(place.path, place.span)


def value_of(scalar: Scalar | None, label: str) -> Value[str]:
    """A scalar's text as a value; ``label`` says what it is, without its file. None gives absent."""
    if scalar is None:
        return ABSENT
    return _value(scalar.interpolation, f"{label} in {scalar.place.path}", at(scalar.place))


def container_variables(project: Project, compose: ComposeProject, service: ComposeService) -> ContainerVariables:
    """What compose sets in a service's containers.

    A later env file wins over an earlier one. A default in ``${MODE:-production}`` is a known value: it is what the
    repository says, though whoever runs compose may set another.
    """
    written = {entry.name: _entry(entry, compose) for entry in service.environment}
    layers: list[Mapping[str, Value[str]]] = [MappingProxyType(written)]
    files: list[Mapping[str, Value[str]]] = []
    problem: ComposeProblem | None = None
    for reference in service.env_files:
        layer = _env_file(project, compose, reference, written, files)
        if isinstance(layer, ComposeProblem):
            problem = problem or layer
        elif layer is not None:
            files.append(layer)
    return ContainerVariables((*layers, *reversed(files)), problem)


def _entry(entry: EnvironmentEntry, compose: ComposeProject) -> Value[str]:
    if entry.value is not None:
        label = f"environment in {entry.place.path}"
        return _value(entry.value.interpolation, label, at(entry.value.place), "compose")
    found = compose.variables.lookup(entry.name)
    origin = Origin(f"environment in {entry.place.path}", at(entry.place))
    if isinstance(found, str):
        return Known(found, origin)
    reason = found.reason if found is not None else f"{entry.name} is passed on from whoever runs compose"
    return Unknown(reason, origin)


def _value(
    interpolation: Interpolation, label: str, location: Location, notation: Notation | None = None
) -> Value[str]:
    text = interpolation.text
    defaults = [each.name for each in interpolation.variables if each.taken == "default"]
    if text is None:
        return Unknown(interpolation.reason or "it is not known", Origin(label, location, notation))
    told = f"{label}, where {' and '.join(defaults)} is left to its default" if defaults else label
    return Known(text, Origin(told, location, notation))


def _env_file(
    project: Project,
    compose: ComposeProject,
    reference: EnvFileReference,
    written: Mapping[str, Value[str]],
    earlier: list[Mapping[str, Value[str]]],
) -> Mapping[str, Value[str]] | ComposeProblem | None:
    """The layer of one env file; None where there is none and none is needed.

    Its references are looked up in compose's variables, in ``environment`` (``written``), in its own lines, and in the
    ``earlier`` files, in that order. A bare name that neither of the first two has keeps what it had.
    """
    label = f"env_file in {reference.path.place.path}"
    origin = Origin(label, at(reference.path.place))
    if reference.path.text is None:
        return OpenLayer({}, Unknown(f"an env file may set it: {reference.path.interpolation.reason}", origin))
    path = posixpath.normpath(posixpath.join(reference.path.place.folder, reference.path.text))
    if path.startswith(("/", "../", "~")):
        return OpenLayer({}, Unknown(f"{reference.path.text} may set it, which lies outside the project", origin))
    text = project.files.read(path)
    if isinstance(text, Missing):
        return _missing(project, reference, path, origin)
    if isinstance(text, Unreadable):
        return OpenLayer({}, Unknown(f"{path} may set it, and it {text.reason}", origin))

    def lookup(name: str) -> str | Undetermined | None:
        found = compose.variables.lookup(name)
        if found is not None:
            return found
        return _taken(written.get(name))

    before = {name: taken for layer in earlier for name in layer if (taken := _taken(layer[name])) is not None}
    parsed = read_env_file(text, lookup, raw=reference.is_raw, earlier=before)
    if parsed.problem is not None:
        return ComposeProblem(parsed.problem.message, Place(path, parsed.problem.span))
    written_as: Notation = "raw-env-file" if reference.is_raw else "compose-env-file"
    values: dict[str, Value[str]] = {}
    for each in parsed.values:
        if not (each.inherits and each.interpolation.text is None and (each.name in values or each.name in before)):
            location = Location(path, each.span)
            notation = None if each.inherits else written_as
            values[each.name] = _value(each.interpolation, f"env_file {path}", location, notation)
    return MappingProxyType(values)


def _taken(value: Value[str] | None) -> str | Undetermined | None:
    if isinstance(value, Known):
        return value.value
    return Undetermined(value.reason) if isinstance(value, Unknown) else None


def _missing(
    project: Project, reference: EnvFileReference, path: str, origin: Origin
) -> Mapping[str, Value[str]] | None:
    """A file that is made where compose runs: what it names, only a template can tell."""
    if not reference.is_required and git_ignored_by(project.files, path) is None:
        return None
    template = project.env_template
    if template is None:
        return OpenLayer({}, Unknown(f"{path} may set it, which is not in the repository", origin))
    return MappingProxyType(
        {
            name: Unknown(f"{path}, which is not in the repository, provides it ({where.label})", origin)
            for name, where in template.names.items()
        }
    )
