"""Run by a referee's Python: what the installed framework really is, for comparison with the linter's data.

Reads one JSON object on standard input, ``{"server": PACKAGE, "names": {module: [name, ...]}}`` with everything that
the data lists, and writes one: ``commands`` and ``root_options`` as the Typer application has them, ``settings`` as the
settings classes have them, ``modules``: what of the listed names is missing, what else is there, and for a module that
cannot be imported the exception; and ``unlisted``: the modules that are installed and not in the list, each with the
exception that its import raises, or null.

It writes the config file that ``main`` reads when it is imported into the working directory. It needs the standard
library and the release only.
"""

from __future__ import annotations

import ast
import enum
import importlib
import importlib.util
import json
import os
import pkgutil
import sys
import types
import typing
import warnings
from pathlib import Path
from typing import Any

_SETTINGS = {"settings": "Settings", "media_settings": "MediaSettings"}
#: What a test run may not wait for.
_NOT_IMPORTED = ("__main__",)


def command_line(package: str) -> dict[str, Any]:
    """The whole command line, from the click commands that Typer makes."""
    typer: Any = importlib.import_module("typer.main")
    root = typer.get_command(importlib.import_module(f"{package}.cli.main").app)
    context = root.make_context("it", [], resilient_parsing=True)
    return {"root_options": _options(root, context), "commands": _commands(root, context)}


def _commands(group: Any, context: Any) -> dict[str, Any]:
    return {name: _command(command, context) for name, command in getattr(group, "commands", {}).items()}


def _command(command: Any, parent: Any) -> dict[str, Any]:
    context = command.make_context(command.name, [], parent=parent, resilient_parsing=True)
    return {
        "options": _options(command, context),
        "arguments": [parameter.name for parameter in command.params if parameter.param_type_name == "argument"],
        "accepts_unknown": bool(command.context_settings.get("ignore_unknown_options")),
        "hidden": bool(command.hidden),
        "deprecated": bool(command.deprecated),
        "commands": _commands(command, context),
    }


def _options(command: Any, context: Any) -> list[dict[str, Any]]:
    found = [
        {
            "names": sorted(option.opts),
            "negative": sorted(option.secondary_opts),
            "takes_value": not (option.is_flag or option.count),
            "default": _default(option),
            "hidden": bool(option.hidden),
            "deprecated": bool(getattr(option, "deprecated", False)),
        }
        for option in command.get_params(context)
        if option.param_type_name == "option"
    ]
    return sorted(found, key=lambda option: option["names"])


def _default(option: Any) -> Any:
    """The default that the command's function declares, if it is a plain value."""
    value = option.default
    return value if isinstance(value, (str, int, float, bool)) else None


def settings(package: str) -> dict[str, Any]:
    """Every field of the settings classes."""
    found: dict[str, Any] = {}
    for module, class_name in _SETTINGS.items():
        dotted = f"{package}.src.app.core.config.{module}"
        if importlib.util.find_spec(dotted) is None:
            continue
        model = getattr(importlib.import_module(dotted), class_name)
        for name, field in model.model_fields.items():
            found[name] = _field(field) | {"group": "media" if module == "media_settings" else "settings"}
    return found


def _field(field: Any) -> dict[str, Any]:
    annotation, optional = field.annotation, False
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        optional = True
        (annotation,) = (each for each in typing.get_args(annotation) if each is not type(None))
    choices: list[Any] = []
    if typing.get_origin(annotation) is typing.Literal:
        choices = [*typing.get_args(annotation)]
    elif issubclass(annotation, enum.Enum):
        choices = [member.value for member in annotation]
    default = field.default.value if isinstance(field.default, enum.Enum) else field.default
    bounds = {"minimum": None, "maximum": None}
    for constraint in field.metadata:
        for attribute, bound in (("ge", "minimum"), ("le", "maximum")):
            bounds[bound] = getattr(constraint, attribute, bounds[bound])
    return {
        "kind": "choice" if choices else annotation.__name__,
        "default": default,
        "optional": optional,
        "choices": sorted(choices),
    } | bounds


def module_names(listed: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """What is different about each listed module."""
    found: dict[str, dict[str, Any]] = {}
    packages = {name.partition(".")[0] for name in listed}
    for name, names in listed.items():
        before = set(sys.modules)
        try:
            module = importlib.import_module(name)
        except BaseException as error:  # a module that exits is one that cannot be imported
            found[name] = {"error": f"{type(error).__name__}: {error}"}
            # What the import left behind would let the next attempt succeed.
            for left in set(sys.modules) - before:
                if left.partition(".")[0] in packages:
                    del sys.modules[left]
            continue
        public = {each for each in (*vars(module), *dir(module)) if not each.startswith("_")}
        missing = {each for each in names if not _has(module, each)}
        found[name] = {
            "missing": sorted(missing - _not_installed(module)) if missing else [],
            "more": sorted(each for each in public - set(names) if not _is_submodule(module, each)),
        }
    return found


def _not_installed(module: Any) -> set[str]:
    """The names that a module imports from packages that are not installed here, which are there wherever they are."""
    found = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            pairs = [(alias.name, alias.asname or alias.name.partition(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            pairs = [(f"{node.module}.{alias.name}", alias.asname or alias.name) for alias in node.names]
        else:
            continue
        found |= {name for source, name in pairs if not _is_installed(source)}
    return found


def _is_installed(dotted: str) -> bool:
    """Whether ``import dotted`` finds something, be it a name within the last module (``google.genai``)."""
    try:
        importlib.import_module(dotted)
    except ImportError:
        module, _, name = dotted.rpartition(".")
        return bool(module) and hasattr(sys.modules.get(module), name)
    return True


def _has(module: Any, name: str) -> bool:
    try:
        return hasattr(module, name)
    except Exception:  # a lazy name whose package is not installed is a name all the same
        return True


def _is_submodule(module: Any, name: str) -> bool:
    value = vars(module).get(name)
    return isinstance(value, types.ModuleType) and value.__name__ == f"{module.__name__}.{name}"


def unlisted(packages: set[str], listed: set[str]) -> dict[str, str | None]:
    """The installed modules below ``packages`` that the list does not have, each with why it cannot be imported."""
    found = []
    for package in packages:
        path = importlib.import_module(package).__path__
        found += [each.name for each in pkgutil.walk_packages(path, f"{package}.", lambda _: None)]
    missing = [name for name in found if name not in listed and name.rpartition(".")[2] not in _NOT_IMPORTED]
    return {name: answer.get("error") for name, answer in module_names({name: [] for name in missing}).items()}


def main() -> None:
    """Answer the question on standard input."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    question = json.load(sys.stdin)
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that the release prints may be taken for the answer
    for name in ("agentflow.json", "10xgraph.json"):
        Path(name).write_text('{"agent": "served:app"}', encoding="utf-8")
    server, names = question["server"], question["names"]
    answer = {
        **command_line(server),
        "settings": settings(server),
        "modules": module_names(names),
        "unlisted": unlisted({name.partition(".")[0] for name in names}, set(names)),
    }
    json.dump(answer, output)
    output.close()


if __name__ == "__main__":
    main()
