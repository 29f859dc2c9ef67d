"""What keeps a deployment's server from loading what its config names: the graph, and the plugins beside it.

One answer for all rules that look at imports, so that they agree on what counts:

- what the evaluation of an import path ran into, and
- other imports that certainly run (see :mod:`agentflow_lint.model.loading.import_chains`) and cannot work, which would
  be met once that is mended. An import under a condition or inside ``try`` counts only if the evaluation ran into it.

Variables that are not set are taken to be set: their absence is a failure of another kind.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks.import_paths import import_path_problem, names_a_module
from agentflow_lint.framework.plugin_targets import Plugin, plugins
from agentflow_lint.model.dependencies.import_names import installed_instead, other_generations
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    ConstructionError,
    GraphSyntaxError,
    ImportUse,
    ModuleNotFound,
    NotACompiledGraph,
    RemovedImport,
    Served,
    Undecided,
)
from agentflow_lint.model.loading.import_chains import ImportChains, import_chains
from agentflow_lint.model.loading.misfits import Misfit, NoFile
from agentflow_lint.model.loading.plugins import intended_target, misfit
from agentflow_lint.model.loading.serving import missing_from_everywhere, search_paths
from agentflow_lint.model.loading.shadowing import hiding_file
from agentflow_lint.model.loading.unbuilt import may_be_there
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Outcome, Place, ServedGraph

Cause = (
    ModuleNotFound
    | AttributeNotFound
    | GraphSyntaxError
    | RemovedImport
    | NotACompiledGraph
    | ConstructionError
    | Misfit
    | NoFile
    | Undecided
)

AGENT = ("agent",)


@record(frozen=True)
class LoadFailure:
    """One thing that stands between the config and what it names.

    ``key`` is where the config names it. ``chain`` are the imports that lead from there to the file of ``cause``.
    ``late``: it stands in a function, so it fails when that runs. With ``doubt`` it may not fail after all, or it is
    not known (``cause`` is then :class:`Undecided`): that is the reason. ``bound`` is where a module binds the name
    that it does not have yet when it is asked: the two modules import each other.
    """

    key: tuple[str | int, ...]
    cause: Cause
    late: bool = False
    doubt: str | None = None
    bound: Place | None = None
    chain: tuple[ImportUse, ...] = field(default=(), compare=False)

    @property
    def place(self) -> Place | None:
        """The node at fault; None where it is the config's own value, and for a file that does not parse."""
        return None if isinstance(self.cause, GraphSyntaxError) else self.cause.place

    @property
    def is_in_config(self) -> bool:
        """Whether the config's own value is at fault."""
        return self.place is None and not isinstance(self.cause, GraphSyntaxError)


def load_failures(deployment: Deployment) -> tuple[LoadFailure, ...]:
    """Everything that keeps the server from its graph and its plugins, in start-up order, each thing once."""
    found: dict[object, LoadFailure] = {}
    for failure in (*_of_graph(deployment), *_of_plugins(deployment)):
        if not _is_own_package(deployment, failure.cause):
            found.setdefault(failure if failure.is_in_config else failure.cause, failure)
    return tuple(found.values())


def _is_own_package(deployment: Deployment, cause: Cause) -> bool:
    """Whether what the framework lacks is asked of a package of the project that bears its name, and is found first."""
    return isinstance(cause, RemovedImport) and hiding_file(deployment, cause.module.partition(".")[0]) is not None


def _of_graph(deployment: Deployment) -> Iterator[LoadFailure]:
    path = deployment.config.get("agent")
    problem = import_path_problem(path)
    if problem is not None and not names_a_module(path):
        return
    graph = deployment.intended_graph
    outcome = graph.outcome
    chains = _chains(deployment, graph, path)
    found: list[LoadFailure] = []
    if not isinstance(outcome, Served):
        found += _certain(deployment, AGENT, graph, chains)
    found += _outdated(deployment, AGENT, graph, chains)
    cause = _cause(outcome)
    if problem is not None and isinstance(cause, (AttributeNotFound, NotACompiledGraph, Undecided)):
        cause = None  # the server imports the module, and fails at what stands after the colon
    decided = any(failure.doubt is None and not failure.late for failure in found)
    if cause is not None and not (isinstance(cause, Undecided) and decided):
        yield from _judged(deployment, AGENT, cause, chains)
    yield from found


def _of_plugins(deployment: Deployment) -> Iterator[LoadFailure]:
    for plugin in plugins(deployment.release.version, deployment.config.data):
        yield from _of_plugin(deployment, plugin)


