"""One wheel: its metadata, and its modules as syntax trees."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from email.message import Message


class ExtractionError(Exception):
    """The wheel is not what the extraction expects; the message says where."""


@dataclass(frozen=True)
class Wheel:
    """The contents of a .whl file; every module is parsed at most once."""

    path: Path

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The Python files and the metadata files, by their path inside the wheel."""
        with zipfile.ZipFile(self.path) as archive:
            return {
                name: archive.read(name)
                for name in sorted(archive.namelist())
                if name.endswith(".py") or PurePosixPath(name).parent.name.endswith(".dist-info")
            }

    def _metadata_file(self, name: str) -> str:
        for path, content in self.files.items():
            folder, _, base = path.rpartition("/")
            if folder.endswith(".dist-info") and base == name:
                return content.decode()
        return ""

    @cached_property
    def metadata(self) -> Message:
        """The METADATA file."""
        return Parser().parsestr(self._metadata_file("METADATA"))

    @property
    def distribution(self) -> str:
        """The project's name, as it spells it."""
        return str(self.metadata["Name"])

    @property
    def version(self) -> str:
        """The release, as it spells it."""
        return str(self.metadata["Version"])

    @property
    def requires_python(self) -> str:
        """Requires-Python, or an empty string."""
        return str(self.metadata["Requires-Python"] or "")

    @cached_property
    def requirements(self) -> tuple[list[str], dict[str, list[str]]]:
        """The base requirements, and those of each extra, without the ``extra ==`` markers."""
        base: list[str] = []
        extras: dict[str, list[str]] = {str(name): [] for name in self.metadata.get_all("Provides-Extra") or ()}
        for line in self.metadata.get_all("Requires-Dist") or ():
            requirement = Requirement(str(line))
            if "extra" not in str(requirement.marker or ""):
                base.append(str(requirement))
                continue
            for extra, wanted in extras.items():
                assert requirement.marker is not None
                if requirement.marker.evaluate({"extra": extra}) and not requirement.marker.evaluate({"extra": ""}):
                    bare = Requirement(str(line))
                    bare.marker = None
                    wanted.append(str(bare))
        return sorted(base), {extra: sorted(extras[extra]) for extra in sorted(extras)}

    @cached_property
    def console_scripts(self) -> dict[str, str]:
        """Console script -> ``module:function``."""
        parser = configparser.ConfigParser(delimiters=("=",))
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(self._metadata_file("entry_points.txt"))
        if not parser.has_section("console_scripts"):
            return {}
        return dict(sorted(parser.items("console_scripts")))

    @cached_property
    def _paths(self) -> dict[str, str]:
        paths = {}
        for path in self.files:
            parts = PurePosixPath(path).with_suffix("").parts
            if not path.endswith(".py") or not all(part.isidentifier() for part in parts):
                continue
            paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return paths

    @cached_property
    def _trees(self) -> dict[str, ast.Module]:
        return {}

    @property
    def modules(self) -> tuple[str, ...]:
        """The dotted names of all modules and packages, sorted."""
        return tuple(sorted(self._paths))

    def is_package(self, module: str) -> bool:
        """Whether ``module`` is a package with an ``__init__.py``."""
        return self._paths[module].endswith("/__init__.py")

    def has_module(self, module: str) -> bool:
        """Whether the wheel holds the Python file of ``module``."""
        return module in self._paths

    def tree(self, module: str) -> ast.Module:
        """The syntax tree of ``module``."""
        if module not in self._trees:
            path = self._paths[module]
            try:
                self._trees[module] = ast.parse(self.files[path], path)
            except SyntaxError as error:
                hint = "run the extraction with a newer Python"
                raise ExtractionError(f"{self.path.name}: {path}:{error.lineno} does not parse ({hint})") from error
        return self._trees[module]

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Old package -> the package its import hook stands for (``_OLD`` and ``_NEW`` in its ``__init__``)."""
        found = {}
        for module in self.modules:
            if "." in module:
                continue
            names = literal_assignments(self.tree(module))
            if isinstance(names.get("_NEW"), str) and names.get("_OLD") == module:
                found[module] = str(names["_NEW"])
        return found

    @cached_property
    def package(self) -> str:
        """The one top-level package that is no alias of another."""
        packages = [name for name in self.modules if "." not in name and name not in self.aliases]
        if len(packages) != 1:
            raise ExtractionError(f"{self.path.name}: expected one top-level package, found {packages or 'none'}")
        return packages[0]


def literal_assignments(tree: ast.Module) -> dict[str, object]:
    """The module's constants: names assigned a literal (arithmetic included), or an earlier such name."""
    values: dict[str, object] = {}
    for node in tree.body:
        target: ast.expr | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            target = node.target
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            known, value = literal(node.value, values)
            if known:
                values[target.id] = value
    return values


def literal(node: ast.expr, names: dict[str, object]) -> tuple[bool, object]:
    """Whether ``node`` is a literal (products, sums and known names included), and its value."""
    if isinstance(node, ast.Name):
        return node.id in names, names.get(node.id)
    if isinstance(node, ast.Constant):
        return True, node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        known, value = literal(node.operand, names)
        return known and isinstance(value, int | float), -value if isinstance(value, int | float) else None
    if isinstance(node, ast.BinOp):
        known_left, left = literal(node.left, names)
        known_right, right = literal(node.right, names)
        if known_left and known_right and isinstance(left, int | float) and isinstance(right, int | float):
            if isinstance(node.op, ast.Mult):
                return True, left * right
            if isinstance(node.op, ast.Add):
                return True, left + right
        return False, None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("frozenset", "set", "tuple"):
        return literal(node.args[0], names) if len(node.args) == 1 else (False, None)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        items = [literal(item, names) for item in node.elts]
        return all(known for known, _ in items), [value for _, value in items]
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        pairs = [literal(value, names) for value in node.values]
        return True, {key: value if known else None for key, (known, value) in zip(keys, pairs, strict=True)}
    return False, None


def obtain(wanted: str, into: Path) -> Wheel:
    """The wheel that ``wanted`` names: a path to a .whl file, or ``DISTRIBUTION==VERSION`` to download.

    Downloading asks pip for that one wheel, whatever Python it is for, into the folder ``into``.
    """
    if wanted.endswith(".whl"):
        path = Path(wanted)
        if not path.is_file():
            raise ExtractionError(f"no such file: {wanted}")
        return Wheel(path)
    if "==" not in wanted:
        raise ExtractionError(f"{wanted!r} is neither a .whl file nor DISTRIBUTION==VERSION")
    folder = into / wanted.replace("==", "-")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--ignore-requires-python", "--dest", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl")) if folder.is_dir() else []
    if done.returncode != 0 or len(wheels) != 1:
        raise ExtractionError(f"pip could not download {wanted}: {done.stderr.strip()[-500:]}")
    return Wheel(wheels[0])
