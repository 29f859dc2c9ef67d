"""What the server's loader gets for an import path (src/app/loader.py of every server release).

The loader takes ``module:attribute`` with exactly one colon, imports the module, gets the attribute with one
``getattr``, calls it without arguments if it can be called (and awaits that if it is a coroutine function), and
wants a CompiledGraph.
"""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework import core_names
from agentflow_lint.model.graph.reachable import Reachable, walk
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    ConstructionError,
    ModuleNames,
    ModuleNotFound,
    NotACompiledGraph,
    Served,
    ServedGraph,
    Step,
    Target,
    Undecided,
)
from agentflow_lint.model.graph.settings_classes import note_unmade
from agentflow_lint.model.graph.sources import Sources
from agentflow_lint.model.graph.state import UNKNOWN_VARIABLE, Exhausted, Raised, Unfollowed, name_of
from agentflow_lint.model.graph.statements import Evaluator
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    Coroutine,
    External,
    FrameworkName,
    Function,
    Instance,
    Intrinsic,
    Items,
    Known,
    Library,
    Made,
    Mapping,
    Method,
    Module,
    Opaque,
    Thing,
    Wrapped,
)
from agentflow_lint.model.loading.modules import ModuleFinder, ProjectModule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.framework.facts import CoreRelease, Published, Release
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.graph.results import Outcome, Place
    from agentflow_lint.model.graph.state import EnvFileReader, ValueMapping
    from agentflow_lint.model.values import Value

_TRAIL = 6
#: From here on annotations are not evaluated where they stand.
_POSTPONING = Version("3.14")
_NOT_FOLLOWED = "it takes more steps than are followed"


