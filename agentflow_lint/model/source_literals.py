"""The string literals of the project's modules, with the names that they are given to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.facts import statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.sources.text import SourceText

#: Functions whose second argument stands in for the variable that the first one names.
_LOOKUPS = ("getenv", "get", "setdefault")


@record(frozen=True)
class Literal:
    """One string: ``name`` is the variable, keyword, key or environment variable that gets it, "" for none."""

    text: str
    name: str
    place: Place


def string_literals(sources: Sources, path: str) -> Iterator[Literal]:
    """The strings of a module, docstrings left out, in no particular order; none of one that cannot be parsed."""
    text = sources.text(path)
    for content, name, reference in _literals(text) if text is not None else ():
        yield Literal(content, name, sources.place(path, reference))


@once
def _literals(text: SourceText) -> tuple[tuple[str, str, int], ...]:
    """The strings of a module, each with its name and its reference."""
    return tuple(found for statement in statements_of(text) for found in _strings_in(statement))


@once
def _strings_in(statement: form.Statement) -> tuple[tuple[str, str, int], ...]:
    return tuple(_strings_below(statement))


def _strings_below(statement: form.Statement) -> Iterator[tuple[str, str, int]]:
    waiting: list[tuple[object, str]] = [(statement, "")]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, form.Constant):
            if isinstance(node.value, str):
                yield node.value, name, node.ref
        elif isinstance(node, tuple):
            waiting.extend((each, name) for each in node)
        elif isinstance(node, form.Evaluate) and isinstance(node.value, form.Constant):
            continue
        elif hasattr(node, "__match_args__"):
            waiting.extend(_below(node, name))


def _below(node: object, name: str) -> Iterator[tuple[object, str]]:
    """What is directly inside a node, with the name that it is given to."""
    if isinstance(node, form.Assign):
        given = next((found for found in map(_name_of, node.targets) if found), "")
        yield node.targets, ""
        yield node.value, given
    elif isinstance(node, form.Call):
        yield node.function, ""
        for number, argument in enumerate(node.arguments):
            yield argument.value, argument.keyword or (_looked_up(node) if number == 1 else "")
    elif isinstance(node, form.DictDisplay):
        for key, value in node.items:
            yield value, key.value if isinstance(key, form.Constant) and isinstance(key.value, str) else ""
    elif isinstance(node, form.Parameter):
        yield node.default, node.name
    elif isinstance(node, (form.Conditional, form.Logical, form.Walrus)):
        yield from ((part, name) for part in _parts(node))
    else:
        yield from ((part, "") for part in _parts(node))


def _parts(node: Any) -> Iterator[object]:
    return (getattr(node, field) for field in type(node).__match_args__)


def _name_of(target: object) -> str:
    if isinstance(target, form.Name):
        return target.id
    if isinstance(target, form.Attribute):
        return target.attr
    if isinstance(target, form.Subscript) and isinstance(target.index, form.Constant):
        return str(target.index.value)
    return ""


def _looked_up(call: form.Call) -> str:
    """The variable in ``os.getenv("NAME", "default")`` and its kin."""
    function = call.function
    called = function.attr if isinstance(function, form.Attribute) else getattr(function, "id", "")
    first = call.arguments[0].value if call.arguments else None
    if called in _LOOKUPS and isinstance(first, form.Constant) and isinstance(first.value, str):
        return first.value
    return ""
