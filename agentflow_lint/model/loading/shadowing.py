"""Names of which the server's ``sys.path`` gives another module than is meant.

The working directory (uvicorn and gunicorn add it), the config's folder (the CLI does) and PYTHONPATH come before the
installed packages, so a module of the project hides an installed one of its name. The CLI server puts the folder of its
own package before everything else (``sys.path.insert(0, ...)``, cli/commands/api.py of every release), so a project
package called like something in there, ``src`` or ``cli``, is hidden itself.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.import_names import IMPORTED_AT_START
from agentflow_lint.framework.plugin_targets import plugins
from agentflow_lint.model.graph.results import AttributeNotFound, ModuleNotFound
from agentflow_lint.model.loading.import_chains import import_chains
from agentflow_lint.model.loading.modules import ModuleFinder, NamespacePackage, ProjectModule
from agentflow_lint.model.loading.serving import search_paths
from agentflow_lint.model.values import Known
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Place

Kind = Literal["framework", "dependency", "hidden"]


@record(frozen=True)
class Shadow:
    """One name, and the project's file or folder that bears it.

    ``kind`` says which side loses: the framework's package or another one that the server imports ("framework"), a
    dependency of the project ("dependency"), or the project's own package ("hidden"). ``key`` is where the config needs
    the name, ``place`` where the project's code does, None where the server itself does.
    """

    kind: Kind
    name: str
    path: str
    key: tuple[str | int, ...] | None = None
    place: Place | None = None


def shadows(deployment: Deployment) -> tuple[Shadow, ...]:
    """Every such name that keeps the server from starting, each once."""
    found: dict[str, Shadow] = {}
    for shadow in (*_hidden(deployment), *_hiding(deployment)):
        found.setdefault(shadow.name, shadow)
    return tuple(found.values())


def hiding_file(deployment: Deployment, name: str) -> str | None:
    """The project's file that ``import name`` finds before any installed package, if there is one."""
    for folder in search_paths(deployment):
        found = ModuleFinder(deployment.project.files, (folder,)).find(name)
        if isinstance(found, ProjectModule) and _comes_first(deployment, folder, found):
            return found.path
    return None


def _comes_first(deployment: Deployment, folder: str, module: ProjectModule) -> bool:
    """Whether the folder is on the path before the installed packages; a source layout is installed itself."""
    image = deployment.image
    if image is None:
        return folder == ""
    place = image.place_of(module.path)
    if not isinstance(place, Known):
        return False
    home = posixpath.dirname(place.value)
    home = posixpath.dirname(home) if module.is_package else home
    first = [image.workdir.value] if isinstance(image.workdir, Known) else []
    first += image.python_path.value if isinstance(image.python_path, Known) else ()
    return home in first


# --- what the project hides ----------------------------------------------------------------------------------------


def _hiding(deployment: Deployment) -> Iterator[Shadow]:
    if _imports_before_the_path_changes(deployment):
        yield from _hidden_dependencies(deployment)
        return
    project = deployment.project
    for published in (project.release, project.core):
        path = hiding_file(deployment, published.package)
        if path is not None and not _is_copy(deployment, path, published):
            yield Shadow("framework", published.package, path)
        for alias in published.aliases:
            yield from _hidden_alias(deployment, alias)
    for name in sorted(IMPORTED_AT_START):
        path = hiding_file(deployment, name)
        if path is not None:
            yield Shadow("framework", name, path)
    yield from _hidden_dependencies(deployment)


def _imports_before_the_path_changes(deployment: Deployment) -> bool:
    """Whether the framework is imported already when the project comes onto the path: the CLI without a reloader."""
    reload = deployment.reload
    return deployment.started_by == "cli" and not (isinstance(reload, Known) and reload.value)


def _is_copy(deployment: Deployment, path: str, published: Published) -> bool:
    """Whether the project's package has all that the release's has at its top: a copy of it, which works."""
    folder, _, name = path.rpartition("/")
    if name != "__init__.py":
        return False
    files = deployment.project.files
    return all(files.is_dir(f"{folder}/{inner}") or files.is_file(f"{folder}/{inner}.py") for inner in _top(published))


def _top(published: Published) -> frozenset[str]:
    """The modules directly inside the release's package."""
    below = (module.split(".") for module in published.modules)
    return frozenset(parts[1] for parts in below if len(parts) > 1)


def _hidden_alias(deployment: Deployment, alias: str) -> Iterator[Shadow]:
    """An alias package is imported by the project's code alone; its own package of that name may be what it means."""
    path = hiding_file(deployment, alias)
    if path is None:
        return
    own = ModuleFinder(deployment.project.files, search_paths(deployment))
    for module, place in _uses(deployment, alias):
        if not isinstance(own.find(module), (ProjectModule, NamespacePackage)):
            yield Shadow("framework", alias, path, place=place)


def _hidden_dependencies(deployment: Deployment) -> Iterator[Shadow]:
    """Requirements whose name the project takes, where an import from it fails."""
    declared: frozenset[str] | None = None
    for failure in deployment.load_failures:
        if isinstance(failure.cause, (ModuleNotFound, AttributeNotFound)) and failure.place is not None:
            declared = deployment.project.installed_names if declared is None else declared
            name = failure.cause.module.partition(".")[0]
            path = hiding_file(deployment, name) if name in declared else None
            if path is not None:
                yield Shadow("dependency", name, path, place=failure.place)


# --- what hides the project ----------------------------------------------------------------------------------------


def _hidden(deployment: Deployment) -> Iterator[Shadow]:
    if deployment.started_by != "cli":
        return
    release = deployment.release
    own = ModuleFinder(deployment.project.files, search_paths(deployment))
    for name in sorted(_top(release)):
        found = own.find(name)
        if isinstance(found, (ProjectModule, NamespacePackage)):
            path = found.path if isinstance(found, ProjectModule) else found.folders[0]
            for key, import_path in _paths(deployment):
                module = import_path.partition(":")[0]
                if module.partition(".")[0] == name and not release.has_module(f"{release.package}.{module}"):
                    yield Shadow("hidden", name, path, key=key)
            for module, place in _uses(deployment, name):
                if not release.has_module(f"{release.package}.{module}"):
                    yield Shadow("hidden", name, path, place=place)


def _paths(deployment: Deployment) -> Iterator[tuple[tuple[str | int, ...], str]]:
    agent = deployment.config.get("agent")
    if isinstance(agent, str):
        yield ("agent",), agent
    for plugin in plugins(deployment.release.version, deployment.config.data):
        yield plugin.path, plugin.import_path


def _uses(deployment: Deployment, name: str) -> Iterator[tuple[str, Place]]:
    """The modules below ``name`` whose imports certainly run when the graph is loaded, with their statements."""
    agent = deployment.config.get("agent")
    if not isinstance(agent, str):
        return
    graph, sources = deployment.intended_graph, deployment.project.python_sources
    chains = import_chains(graph, agent, sources, search_paths(deployment))
    for use in graph.imports:
        if use.module.partition(".")[0] == name and not use.guarded and chains.certainly_runs(use):
            yield use.module, chains.statement(use.place)
