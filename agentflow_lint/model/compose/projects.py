"""The compose projects of a project: what each set of files comes to."""

from __future__ import annotations

import posixpath
import re
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.model.compose.loading import LoadedCompose, load_compose
from agentflow_lint.model.compose.sets import find_sets
from agentflow_lint.model.compose.variables import ComposeVariables, read_variables
from agentflow_lint.model.values import Origin
from agentflow_lint.records import record
from agentflow_lint.sources.compose import ComposeModel, read_model
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.compose import ComposeProblem, ComposeService

_NOTHING = ComposeModel({})


@record(frozen=True, eq=False)
class ComposeProject:
    """What one ``docker compose -f ... up`` starts.

    ``label`` is what the names of its deployments start with; ``paths`` the files in order, ``read`` those that they
    include or extend as well. ``model`` has no services where ``problem`` says why compose stops.
    """

    label: str
    paths: tuple[str, ...]
    folder: str
    is_development: bool
    read: tuple[str, ...] = field(repr=False)
    model: ComposeModel = field(repr=False)
    variables: ComposeVariables = field(repr=False)
    problem: ComposeProblem | None = None

    @cached_property
    def hosts(self) -> dict[str, ComposeService]:
        """The services by every name that another container of the project can reach them under.

        Names are in lower case, as the resolver compares them; which networks a service is on is left out.
        """
        found: dict[str, ComposeService] = {}
        for service in self.model.services.values():
            for name in _names(service):
                found.setdefault(name.lower(), service)
        return found

    def knows_host(self, host: str, asked_by: ComposeService | None = None) -> bool:
        """Whether a host name leads anywhere from a service: to a service, by a link or by ``extra_hosts``."""
        name = host.lower().rstrip(".")
        if name in self.hosts or name in (each.lower() for each in self.model.broken):
            return True
        own = [] if asked_by is None else [*_aliases_of_links(asked_by), *_extra_hosts(asked_by)]
        return name in own

    def interpolates(self, files: ProjectFiles, name: str) -> bool:
        """Whether one of its files takes the value of a variable from where compose is run."""
        written = re.compile(rf"(?<!\$)(?:\$\$)*\$(?:{re.escape(name)}(?!\w)|\{{{re.escape(name)}[}}:?+-])")
        texts = [files.read(path) for path in self.read]
        return any(isinstance(text, SourceText) and written.search(text.content) is not None for text in texts)


def _names(service: ComposeService) -> Iterator[str]:
    yield service.name
    yield from service.aliases
    if service.container_name is not None and service.container_name.text:
        yield service.container_name.text


def _aliases_of_links(service: ComposeService) -> Iterator[str]:
    for link in service.links:
        yield link.rpartition(":")[2].lower()


def _extra_hosts(service: ComposeService) -> Iterator[str]:
    for entry in service.extra_hosts:
        separator = "=" if "=" in entry else ":"
        yield entry.partition(separator)[0].lower()


def find_compose_projects(project: Project) -> tuple[ComposeProject, ...]:
    """The compose projects, those of the project's root first."""
    files = project.files
    loaded: dict[tuple[str, ...], LoadedCompose] = {}
    variables: dict[str, ComposeVariables] = {}

    def of_folder(folder: str) -> ComposeVariables:
        if folder not in variables:
            variables[folder] = _variables(project, folder)
        return variables[folder]

    def load(paths: tuple[str, ...]) -> LoadedCompose:
        if paths not in loaded:
            loaded[paths] = load_compose(files, paths, of_folder(posixpath.dirname(paths[0])))
        return loaded[paths]

    found = []
    for each in find_sets(files, load, _chosen_files(project, of_folder(""))):
        result = load(each.paths)
        model = read_model(result.root) if result.root is not None else _NOTHING
        problem = result.problem or next(iter(model.problems), None)
        found.append(
            ComposeProject(
                each.label,
                each.paths,
                result.folder,
                each.is_development,
                result.read,
                model,
                of_folder(result.folder),
                problem,
            )
        )
    return tuple(found)


def _chosen_files(project: Project, variables: ComposeVariables) -> tuple[str, ...]:
    """What ``COMPOSE_FILE`` in the ``.env`` names, where all of it is there (compose-go, cli/options.go)."""
    written = variables.values.get("COMPOSE_FILE")
    separator = variables.values.get("COMPOSE_PATH_SEPARATOR")
    if not isinstance(written, str) or not written:
        return ()
    parts = written.split(separator if isinstance(separator, str) and separator else ":")
    paths = tuple(posixpath.normpath(part) for part in parts)
    return paths if all(project.files.is_file(path) for path in paths) else ()


def _variables(project: Project, folder: str) -> ComposeVariables:
    """Compose's variables; a template stands for the ``.env`` that is made of it, where that is not there."""
    provided = {name: Origin("named in provided-env") for name in project.options.provided_env}
    variables = read_variables(project.files, folder, provided)
    if variables.files or project.env_template is None:
        return variables
    return read_variables(project.files, folder, {**project.env_template.names, **provided})
