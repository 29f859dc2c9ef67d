"""Whether a construction in the served graph's modules is sure to run, and to raise out of them, as it stands.

Read from the text alone, so that a branch whose condition is known counts as one that may not be taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.sources.text import once

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.text import SourceText

_MOST_CALLERS = 20


def doubt_about(files: ProjectFiles, at: Location) -> str | None:
    """Why the call that starts at ``at`` may not run, or may have its ImportError caught; None when neither is so."""
    import ast

    text = files.read(at.path)
    if isinstance(text, (Missing, Unreadable)):
        return f"{at.path} cannot be read"
    parents = _parents(text)
    if parents is None:
        return f"{at.path} cannot be parsed"
    calls = [node for node in parents if isinstance(node, ast.Call)]
    start = (at.span.line, at.span.column - 1)
    lines = text.content.splitlines()
    waiting: list[ast.AST] = [node for node in calls if (node.lineno, _column(lines, node)) == start]
    if not waiting:
        return f"the call in {at.path} line {at.span.line} is not found"
    functions: set[str] = set()
    while waiting and len(functions) < _MOST_CALLERS:
        child = waiting.pop()
        while (node := parents.get(child)) is not None:
            if _is_branch(node, child):
                return f"whether {at.path} line {at.span.line} runs, and lets an ImportError pass, depends on a branch"
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name not in functions:
                functions.add(node.name)
                waiting += [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == node.name]
            child = node
    return None


@once
def _parents(text: SourceText) -> Mapping[ast.AST, ast.AST] | None:
    """The node around each node of a module; None for what the interpreter at hand does not parse."""
    import ast

    try:
        tree = ast.parse(text.content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _column(lines: list[str], node: ast.Call) -> int:
    """The column in characters; the parser counts bytes."""
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    return len(line.encode()[: node.col_offset].decode(errors="ignore"))


def _is_branch(node: ast.AST, child: ast.AST) -> bool:
    import ast

    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return child is not node.test
    if isinstance(node, ast.Try):
        return child not in node.finalbody and bool(node.handlers) and child not in node.orelse
    if isinstance(node, ast.BoolOp):
        return child is not node.values[0]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return child in node.body and any("suppress" in ast.dump(item.context_expr) for item in node.items)
    return isinstance(node, (ast.match_case, ast.For, ast.AsyncFor, ast.ExceptHandler))