def _of_plugin(deployment: Deployment, plugin: Plugin) -> Iterator[LoadFailure]:
    missing = missing_from_everywhere(deployment, plugin.import_path.partition(":")[0])
    if missing:
        cause = ModuleNotFound(missing.missing, None, missing.nearest, is_external=True)
        yield LoadFailure(plugin.path, cause, doubt=plugin.unless or may_be_there(deployment, missing.missing))
        return
    target = intended_target(deployment, plugin.import_path)
    if target.problem is None:
        wrong = misfit(deployment, plugin, target)
        if wrong is not None:
            doubt = wrong.reason if isinstance(wrong, Undecided) else plugin.unless
            yield LoadFailure(plugin.path, wrong, doubt=doubt)
        if _is_part_of_the_graph(deployment, plugin):
            return
    graph = deployment.evaluation.graph(plugin.import_path)
    chains = _chains(deployment, graph, plugin.import_path)
    if target.problem is not None:
        failing = target.problem if isinstance(target.problem, ConstructionError) else _cause(target.problem)
        if failing is not None:
            yield from _judged(deployment, plugin.path, failing, chains, plugin.unless)
        yield from _certain(deployment, plugin.path, graph, chains)
    yield from _outdated(deployment, plugin.path, graph, chains)


def _is_part_of_the_graph(deployment: Deployment, plugin: Plugin) -> bool:
    """Whether the plugin's module is imported with the graph, so that what it imports has been looked at."""
    path = plugin.import_path.partition(":")[0].replace(".", "/")
    places = [f"{folder}/{path}".lstrip("/") for folder in search_paths(deployment)]
    modules = deployment.intended_graph.modules
    return any(f"{place}.py" in modules or f"{place}/__init__.py" in modules for place in places)


def _chains(deployment: Deployment, graph: ServedGraph, import_path: str) -> ImportChains:
    return import_chains(graph, import_path, deployment.project.python_sources, search_paths(deployment))


def _cause(outcome: Outcome) -> Cause | None:
    """An outcome as a cause; None for what other rules are about (a missing variable, a graph that compiles not)."""
    causes = (ModuleNotFound, AttributeNotFound, GraphSyntaxError, RemovedImport, NotACompiledGraph, Undecided)
    return outcome if isinstance(outcome, causes) else None


def _judged(
    deployment: Deployment,
    key: tuple[str | int, ...],
    cause: Cause,
    chains: ImportChains,
    doubt: str | None = None,
) -> Iterator[LoadFailure]:
    """The failure for one cause, unless it is none: an installed package goes before a folder without code."""
    if isinstance(cause, (ModuleNotFound, AttributeNotFound)) and installed_instead(deployment, cause.module):
        return
    if isinstance(cause, Undecided):
        doubt = cause.reason
    if isinstance(cause, ModuleNotFound):
        doubt = doubt or may_be_there(deployment, cause.module)
    path = cause.path if isinstance(cause, GraphSyntaxError) else cause.place.path if cause.place else None
    bound = None
    if isinstance(cause, AttributeNotFound) and cause.place is not None and cause.path is not None:
        bound = chains.bound_at_top(cause.path, cause.attribute)
    yield LoadFailure(key, cause, doubt=doubt, bound=bound, chain=chains.chain(path) if path else ())


def _certain(
    deployment: Deployment, key: tuple[str | int, ...], graph: ServedGraph, chains: ImportChains
) -> Iterator[LoadFailure]:
    """The other imports that certainly run and cannot work."""
    for problem in graph.problems:
        if isinstance(problem, GraphSyntaxError):
            if chains.is_certainly_imported(problem.path):
                yield from _judged(deployment, key, problem, chains)
        elif problem.place is not None and chains.is_certain(problem.place):
            yield from _judged(deployment, key, _at_statement(problem, chains), chains)


def _at_statement(
    problem: ModuleNotFound | AttributeNotFound | RemovedImport, chains: ImportChains
) -> ModuleNotFound | AttributeNotFound | RemovedImport:
    """A missing module is the fault of the whole statement, whichever name it was to bring."""
    if problem.place is None or isinstance(problem, AttributeNotFound):
        return problem
    place = chains.statement(problem.place)
    if isinstance(problem, ModuleNotFound):
        return ModuleNotFound(problem.module, place, problem.nearest, problem.is_external)
    return RemovedImport(problem.module, None, place) if problem.name is None else problem


def _outdated(
    deployment: Deployment, key: tuple[str | int, ...], graph: ServedGraph, chains: ImportChains
) -> Iterator[LoadFailure]:
    """Imports of the framework that the evaluation does not get to, or takes for a dependency.

    Those in functions, which fail when these run; and those of the framework's other package names.
    """
    project = deployment.project
    libraries = {
        name: library for library in (project.core, project.release) for name in (library.package, *library.aliases)
    }
    foreign = other_generations(project)
    for use in graph.imports:
        top = use.module.partition(".")[0]
        late = not use.at_import_time and chains.runs_with_its_function(use)
        if use.guarded or not (late or chains.certainly_runs(use)):
            continue
        chain = chains.chain(use.place.path)
        if top in foreign:
            yield LoadFailure(key, RemovedImport(use.module, None, chains.statement(use.place)), late, chain=chain)
        elif late and top in libraries:
            library = libraries[top]
            if not library.has_module(use.module):
                yield LoadFailure(key, RemovedImport(use.module, None, chains.statement(use.place)), late, chain=chain)
            elif use.name not in (None, "*") and library.provides(use.module, str(use.name)) is False:
                yield LoadFailure(key, RemovedImport(use.module, use.name, use.place), late, chain=chain)