class GraphEvaluation:
    """Evaluates import paths of one project under one search path, environment and pair of releases.

    Each question starts from fresh modules, so answers do not depend on their order, and is answered once; the parsed
    forms are shared through ``sources``. ``runs_in_loop``: the graph's modules are imported while an event loop runs
    (not known if None); what they define is called in one in any case. ``python`` is the Python that runs them, None
    where that is not known.
    """

    def __init__(
        self,
        files: ProjectFiles,
        search_paths: Sequence[str],
        environ: Callable[[str], Value[str]],
        core: CoreRelease,
        server: Release | None = None,
        declared: frozenset[str] | None = None,
        sources: Sources | None = None,
        is_absent: Callable[[str], bool] | None = None,
        env_file: EnvFileReader | None = None,
        is_installed: Callable[[str], bool] | None = None,
        runs_in_loop: bool | None = None,
        python: Version | None = None,
    ) -> None:
        self._libraries: dict[str, Published] = {}
        for published in (core, server):
            if published is not None:
                names = (published.package, *published.aliases)
                self._libraries.update(dict.fromkeys(names, published))
        self._finder = ModuleFinder(files, search_paths, dict(self._libraries), declared, is_absent, is_installed)
        self._sources = sources or Sources(files)
        self._environ = environ
        self._env_file = env_file
        self._core = core
        self._runs_in_loop = runs_in_loop
        self._python = python
        self._most_met = 0
        self._reachable: dict[str, Reachable] = {}
        self._graphs: dict[str, ServedGraph] = {}
        self._targets: dict[str, Target] = {}

    def in_environment(
        self, environ: Callable[[str], Value[str]], lacking: frozenset[str] = frozenset(), *, most_met: int = 0
    ) -> GraphEvaluation:
        """The same evaluation in another environment, which changes neither what is found nor what is reachable.

        The variables in ``lacking`` are in none of the env files either that the program reads by itself. Up to about
        ``most_met`` variables are taken to be set when it shows that loading would end without them, as far as that
        comes to the same as if they had been set from the start.
        """
        other = copy(self)
        other._environ = environ
        other._most_met = most_met
        read = self._env_file
        upper = {name.upper() for name in lacking}  # settings classes take names in any case
        if lacking and read is not None:

            def env_file(path: str) -> ValueMapping | None:
                held = read(path)
                return None if held is None else {name: held[name] for name in held if name.upper() not in upper}

            other._env_file = env_file
        other._graphs, other._targets = {}, {}
        return other

    def graph(self, import_path: str) -> ServedGraph:
        """What the loader gets for ``import_path``."""
        if import_path not in self._graphs:
            self._graphs[import_path] = self._graph(import_path)
        return self._graphs[import_path]

    def target(self, import_path: str) -> Target:
        """What ``import_path`` leads to: a class, an instance of which classes, or something else."""
        if import_path not in self._targets:
            self._targets[import_path] = self._target(import_path)
        return self._targets[import_path]

    def names_in(self, module: str) -> ModuleNames:
        """What a module of the project binds; nothing for every other module."""
        if self.path_of(module) is None:
            return ModuleNames()
        evaluator = self._evaluator()
        problem: Outcome | None = None
        try:
            evaluator.import_module(module, None)
        except Raised as raised:
            problem = raised.error.outcome or Undecided(raised.error.message, raised.place)
        except Unfollowed as unfollowed:
            problem = Undecided(unfollowed.thing.reason, unfollowed.thing.place)
        except (Exhausted, RecursionError):
            problem = Undecided(_NOT_FOLLOWED)
        loaded = evaluator.modules.get(module)
        if not isinstance(loaded, Module):
            return ModuleNames(problem=problem)
        public = {name: thing for name, thing in loaded.frame.names.items() if not name.startswith("_")}
        return ModuleNames(
            {name: _describe(evaluator, thing) for name, thing in public.items()},
            {name: _bindings(evaluator, loaded, name) for name in public},
            problem,
        )

    def modules_in(self, package: str) -> tuple[str, ...]:
        """The names of the project's modules in a package, "" being the folders that are searched; sorted."""
        return self._finder.submodules(package) if package else self._finder.top_modules()

    def path_of(self, module: str) -> str | None:
        """The file of a module of the project; None for every other one."""
        found = self._finder.find(module)
        return found.path if isinstance(found, ProjectModule) else None

    def _graph(self, import_path: str) -> ServedGraph:
        module, attribute = _split(import_path)
        if module is None or attribute is None:
            reason = f"{import_path!r} is not of the form module:attribute"
            return ServedGraph(Undecided(reason))
        evaluator = self._evaluator()
        evaluator.loop_is_running = self._runs_in_loop
        reachable = self._walked(module)
        trail: tuple[Step, ...] = ()
        outcome: Outcome
        try:
            thing = evaluator.import_module(module, None)
            if isinstance(thing, External) and thing.is_module:
                outcome = NotACompiledGraph(f"{attribute} of Python's own module {module}", None)
            elif not isinstance(thing, Module):
                outcome = Undecided(f"{module} is not a module of the project")
            else:
                steps = _bindings(evaluator, thing, attribute)
                outcome, trail = _load(evaluator, thing, attribute)
                trail = (*steps, *trail)
        except Raised as raised:
            outcome = raised.error.outcome or Undecided(raised.error.message, raised.place)
            trail = raised.calls
        except Unfollowed as unfollowed:
            outcome = Undecided(unfollowed.thing.reason, unfollowed.thing.place)
        except (Exhausted, RecursionError):
            outcome = Undecided(_NOT_FOLLOWED)
        evaluator.raise_demands()
        with suppress(Raised, Unfollowed, Exhausted, RecursionError):
            note_unmade(evaluator)
        return _answer(outcome, trail, evaluator, reachable)

    def _target(self, import_path: str) -> Target:
        module, attribute = _split(import_path)
        if module is None or attribute is None:
            return Target("unknown", f"{import_path!r} is not of the form module:attribute")
        evaluator = self._evaluator()
        try:
            owner = evaluator.import_module(module, None)
            thing = _get(evaluator, owner, attribute)
        except Raised as raised:
            problem = raised.error.outcome or Undecided(raised.error.message, raised.place)
            found = Target("unknown", raised.error.message, problem=problem)
        except Unfollowed as unfollowed:
            found = Target("unknown", unfollowed.thing.reason, place=unfollowed.thing.place)
        except (Exhausted, RecursionError):
            found = Target("unknown", _NOT_FOLLOWED)
        else:
            evaluator.raise_demands()
            found = _describe(evaluator, thing)
        return replace(found, met=tuple(evaluator.notes.met)) if evaluator.notes.met else found

    def _walked(self, module: str) -> Reachable:
        if module not in self._reachable:
            self._reachable[module] = walk(module, self._sources, self._finder, self._libraries)
        return self._reachable[module]

    def _evaluator(self) -> Evaluator:
        evaluator = Evaluator(
            self._sources,
            self._finder,
            self._environ,
            self._core,
            self._libraries,
            self._env_file,
            self._most_met,
        )
        if self._python is not None:
            evaluator.postpones_annotations = self._python >= _POSTPONING
        return evaluator


