"""The intermediate form of a Python module: what an abstract evaluation needs, and nothing else.

Every node has ``ref``, a number from 0 that identifies it within its module; ``places`` in ``lowering`` turns it
into a span on demand. Nodes hold only tuples, primitives and other nodes, so a form can be pickled and compared.
"""

from __future__ import annotations

from agentflow_lint.records import record

Primitive = None | bool | int | float | complex | str | bytes

# --- expressions -----------------------------------------------------------------------------------------------


@record(frozen=True)
class Constant:
    """A literal number, string, bytes, ``None``, ``True``, ``False`` (``...`` is :class:`Opaque`)."""

    ref: int
    value: Primitive


@record(frozen=True)
class Name:
    """A name being read."""

    ref: int
    id: str


@record(frozen=True)
class Attribute:
    """``value.attr``."""

    ref: int
    value: Expression
    attr: str


@record(frozen=True)
class Slice:
    """``lower:upper:step`` inside a subscript."""

    ref: int
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


@record(frozen=True)
class Subscript:
    """``value[index]``; several comma-separated indexes are one tuple :class:`Display`."""

    ref: int
    value: Expression
    index: Expression


@record(frozen=True)
class Argument:
    """One argument of a call; ``star`` is 0, 1 for ``*value`` or 2 for ``**value``."""

    value: Expression
    keyword: str | None = None
    star: int = 0


@record(frozen=True)
class Call:
    """``function(arguments)``."""

    ref: int
    function: Expression
    arguments: tuple[Argument, ...]


@record(frozen=True)
class Replacement:
    """``{value!conversion:spec}`` inside an f-string.

    ``template`` is the same for ``str.format()``, without the expression (``{!r:>8}``); None where it is no constant.
    """

    value: Expression
    template: str | None


@record(frozen=True)
class FormattedString:
    """An f-string, with what stands beside it by implicit concatenation."""

    ref: int
    parts: tuple[str | Replacement, ...]


@record(frozen=True)
class Starred:
    """``*value`` in a display or as an assignment target."""

    ref: int
    value: Expression


@record(frozen=True)
class Display:
    """A ``list``, ``tuple`` or ``set`` display; as a target, an unpacking."""

    ref: int
    kind: str
    items: tuple[Expression, ...]


@record(frozen=True)
class DictDisplay:
    """``{key: value, **value}``; the key of a ``**`` item is None."""

    ref: int
    items: tuple[tuple[Expression | None, Expression], ...]


@record(frozen=True)
class Unary:
    """``-x``, ``+x``, ``~x`` or ``not x``."""

    ref: int
    operator: str
    operand: Expression


@record(frozen=True)
class Binary:
    """A left-to-right chain: ``first``, then one (operator, operand) after another."""

    ref: int
    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@record(frozen=True)
class Logical:
    """``a and b and c`` or ``a or b or c``; ``operator`` is ``and`` or ``or``."""

    ref: int
    operator: str
    operands: tuple[Expression, ...]


@record(frozen=True)
class Comparison:
    """``first < second <= third``; operators as written, ``not in`` and ``is not`` with one blank."""

    ref: int
    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@record(frozen=True)
class Conditional:
    """``body if test else otherwise``."""

    ref: int
    test: Expression
    body: Expression
    otherwise: Expression


@record(frozen=True)
class Parameter:
    """One parameter; ``kind`` is ``positional``, ``normal``, ``args``, ``keyword`` or ``kwargs``."""

    name: str
    kind: str
    default: Expression | None = None


@record(frozen=True)
class Lambda:
    """``lambda parameters: body``."""

    ref: int
    parameters: tuple[Parameter, ...]
    body: Expression


@record(frozen=True)
class ComprehensionLoop:
    """``for target in source if test if test``."""

    target: Expression
    source: Expression
    tests: tuple[Expression, ...]


@record(frozen=True)
class Comprehension:
    """A ``list``, ``set``, ``dict`` or ``generator`` comprehension; ``key`` only for a dict."""

    ref: int
    kind: str
    key: Expression | None
    element: Expression
    loops: tuple[ComprehensionLoop, ...]


@record(frozen=True)
class Await:
    """``await value``."""

    ref: int
    value: Expression


@record(frozen=True)
class Yield:
    """``yield value``, or ``yield from value`` where that ``is_from``."""

    ref: int
    value: Expression | None
    is_from: bool = False


@record(frozen=True)
class Walrus:
    """``name := value``."""

    ref: int
    name: str
    value: Expression


@record(frozen=True)
class Opaque:
    """An expression that has no counterpart here; ``what`` names it in words."""

    ref: int
    what: str


Expression = (
    Constant
    | Name
    | Attribute
    | Slice
    | Subscript
    | Call
    | FormattedString
    | Starred
    | Display
    | DictDisplay
    | Unary
    | Binary
    | Logical
    | Comparison
    | Conditional
    | Lambda
    | Comprehension
    | Await
    | Yield
    | Walrus
    | Opaque
)

# --- patterns of match -------------------------------------------------------------------------------------------


@record(frozen=True)
class ValuePattern:
    """A constant or a dotted name that the subject must equal."""

    value: Expression


@record(frozen=True)
class OrPattern:
    """``a | b``."""

    choices: tuple[Pattern, ...]


@record(frozen=True)
class CapturePattern:
    """``name``, ``_`` (no name) or ``pattern as name``."""

    pattern: Pattern | None
    name: str | None


