"""Facts about the statements of a form, each read once.

They stay with the statement, as those of :func:`agentflow_lint.sources.text.once` stay with a text: an edit of a module
leaves the statements that it does not touch as they are, with all that has been read off them.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


def of_statement(reader: Callable[[form.Statement], _T]) -> Callable[[form.Statement], _T]:
    """A reader that reads a statement once. For pure functions whose results nobody changes."""
    key = f"{reader.__module__}.{reader.__qualname__}"

    @wraps(reader)
    def reading(statement: form.Statement) -> _T:
        facts = statement.__dict__
        if key not in facts:
            facts[key] = reader(statement)
        return facts[key]  # type: ignore[no-any-return]

    return reading


@of_statement
def names_read(statement: form.Statement) -> frozenset[str]:
    """Every name that is read anywhere in a statement."""
    return frozenset(node.id for node in nodes(statement) if isinstance(node, form.Name))


@of_statement
def imports_in(statement: form.Statement) -> tuple[form.Import | form.ImportFrom, ...]:
    """The import statements in a statement, wherever they stand; itself if it is one."""
    return tuple(node for node in nodes(statement) if isinstance(node, (form.Import, form.ImportFrom)))


@of_statement
def functions_in(statement: form.Statement) -> tuple[form.FunctionDefinition, ...]:
    """The outermost functions in a statement, methods included; itself if it is one."""
    found = nodes(statement, stop=form.FunctionDefinition)
    return tuple(node for node in found if isinstance(node, form.FunctionDefinition))
