"""The form of ``module:attribute`` paths; whether module and attribute exist is decided elsewhere.

Source: ``src/app/loader.py`` of every release: one colon, ``importlib.import_module`` on the left of it, one
``getattr`` with the right of it.
"""

from __future__ import annotations

from agentflow_lint.framework.secrets import shown


def import_path_problem(value: object) -> str | None:
    """Why no server release can import ``value``, in words that follow the key's name; None for a usable form.

    What ``importlib`` and ``getattr`` may still find counts as usable: a module name with a hyphen, for one.
    """
    if not isinstance(value, str):
        return f"is {shown(value)}; it takes a string of the form module:attribute"
    colons = value.count(":")
    module, _, attribute = value.partition(":")
    if colons == 0:
        return f"is {shown(value)}, without a colon; it takes module:attribute"
    if colons > 1:
        return f"is {shown(value)}, with {colons} colons; it takes module:attribute with exactly one"
    return _module_problem(value, module) or _attribute_problem(value, attribute)


def names_a_module(value: object) -> bool:
    """Whether every server release imports the module that ``value`` names, whatever stands after the colon."""
    if not isinstance(value, str) or value.count(":") != 1:
        return False
    return _module_problem(value, value.partition(":")[0]) is None


def _module_problem(value: str, module: str) -> str | None:
    if not module:
        return f"is {shown(value)}, without a module before the colon"
    if "/" in module or "\\" in module:
        hint = module.replace("\\", "/").removesuffix(".py").strip("./").replace("/", ".")
        example = f" ({hint}:...)" if hint else ""
        return f"is {shown(value)}, a file path; it takes a dotted module name{example}"
    if module.startswith("."):
        return f"is {shown(value)}, a relative module; it takes a module name without leading dots"
    if module != module.strip():
        return f"is {shown(value)}, with blanks around the module name, which then does not exist"
    if "\0" in module or ".." in module or module.endswith("."):
        return f"is {shown(value)}, which holds no valid module name"
    return None


def _attribute_problem(value: str, attribute: str) -> str | None:
    if not attribute:
        return f"is {shown(value)}, without an attribute after the colon"
    if attribute.isidentifier():
        return None
    if "(" in attribute:
        return f"is {shown(value)}; after the colon it takes a bare name (a callable is called by the server itself)"
    if "." in attribute:
        return f"is {shown(value)}; after the colon it takes one name, not a dotted one"
    return f"is {shown(value)}; after the colon it takes a plain Python name"
