"""What the graph's modules import, read off their text: every import, also those in code that does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.late_reads import ReadModule, late_reads
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    EnvRead,
    GraphSyntaxError,
    ImportProblem,
    ImportUse,
    ModuleNotFound,
    RemovedImport,
)
from agentflow_lint.model.loading.modules import (
    FrameworkModule,
    MissingModule,
    NamespacePackage,
    ProjectModule,
    absolute_name,
)
from agentflow_lint.records import record
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.loading.modules import ModuleFinder

#: Modules beyond this many are not looked at.
MAX_MODULES = 2000

#: What code that changes the import system mentions.
_CHANGES = ("sys.path", "sys.modules", "sys.meta_path", "from sys import", "addsitedir")

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@record(frozen=True)
class Reachable:
    """The imports and problems of all modules that are imported with the graph."""

    modules: tuple[str, ...]
    imports: tuple[ImportUse, ...]
    problems: tuple[ImportProblem, ...]
    late_reads: tuple[EnvRead, ...]
    changes_imports: bool = False
    """Whether one of them may change where imports look, or what they find."""


@record(frozen=True)
class _Context:
    """Where a statement stands."""

    in_function: bool = False
    guarded: bool = False
    for_types: bool = False


def walk(dotted: str, sources: Sources, finder: ModuleFinder, libraries: Mapping[str, Published]) -> Reachable:
    """Follow the imports from module ``dotted`` through the project."""
    walker = _Walker(sources, finder, libraries)
    walker.follow(dotted)
    reads = tuple(late_reads(walker.read, sources))
    changes = any(sources.mentions(path, *_CHANGES) for path in walker.modules)
    return Reachable(tuple(walker.modules), tuple(walker.imports), tuple(walker.problems), reads, changes)


class _Walker:
    def __init__(self, sources: Sources, finder: ModuleFinder, libraries: Mapping[str, Published]) -> None:
        self._sources = sources
        self._finder = finder
        self._libraries = libraries
        self._seen: set[str] = set()
        self._queue: list[str] = []
        self.modules: dict[str, None] = {}
        self.imports: list[ImportUse] = []
        self.problems: list[ImportProblem] = []
        self.read: list[ReadModule] = []

    def follow(self, dotted: str) -> None:
        """Visit a module and all that it imports at import time, without recursion."""
        self._queue = [dotted]
        while self._queue and len(self.modules) < MAX_MODULES:
            self._visit(self._queue.pop(0))

    def _visit(self, dotted: str) -> None:
        parts = dotted.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            found = self._finder.find(name)
            if name in self._seen or not isinstance(found, (ProjectModule, NamespacePackage)):
                continue
            self._seen.add(name)
            if isinstance(found, ProjectModule):
                self._module(name, found)

    def _module(self, dotted: str, found: ProjectModule) -> None:
        if found.path in self.modules:
            return
        self.modules[found.path] = None
        lowered = self._sources.form(found.path)
        if isinstance(lowered, form.ModuleForm):
            package = dotted if found.is_package else dotted.rpartition(".")[0]
            reader = _Reader(found.path, package, self._sources)
            for node, context in _imports(lowered.body, _Context()):
                self._note(node, context, reader)
            self.read.append(ReadModule(found.path, dotted, package))
        else:
            from agentflow_lint.sources.python.lowering import SyntaxProblem

            if isinstance(lowered, SyntaxProblem):
                self.problems.append(GraphSyntaxError(found.path, lowered.message, lowered.span))

    def _note(self, node: form.Import | form.ImportFrom, context: _Context, reader: _Reader) -> None:
        runs = not context.in_function and not context.for_types
        for module, name, place in reader.names(node):
            self.imports.append(ImportUse(module, name, place, runs, context.guarded))
            if runs:
                self._queue.append(module)
                if name is not None and isinstance(self._finder.find(f"{module}.{name}"), ProjectModule):
                    self._queue.append(f"{module}.{name}")
                statement = reader.statement(node) if isinstance(node, form.ImportFrom) else place
                problem = None if context.guarded else self._problem(module, name, place, statement)
                if problem is not None and problem not in self.problems:
                    self.problems.append(problem)

    def _problem(self, module: str, name: str | None, place: Place, statement: Place) -> ImportProblem | None:
        """Why this import cannot work, as far as that shows without running anything.

        A module that is missing is the fault of the whole statement, a name is its own.
        """
        found = self._finder.find(module)
        if isinstance(found, MissingModule):
            if found.in_framework:
                return RemovedImport(module, None, statement)
            return ModuleNotFound(found.missing, statement, found.nearest, found.is_external)
        if isinstance(found, FrameworkModule) and name not in (None, "*"):
            library = self._libraries[module.partition(".")[0]]
            if library.provides(module, str(name)) is False:
                return RemovedImport(module, name, place)
        if isinstance(found, NamespacePackage) and name not in (None, "*"):
            inside = self._finder.find(f"{module}.{name}")
            if isinstance(inside, MissingModule):
                return AttributeNotFound(module, None, str(name), inside.nearest, place)
        return None


class _Reader:
    """Reads one module."""

    def __init__(self, path: str, package: str, sources: Sources) -> None:
        self._path = path
        self._package = package
        self._sources = sources

    def statement(self, node: form.ImportFrom) -> Place:
        """The place of a whole statement."""
        return self._sources.place(self._path, node.ref)

    def names(self, node: form.Import | form.ImportFrom) -> Iterator[tuple[str, str | None, Place]]:
        """The (module, name, place) of everything that a statement imports."""
        if isinstance(node, form.Import):
            for imported in node.names:
                yield imported.name, None, self._sources.place(self._path, imported.ref)
            return
        module = absolute_name(self._package, node.level, node.module)
        if not module:
            return
        if node.names is None:
            yield module, "*", self._sources.place(self._path, node.ref)
        for imported in node.names or ():
            yield module, imported.name, self._sources.place(self._path, imported.ref)


def _imports(block: form.Block, context: _Context) -> Iterator[tuple[form.Import | form.ImportFrom, _Context]]:
    """Every import statement of a block and of the blocks inside it, with where it stands."""
    for node in block:
        if isinstance(node, (form.Import, form.ImportFrom)):
            yield node, context
        elif isinstance(node, form.FunctionDefinition):
            yield from _imports(node.body, _Context(True, context.guarded, context.for_types))
        elif isinstance(node, form.If):
            for test, body in node.branches:
                types = context.for_types or _is_for_types(test)
                yield from _imports(body, _Context(context.in_function, context.guarded, types))
            yield from _imports(node.otherwise, context)
        elif isinstance(node, form.Try):
            guarded = context.guarded or any(_catches_imports(handler.type) for handler in node.handlers)
            yield from _imports(node.body, _Context(context.in_function, guarded, context.for_types))
            for handler in node.handlers:
                yield from _imports(handler.body, context)
            yield from _imports(node.otherwise, context)
            yield from _imports(node.final, context)
        elif isinstance(node, form.With):
            guarded = context.guarded or any(_is_suppress(value) for value, _ in node.items)
            yield from _imports(node.body, _Context(context.in_function, guarded, context.for_types))
        elif isinstance(node, form.ClassDefinition):
            yield from _imports(node.body, context)
        elif isinstance(node, (form.For, form.While)):
            yield from _imports(node.body, context)
            yield from _imports(node.otherwise, context)
        elif isinstance(node, form.Match):
            for case in node.cases:
                yield from _imports(case.body, context)


def _is_for_types(test: form.Expression) -> bool:
    if isinstance(test, form.Name):
        return test.id == "TYPE_CHECKING"
    return isinstance(test, form.Attribute) and test.attr == "TYPE_CHECKING"


def _catches_imports(kind: form.Expression | None) -> bool:
    if kind is None:
        return True
    if isinstance(kind, form.Display):
        return any(_catches_imports(item) for item in kind.items)
    return isinstance(kind, form.Name) and kind.id in _IMPORT_ERRORS


def _is_suppress(value: form.Expression) -> bool:
    if not isinstance(value, form.Call):
        return False
    function = value.function
    name = function.id if isinstance(function, form.Name) else getattr(function, "attr", "")
    return name == "suppress" and any(_catches_imports(argument.value) for argument in value.arguments)
