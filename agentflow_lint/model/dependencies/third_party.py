"""Which third-party packages a deployment's modules import while they are loaded, and whether they are installed."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks import import_path_problem
from agentflow_lint.framework.import_names import FRAMEWORK_PACKAGES, import_names
from agentflow_lint.framework.packages import brought_by, known_package, parsed_requirement, providers_of
from agentflow_lint.framework.plugin_targets import plugins
from agentflow_lint.model.graph.results import ModuleNotFound
from agentflow_lint.model.loading.import_chains import ImportChains, import_chains
from agentflow_lint.model.loading.modules import ModuleFinder, ThirdParty
from agentflow_lint.model.loading.serving import search_paths
from agentflow_lint.model.loading.unbuilt import may_be_there
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import ImportUse, Outcome, ServedGraph

Key = tuple[str | int, ...]


@record(frozen=True)
class MissingImport:
    """An import that certainly runs while the server starts, of a package that is not installed.

    ``providers`` are the distributions that are known to bring it, none for a name that is not known; ``key`` is where
    the config names what imports it, ``chain`` the imports that lead there. With ``doubt`` it may be installed.
    """

    use: ImportUse
    module: str
    providers: tuple[str, ...]
    key: Key
    doubt: str | None = None
    chain: tuple[ImportUse, ...] = field(default=(), compare=False)


def missing_imports(deployment: Deployment) -> tuple[MissingImport, ...]:
    """What is imported and not installed, each package once, in import order."""
    installed = deployment.installed
    if installed is None:
        return ()
    with_server = _what_the_server_brings(deployment)
    found: dict[object, MissingImport] = {}
    for key, use, chains, graph in _imports(deployment):
        module, providers = _asked(use)
        what = providers or module.partition(".")[0]
        if what in found or installed.has(*providers) or not with_server.isdisjoint(providers):
            continue
        if not providers and _brought_by_name(installed, module):
            continue
        doubt = _doubt(deployment, installed, module, providers)
        if doubt is None and not providers and graph.changes_imports and not isinstance(graph.outcome, ModuleNotFound):
            doubt = "the code changes where imports look"
        chain = chains.chain(use.place.path)
        found[what] = MissingImport(use, module, tuple(sorted(providers)), key, doubt, chain)
    return tuple(found.values())


def is_certainly_absent(deployment: Deployment, module: str) -> bool:
    """Whether importing a top-level module that is not the project's certainly fails, since nothing installs it."""
    installed = deployment.installed
    if installed is None or module in FRAMEWORK_PACKAGES:
        return False
    providers = providers_of(module)
    if installed.has(*providers) or not _what_the_server_brings(deployment).isdisjoint(providers):
        return False
    if not providers and _brought_by_name(installed, module):
        return False
    return _doubt(deployment, installed, module, providers) is None


def _imports(deployment: Deployment) -> Iterator[tuple[Key, ImportUse, ImportChains, ServedGraph]]:
    """Every import of a third-party module that certainly runs."""
    paths = search_paths(deployment)
    finder = ModuleFinder(deployment.project.files, paths)
    for key, import_path in _import_paths(deployment):
        is_agent = key == ("agent",)
        graph = deployment.intended_graph if is_agent else deployment.evaluation.graph(import_path)
        chains = import_chains(graph, import_path, deployment.project.python_sources, paths)
        for use in graph.imports:
            runs = use.at_import_time and not use.guarded and chains.certainly_runs(use)
            if runs or _fails(graph.outcome, use, chains):
                is_external = isinstance(finder.find(use.module), ThirdParty)
                if is_external and use.module.partition(".")[0] not in FRAMEWORK_PACKAGES:
                    yield key, use, chains, graph


def _fails(outcome: Outcome, use: ImportUse, chains: ImportChains) -> bool:
    """Whether the evaluation ends at this import: it stands where it need not run, or where another error is caught."""
    if not isinstance(outcome, ModuleNotFound) or outcome.place is None or not outcome.is_external:
        return False
    return outcome.place in (use.place, chains.statement(use.place))


def _import_paths(deployment: Deployment) -> Iterator[tuple[Key, str]]:
    agent = deployment.config.get("agent")
    if import_path_problem(agent) is None:
        yield ("agent",), str(agent)
    for plugin in plugins(deployment.release.version, deployment.config.data):
        if import_path_problem(plugin.import_path) is None and not plugin.unless:
            yield plugin.path, plugin.import_path


def _asked(use: ImportUse) -> tuple[str, frozenset[str]]:
    """The module that is imported, and who brings it: of ``from google import genai`` that is ``google.genai``."""
    whole = f"{use.module}.{use.name}" if use.name not in (None, "*") else use.module
    return (use.module if providers_of(use.module) else whole), providers_of(whole)


def _what_the_server_brings(deployment: Deployment) -> frozenset[str]:
    """What comes with the server and the core: where they are missing themselves, that is another finding."""
    lines = [
        parsed_requirement(line) for each in (deployment.release, deployment.project.core) for line in each.requires
    ]
    brought = brought_by(lines, frozenset(FRAMEWORK_PACKAGES))
    return brought.names | {line.name.lower() for line in lines}


def _brought_by_name(installed: Distributions, module: str) -> bool:
    """Whether an installed distribution has the name of the module, or one that starts with it."""
    top = module.partition(".")[0]
    wanted = re.sub(r"[-_.]+", "-", top).lower()
    return any(
        top in import_names(name) or name == wanted or name.startswith(f"{wanted}-") or wanted.startswith(f"{name}-")
        for name in (*installed.names, *installed.brought)
    )


def _doubt(deployment: Deployment, installed: Distributions, module: str, providers: frozenset[str]) -> str | None:
    """Why it may be installed all the same, in words."""
    doubt = installed.doubt(*providers) or may_be_there(deployment, module)
    if doubt is not None:
        return doubt
    framework = {each.distribution for each in installed.framework}
    strangers = [
        name for name in sorted(installed.names) if known_package(name) is None and name not in framework
    ]  # a lock file may name any
    if not providers:
        return f"what one imports from {strangers[0]} is not known" if strangers else None
    words = _words(module, *providers)
    alike = next((name for name in strangers if words & _words(name)), None)
    return f"{alike} may bring it" if alike else None


def _words(*names: str) -> set[str]:
    return {word for name in names for word in re.split(r"[-_.]+", name.lower()) if len(word) > 2}