def evaluate_graph(
    files: ProjectFiles,
    import_path: str,
    search_paths: Sequence[str],
    environ: Callable[[str], Value[str]],
    core: CoreRelease,
    server: Release | None = None,
    declared: frozenset[str] | None = None,
    sources: Sources | None = None,
) -> ServedGraph:
    """What the server's loader gets for the config's ``agent``; see :class:`GraphEvaluation`."""
    return GraphEvaluation(files, search_paths, environ, core, server, declared, sources).graph(import_path)


def evaluate_target(
    files: ProjectFiles,
    import_path: str,
    search_paths: Sequence[str],
    environ: Callable[[str], Value[str]],
    core: CoreRelease,
    server: Release | None = None,
    declared: frozenset[str] | None = None,
    sources: Sources | None = None,
) -> Target:
    """What another import path of the config leads to; see :class:`GraphEvaluation`."""
    return GraphEvaluation(files, search_paths, environ, core, server, declared, sources).target(import_path)


def _split(import_path: str) -> tuple[str | None, str | None]:
    parts = import_path.split(":")
    return (parts[0], parts[1]) if len(parts) == 2 else (None, None)


# --- the loader ----------------------------------------------------------------------------------------------------


def _get(evaluator: Evaluator, owner: Thing, attribute: str) -> Thing:
    """One ``getattr``; the config has no place in a source file, so neither has its failure."""
    if isinstance(owner, Module):
        found = owner.frame.names.get(attribute) or evaluator.modules.get(f"{owner.name}.{attribute}")
        if found is None and "__getattr__" in owner.frame.names:
            hook = owner.frame.names["__getattr__"]
            place = hook.place if isinstance(hook, Function) else None
            if place is None:
                return Opaque("__getattr__ of a module is not followed")
            found = evaluator.call(hook, [Known(attribute)], {}, place)
        found = found or owner.frame.doubt
        if found is None:
            raise evaluator.missing_name(owner, attribute, None, "AttributeError")
        return found
    if isinstance(owner, Library):
        provided = owner.published.provides(owner.dotted, attribute)
        if provided is False:
            outcome = AttributeNotFound(owner.dotted, None, attribute)
            raise evaluator.error("AttributeError", f"{owner.dotted} has no {attribute}", None, outcome)
        return FrameworkName(attribute, owner.dotted)
    if isinstance(owner, External):
        return External(f"{owner.dotted}.{attribute}")
    return owner


def _load(evaluator: Evaluator, module: Module, attribute: str) -> tuple[Outcome, tuple[Step, ...]]:
    """What the loader does with the attribute."""
    thing = _get(evaluator, module, attribute)
    if evaluator.loop_is_running is None and not evaluator.nests_loops:
        evaluator.loop_is_running = True
    place = _place(thing) or evaluator.sources.place(module.path or "", 0)
    binding = module.frame.origins.get(attribute)
    if binding is not None:
        place = binding.place
    callable_ = evaluator.is_callable(thing, place)
    if callable_ is None:
        reason = thing.reason if isinstance(thing, Opaque) else f"{name_of(thing)} is not followed"
        return Undecided(reason, thing.place if isinstance(thing, Opaque) else place), ()
    if callable_:
        missing = evaluator.missing_arguments(thing)
        if missing:
            words = f"{_words(thing)}, which needs an argument {missing[0]!r}"
            return NotACompiledGraph(words, _place(thing) or place), ()
        if evaluator.is_generator_function(thing):
            return NotACompiledGraph(f"{_words(thing)}, which makes a generator", _place(thing) or place), ()
        is_coroutine = evaluator.is_coroutine_function(thing)
        result = evaluator.call(thing, [], {}, _place(thing) or place)
        if is_coroutine:
            result = evaluator.wait(result, place)
        made_by = f" that {_words(thing)} returns"
    else:
        result, made_by = thing, ""
    if isinstance(result, Compiled):
        if result.doubt is not None:
            return Undecided(result.doubt.reason, result.doubt.place), result.trail
        return _served(evaluator, result)
    unseen = isinstance(result, Opaque) or (isinstance(result, External) and not result.is_module)
    if unseen or (isinstance(result, Instance) and _is_unseen(result)):
        reason = result.reason if isinstance(result, Opaque) else f"{name_of(result)} is not followed"
        return Undecided(reason, (result.place if isinstance(result, Opaque) else None) or place), ()
    return NotACompiledGraph(_words(result) + made_by, _place(result) or _place(thing) or place), ()


