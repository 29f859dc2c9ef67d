"""The keys of the project's config file that a release reads, as a nested tree.

The server reads them with ``data.get("key")`` on the parsed JSON and on the objects inside it, partly through
helper functions that receive the object and the key. The trace below follows such values through one module at a
time: an expression is either a place in the config (a path of keys), a constant string, or nothing of interest.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .wheel import Wheel

Path = tuple[str, ...]

_GRAPH_CONFIG = "src.app.core.config.graph_config"
_CLI_CONFIG = "cli.core.config"
#: Modules that look inside what the two modules above hand out.
_READERS = ("src.app.loader", "src.app.core.config.setup_middleware", "cli.commands.test", "cli.commands.eval")

#: Read by the core's ``setup_observability`` (runtime/publisher/exporters.py), which gets the object as it is; the
#: same keys in every core release that has the function (0.9.0 to 0.10.3), for the server releases that call it.
_PASSED_ON: dict[Path, tuple[str, ...]] = {
    ("observability", "logfire"): ("console", "enabled", "send_to_logfire", "service_name"),
    ("observability", "langsmith"): ("enabled", "endpoint", "project"),
}
#: Objects that a pydantic model of the same module reads: key -> model.
_MODELS = {"remote_tools": "RemoteToolConfig"}


def config_keys(wheel: Wheel) -> dict[str, Any]:
    """Key -> keys inside it (an empty object where the release reads none)."""
    found: set[Path] = set()
    accessors: dict[str, Path] = {}
    for module, class_name in ((_GRAPH_CONFIG, "GraphConfig"), (_CLI_CONFIG, "ConfigManager")):
        dotted = f"{wheel.package}.{module}"
        if wheel.has_module(dotted):
            trace = _Trace(wheel.tree(dotted), {}, found)
            accessors |= trace.run_config_class(class_name)
    for module in _READERS:
        dotted = f"{wheel.package}.{module}"
        if wheel.has_module(dotted):
            _Trace(wheel.tree(dotted), accessors, found).run_all()
    statements = wheel.tree(f"{wheel.package}.{_GRAPH_CONFIG}").body
    models = {node.name: node for node in statements if isinstance(node, ast.ClassDef)}
    for key, model in _MODELS.items():
        if (key,) in found and model in models:
            found |= {(key, name) for name in _model_keys(models[model])}
    for parent, names in _PASSED_ON.items():
        if parent in found:
            found |= {(*parent, name) for name in names}
    tree: dict[str, Any] = {}
    for path in sorted(found):
        place = tree
        for key in path:
            place = place.setdefault(key, {})
    return tree


def _model_keys(model: ast.ClassDef) -> set[str]:
    """What a pydantic model accepts: the alias of each field, and its name where the model allows both."""
    both = "populate_by_name=True" in ast.unparse(model)
    keys: set[str] = set()
    for node in model.body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        words = node.value.keywords if isinstance(node.value, ast.Call) else []
        aliases = {str(w.value.value) for w in words if w.arg == "alias" and isinstance(w.value, ast.Constant)}
        keys |= aliases or {node.target.id}
        if both:
            keys.add(node.target.id)
    return keys


@dataclass
class _Trace:
    """One module. ``accessors``: attributes and methods that hand out a place in the config."""

    tree: ast.Module
    accessors: dict[str, Path]
    found: set[Path]
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(init=False)
    depth: int = 0

    def __post_init__(self) -> None:
        self.functions = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                        self.functions[f"{node.name}.{inner.name}"] = inner
        for statement in self.tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[statement.name] = statement

    def run_all(self) -> None:
        """Follow every function of the module, knowing nothing of its arguments."""
        for name, function in self.functions.items():
            self._call(function, {}, name.rpartition(".")[0])

    def run_config_class(self, class_name: str) -> dict[str, Path]:
        """Follow the class that holds the parsed file; its accessors: attribute -> place."""
        results = {}
        for name, function in self.functions.items():
            owner, _, method = name.rpartition(".")
            if owner == class_name:
                place = self._call(function, {}, owner)
                if isinstance(place, tuple) and place:
                    results[method] = place
        return results

    def _call(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, bound: dict[str, Path | str], owner: str
    ) -> Path | str | None:
        if self.depth > 8:
            return None
        self.depth += 1
        names = dict(bound)
        returned: Path | str | None = None
        for node in _in_order(function.body):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                value = self._value(node.value, names, owner)
                if isinstance(target, ast.Name):
                    if value is not None:
                        names[target.id] = value
                    elif not isinstance(node.value, ast.Constant | ast.Dict):
                        names.pop(target.id, None)
            elif isinstance(node, ast.Return) and node.value is not None:
                returned = self._value(node.value, names, owner) or returned
            else:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._value(child, names, owner)
        self.depth -= 1
        return returned

    def _value(self, node: ast.expr, names: dict[str, Path | str], owner: str) -> Path | str | None:
        """The place or string that ``node`` is; everything read on the way is recorded."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in ("data", "_config_data"):
                return ()
            self._value(node.value, names, owner)
            return self.accessors.get(node.attr)
        if isinstance(node, ast.Call):
            return self._call_value(node, names, owner)
        parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        values = [self._value(part, names, owner) for part in parts]
        if isinstance(node, ast.Subscript):
            return self._read(values[0], values[1] if len(values) > 1 else None)
        if isinstance(node, ast.BoolOp | ast.IfExp | ast.Await):
            return next((value for value in values if isinstance(value, tuple)), None)
        for child in ast.walk(node):
            if isinstance(child, ast.comprehension):
                self._value(child.iter, names, owner)
        return None

    def _read(self, place: Path | str | None, key: Path | str | None) -> Path | None:
        if isinstance(place, tuple) and isinstance(key, str):
            self.found.add((*place, key))
            return (*place, key)
        return None

    def _call_value(self, node: ast.Call, names: dict[str, Path | str], owner: str) -> Path | str | None:
        arguments = [self._value(argument, names, owner) for argument in node.args]
        keywords = {word.arg: self._value(word.value, names, owner) for word in node.keywords if word.arg}
        if isinstance(node.func, ast.Attribute):
            place = self._value(node.func.value, names, owner)
            if node.func.attr == "get" and isinstance(place, tuple):
                return self._read(place, arguments[0] if arguments else None)
            if node.func.attr == "get_config_value" and arguments and isinstance(arguments[0], str):
                return self._read((), arguments[0])
            if node.func.attr in self.accessors:
                return self.accessors[node.func.attr]
        function, callee_owner = self._callee(node.func, owner)
        if function is None:
            return None
        parameters = [parameter.arg for parameter in function.args.args]
        if parameters and parameters[0] in ("self", "cls"):
            parameters = parameters[1:]
        bound = dict(zip(parameters, arguments, strict=False)) | keywords
        known = {name: value for name, value in bound.items() if value is not None}
        return self._call(function, known, callee_owner) if known else None

    def _callee(self, function: ast.expr, owner: str) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, str]:
        if isinstance(function, ast.Name):
            return self.functions.get(function.id), ""
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            base = owner if function.value.id in ("self", "cls") else function.value.id
            return self.functions.get(f"{base}.{function.attr}"), base
        return None, ""


def _in_order(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a function in source order, nested blocks opened, nested functions left alone."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            found += _in_order(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            found += _in_order(handler.body)
    return found
