"""What the evaluation of a graph answers.

Places are :class:`Place` objects: a file and a reference into its form. Their ``location`` (line and columns) is
computed when it is asked for, which costs a second parse of that file; whoever only needs the path uses ``path``.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.values import Location
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agentflow_lint.model.graph.statements import Evaluator
    from agentflow_lint.model.graph.things import Made, Thing
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.text import Span


@record(frozen=True)
class Place:
    """A node of a project module; equal places are the same node."""

    path: str
    reference: int
    locate: Callable[[str, int], Span] = field(repr=False, compare=False)

    @property
    def location(self) -> Location:
        """The place in lines and columns."""
        return Location(self.path, self.locate(self.path, self.reference))


@record(frozen=True)
class Step:
    """One step from the config to the served graph, with a few words about it."""

    place: Place
    text: str

    @property
    def location(self) -> Location:
        """Where the step is."""
        return self.place.location


CheckpointerKind = Literal["in-memory", "none", "postgres", "sqlite", "custom", "unknown"]


@record(frozen=True)
class CheckpointerFact:
    """The checkpointer that compile() is given.

    ``kind`` "none" is no argument or None (the framework then makes an in-memory one itself), "custom" a class of
    the project that derives from BaseCheckpointer alone; ``reason`` only for "unknown". ``class_name`` is the class
    that is constructed, the project's own where it has one; ``methods`` are the methods that project classes define.
    ``arguments`` are those of the constructor by parameter name; ``*`` or ``**`` stands for arguments that could not
    be taken apart.
    """

    kind: CheckpointerKind
    class_name: str | None
    place: Place | None
    reason: str | None = None
    arguments: Mapping[str, Value[object]] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()

    @property
    def location(self) -> Location | None:
        """Where the checkpointer is constructed (or the argument that is not understood stands)."""
        return None if self.place is None else self.place.location


@record(frozen=True, eq=False)
class Inside:
    """The builder that is compiled, what compile() is given, and the evaluation in which the names of both mean
    something.
    """

    builder: Made
    given: Mapping[str, Thing]
    evaluator: Evaluator


@record(frozen=True)
class CompileCall:
    """The compile() call that makes the served graph.

    ``builder`` is "StateGraph" or the prebuilt agent's class; ``store`` says whether compile() is given one.
    ``arguments`` are the other arguments of compile() by parameter name. ``has_container``: its builder is given a
    dependency container, which need not be the server's. ``inside`` is what is compiled, for those who look into it
    (:mod:`agentflow_lint.model.running`).
    """

    place: Place
    builder: str
    checkpointer: CheckpointerFact
    store: Literal["absent", "given", "unknown"]
    arguments: Mapping[str, Value[object]] = field(default_factory=dict)
    has_container: bool = False
    inside: Inside | None = field(default=None, repr=False, compare=False)

    @property
    def location(self) -> Location:
        """Where compile() is called."""
        return self.place.location


# --- outcomes ----------------------------------------------------------------------------------------------------


@record(frozen=True)
class Served:
    """The loader gets a CompiledGraph."""

    compile: CompileCall


@record(frozen=True)
class ModuleNotFound:
    """ModuleNotFoundError for ``module`` (its first missing part); ``place`` is the import, None for the config.

    ``is_external``: nothing of that top-level name is in the project, so it is a dependency that nothing declares.
    """

    module: str
    place: Place | None
    nearest: tuple[str, ...] = ()
    is_external: bool = False

    @property
    def location(self) -> Location | None:
        """Where the import stands."""
        return None if self.place is None else self.place.location


@record(frozen=True)
class AttributeNotFound:
    """Module ``module`` (file ``path``, None for a namespace package) does not bind ``attribute``.

    ``place`` is the ``from`` import or the attribute access, None for the config's own path.
    """

    module: str
    path: str | None
    attribute: str
    nearest: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def location(self) -> Location | None:
        """Where the name is asked for."""
        return None if self.place is None else self.place.location


@record(frozen=True)
class GraphSyntaxError:
    """A module that is imported does not parse."""

    path: str
    message: str
    span: Span

    @property
    def location(self) -> Location:
        """Where it stops being Python."""
        return Location(self.path, self.span)


@record(frozen=True)
class RemovedImport:
    """An import of a framework module, or of a ``name`` in it, that the release does not have."""

    module: str
    name: str | None
    place: Place | None

    @property
    def location(self) -> Location | None:
        """Where the import stands."""
        return None if self.place is None else self.place.location


@record(frozen=True)
class NotACompiledGraph:
    """The loader gets something else, or cannot call what it gets; ``description`` names it in words."""

    description: str
    place: Place | None

    @property
    def location(self) -> Location | None:
        """Where that thing is made."""
        return None if self.place is None else self.place.location


@record(frozen=True)
class MissingVariable:
    """Project code demands an environment variable that is absent, while the graph is loaded.

    ``variables`` are alternatives: any one of them would do.
    """

    variables: tuple[str, ...]
    reason: str
    place: Place

    @property
    def location(self) -> Location:
        """Where the variable is demanded."""
        return self.place.location


@record(frozen=True)
class ConstructionError:
    """Loading the graph raises.

    ``kind`` is "provider-key" (``variables`` would satisfy the provider), "unsupported-provider", "checkpointer"
    (an argument it cannot do without is missing), "graph" (compile() refuses the graph), "abstract-class" (a class
    that leaves methods abstract is instantiated) or "raised" (the project's own ``raise``, a failed assertion, an
    exception that the code provably runs into).
    """

    kind: Literal["provider-key", "unsupported-provider", "checkpointer", "graph", "abstract-class", "raised"]
    variables: tuple[str, ...]
    reason: str
    place: Place

    @property
    def location(self) -> Location:
        """Where it raises."""
        return self.place.location


@record(frozen=True)
class Undecided:
    """What the loader gets could not be told."""

    reason: str
    place: Place | None = None

    @property
    def location(self) -> Location | None:
        """What could not be followed."""
        return None if self.place is None else self.place.location


Outcome = (
    Served
    | ModuleNotFound
    | AttributeNotFound
    | GraphSyntaxError
    | RemovedImport
    | NotACompiledGraph
    | MissingVariable
    | ConstructionError
    | Undecided
)
ImportProblem = ModuleNotFound | GraphSyntaxError | RemovedImport | AttributeNotFound


@record(frozen=True)
class ImportUse:
    """One imported module or name. ``name`` is None for ``import module``, "*" for a star import.

    ``at_import_time``: it runs while the graph's modules are imported (not inside a function, not for type checkers
    only). ``guarded``: an ImportError there is caught.
    """

    module: str
    name: str | None
    place: Place
    at_import_time: bool
    guarded: bool

    @property
    def location(self) -> Location:
        """Where the import stands."""
        return self.place.location


@record(frozen=True)
class EnvRead:
    """One place that reads an environment variable.

    ``required``: an exception without it. ``default`` is what stands in for it if that is known. ``at_import_time``: it
    ran while the graph was loaded; otherwise it stands in a function that only runs later, if ever.
    ``by`` is what reads it for the code (a settings class, a model provider's client if ``is_provider``, a library),
    with ``alternatives`` any one of which will do. ``named`` is where the name is written, if that is elsewhere;
    ``files`` are the env files that the reader looks into too.
    """

    name: str
    required: bool
    default: str | None
    place: Place
    at_import_time: bool
    by: str | None = None
    alternatives: tuple[str, ...] = ()
    named: Place | None = None
    is_provider: bool = False
    files: tuple[str, ...] = ()

    @property
    def location(self) -> Location:
        """Where it is read."""
        return self.place.location


@record(frozen=True)
class Construction:
    """A framework class that is constructed while the graph is loaded; ``provider`` for agents with a model."""

    class_name: str
    place: Place
    arguments: Mapping[str, Value[object]] = field(default_factory=dict)
    provider: str | None = None

    @property
    def location(self) -> Location:
        """Where it is constructed."""
        return self.place.location


@record(frozen=True)
class ServedGraph:
    """What the server's loader gets for one import path in one environment, and what was seen on the way.

    ``trail`` leads from the config's path to the compile() call, or through the calls inside which loading it raises,
    at most six steps. ``modules`` are the project files that are imported with the graph, in the order in which they
    start to run. ``problems`` are all imports that fail at import time and are not guarded, also those that
    ``outcome`` does not get to. ``may_raise`` is why loading a graph that counts as served may raise all the same: in a
    branch that may be taken, for a reason that is not the value of a variable. Variables whose values are not known
    are taken to have those with which the program runs.
    """

    outcome: Outcome
    trail: tuple[Step, ...] = ()
    modules: tuple[str, ...] = ()
    imports: tuple[ImportUse, ...] = ()
    env_reads: tuple[EnvRead, ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    constructions: tuple[Construction, ...] = ()
    may_raise: Undecided | None = None
    changes_imports: bool = False
    """Whether a module may change where imports look, or what they find."""
    met: tuple[MissingVariable | ConstructionError, ...] = field(default=(), compare=False)
    """The outcomes, in order, that variables would have averted which are taken to be set for that."""


@record(frozen=True)
class ModuleNames:
    """What a module of the project binds, private names left out, and why importing it ends early, if it does.

    ``bindings`` lead from each name through re-exports to where it is bound to something new.
    """

    targets: Mapping[str, Target] = field(default_factory=dict)
    bindings: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    problem: Outcome | None = None


@record(frozen=True)
class Target:
    """What an import path in the config (``store``, ``auth.path``, ``injectq``, ...) leads to.

    ``what`` is "class", "instance", "function", "module", "literal" (``description`` says which) or "unknown";
    ``bases`` are the known base classes of the class, or of the instance's class, by their framework names and
    project names, itself first. With ``problem`` the path leads nowhere: importing it raises that.
    ``required`` are the constructor parameters that a class cannot be instantiated without, ``abstract`` the methods
    that keep it from being instantiated at all.
    """

    what: Literal["class", "instance", "function", "module", "literal", "unknown"]
    description: str
    bases: tuple[str, ...] = ()
    place: Place | None = None
    problem: Outcome | None = None
    is_complete: bool = True
    """Whether ``bases`` is the whole truth: False when a base comes from code that is not seen."""
    required: tuple[str, ...] = ()
    abstract: tuple[str, ...] = ()
    met: tuple[MissingVariable | ConstructionError, ...] = field(default=(), compare=False)
    """As of :class:`ServedGraph`."""

    @property
    def location(self) -> Location | None:
        """Where the thing is made."""
        return None if self.place is None else self.place.location