@record(frozen=True)
class TypePattern:
    """``cls()``: the subject is an instance of that class."""

    cls: Expression


@record(frozen=True)
class OtherPattern:
    """A sequence, a mapping or a class pattern with parts: whether it matches is not evaluated.

    ``names`` are bound if it does.
    """

    names: tuple[str, ...]


Pattern = ValuePattern | OrPattern | CapturePattern | TypePattern | OtherPattern

# --- statements --------------------------------------------------------------------------------------------------


@record(frozen=True)
class Assign:
    """``target = target = value``; an annotated assignment with a value is one too.

    ``annotation`` is kept in class bodies only, where it makes a field of a dataclass or a model. ``annotated`` are the
    names that it reads, at the top of a module or of a class.
    """

    ref: int
    targets: tuple[Expression, ...]
    value: Expression
    annotation: Expression | None = None
    annotated: tuple[str, ...] = ()


@record(frozen=True)
class Declare:
    """``target: annotation`` without a value: binds nothing, but names a field of a class.

    ``annotation`` and ``annotated`` as in :class:`Assign`.
    """

    ref: int
    target: Expression
    annotation: Expression | None = None
    annotated: tuple[str, ...] = ()


@record(frozen=True)
class AugmentedAssign:
    """``target operator= value``; ``operator`` without the ``=``."""

    ref: int
    target: Expression
    operator: str
    value: Expression


@record(frozen=True)
class Evaluate:
    """An expression as a statement."""

    ref: int
    value: Expression


@record(frozen=True)
class Delete:
    """``del target, target``."""

    ref: int
    targets: tuple[Expression, ...]


@record(frozen=True)
class Return:
    """``return value``."""

    ref: int
    value: Expression | None


@record(frozen=True)
class Raise:
    """``raise value`` (or a bare ``raise``)."""

    ref: int
    value: Expression | None


@record(frozen=True)
class Assert:
    """``assert test, message``."""

    ref: int
    test: Expression
    message: Expression | None


@record(frozen=True)
class Jump:
    """``break`` or ``continue``."""

    ref: int
    kind: str


@record(frozen=True)
class Scope:
    """``global`` or ``nonlocal`` names."""

    ref: int
    kind: str
    names: tuple[str, ...]


@record(frozen=True)
class ImportedName:
    """One ``name as alias`` of an import; ``name`` is dotted in an ``import`` statement."""

    ref: int
    name: str
    alias: str | None


@record(frozen=True)
class Import:
    """``import a.b, c as d``."""

    ref: int
    names: tuple[ImportedName, ...]


@record(frozen=True)
class ImportFrom:
    """``from ..module import name as alias``; ``level`` counts the dots, ``names`` is None for ``*``."""

    ref: int
    level: int
    module: str
    names: tuple[ImportedName, ...] | None


@record(frozen=True)
class If:
    """``if``/``elif`` branches in order, then ``else``."""

    ref: int
    branches: tuple[tuple[Expression, Block], ...]
    otherwise: Block


@record(frozen=True)
class While:
    """``while test: body else: otherwise``."""

    ref: int
    test: Expression
    body: Block
    otherwise: Block


@record(frozen=True)
class For:
    """``for target in source: body else: otherwise``."""

    ref: int
    target: Expression
    source: Expression
    body: Block
    otherwise: Block
    is_async: bool


@record(frozen=True)
class With:
    """``with value as target, ...: body``."""

    ref: int
    items: tuple[tuple[Expression, Expression | None], ...]
    body: Block
    is_async: bool


@record(frozen=True)
class Handler:
    """``except type as name: body``; ``type`` is None for a bare ``except``."""

    type: Expression | None
    name: str | None
    body: Block


@record(frozen=True)
class Try:
    """``try``/``except``/``else``/``finally``; ``is_group`` for ``except*``."""

    ref: int
    body: Block
    handlers: tuple[Handler, ...]
    otherwise: Block
    final: Block
    is_group: bool


@record(frozen=True)
class Case:
    """``case pattern if guard: body``."""

    pattern: Pattern
    guard: Expression | None
    body: Block


@record(frozen=True)
class Match:
    """``match subject:`` with its cases."""

    ref: int
    subject: Expression
    cases: tuple[Case, ...]


@record(frozen=True)
class FunctionDefinition:
    """``def`` or ``async def``; ``is_generator`` when its own body yields.

    ``annotated`` are the names that its annotations read when it is defined.
    """

    ref: int
    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    decorators: tuple[Expression, ...]
    is_async: bool
    is_generator: bool
    annotated: tuple[str, ...] = ()


@record(frozen=True)
class ClassDefinition:
    """``class name(arguments): body``."""

    ref: int
    name: str
    arguments: tuple[Argument, ...]
    body: Block
    decorators: tuple[Expression, ...]


Statement = (
    Assign
    | Declare
    | AugmentedAssign
    | Evaluate
    | Delete
    | Return
    | Raise
    | Assert
    | Jump
    | Scope
    | Import
    | ImportFrom
    | If
    | While
    | For
    | With
    | Try
    | Match
    | FunctionDefinition
    | ClassDefinition
)
Block = tuple[Statement, ...]


@record(frozen=True)
class ModuleForm:
    """A whole module: its statements and how many references its nodes use (0 to ``size`` - 1)."""

    body: Block
    size: int