def _served(evaluator: Evaluator, loaded: Compiled) -> tuple[Outcome, tuple[Step, ...]]:
    """The graph that answers requests: of those bound in the container, the one that was compiled last.

    compile() binds each graph and its checkpointer in the server's InjectQ container, where the routes get them from;
    what the loader gets is only checked (state_graph.py of every core release, graph_service.py of every server).
    """
    compiled = evaluator.notes.compiled
    places = [number for number, (graph, _) in enumerate(compiled) if graph is loaded]
    later = compiled[places[-1] + 1 :] if places else []  # one that joins two branches is in no list
    if not later or all(_same_kind(graph, loaded) for graph, _ in later):
        return Served(loaded.call), loaded.trail
    last, doubt = later[-1]
    if doubt is not None:
        reason = f"a graph that may be compiled later is served then: {doubt.reason}"
        return Undecided(reason, doubt.place), last.trail
    return Served(last.call), last.trail


def _same_kind(one: Compiled, other: Compiled) -> bool:
    facts = one.call.checkpointer, other.call.checkpointer
    return facts[0].kind == facts[1].kind != "unknown" and facts[0].class_name == facts[1].class_name


def _is_unseen(instance: Instance) -> bool:
    return any(isinstance(cls, (External, Opaque)) for cls in instance.cls.order)


def _place(thing: Thing) -> Place | None:
    if isinstance(thing, Method):
        return _place(thing.function) if not isinstance(thing.function, str) else _place(thing.receiver)
    if isinstance(thing, Wrapped):
        return _place(thing.function)
    place = getattr(thing, "place", None)
    return place if place is not None else None


def _words(thing: Thing) -> str:
    """A thing as a sentence names it."""
    if isinstance(thing, Known):
        return "None" if thing.value is None else f"a constant of type {type(thing.value).__name__}"
    if isinstance(thing, Made):
        what = "an uncompiled " if thing.name in core_names.BUILDERS else "an instance of "
        return what + thing.name
    if isinstance(thing, Instance):
        return f"an instance of {thing.cls.name}"
    if isinstance(thing, Function):
        kind = "coroutine function" if thing.is_async else "function"
        return f"the {kind} {thing.name}"
    if isinstance(thing, Class):
        return f"the class {thing.name}"
    if isinstance(thing, Module):
        return f"the module {thing.name}"
    if isinstance(thing, Library) or (isinstance(thing, External) and thing.is_module):
        return f"the module {thing.dotted}"
    if isinstance(thing, Coroutine):
        return f"a coroutine of {thing.name} that is never awaited"
    if isinstance(thing, Items):
        return f"a {thing.kind}"
    if isinstance(thing, Mapping):
        return "a dict"
    if isinstance(thing, Method):
        inner = thing.function if isinstance(thing.function, str) else _words(thing.function)
        return f"the method {inner}" if isinstance(thing.function, str) else inner
    if isinstance(thing, Wrapped):
        return _words(thing.function)
    return name_of(thing)


# --- the answer ----------------------------------------------------------------------------------------------------


def _bindings(evaluator: Evaluator, module: Module, attribute: str) -> tuple[Step, ...]:
    """From the config's module through re-exports to where the name is bound to something new."""
    steps: list[Step] = []
    seen: set[tuple[str, str]] = set()
    current: Module | None = module
    name = attribute
    while current is not None and (current.name, name) not in seen and len(steps) < _TRAIL - 2:
        seen.add((current.name, name))
        binding = current.frame.origins.get(name)
        if binding is None:
            break
        if binding.name is None or binding.module is None:
            steps.append(Step(binding.place, f"{current.name}.{name}"))
            break
        steps.append(Step(binding.place, f"{current.name}.{name} is imported from {binding.module}"))
        name = binding.name
        current = evaluator.modules.get(binding.module)
    return tuple(steps)


