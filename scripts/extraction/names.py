"""The public names of every module: what ``from module import name`` finds at run time."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .wheel import literal_assignments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .wheel import Wheel


@dataclass(frozen=True)
class Surface:
    """A module's public names, sorted. ``dynamic``: names that cannot be listed may be there too."""

    names: tuple[str, ...]
    dynamic: bool


def surfaces(wheel: Wheel, package: str) -> dict[str, Surface]:
    """Module -> surface, sorted, for ``package`` and everything below it; folders without ``__init__.py`` included.

    Left out is what cannot be imported, because it imports from another module of the package what is not there.
    """
    prefix = package + "."
    found = {
        module: _surface(wheel, module, frozenset())
        for module in wheel.modules
        if module == package or module.startswith(prefix)
    }
    for module in list(found):
        while (module := module.rpartition(".")[0]).startswith(prefix):
            found.setdefault(module, Surface((), dynamic=False))
    while broken := {module for module in found if _is_broken(wheel, module, found)}:
        for module in broken:
            del found[module]
    return dict(sorted(found.items()))


def _is_broken(wheel: Wheel, module: str, found: dict[str, Surface]) -> bool:
    """Whether importing ``module`` certainly raises an ImportError: only what it does unconditionally counts."""
    top, _, below = module.partition(".")
    if below and module.rpartition(".")[0] not in found:
        return True
    if not wheel.has_module(module):
        return False
    for statement in wheel.tree(module).body:
        if isinstance(statement, ast.Import):
            if any(alias.name.startswith(f"{top}.") and alias.name not in found for alias in statement.names):
                return True
        elif isinstance(statement, ast.ImportFrom):
            source = _imported_module(wheel, module, statement)
            if source is None or source.partition(".")[0] != top:
                continue
            surface = found.get(source)
            if surface is None:
                return True
            if any(not _is_there(alias.name, source, surface, found) for alias in statement.names):
                return True
    return False


def _is_there(name: str, source: str, surface: Surface, found: dict[str, Surface]) -> bool:
    is_listed = name in surface.names or f"{source}.{name}" in found
    return is_listed or surface.dynamic or name.startswith("_") or name == "*"


def _surface(wheel: Wheel, module: str, seen: frozenset[str]) -> Surface:
    tree = wheel.tree(module)
    names: set[str] = set()
    dynamic = False
    for statement in _executed(tree.body):
        if isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names):
            source = _imported_module(wheel, module, statement)
            if source is None or source in seen or not wheel.has_module(source):
                dynamic = True
            else:
                starred = _surface(wheel, source, seen | {module})
                exported = literal_assignments(wheel.tree(source)).get("__all__")
                names |= set(exported) if isinstance(exported, list) else set(starred.names)
                dynamic |= starred.dynamic
            continue
        names |= set(_bound_by(statement))
        if isinstance(statement, ast.FunctionDef) and statement.name == "__getattr__":
            lazy = _lazy_names(tree, statement)
            names |= lazy
            dynamic |= not lazy
    names |= {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    return Surface(tuple(sorted(name for name in names if not name.startswith("_"))), dynamic)


def _executed(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that module level may run, type-checking branches left out, ``if``/``try`` opened."""
    for statement in body:
        if isinstance(statement, ast.If):
            if not _is_type_checking(statement.test):
                yield from _executed(statement.body)
            yield from _executed(statement.orelse)
        elif isinstance(statement, ast.Try):
            yield from _executed([*statement.body, *statement.orelse, *statement.finalbody])
            for handler in statement.handlers:
                yield from _executed(handler.body)
        elif isinstance(statement, ast.With | ast.For | ast.While):
            yield statement
            yield from _executed(statement.body)
        else:
            yield statement


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _bound_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name
    elif type(statement).__name__ == "TypeAlias":
        yield statement.name.id  # type: ignore[attr-defined]
    else:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif (isinstance(statement, ast.AnnAssign) and statement.value is not None) or isinstance(statement, ast.For):
            targets = [statement.target]
        elif isinstance(statement, ast.With):
            targets = [item.optional_vars for item in statement.items if item.optional_vars]
        for target in targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _imported_module(wheel: Wheel, module: str, statement: ast.ImportFrom) -> str | None:
    if not statement.level:
        return statement.module
    parts = module.split(".")
    up = statement.level - (1 if wheel.is_package(module) else 0)
    base = parts[: len(parts) - up]
    return ".".join([*base, *([statement.module] if statement.module else [])])


def _lazy_names(tree: ast.Module, getattr_function: ast.FunctionDef) -> set[str]:
    """The names that a module-level ``__getattr__`` answers: its literal tables and direct comparisons."""
    tables = literal_assignments(tree)
    argument = getattr_function.args.args[0].arg
    found: set[str] = set()
    for node in ast.walk(getattr_function):
        if isinstance(node, ast.Name) and isinstance(tables.get(node.id), list | dict):
            found |= {str(name) for name in tables[node.id]}  # type: ignore[attr-defined]
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == argument:
            for other in node.comparators:
                if isinstance(other, ast.Constant) and isinstance(other.value, str):
                    found.add(other.value)
    return found
