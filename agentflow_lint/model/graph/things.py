"""The values of the abstract evaluation: what a Python object is known to be.

A thing is mutable where Python's is (lists, dicts, instances, namespaces), so aliases stay aliases. ``birth`` is the
evaluation's clock when it was made: a change to something older than the branch that is being tried is in doubt.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.graph.results import CompileCall, Place, Step
    from agentflow_lint.model.values import Origin
    from agentflow_lint.sources.python import form


@record(eq=False)
class Known:
    """A number, string, bytes, bool or None. ``origin`` is set when it came from the environment."""

    value: Any
    place: Place | None = None
    origin: Origin | None = None


@record(eq=False)
class Opaque:
    """Something that could not be told; ``reason`` is a clause that can follow "because".

    ``result_of`` is the dotted name of what made it by being called, where that is known; ``wrapped`` the function that
    such a decorator was given.
    """

    reason: str
    place: Place | None = None
    truthy: bool | None = None
    result_of: str | None = None
    wrapped: Thing | None = None


@record(eq=False)
class Items:
    """A list, tuple or set. With ``doubt`` the items are not all known."""

    kind: str
    items: list[Thing]
    birth: int
    doubt: Opaque | None = None


@record(eq=False)
class Mapping:
    """A dict with constant keys. With ``doubt`` a key that is not there may be there all the same.

    ``env_file`` is set for what dotenv_values() gives: asking for one of its keys reads a variable. With
    ``has_environment`` it holds the environment too, which ``entries`` are laid over and which is laid over ``below``.
    """

    entries: dict[Any, Thing]
    birth: int
    doubt: Opaque | None = None
    env_file: str | None = None
    has_environment: bool = False
    below: dict[Any, Thing] = field(default_factory=dict)


@record(eq=False)
class Frame:
    """A namespace: of a module, a class body or one call. ``origins`` says where each name was bound last."""

    kind: str
    birth: int
    module: Module
    outer: Frame | None = None
    names: dict[str, Thing] = field(default_factory=dict)
    origins: dict[str, Binding] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    maybe_returned: list[Thing] = field(default_factory=list)
    maybe_because: Opaque | None = None
    function: Function | None = None
    doubt: Opaque | None = None
    yields: list[Thing] | None = None
    """Of a generator that is run to its end: what it yields."""
    stops_at_yield: bool = False


@record(eq=False)
class Binding:
    """How a name got its value: by an import of ``module``'s ``name`` (None: the module itself), or otherwise."""

    place: Place
    module: str | None = None
    name: str | None = None


@record(eq=False)
class Module:
    """A module of the project; ``path`` is None for a namespace package."""

    name: str
    path: str | None
    is_package: bool
    frame: Frame = field(init=False)
    complete: bool = False
    exports: tuple[str, ...] | None = None

    @property
    def package(self) -> str:
        """The package that its relative imports start from; empty for a module at the top."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


@record(eq=False)
class Library:
    """A module of the framework."""

    dotted: str
    published: Published


@record(eq=False)
class Function:
    """A function or lambda of the project with what it closes over."""

    name: str
    parameters: tuple[form.Parameter, ...]
    body: form.Block | form.Expression
    frame: Frame
    defaults: dict[str, Thing]
    place: Place
    is_async: bool = False
    is_generator: bool = False
    owner: Class | None = None
    cached: bool = False
    results: dict[Any, Thing] = field(default_factory=dict)
    birth: int = 0
    is_abstract: bool = False


@record(eq=False)
class Generator:
    """What a generator function, asynchronous or not, returns: ``frame`` is that of the call, nothing of which has run
    yet unless it is ``started``. ``is_manager``: contextlib makes a context manager of it.
    """

    function: Function
    frame: Frame
    place: Place
    started: bool = False
    is_manager: bool = False


@record(eq=False)
class Method:
    """A callable with its first argument bound: of the project, or built in (``function`` is then its name)."""

    function: Thing | str
    receiver: Thing


@record(eq=False)
class Wrapped:
    """A function in a wrapping that changes how it is got or called.

    ``kind`` is "property" (with ``setter`` among the keywords where it has one), "cached_property", "staticmethod",
    "classmethod", "partial", "cached" (lru_cache) or "field" (a dataclass field with its options as keywords).
    """

    kind: str
    function: Thing
    arguments: list[Thing] = field(default_factory=list)
    keywords: dict[str, Thing] = field(default_factory=dict)


@record(eq=False)
class Class:
    """A class of the project. ``order`` is its method resolution order, itself first.

    ``has_abstract_meta``: its own ``metaclass=ABCMeta``. ``body`` is its text, ``keywords`` what it is defined with.
    """

    name: str
    bases: list[Thing]
    frame: Frame
    place: Place
    order: list[Thing] = field(default_factory=list)
    fields: list[str] | None = None
    keyword_only: bool = False
    has_abstract_meta: bool = False
    body: form.Block = ()
    keywords: dict[str, Thing] = field(default_factory=dict)
    members: dict[str, Thing] | None = None
    """Of an enumeration that is followed: its members by name."""


@record(eq=False)
class Instance:
    """An instance of a project class; ``made`` is what the framework base's constructor was given.

    With ``doubt`` it may have attributes that are not seen, and those of its class may be covered by them.
    """

    cls: Class
    attributes: dict[str, Thing]
    birth: int
    place: Place
    made: Made | None = None
    doubt: Opaque | None = None


@record(eq=False)
class External:
    """A module, class, function or object that is not seen, by its dotted name (``os.environ``, ``redis.Redis``).

    ``is_module``: it is certainly a module, one of Python's own.
    """

    dotted: str
    is_module: bool = False


@record(eq=False)
class FrameworkName:
    """A class, function or constant of the framework, by the name it has there.

    ``parameter`` is what stands in the brackets of a class (``PgCheckpointer[State]``).
    """

    name: str
    module: str
    parameter: Thing | None = None


@record(eq=False)
class Made:
    """An instance of a framework class: its class name, constructor arguments and what was called on it.

    ``parameter`` is what stands in the brackets of its class, if that is how it was made; ``state`` the class of the
    graph's state that compile() bound it to, for a checkpointer.
    """

    name: str
    arguments: dict[str, Thing]
    place: Place
    birth: int
    calls: list[tuple[str, list[Thing], dict[str, Thing], Place]] = field(default_factory=list)
    attributes: dict[str, Thing] = field(default_factory=dict)
    doubt: Opaque | None = None
    parameter: Thing | None = None
    state: Thing | None = None


@record(eq=False)
class Compiled:
    """A CompiledGraph, with the compile() call that made it."""

    call: CompileCall
    trail: tuple[Step, ...]
    doubt: Opaque | None = None


@record(eq=False)
class Coroutine:
    """What calling a coroutine function gives: ``run`` is what awaiting it does."""

    run: Callable[[], Thing]
    name: str
    place: Place


@record(eq=False)
class Intrinsic:
    """A builtin function or class."""

    name: str


@record(eq=False)
class Super:
    """``super()`` inside a method: lookup goes on after ``cls`` in the receiver's order."""

    cls: Class
    receiver: Thing


@record(eq=False)
class Error:
    """An exception object; ``outcome`` says what it means if nobody catches it."""

    kind: Thing
    message: str
    outcome: Any = None


Thing = (
    Known
    | Opaque
    | Items
    | Mapping
    | Module
    | Library
    | Function
    | Generator
    | Method
    | Wrapped
    | Class
    | Instance
    | External
    | FrameworkName
    | Made
    | Compiled
    | Coroutine
    | Intrinsic
    | Super
    | Error
)
