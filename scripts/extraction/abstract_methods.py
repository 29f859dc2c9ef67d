"""The classes that cannot be instantiated, and the methods that a class deriving from them has to define."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .wheel import Wheel

#: Bases from elsewhere whose metaclass heeds ``@abstractmethod``, and those that change nothing.
_ABSTRACT_BASES = frozenset({"ABC", "Protocol", "BaseModel", "BaseSettings"})
_PLAIN_BASES = frozenset({"Generic", "object"})

_Classes = dict[str, list[tuple[str, ast.ClassDef]]]


def abstract_methods(wheel: Wheel) -> dict[str, list[str]]:
    """Public class -> the methods it leaves abstract, its own and those it inherits, both sorted.

    Classes are known by their names alone, as everywhere in the data; of several with one name only those methods
    count that all of them leave abstract.
    """
    classes: _Classes = {}
    for module in wheel.modules:
        if module.partition(".")[0] == wheel.package:
            for node in wheel.tree(module).body:
                if isinstance(node, ast.ClassDef):
                    classes.setdefault(node.name, []).append((module, node))
    found = {}
    for name, definitions in sorted(classes.items()):
        left = [_left_abstract(module, node, classes) for module, node in definitions]
        if not name.startswith("_") and (methods := frozenset.intersection(*left)):
            found[name] = sorted(methods)
    return found


def _left_abstract(module: str, node: ast.ClassDef, classes: _Classes) -> frozenset[str]:
    """The names whose first definition, in the order in which Python looks, is abstract.

    What a base that is not in the wheel may define is not known, so only the classes before it count.
    """
    left: set[str] = set()
    bound: set[str] = set()
    heeded = False
    for cls in _order(module, node, classes):
        heeded = heeded or _has_abstract_meta(cls)
        if isinstance(cls, str):
            if cls in _ABSTRACT_BASES | _PLAIN_BASES:
                continue
            break
        abstract, concrete = _own(cls)
        left |= abstract - bound
        bound |= abstract | concrete
    return frozenset(left) if heeded else frozenset()


def _order(module: str, node: ast.ClassDef, classes: _Classes) -> list[ast.ClassDef | str]:
    """The method resolution order: depth first, each class where it comes up last; bases from elsewhere by name."""
    visited: list[ast.ClassDef | str] = []

    def visit(module: str, node: ast.ClassDef, above: tuple[ast.ClassDef, ...]) -> None:
        visited.append(node)
        for base in node.bases:
            name = _last_name(base)
            candidates = [each for each in classes.get(name, ()) if each[1] not in (node, *above)]
            # A class of the same module goes before others of that name.
            chosen = next((each for each in candidates if each[0] == module), candidates[0] if candidates else None)
            if chosen is None:
                visited.append(name)
            else:
                visit(*chosen, (*above, node))

    visit(module, node, ())
    last = {id(cls) if isinstance(cls, ast.ClassDef) else cls: number for number, cls in enumerate(visited)}
    return [visited[number] for number in sorted(last.values())]


def _has_abstract_meta(cls: ast.ClassDef | str) -> bool:
    if isinstance(cls, str):
        return cls in _ABSTRACT_BASES
    return any(keyword.arg == "metaclass" and _last_name(keyword.value) == "ABCMeta" for keyword in cls.keywords)


def _own(node: ast.ClassDef) -> tuple[set[str], set[str]]:
    """The names that the class body binds: abstract, and not abstract."""
    abstract: set[str] = set()
    concrete: set[str] = set()
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            is_abstract = any(_last_name(decorator) == "abstractmethod" for decorator in statement.decorator_list)
            (abstract if is_abstract else concrete).add(statement.name)
        elif isinstance(statement, ast.Assign):
            concrete |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
            concrete.add(statement.target.id)
    return abstract - concrete, concrete


def _last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c`` and of ``c[T]``; empty for anything else."""
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
