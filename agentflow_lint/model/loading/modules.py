"""Which module an import finds, as the interpreter's path finder would in production.

In each folder of the search path, in order: a folder with ``__init__.py`` before a module file of the same name; a
folder without one is a namespace package only when no later folder has anything better (importlib's FileFinder).
Names are compared exactly, as on the Linux that serves, whatever the file system at hand does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agentflow_lint.model.files import ProjectFiles

#: Gone from the standard library by 3.12, the oldest Python that the server runs on.
_GONE = frozenset({"asynchat", "asyncore", "distutils", "imp", "smtpd"})
#: In the standard library of 3.12 or of a later Python, though perhaps not of the one that runs the linter (tomllib is
#: not in 3.10).
_CHANGING = frozenset(
    {
        *("aifc", "annotationlib", "audioop", "cgi", "cgitb", "chunk", "compression", "crypt", "imghdr", "lib2to3"),
        *("mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib"),
        *("tomllib", "uu", "xdrlib"),
    }
)
STANDARD_LIBRARY: frozenset[str] = (frozenset(sys.stdlib_module_names) | _CHANGING) - _GONE

#: The interpreter looks for these before it looks for source.
_COMPILED_SUFFIXES = (".so", ".pyd")
#: Code is looked for in a folder without ``__init__.py`` this many folders deep.
_DEEPEST_CODE = 3


class Library(Protocol):
    """A library whose modules are known: a framework release."""

    def has_module(self, dotted: str) -> bool:
        """Whether ``import dotted`` finds a module of it."""
        ...


@record(frozen=True)
class ProjectModule:
    """A source file of the project; ``path`` is relative to its root."""

    path: str
    is_package: bool


@record(frozen=True)
class NamespacePackage:
    """Folders without ``__init__.py``, in search order."""

    folders: tuple[str, ...]


@record(frozen=True)
class FrameworkModule:
    """A module of the framework; it exists in the release in question."""

    dotted: str


@record(frozen=True)
class StandardLibrary:
    """A module of the standard library (only its first name is checked)."""

    dotted: str


@record(frozen=True)
class ThirdParty:
    """A module that a declared dependency may provide; nothing more is known about it."""

    dotted: str


@record(frozen=True)
class MissingModule:
    """The import raises ModuleNotFoundError; ``missing`` is the first part that is not there, dotted.

    ``nearest`` are similar names in its place. ``in_framework``: the framework release lacks it. ``is_external``:
    nothing of this top-level name is in the project (a dependency that is not declared, or a misspelling).
    """

    missing: str
    nearest: tuple[str, ...] = ()
    in_framework: bool = False
    is_external: bool = False


@record(frozen=True)
class UnknownModule:
    """Whether the import works, or what it finds, cannot be told; ``reason`` says why."""

    reason: str


Found = (
    ProjectModule | NamespacePackage | FrameworkModule | StandardLibrary | ThirdParty | MissingModule | UnknownModule
)


class ModuleFinder:
    """Finds modules for one project under one search path.

    ``search_paths`` are folders of the project in the order of ``sys.path`` ("" is the root). ``framework`` maps the
    top-level packages of the framework (aliases too) to the release that says which modules exist. ``declared`` are
    the top-level import names that the project's dependencies may provide, None when they are not known: then
    whatever is not in the project is taken to be installed, unless ``is_absent`` says that it certainly is not.
    ``is_installed`` says that a top-level name certainly is.
    """

    def __init__(
        self,
        files: ProjectFiles,
        search_paths: Sequence[str] = ("",),
        framework: dict[str, Library] | None = None,
        declared: frozenset[str] | None = None,
        is_absent: Callable[[str], bool] | None = None,
        is_installed: Callable[[str], bool] | None = None,
    ) -> None:
        self._is_absent = is_absent
        self._is_installed = is_installed
        self._files = files
        self._search_paths = tuple(path.strip("/") for path in search_paths)
        self._framework = framework or {}
        self._declared = declared
        self._names: dict[str, frozenset[str]] = {}
        self._found: dict[str, Found] = {}

    def find(self, dotted: str) -> Found:
        """What ``import dotted`` finds."""
        if dotted not in self._found:
            self._found[dotted] = self._find(dotted)
        return self._found[dotted]

    @property
    def knows_dependencies(self) -> bool:
        """Whether the import names of the dependencies were given."""
        return self._declared is not None

    def is_installed(self, top: str) -> bool:
        """Whether a top-level name of a dependency is certainly there."""
        return self._is_installed is not None and self._is_installed(top)

    def is_framework(self, dotted: str) -> bool:
        """Whether the top-level name belongs to the framework."""
        return dotted.partition(".")[0] in self._framework

    def submodules(self, dotted: str) -> tuple[str, ...]:
        """The names of the modules directly inside a package of the project, sorted."""
        found = self.find(dotted)
        if isinstance(found, ProjectModule) and found.is_package:
            return self._modules_in([found.path.rpartition("/")[0]])
        if isinstance(found, NamespacePackage):
            return self._modules_in(found.folders)
        return ()

    def top_modules(self) -> tuple[str, ...]:
        """The names of the project's modules and packages that lie in the folders that are searched, sorted."""
        return tuple(
            name
            for name in self._modules_in(self._search_paths)
            if isinstance(self.find(name), (ProjectModule, NamespacePackage))
        )

    def _find(self, dotted: str) -> Found:
        top, _, rest = dotted.partition(".")
        if not all(part.isidentifier() for part in dotted.split(".")):
            return MissingModule(dotted)
        library = self._framework.get(top)
        if library is not None:
            if library.has_module(dotted):
                return FrameworkModule(dotted)
            return MissingModule(dotted, in_framework=True)
        if rest:
            return self._find_inside(dotted)
        found = self._in_folders(top, self._search_paths)
        if top in STANDARD_LIBRARY:
            if isinstance(found, ProjectModule):
                return UnknownModule(f"{found.path} has the name of a standard library module")
            return StandardLibrary(dotted)
        if isinstance(found, NamespacePackage) and self._goes_before(top, found):
            return ThirdParty(dotted)
        if found is not None:
            return found
        is_absent = self._is_absent is not None and self._is_absent(dotted)
        if not is_absent and (self._declared is None or top in self._declared):
            return ThirdParty(dotted)
        return MissingModule(dotted, _nearest(top, self._modules_in(self._search_paths)), is_external=True)

    def _goes_before(self, top: str, found: NamespacePackage) -> bool:
        """Whether an installed package is taken instead of a folder without ``__init__.py``, wherever it is installed.

        A folder that holds no code (``redis`` with its settings) was never meant to be a package.
        """
        if self._declared is not None:
            return top in self._declared
        if self.is_installed(top):
            return True
        if self._is_absent is not None and self._is_absent(top):
            return False
        return not any(self._holds_code(folder) for folder in found.folders)

    def _holds_code(self, folder: str, depth: int = _DEEPEST_CODE) -> bool:
        names = sorted(self._listing(folder))
        if any(name.endswith((".py", ".pyi", *_COMPILED_SUFFIXES)) for name in names):
            return True
        inside = (f"{folder}/{name}" for name in names if name.isidentifier()) if depth else ()
        return any(self._files.is_dir(path) and self._holds_code(path, depth - 1) for path in inside)

    def _find_inside(self, dotted: str) -> Found:
        """A module inside a package: only the package's own folders are searched."""
        parent, _, name = dotted.rpartition(".")
        package = self.find(parent)
        if isinstance(package, ThirdParty):
            return ThirdParty(dotted)
        if isinstance(package, StandardLibrary):
            return StandardLibrary(dotted)
        if isinstance(package, ProjectModule):
            if not package.is_package:
                return MissingModule(dotted)
            folders: Sequence[str] = (package.path.rpartition("/")[0],)
        elif isinstance(package, NamespacePackage):
            folders = package.folders
        else:
            return package
        found = self._in_folders(name, folders)
        return found or MissingModule(dotted, _nearest(name, self._modules_in(folders)))

    def _in_folders(self, name: str, folders: Sequence[str]) -> Found | None:
        portions = []
        for folder in folders:
            names = self._listing(folder)
            prefix = f"{folder}/" if folder else ""
            if name in names:
                inside = self._listing(prefix + name)
                if "__init__.py" in inside and self._files.is_file(f"{prefix}{name}/__init__.py"):
                    return ProjectModule(f"{prefix}{name}/__init__.py", is_package=True)
                if any(item.startswith("__init__.") and item.endswith(_COMPILED_SUFFIXES) for item in inside):
                    return UnknownModule(f"{prefix}{name} is a compiled package")
            compiled = [item for item in names if item.startswith(f"{name}.") and item.endswith(_COMPILED_SUFFIXES)]
            if compiled:
                return UnknownModule(f"{prefix}{min(compiled)} is a compiled module")
            if f"{name}.py" in names and self._files.is_file(f"{prefix}{name}.py"):
                return ProjectModule(f"{prefix}{name}.py", is_package=False)
            if f"{name}.pyi" in names:
                return UnknownModule(f"{prefix}{name}.pyi describes a module that is not in the project")
            if name in names and self._files.is_dir(prefix + name):
                portions.append(prefix + name)
        return NamespacePackage(tuple(portions)) if portions else None

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self._names:
            self._names[folder] = frozenset(self._files.names(folder))
        return self._names[folder]

    def _modules_in(self, folders: Iterable[str]) -> tuple[str, ...]:
        found = set()
        for folder in folders:
            for name in self._listing(folder):
                stem, dot, suffix = name.partition(".")
                if stem.isidentifier() and stem != "__init__" and (suffix == "py" or not dot):
                    found.add(stem)
        return tuple(sorted(found))


def absolute_name(package: str, level: int, module: str) -> str | None:
    """The dotted name that ``from ..module import`` means inside ``package``; None when it leads above the top.

    ``package`` is the module's own name if it is a package, else its parent's ("" for a top-level module).
    """
    if level == 0:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        return None
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{module}" if module else base


def _nearest(name: str, names: Sequence[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(get_close_matches(name, names, n=3, cutoff=0.6))
