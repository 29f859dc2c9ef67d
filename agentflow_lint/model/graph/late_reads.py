"""Reads of the environment inside functions: they happen when the function runs, which the evaluation does not see.

Read off the text: ``os.environ["X"]``, ``os.environ.get("X")`` and ``os.getenv("X")`` by the names under which a module
imports ``os``, and calls of the project's own functions that hand a constant on to one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import EnvRead
from agentflow_lint.model.loading.modules import absolute_name
from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.facts import functions_in, imports_in, names_read, statements_of
from agentflow_lint.sources.python.walking import nodes
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from agentflow_lint.model.graph.sources import Sources

_GETTERS = frozenset({"os.getenv", "os.environ.get"})
_ENVIRON = "os.environ"
_READERS = (_ENVIRON, *_GETTERS)
_KEY_ERRORS = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})
_WORDS = ("getenv", "environ")


@record(frozen=True)
class ReadModule:
    """A module of the project: its file, its dotted name, and the package that its relative imports start from."""

    path: str
    name: str
    package: str


@record(frozen=True)
class _Helper:
    """A function of the project that reads the variable that its parameter number ``position`` names.

    ``required`` when called with nothing but the name; ``takes_default``: a second argument stands in.
    """

    position: int
    parameter: str
    required: bool
    takes_default: bool


def late_reads(modules: Sequence[ReadModule], sources: Sources) -> Iterator[EnvRead]:
    """The reads inside functions of these modules."""
    helpers = {
        f"{module.name}.{name}": helper
        for module in modules
        if sources.mentions(module.path, *_WORDS)
        for name, helper in _helpers(_text_of(module, sources), module.package)
    }
    short_names = {name: name.rpartition(".")[2] for name in helpers}
    for module in modules:
        text = _text_of(module, sources)
        of_use = tuple((name, helper) for name, helper in helpers.items() if short_names[name] in text.content)
        if of_use or any(word in text.content for word in _WORDS):
            for read in _reads(text, module.name, module.package, of_use):
                place = sources.place(module.path, read.reference)
                yield EnvRead(read.name, read.required, read.default, place, at_import_time=False)


@once
def written_reads(text: SourceText) -> tuple[tuple[str, int], ...]:
    """The reads of the environment that a module spells out, in functions or not: names, and references to these."""
    block = statements_of(text)
    names = names_of(block, "")
    named = (_named(node, names)[0] for node in nodes(block) if isinstance(node, (form.Call, form.Subscript)))
    return tuple(
        (each.value, each.ref) for each in named if isinstance(each, form.Constant) and isinstance(each.value, str)
    )


def _text_of(module: ReadModule, sources: Sources) -> SourceText:
    return sources.text(module.path) or SourceText("")


@once
def _helpers(text: SourceText, package: str) -> tuple[tuple[str, _Helper], ...]:
    return tuple(_helpers_in(statements_of(text), _names(text, package)))


@once
def _names(text: SourceText, package: str) -> Mapping[str, str]:
    return names_of(statements_of(text), package)


def _helpers_in(block: form.Block, names: Mapping[str, str]) -> Iterator[tuple[str, _Helper]]:
    reading = _leading_to(_READERS, names)
    for node in block:
        if not isinstance(node, form.FunctionDefinition) or node.decorators or names_read(node).isdisjoint(reading):
            continue
        parameters = [each.name for each in node.parameters if each.kind in ("positional", "normal")]
        demanded: set[str] = set()
        asked: set[str] = set()
        raises = False
        for inner in nodes(node.body):
            raises = raises or isinstance(inner, form.Raise)
            name, is_subscript = _named(inner, names)
            if isinstance(name, form.Name) and name.id in parameters:
                (demanded if is_subscript else asked).add(name.id)
        for parameter in parameters:
            if parameter in demanded or parameter in asked:
                position = parameters.index(parameter)
                required = (parameter in demanded and parameter not in asked) or raises
                takes_default = len(parameters) > position + 1 and not (parameter in demanded and not asked)
                yield node.name, _Helper(position, parameter, required, takes_default)
                break


@record(frozen=True)
class _Read:
    """An :class:`EnvRead` whose place is but a reference."""

    name: str
    required: bool
    default: str | None
    reference: int


@once
def _reads(text: SourceText, name: str, package: str, helpers: tuple[tuple[str, _Helper], ...]) -> tuple[_Read, ...]:
    """The reads inside the functions of a module, by itself and through these helpers."""
    block = statements_of(text)
    names = dict(_names(text, package))
    for defined in block:
        if isinstance(defined, (form.FunctionDefinition, form.ClassDefinition)):
            names.setdefault(defined.name, f"{name}.{defined.name}")
    leading = _leading_to((*_READERS, *(helper for helper, _ in helpers)), names)
    found: list[_Read] = []
    for function in functions(block):
        used = names_read(function) & leading
        if used:
            found += _reads_in(function, tuple(sorted((each, names[each]) for each in used)), helpers)
    return tuple(found)


@once
def _reads_in(
    function: form.FunctionDefinition, names: tuple[tuple[str, str], ...], helpers: tuple[tuple[str, _Helper], ...]
) -> tuple[_Read, ...]:
    """The reads inside a function; ``names`` are those that lead to anything, with what they stand for."""
    known, paths = dict(helpers), dict(names)
    found = (_read(node, is_guarded, paths, known) for node, is_guarded in _with_guards(function.body, paths))
    return tuple(each for each in found if each is not None)


def _read(node: object, is_guarded: bool, names: Mapping[str, str], helpers: Mapping[str, _Helper]) -> _Read | None:
    if not isinstance(node, (form.Call, form.Subscript)):
        return None
    name, is_subscript = _named(node, names)
    if isinstance(name, form.Constant) and isinstance(name.value, str):
        default = None if is_subscript else _text(node.arguments, 1)  # type: ignore[union-attr]
        return _Read(name.value, is_subscript and not is_guarded, default, node.ref)
    if not isinstance(node, form.Call):
        return None
    helper = helpers.get(_path(node.function, names))
    called = None if helper is None else _argument(node.arguments, helper.position, helper.parameter)
    if helper is None or not isinstance(called, form.Constant) or not isinstance(called.value, str):
        return None
    has_default = helper.takes_default and len(node.arguments) > 1
    default = _text(node.arguments, helper.position + 1) if has_default else None
    required = helper.required and not has_default and not is_guarded
    return _Read(called.value, required, default, node.ref)


def _named(node: object, names: Mapping[str, str]) -> tuple[form.Expression | None, bool]:
    """What names the variable that a node reads, and whether it is a subscript; None where it reads none."""
    if isinstance(node, form.Subscript) and _path(node.value, names) == _ENVIRON:
        return node.index, True
    if isinstance(node, form.Call) and _path(node.function, names) in _GETTERS and node.arguments:
        return node.arguments[0].value, False
    return None, False


def _text(arguments: tuple[form.Argument, ...], position: int) -> str | None:
    value = arguments[position].value if len(arguments) > position else None
    return value.value if isinstance(value, form.Constant) and isinstance(value.value, str) else None


def _argument(arguments: tuple[form.Argument, ...], position: int, parameter: str) -> form.Expression | None:
    plain = [each.value for each in arguments if each.keyword is None and not each.star]
    if len(plain) > position:
        return plain[position]
    return next((each.value for each in arguments if each.keyword == parameter), None)


def names_of(block: form.Block, package: str) -> dict[str, str]:
    """What the imports of a module, wherever they stand, make of its names: ``os`` and the project's functions.

    ``package`` is the one that its relative imports start from.
    """
    found: dict[str, str] = {}
    for node in (each for statement in block for each in imports_in(statement)):
        if isinstance(node, form.Import):
            for item in node.names:
                found[item.alias or item.name.partition(".")[0]] = (
                    item.name if item.alias else item.name.partition(".")[0]
                )
        elif node.names is not None:
            source = absolute_name(package, node.level, node.module)
            for item in node.names:
                found[item.alias or item.name] = f"{source}.{item.name}"
    return found


def _path(node: form.Expression, names: Mapping[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, form.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, form.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])


def _leading_to(paths: Collection[str], names: Mapping[str, str]) -> frozenset[str]:
    """The names with which one of the dotted paths may be written."""
    known = {
        ".".join(parts[:length]) for parts in (path.split(".") for path in paths) for length in range(1, len(parts) + 1)
    }
    return frozenset(name for name, target in names.items() if target in known)


def functions(block: form.Block) -> Iterator[form.FunctionDefinition]:
    """The outermost functions of a block, methods included."""
    return (function for statement in block for function in functions_in(statement))


def _with_guards(root: object, names: Mapping[str, str]) -> Iterator[tuple[object, bool]]:
    """Every node below ``root``, and whether a KeyError there is caught or the environment was asked before."""
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, is_guarded = stack.pop()
        if isinstance(node, tuple):
            stack.extend((each, is_guarded) for each in reversed(node))
            continue
        if not hasattr(node, "__match_args__"):
            continue
        yield node, is_guarded
        below = dict.fromkeys(reversed(node.__match_args__), is_guarded)
        if isinstance(node, form.Try):
            below["body"] = is_guarded or any(_catches(handler.type) for handler in node.handlers)
        elif any(_asks(test, names) for test in _tests(node)):
            below = dict.fromkeys(below, True)
        stack.extend((getattr(node, name), guarded) for name, guarded in below.items())


def _tests(node: object) -> Iterator[form.Expression]:
    """The conditions of an ``if``, as a statement or inside an expression."""
    if isinstance(node, form.If):
        yield from (test for test, _ in node.branches)
    elif isinstance(node, form.Conditional):
        yield node.test


def _asks(test: object, names: Mapping[str, str]) -> bool:
    """Whether a condition asks the environment anything."""
    return any(isinstance(node, (form.Attribute, form.Name)) and _path(node, names) in _READERS for node in nodes(test))


def _catches(kind: form.Expression | None) -> bool:
    if kind is None:
        return True
    if isinstance(kind, form.Display):
        return any(_catches(item) for item in kind.items)
    return isinstance(kind, form.Name) and kind.id in _KEY_ERRORS