def _answer(outcome: Outcome, trail: tuple[Step, ...], evaluator: Evaluator, reachable: Reachable) -> ServedGraph:
    notes = evaluator.notes
    unique: list[Step] = []
    for step in trail:
        if all(step.place != other.place for other in unique):
            unique.append(step)
    if len(unique) > _TRAIL:
        unique = [*unique[:2], *unique[-(_TRAIL - 2) :]]
    seen = {(read.place.path, read.place.reference) for read in notes.env_reads.values()}
    late = [read for read in reachable.late_reads if (read.place.path, read.place.reference) not in seen]
    if evaluator.loaded_env_files:
        late = [replace(read, files=read.files or tuple(evaluator.loaded_env_files)) for read in late]
    problems = [] if isinstance(outcome, Served) else list(reachable.problems)  # what loads has none
    if reachable.changes_imports:
        problems = [each for each in problems if not isinstance(each, (ModuleNotFound, AttributeNotFound))]
    if isinstance(outcome, (ModuleNotFound, AttributeNotFound)) and outcome.place is not None:
        places = [getattr(problem, "place", None) for problem in problems]
        if outcome.place not in places:
            problems.append(outcome)
    return ServedGraph(
        outcome,
        tuple(unique),
        reachable.modules,
        reachable.imports,
        (*notes.env_reads.values(), *late),
        tuple(problems),
        tuple(notes.constructions),
        may_raise=_may_raise(outcome, evaluator),
        changes_imports=reachable.changes_imports,
        met=tuple(notes.met),
    )


# --- targets -------------------------------------------------------------------------------------------------------


def _may_raise(outcome: Outcome, evaluator: Evaluator) -> Undecided | None:
    if not isinstance(outcome, Served):
        return None
    doubts = (doubt for doubt in evaluator.notes.dismissed if not doubt.reason.startswith(UNKNOWN_VARIABLE))
    doubt = next(doubts, None)
    return None if doubt is None else Undecided(doubt.reason, doubt.place)


def _describe(evaluator: Evaluator, thing: Thing) -> Target:
    place = _place(thing)
    if isinstance(thing, Class):
        bases, complete = _bases(thing.order)
        required = tuple(evaluator.missing_arguments(thing))
        left = evaluator.left_abstract(thing)
        return Target("class", f"the class {thing.name}", bases, place, None, complete, required, left)
    if isinstance(thing, Instance):
        bases, complete = _bases(thing.cls.order)
        return Target("instance", f"an instance of {thing.cls.name}", bases, place, None, complete)
    if isinstance(thing, Made):
        return Target("instance", f"an instance of {thing.name}", (thing.name,), place, None, is_complete=False)
    if isinstance(thing, FrameworkName):
        if thing.name[:1].isupper() and not thing.name.isupper():
            left = evaluator.left_abstract(thing)
            return Target("class", f"the class {thing.name}", (thing.name,), place, None, False, (), left)
        return Target("unknown", f"{thing.name} of the framework")
    if isinstance(thing, Compiled):
        return Target("instance", "a compiled graph", (core_names.COMPILED_GRAPH,), thing.call.place)
    if isinstance(thing, (Function, Method, Wrapped, Intrinsic)):
        return Target("function", _words(thing), place=place)
    if isinstance(thing, (Module, Library)) or (isinstance(thing, External) and thing.is_module):
        return Target("module", _words(thing))
    if isinstance(thing, (Known, Items, Mapping)):
        return Target("literal", _words(thing), place=place)
    if isinstance(thing, Coroutine):
        return Target("instance", _words(thing), ("coroutine",), place)
    reason = thing.reason if isinstance(thing, Opaque) else f"{name_of(thing)} is not followed"
    return Target("unknown", reason, place=place)


def _bases(order: list[Thing]) -> tuple[tuple[str, ...], bool]:
    """The names of the classes in an order, and whether there are no more than these."""
    names: list[str] = []
    complete = True
    for cls in order:
        if isinstance(cls, (Class, FrameworkName)):
            names.append(cls.name)
        elif isinstance(cls, External):
            names.append(cls.dotted.rpartition(".")[2])
        if isinstance(cls, (External, Opaque)) and getattr(cls, "dotted", "") not in ("abc.ABC", "typing.Generic"):
            complete = False
        if isinstance(cls, FrameworkName) and not cls.name.startswith("Base"):
            complete = False
    return tuple(names), complete


__all__ = ["ConstructionError", "GraphEvaluation", "evaluate_graph", "evaluate_target"]
