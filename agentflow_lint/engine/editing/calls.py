"""Edits of calls in Python source, and the imports that they need."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.imports import import_statements
from agentflow_lint.engine.editing.places import written_at
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.engine.editing.imports import ImportStatement
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.values import Location

_PLAIN_CALL = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[[\w.\s,|]*\])?\(\s*\)\Z")
_ARGUMENTS = re.compile(r"\((?P<inside>[^()#]*)\)\Z")


def called_without_arguments(files: ProjectFiles, call: Location | None) -> str | None:
    """The plain name that is called at a place, with nothing between the brackets; None for any other call."""
    found = written_at(files, call)
    match = _PLAIN_CALL.match(found.raw) if found else None
    return match["name"] if match else None


def expression_replaced(files: ProjectFiles, at: Location, text: str) -> Edit | None:
    """Put another expression in the place of one."""
    found = written_at(files, at)
    return found.edit(found.start, found.end, text) if found else None


def argument_added(files: ProjectFiles, call: Location, argument: str) -> Edit | None:
    """Add an argument at the end of a call whose arguments stand on one line and hold no call themselves."""
    found = written_at(files, call)
    match = _ARGUMENTS.search(found.raw) if found else None
    if found is None or match is None or "\n" in match["inside"] or "\r" in match["inside"]:
        return None
    inside = match["inside"].rstrip()
    at = found.start + match.start("inside") + len(inside)
    separator = "" if not inside else " " if inside.endswith(",") else ", "
    return found.edit(at, at, separator + argument)


def leaves_out(files: ProjectFiles, call: Location, parameter: str) -> bool:
    """Whether a call certainly does not give its first parameter: no argument without a name, none by that name."""
    import ast

    found = written_at(files, call)
    try:
        node = ast.parse(found.raw.strip(), mode="eval").body if found else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = [each.arg for each in node.keywords] if isinstance(node, ast.Call) else [parameter]
    return isinstance(node, ast.Call) and not node.args and None not in names and parameter not in names


def imports_of(files: ProjectFiles, path: str) -> tuple[ImportStatement, ...]:
    """The imports of a module that stand at its top level, at the start of a line."""
    text = files.read(path)
    if not isinstance(text, SourceText):
        return ()
    return tuple(each for each in import_statements(path, text) if text.position(each.start)[1] == 1)


def local_name(imports: tuple[ImportStatement, ...], name: str) -> str | None:
    """The name under which the module's imports bind ``name`` of another module."""
    for statement in imports:
        for each in statement.names:
            if statement.module is not None and each.name == name:
                return each.alias or each.name
    return None


def imports_module(imports: tuple[ImportStatement, ...], module: str) -> bool:
    """Whether ``import module`` binds that very name."""
    return any(
        each.name == module and each.alias is None for one in imports if one.module is None for each in one.names
    )


def standard_module_imported(imports: tuple[ImportStatement, ...], module: str) -> Edit | None:
    """Put ``import module`` among the first imports: behind those that sort before it, else in front of the first one.

    A blank line keeps it apart from what is not of the standard library. None where the module has no import at all.
    """
    rest = [each for each in imports if each.module != "__future__"]
    if not rest:
        return None
    plain = []
    for each in rest:
        if each.module is not None or not _is_standard(each.names[0].name):
            break
        plain.append(each)
    before = [each for each in plain if each.names[0].name < module]
    if before:
        return import_added_behind(before[-1], f"import {module}")
    top = rest[0].module or rest[0].names[0].name
    return _inserted(rest[0], rest[0].start, f"import {module}\n" if _is_standard(top) else f"import {module}\n\n")


def _is_standard(dotted: str) -> bool:
    return dotted.partition(".")[0] in sys.stdlib_module_names


def import_added_behind(statement: ImportStatement, line: str) -> Edit:
    """Put an import on the line behind another one."""
    text = statement.text
    number = text.position(statement.end)[0]
    end = text.line_starts[number - 1] + len(text.line(number))
    return _inserted(statement, end, f"\n{line}")


def mentions(text: SourceText, name: str) -> int:
    """How often a name stands in a text, in comments and strings too."""
    return len(re.findall(rf"\b{re.escape(name)}\b", text.content))


def _inserted(statement: ImportStatement, at: int, text: str) -> Edit:
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.values import Location

    return Edit(Location(statement.path, statement.text.span(at, at)), text)
