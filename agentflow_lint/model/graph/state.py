"""The state of one evaluation: its clock and budget, its doubts, its environment, and what it has noted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any

from agentflow_lint.model.graph.results import Construction, ConstructionError, EnvRead, MissingVariable, Undecided
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    Error,
    External,
    Frame,
    Instance,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Module,
    Opaque,
    Thing,
)
from agentflow_lint.model.values import Absent, Unknown
from agentflow_lint.model.values import Known as KnownValue
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as MappingType
    from typing import TypeAlias

    from agentflow_lint.framework.facts import CoreRelease, Published
    from agentflow_lint.model.graph.results import Place, Step
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.loading.modules import ModuleFinder
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.python import form

    ValueMapping: TypeAlias = "MappingType[str, Value[str]]"
    EnvFileReader: TypeAlias = "Callable[[str], ValueMapping | None]"

#: How the reason of a value begins that only the environment knows.
UNKNOWN_VARIABLE = "the value of "
#: Expressions and statements that one evaluation may go through; a real project needs some thousands.
MAX_STEPS = 60_000
#: Nested evaluations, kept well below the interpreter's own limit.
MAX_DEPTH = 150
#: Loops over known items, or with known conditions, run this often at most.
MAX_ROUNDS = 100


class Raised(Exception):  # noqa: N818 - carries an exception of the evaluated program
    """The evaluated program raises ``error`` at ``place``, inside the ``calls`` that were under way."""

    def __init__(self, error: Error, place: Place | None, calls: tuple[Step, ...] = ()) -> None:
        super().__init__(error.message)
        self.error = error
        self.place = place
        self.calls = calls


class Yielded(Exception):  # noqa: N818 - no fault: a generator is left where it yields
    """A generator of the evaluated program yields ``thing``, and nothing behind that is run."""

    def __init__(self, thing: Thing) -> None:
        super().__init__()
        self.thing = thing


class Exhausted(Exception):  # noqa: N818 - a limit, no fault
    """The budget is used up; the answer is Undecided."""


class Unfollowed(Exception):  # noqa: N818 - ends the evaluation with Undecided
    """The evaluation met something without which nothing more can be told."""

    def __init__(self, thing: Opaque) -> None:
        super().__init__(thing.reason)
        self.thing = thing


@record(eq=False)
class Region:
    """A branch that may or may not be taken.

    Changes to what is older than ``start`` are in doubt, except names of ``frame``, which are compared between the
    branches afterwards.
    """

    start: int
    doubt: Opaque
    frame: Frame


@record
class Notes:
    """What was seen on the way, for the rules."""

    env_reads: dict[tuple[str, int, str], EnvRead] = field(default_factory=dict)
    constructions: list[Construction] = field(default_factory=list)
    executed_imports: set[tuple[str, int]] = field(default_factory=set)
    compiled: list[tuple[Compiled, Opaque | None]] = field(default_factory=list)
    """Every graph that is compiled, in that order, and why it may not be (a branch that may not be taken)."""
    dismissed: list[Opaque] = field(default_factory=list)
    """Why something may raise that is taken not to: it is in a branch that may not be taken."""
    settings_defined: list[Class] = field(default_factory=list)
    settings_made: list[Class] = field(default_factory=list)
    """The classes of pydantic-settings that the program defines, and those that it instantiates."""
    met: list[MissingVariable | ConstructionError] = field(default_factory=list)
    """What would have been raised for want of variables that are taken to be set since; see :meth:`State.meet`."""


class State(ABC):
    """What all parts of the evaluation share. The parts build on each other by inheritance, one file each."""

    def __init__(
        self,
        sources: Sources,
        finder: ModuleFinder,
        environ: Callable[[str], Value[str]],
        core: CoreRelease,
        libraries: dict[str, Published],
        env_file: EnvFileReader | None = None,
        most_met: int = 0,
    ) -> None:
        self.sources = sources
        self.finder = finder
        self.core = core
        self.libraries = libraries
        self.notes = Notes()
        self.modules: dict[str, Module] = {}
        self.steps_taken = 0
        self.depth = 0
        self.clock = 0
        self.regions: list[Region] = []
        self.calls: list[Step] = []
        self.catchers: list[Frame | None] = []
        """What is under way that may keep an exception from getting out: a function that may have returned in a branch
        before (its frame), or anything else that catches."""
        self.doubts = 0
        """How often something ran that may raise for reasons that are not seen."""
        self.import_doubts = 0
        """How often a module was imported that may not be installed."""
        self._environ = environ
        self._env_file = env_file
        self._most_met = most_met
        self._asked: Counter[str] = Counter()
        self._met: set[str] = set()
        self._container: Made | None = None
        self.postpones_annotations: bool | None = None
        """Whether annotations are evaluated when they are asked for only (Python 3.14); None if that is unknown."""
        self.loop_is_running: bool | None = None
        """Whether an event loop runs; None where that is not known."""
        self.nests_loops = False
        """Whether the program lets a running loop be entered again."""
        self.loaded_env_files: list[str] = []
        """The env files whose variables the program puts into its environment, as far as they are known."""
        self._changed_environ: dict[str, Thing | None] = {}
        self.replaced_modules: dict[str, Thing] = {}
        """What the program puts into ``sys.modules`` by itself."""
        self.path_doubt: Opaque | None = None
        """Why imports may find more than lies on the search path: the program changes how they look."""
        self.environ_doubt: Opaque | None = None
        self.env_library_doubt: Opaque | None = None
        """Why the variables that a library reads for the code are not those of the names that the code writes."""

    # --- what later parts provide ---

    @abstractmethod
    def evaluate(self, node: form.Expression, frame: Frame) -> Thing:
        """The value of an expression."""

    @abstractmethod
    def call(self, function: Thing, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        """What a call returns."""

    @abstractmethod
    def attribute(self, thing: Thing, name: str, place: Place) -> Thing:
        """``thing.name``; raises Raised (AttributeError) when it is known not to be there."""

    @abstractmethod
    def import_module(self, dotted: str, place: Place | None) -> Thing:
        """``import dotted``: the module itself, not its top-level package."""

    # --- budget and places ---

    def tick(self, steps: int = 1) -> None:
        """One step of work, or as many as a container has items. Raises Exhausted when there were too many."""
        self.steps_taken += steps
        if self.steps_taken > MAX_STEPS:
            raise Exhausted

    def descend(self, levels: int = 1) -> None:
        """Go deeper; whoever calls takes the levels off ``depth`` again. Raises Exhausted when it is too deep."""
        if self.depth + levels > MAX_DEPTH:
            raise Exhausted
        self.depth += levels

    def place(self, node: Any, frame: Frame) -> Place:
        """The place of a form node in the module that ``frame`` belongs to."""
        return self.sources.place(frame.module.path or "", node.ref)

    def born(self) -> int:
        """The clock's next tick, as the birth of a new thing."""
        self.clock += 1
        return self.clock

    # --- doubt ---

    def dismiss(self, doubt: Opaque) -> None:
        """Go on although a branch raises, which may be the one that is taken."""
        self.notes.dismissed.append(doubt)

    def in_doubt(self, birth: int) -> Opaque | None:
        """Why a change to something of this birth may not happen; None when it does."""
        if self.regions and self.regions[-1].start > birth:
            return self.regions[-1].doubt
        return None

    def error(self, kind: str, message: str, place: Place | None, outcome: Any = None) -> Raised:
        """A builtin exception of the evaluated program, to be raised."""
        return Raised(Error(Intrinsic(kind), message, outcome), place, tuple(self.calls))

    def undecided(self, reason: str, place: Place | None) -> Undecided:
        """An outcome that says why there is none."""
        return Undecided(reason, place)

    def blind_call(self, what: str, place: Place | None, given: Iterable[Thing] = ()) -> Opaque:
        """The result of running something that is not seen: it may also raise, and change what it is given."""
        self.doubts += 1
        for thing in given:
            if isinstance(thing, (Items, Mapping, Instance, Made)) and thing.doubt is None:
                thing.doubt = Opaque(f"{what} may change it", place)
        return Opaque(f"the result of {what} is not known", place)

    def server_container(self, place: Place) -> Made:
        """``InjectQ.get_instance()``: always the same container, which is there before the program."""
        if self._container is None:
            self._container = Made("InjectQ", {}, place, 0)
        return self._container

    # --- the environment ---

    def variable(self, name: str) -> Thing | None:
        """The value of an environment variable; None when it is absent."""
        self._asked[name] += 1
        if name in self._changed_environ:
            return self._changed_environ[name]
        value = assumed_variable(name) if name in self._met else self._environ(name)
        if isinstance(value, KnownValue):
            if self.environ_doubt is not None and self.environ_doubt.truthy:
                return self.environ_doubt
            return Known(value.value, origin=value.origin)
        if isinstance(value, Unknown):
            return Opaque(f"{UNKNOWN_VARIABLE}{name} is not known ({value.reason})")
        assert isinstance(value, Absent)
        return self.environ_doubt

    def meet(self, demand: MissingVariable | ConstructionError) -> bool:
        """Whether the variables that are demanded are taken to be set from here on, instead of raising.

        Only where that is the same as if they had been set from the start: nothing catches the exception, and nothing
        has asked for one of them before.
        """
        names = demand.variables
        if (
            len(self._met) >= self._most_met
            or self.regions
            or any(frame is None or frame.maybe_returned for frame in self.catchers)
            or any(self._asked[name] != 1 or name in self._changed_environ for name in names)
        ):
            return False
        self._met.update(names)
        self.notes.met.append(demand)
        return True

    @contextmanager
    def catching(self, is_so: bool = True, *, frame: Frame | None = None) -> Iterator[None]:
        """While this is under way, an exception may not get out: never, or once the function of ``frame`` may have
        returned.
        """
        if not is_so:
            yield
            return
        self.catchers.append(frame)
        try:
            yield
        finally:
            self.catchers.pop()

    def raise_demands(self) -> None:
        """From here on no variable is taken to be set any more than there are already."""
        self._most_met = 0

    def env_file(self, path: str) -> ValueMapping | None:
        """What an env file holds that the program reads by itself, at ``path`` below the working directory.

        Nothing where it certainly is not there; None where that is not known.
        """
        return None if self._env_file is None else self._env_file(path)

    def note_entry(self, held: Mapping, name: Thing, required: bool, place: Place) -> None:
        """Remember a read of what dotenv_values() gives; nothing for other dicts."""
        if (held.env_file or held.has_environment) and isinstance(name, Known) and isinstance(name.value, str):
            files = (held.env_file,) if held.env_file else ()
            by = None if held.has_environment else "dotenv_values()"
            self.note_read(name.value, required, None, place, by=by, named=name.place, files=files)

    def set_variable(self, name: str, value: Thing | None) -> None:
        """Change the environment from here on, as ``os.environ[name] = ...`` or ``del`` does."""
        if self.regions:
            value = Opaque(f"{name} may be changed: {self.regions[-1].doubt.reason}")
        self._changed_environ[name] = value

    def note_read(
        self,
        name: str,
        required: bool,
        default: Thing | None,
        place: Place,
        *,
        by: str | None = None,
        alternatives: tuple[str, ...] = (),
        named: Place | None = None,
        is_provider: bool = False,
        files: tuple[str, ...] = (),
        at_import_time: bool = True,
    ) -> None:
        """Remember that a variable is read, while the graph is loaded unless that is denied; see :class:`EnvRead`."""
        files = files or tuple(self.loaded_env_files)
        known = default.value if isinstance(default, Known) and isinstance(default.value, str) else None
        read = EnvRead(name, required, known, place, at_import_time, by, alternatives, named, is_provider, files)
        self.notes.env_reads.setdefault((place.path, place.reference, name), read)


def assumed_variable(name: str) -> Unknown:
    """The value of a variable that is taken to be set."""
    return Unknown(f"{name} is assumed to be set")


def name_of(thing: Thing) -> str:
    """A few words for a thing, for messages."""
    if isinstance(thing, Known):
        return "None" if thing.value is None else f"a {type(thing.value).__name__}"
    if isinstance(thing, External):
        return thing.dotted
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) else type(thing).__name__.lower()
