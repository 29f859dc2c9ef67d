"""Fenced blocks of Markdown, and what a block of Python needs to be a module."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import textwrap
from dataclasses import dataclass

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,})[ \t]*(?P<language>[\w+-]*).*$")
#: A file's name in bold or in backticks, as the line before a block.
_TITLE = re.compile(r"^\**`?(?P<path>[\w./-]+\.(?:py|json|env|toml)|\.env)`?:?\**:?$")
_ASSIGNMENTS = re.compile(r"(?:[A-Z][A-Z0-9_]*=.*\n?|\s*#.*\n?|\s*\n)+")

PYTHON = ("python", "py", "python3")


@dataclass(frozen=True)
class Block:
    """One fenced block: ``number`` counts those of its document from 1, ``title`` is the file that the line before
    names, if it names one."""

    document: str
    number: int
    language: str
    title: str
    text: str

    @property
    def name(self) -> str:
        """For example ``10xgraph/README.md#3``."""
        return f"{self.document}#{self.number}"

    @property
    def is_python(self) -> bool:
        """Whether it is a piece of Python."""
        return self.language in PYTHON

    @property
    def is_environment(self) -> bool:
        """Whether it is nothing but ``NAME=value`` lines."""
        return self.language in ("bash", "env", "dotenv", "sh", "ini") and bool(
            re.search(r"^[A-Z]", self.text, re.MULTILINE) and _ASSIGNMENTS.fullmatch(self.text)
        )


def blocks(document: str, text: str) -> list[Block]:
    """The fenced blocks of a document."""
    found: list[Block] = []
    lines: list[str] = []
    title, opening = "", None
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if opening is None and fence is not None:
            opening, lines = fence, []
        elif opening is not None and line.strip() == opening["ticks"]:
            content = textwrap.dedent("\n".join(lines)).strip("\n") + "\n"
            found.append(Block(document, len(found) + 1, opening["language"], title, content))
            title, opening = "", None
        elif opening is not None:
            lines.append(line)
        elif line.strip():
            named = _TITLE.match(line.strip())
            title = named["path"] if named else ""
    return found


def parsed(text: str) -> ast.Module | None:
    """The block as a tree, or None where it is no Python (of this interpreter's release)."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def compiles(text: str) -> bool:
    """Whether it is a complete module; ``await`` outside of a function is none."""
    try:
        compile(text, "example", "exec")
    except SyntaxError:
        return False
    return True


def free_names(text: str) -> list[str]:
    """What it reads and neither defines nor finds among the builtins, sorted."""
    top = symtable.symtable(text, "example", "exec")
    bound = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    read: set[str] = set()
    tables = [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        read |= {
            each.get_name()
            for each in table.get_symbols()
            if each.is_referenced() and (table is top or each.is_global())
        }
    return sorted(name for name in read - bound if not hasattr(builtins, name))


def compiled_name(tree: ast.Module) -> tuple[str, int] | None:
    """The name of the last compiled graph at the top, and the line where its statement ends."""
    for statement in reversed(tree.body):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        value = statement.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "compile":
            return statement.targets[0].id, statement.end_lineno or 0
    return None


_RUNS = ("invoke", "ainvoke", "stream", "astream", "arealtime", "evaluate", "run")


def runs_graph(tree: ast.Module) -> bool:
    """Whether importing the module runs a graph: a call or an ``await`` outside of every function."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RUNS:
            return True
        waiting += ast.iter_child_nodes(node)
    return False
