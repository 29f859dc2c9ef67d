"""How one module gets at what another one defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.programs.writing import Module, Program, Scope

_STYLES = (
    *("from", "from", "from", "as", "module", "dotted", "dotted-as", "star", "star", "star-all", "star-hidden"),
    *("package", "package", "package-as", "package-star", "type-checking", "lazy", "lazy", "fallback", "fallback-used"),
    *("fallback-class", "importlib", "importlib-relative", "getattr"),
)


def refer(program: Program, scope: Scope, defining: Module, name: str) -> str:
    """Import ``name`` of ``defining`` for use in ``scope`` in one of many ways; the expression for it there."""
    style = program.choice(_STYLES)
    if style.startswith("package") and (not program.has_init or scope.module.name == program.package):
        style = "from"
    if style == "star-hidden" and program.often(80):
        style = "star"
    module = scope.module
    of = source(program, module, defining)
    statement = f"from {of} import {name}"
    if style == "from":
        module.needs(statement)
    elif style == "as":
        other = program.fresh("kept")
        module.needs(f"{statement} as {other}")
        return other
    elif style in ("module", "getattr"):
        parent, _, last = of.rpartition(".")
        if not parent or parent.strip(".") == "":
            parent = of[: len(of) - len(last)]
        module.needs(f"from {parent} import {last}")
        return f"{last}.{name}" if style == "module" else f'getattr({last}, "{name}")'
    elif style == "dotted":
        module.needs(f"import {defining.name}")
        return f"{defining.name}.{name}"
    elif style == "dotted-as":
        other = program.fresh("module")
        module.needs(f"import {defining.name} as {other}")
        return f"{other}.{name}"
    elif style.startswith("star"):
        if style != "star":
            exported = f'"{name}"' if style == "star-all" else '"something_else"'
            defining.lines.append(f"__all__ = [{exported}]")
            if style == "star-hidden":
                defining.lines.append("something_else = 1")
        module.needs(f"from {of} import *")
    elif style.startswith("package"):
        return _through_package(program, module, defining, name, style)
    elif style == "type-checking":
        module.needs("from typing import TYPE_CHECKING")
        scope.block("if TYPE_CHECKING:", [f"from {of} import {name} as Checked"])
        scope.add(statement)
    elif style == "lazy":
        scope.add(statement)
    elif style == "fallback":
        scope.block("try:", [statement])
        scope.block(f"except {program.choice(('ImportError', 'ModuleNotFoundError'))}:", [f"{name} = None"])
    elif style == "fallback-used":
        scope.block("try:", [f"from {program.package}.no_such_module import {name}"])
        scope.block(f"except {program.choice(('ImportError', 'ModuleNotFoundError'))}:", [statement])
    elif style == "fallback-class":
        scope.block("try:", [f"from no_such_package_at_all import {name}"])
        scope.block("except ImportError:", [statement])
    else:
        module.needs("import importlib")
        if style == "importlib":
            return f'importlib.import_module("{defining.name}").{name}'
        return f'importlib.import_module("{source(program, module, defining, relative=True)}", __package__).{name}'
    return name


def _through_package(program: Program, module: Module, defining: Module, name: str, style: str) -> str:
    initialiser = program.initialiser()
    of = source(program, initialiser, defining)
    if style == "package-star":
        initialiser.needs(f"from {of} import *")
    elif style == "package-as":
        other = program.fresh("public")
        initialiser.needs(f"from {of} import {name} as {other}")
        name = other
    else:
        initialiser.needs(f"from {of} import {name}")
        if program.often(40):
            initialiser.lines.append(f'__all__ = ["{name}"]')
    own = source(program, module, initialiser)
    module.needs(f"from {own} import {name}")
    return name


def source(program: Program, module: Module, defining: Module, relative: bool | None = None) -> str:
    """What stands after ``from`` in ``module``: the absolute or the relative name of ``defining``."""
    if relative is None:
        relative = program.often(50)
    if not relative:
        return defining.name
    here = module.name.split(".")
    if not module.path.endswith("/__init__.py"):
        here = here[:-1]
    there = defining.name.split(".")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (1 + len(here) - shared) + ".".join(there[shared:])


def cycle(program: Program, importing: Module, defining: Module) -> None:
    """Have ``defining`` import the module that imports it: harmlessly mostly."""
    if importing.name == program.package:
        return
    how = program.number(0, 9)
    parent, _, last = importing.name.rpartition(".")
    if how < 5:
        defining.needs(f"import {importing.name}")
    elif how < 8:
        defining.needs(f"from {parent} import {last} as importing_module")
    elif how < 9:
        defining.needs(f"import {importing.name} as importing_module")
    else:
        defining.needs(f"from {importing.name} import app")
