"""The Typer application: every command with its options, read from the signatures in cli/main.py."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .wheel import ExtractionError, literal, literal_assignments

if TYPE_CHECKING:
    from .wheel import Wheel

#: What Typer's root adds on its own unless ``add_completion=False``.
_COMPLETION = ("--install-completion", "--show-completion")


@dataclass
class CommandLine:
    """The root's options, and the commands; both as plain data."""

    root_options: list[dict[str, Any]] = field(default_factory=list)
    commands: dict[str, dict[str, Any]] = field(default_factory=dict)


def command_line(wheel: Wheel) -> CommandLine:
    """The whole command line of one release."""
    module = f"{wheel.package}.cli.main"
    tree = wheel.tree(module)
    constants = _constants(wheel, tree)
    applications = _applications(tree)
    if "app" not in applications:
        raise ExtractionError(f"{module}: no `app = typer.Typer(...)`")
    help_names = _help_names(applications["app"], constants)
    help_option = {"names": help_names, "takes_value": False}
    result = CommandLine(root_options=[help_option])
    if "add_completion" not in {keyword.arg for keyword in applications["app"].keywords}:
        result.root_options += [{"names": [name], "takes_value": False} for name in _COMPLETION]
    nested: dict[str, dict[str, Any]] = {"app": result.commands}
    for name, group in _sub_applications(tree, constants).items():
        command: dict[str, Any] = {"options": [help_option], "commands": {}}
        result.commands[group] = command
        nested[name] = command["commands"]
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
                continue
            owner = decorator.func.value
            if not (isinstance(owner, ast.Name) and owner.id in applications):
                continue
            options, arguments = _parameters(function, constants)
            if decorator.func.attr == "callback" and owner.id == "app":
                result.root_options += options
            elif decorator.func.attr == "command":
                name, extra = _command_facts(decorator, function.name, constants)
                command = {"options": _sorted([help_option, *options])} | extra
                if arguments:
                    command["arguments"] = arguments
                nested[owner.id][name] = command
    result.root_options = _sorted(result.root_options)
    result.commands = dict(sorted(result.commands.items()))
    return result


def _sorted(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(options, key=lambda option: option["names"][0].lstrip("-"))


def _constants(wheel: Wheel, tree: ast.Module) -> dict[str, object]:
    """The literal constants that main.py imports from the package, and its own."""
    values: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and wheel.has_module(node.module):
            there = literal_assignments(wheel.tree(node.module))
            values |= {alias.asname or alias.name: there[alias.name] for alias in node.names if alias.name in there}
    return values | literal_assignments(tree)


def _applications(tree: ast.Module) -> dict[str, ast.Call]:
    return {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in ("typer.Typer", "Typer")
    }


def _help_names(application: ast.Call, constants: dict[str, object]) -> list[str]:
    for keyword in application.keywords:
        if keyword.arg == "context_settings":
            _, value = literal(keyword.value, constants)
            if isinstance(value, dict) and isinstance(value.get("help_option_names"), list):
                return sorted(value["help_option_names"])
    return ["--help"]


def _sub_applications(tree: ast.Module, constants: dict[str, object]) -> dict[str, str]:
    found = {}
    for node in tree.body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        call = node.value
        if ast.unparse(call.func) != "app.add_typer" or not isinstance(call.args[0], ast.Name):
            continue
        names = [literal(keyword.value, constants)[1] for keyword in call.keywords if keyword.arg == "name"]
        found[call.args[0].id] = str(names[0])
    return found


def _command_facts(decorator: ast.Call, function: str, constants: dict[str, object]) -> tuple[str, dict[str, Any]]:
    keywords = {keyword.arg: literal(keyword.value, constants)[1] for keyword in decorator.keywords}
    name = keywords.get("name") or (literal(decorator.args[0], constants)[1] if decorator.args else None)
    extra = {flag: True for flag in ("hidden", "deprecated") if keywords.get(flag)}
    context = keywords.get("context_settings")
    if isinstance(context, dict) and context.get("ignore_unknown_options"):
        extra["accepts_unknown"] = True
    return str(name or function.replace("_", "-")), extra


def _parameters(function: ast.FunctionDef, constants: dict[str, object]) -> tuple[list[dict[str, Any]], list[str]]:
    options: list[dict[str, Any]] = []
    arguments: list[str] = []
    parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    defaults: list[ast.expr | None] = [*function.args.defaults, *function.args.kw_defaults]
    without: list[ast.expr | None] = [None] * (len(parameters) - len(defaults))
    for parameter, default in zip(parameters, without + defaults, strict=True):
        annotation, declaration, value = _declaration(parameter, default)
        if "Context" in ast.unparse(annotation):
            continue
        kind = ast.unparse(declaration.func).rpartition(".")[2] if declaration else "Option"
        if kind == "Argument":
            arguments.append(parameter.arg)
        else:
            options.append(_option(parameter.arg, annotation, declaration, value, constants))
    return options, arguments


def _declaration(parameter: ast.arg, default: ast.expr | None) -> tuple[ast.expr, ast.Call | None, ast.expr | None]:
    """The type, the ``typer.Option(...)`` call and the default of one parameter, in either notation."""
    annotation = parameter.annotation or ast.Name("str")
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Annotated"):
        assert isinstance(annotation.slice, ast.Tuple)
        calls = [item for item in annotation.slice.elts[1:] if isinstance(item, ast.Call)]
        return annotation.slice.elts[0], calls[0] if calls else None, default
    if isinstance(default, ast.Call) and ast.unparse(default.func).rpartition(".")[2] in ("Option", "Argument"):
        first = default.args[0] if default.args else None
        keyword = next((word.value for word in default.keywords if word.arg == "default"), None)
        return annotation, ast.Call(default.func, default.args[1:], default.keywords), keyword or first
    return annotation, None, default


def _option(
    name: str,
    annotation: ast.expr,
    declaration: ast.Call | None,
    default: ast.expr | None,
    constants: dict[str, object],
) -> dict[str, Any]:
    types = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    boolean = "bool" in types
    spellings = [literal(argument, constants)[1] for argument in declaration.args] if declaration else []
    keywords = {word.arg: literal(word.value, constants)[1] for word in declaration.keywords} if declaration else {}
    names: list[str] = []
    negative: list[str] = []
    for spelling in map(str, spellings):
        for part, group in zip(spelling.split("/"), (names, negative), strict=False):
            if part.strip():
                group.append(part.strip())
    if not names:
        long = name.replace("_", "-")
        names = [f"--{long}"]
        negative = [f"--no-{long}"] if boolean else []
    option: dict[str, Any] = {"names": _long_first(names)}
    if negative:
        option["negative"] = _long_first(negative)
    option["takes_value"] = not boolean and not keywords.get("count")
    value = literal(default, constants)[1] if default is not None else None
    if isinstance(value, str | int | float | bool):
        option["default"] = value
    return option | {flag: True for flag in ("hidden", "deprecated") if keywords.get(flag)}


def _long_first(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: (not name.startswith("--"), name))
