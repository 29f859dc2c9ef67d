"""The settings classes: every field with its type, default, choices and bounds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from .wheel import ExtractionError, literal, literal_assignments

if TYPE_CHECKING:
    from .wheel import Wheel

#: group -> (module below the server package, class); the second exists from 0.3.0 on.
_CLASSES = {
    "settings": ("src.app.core.config.settings", "Settings"),
    "media": ("src.app.core.config.media_settings", "MediaSettings"),
}
_KINDS = ("str", "int", "float", "bool")


def settings(wheel: Wheel) -> dict[str, dict[str, Any]]:
    """Setting -> its facts, sorted; keys that hold for most settings (not optional, no bounds) are left out."""
    found: dict[str, dict[str, Any]] = {}
    for group, (module, class_name) in _CLASSES.items():
        dotted = f"{wheel.package}.{module}"
        if not wheel.has_module(dotted):
            continue
        tree = wheel.tree(dotted)
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        if class_name not in classes:
            raise ExtractionError(f"{dotted} has no class {class_name}")
        constants = literal_assignments(tree)
        enums = {name: _enum_members(node, constants) for name, node in classes.items()}
        for node in classes[class_name].body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.isupper():
                where = f"{dotted}:{node.lineno}"
                found[node.target.id] = {"group": group} | _field(node, constants, enums, where)
    return dict(sorted(found.items()))


def _field(
    node: ast.AnnAssign, constants: dict[str, object], enums: dict[str, dict[str, str]], where: str
) -> dict[str, Any]:
    facts = _type(node.annotation, enums, where)
    if node.value is None:
        raise ExtractionError(f"{where}: a required setting; the data has no place for it")
    value: ast.expr = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Field":
        arguments = {keyword.arg: keyword.value for keyword in value.keywords}
        for keyword, name in (("ge", "minimum"), ("le", "maximum")):
            if keyword in arguments:
                facts[name] = _known(arguments[keyword], constants, where)
        unread = set(arguments) - {"default", "ge", "le", "description", "title"}
        if unread:
            raise ExtractionError(f"{where}: Field arguments not understood: {sorted(map(str, unread))}")
        value = arguments["default"] if "default" in arguments else value.args[0]
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id in enums:
        return facts | {"default": enums[value.value.id][value.attr]}
    return facts | {"default": _known(value, constants, where)}


def _known(node: ast.expr, constants: dict[str, object], where: str) -> object:
    known, value = literal(node, constants)
    if not known:
        raise ExtractionError(f"{where}: not a literal: {ast.unparse(node)}")
    return value


def _type(annotation: ast.expr, enums: dict[str, dict[str, str]], where: str) -> dict[str, Any]:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotation.left, annotation.right]
        rest = [side for side in sides if not (isinstance(side, ast.Constant) and side.value is None)]
        if len(rest) == 1:
            return _type(rest[0], enums, where) | {"optional": True}
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) in ("Optional", "typing.Optional"):
        return _type(annotation.slice, enums, where) | {"optional": True}
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) in ("Literal", "typing.Literal"):
        known, choices = literal(annotation.slice, {})
        if known:
            return {"kind": "choice", "choices": choices if isinstance(choices, list) else [choices]}
    if isinstance(annotation, ast.Name):
        if annotation.id in _KINDS:
            return {"kind": annotation.id}
        if enums.get(annotation.id):
            return {"kind": "choice", "choices": sorted(enums[annotation.id].values())}
    raise ExtractionError(f"{where}: type not understood: {ast.unparse(annotation)}")


def _enum_members(node: ast.ClassDef, constants: dict[str, object]) -> dict[str, str]:
    if not any("Enum" in ast.unparse(base) for base in node.bases):
        return {}
    members = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            members[statement.targets[0].id] = str(_known(statement.value, constants, node.name))
    return members
