"""Run by a referee's Python: everything in the installed framework that may hold examples, and where its names are.

``published.py SERVER CORE DISTRIBUTION...`` writes one JSON object: ``documents``, each with its ``name`` and ``text``,
are the distributions' README files (the long description of their metadata), the Markdown files that they install
(what ``skills`` copies into a project), and the docstrings of their modules, classes and functions that hold a fenced
block. ``exports`` says for each public name of a package of the framework by which module it is imported.

It needs the standard library and the release only; the docstrings need a Python that can parse the release.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import pkgutil
import sys
import warnings
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = "```"


def documents(distribution: str) -> Iterator[dict[str, str]]:
    """Everything with a fenced block in it."""
    found = metadata.distribution(distribution)
    readme = found.metadata["Description"] or found.metadata.get_payload()  # type: ignore[attr-defined]
    yield {"name": f"{distribution}/README.md", "text": str(readme)}
    for path in sorted(found.files or (), key=str):
        if path.suffix == ".md" and ".dist-info" not in str(path):
            yield {"name": path.as_posix(), "text": path.locate().read_text(encoding="utf-8")}  # type: ignore[attr-defined]
        elif path.suffix == ".py":
            yield from docstrings(path.as_posix(), path.locate().read_text(encoding="utf-8"))  # type: ignore[attr-defined]


def docstrings(path: str, text: str) -> Iterator[dict[str, str]]:
    """Those of a module, each under the qualified name of what it describes."""
    if _FENCE not in text:
        return
    waiting: list[tuple[str, Any]] = [("", ast.parse(text))]
    while waiting:
        name, node = waiting.pop(0)
        described = ast.get_docstring(node)
        if described and _FENCE in described:
            yield {"name": f"{path}:{name}" if name else path, "text": inspect.cleandoc(described)}
        waiting += [
            (f"{name}.{child.name}".lstrip("."), child)
            for child in ast.iter_child_nodes(node)
            if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        ]


def exports(packages: list[str]) -> dict[str, str]:
    """Public name -> the module to import it by: the shortest that lists it in ``__all__``."""
    modules = list(packages)
    for package in packages:
        path = importlib.import_module(package).__path__
        modules += [each.name for each in pkgutil.walk_packages(path, f"{package}.", lambda _: None) if each.ispkg]
    found: dict[str, str] = {}
    for module in sorted(modules, key=lambda name: (name.count("."), name)):
        try:
            imported = importlib.import_module(module)
            listed = [name for name in imported.__all__ if not inspect.ismodule(getattr(imported, name))]
        except Exception:  # of an extra that is not installed, or without a list
            continue
        for name in listed:
            found.setdefault(name, module)
    return found


def main() -> None:
    """Answer on standard output."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that the release prints may be taken for the answer
    server, core, *distributions = sys.argv[1:]
    answer = {
        "documents": [each for name in distributions for each in documents(name)],
        "exports": exports([core, server]),
    }
    json.dump(answer, output)
    output.close()


if __name__ == "__main__":
    main()
