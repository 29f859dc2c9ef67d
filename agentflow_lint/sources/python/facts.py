"""The statements of a module, and facts about them, each read once.

An edit of a module leaves the statements that it does not touch as they are, with all that has been read off them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import once
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText


def statements_of(text: SourceText) -> form.Block:
    """The statements at the top of a module; none of one that has no form."""
    from agentflow_lint.sources.python.lowering import lower

    lowered = lower(text)
    return lowered.body if isinstance(lowered, form.ModuleForm) else ()


@once
def names_read(statement: form.Statement) -> frozenset[str]:
    """Every name that is read anywhere in a statement."""
    return frozenset(node.id for node in nodes(statement) if isinstance(node, form.Name))


@once
def imports_in(statement: form.Statement) -> tuple[form.Import | form.ImportFrom, ...]:
    """The import statements in a statement, wherever they stand; itself if it is one."""
    return tuple(node for node in nodes(statement) if isinstance(node, (form.Import, form.ImportFrom)))


@once
def functions_in(statement: form.Statement) -> tuple[form.FunctionDefinition, ...]:
    """The outermost functions in a statement, methods included; itself if it is one."""
    if isinstance(statement, form.FunctionDefinition):
        return (statement,)
    found = nodes(statement, stop=form.FunctionDefinition)
    return tuple(node for node in found if isinstance(node, form.FunctionDefinition))
