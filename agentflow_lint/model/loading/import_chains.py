"""How the server comes to import a file of the project, and which import statements certainly run on the way.

An import runs for certain when it stands at the top level of its module (or of a class there) and the module itself is
imported so, all the way from the module that the config names. One under ``if`` or ``try`` may run or not.
"""

from __future__ import annotations

from collections import deque
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.facts import statements_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from agentflow_lint.model.graph.results import ImportUse, Place, ServedGraph
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.sources.text import SourceText


@record(frozen=True)
class Statements:
    """The import statements of one module, by the references of the statements and of their names.

    ``always`` run whenever the module is imported, ``in_functions`` whenever the function around them runs;
    ``statement_of`` leads from a name of a ``from`` import to its statement.
    """

    always: frozenset[int] = frozenset()
    in_functions: frozenset[int] = frozenset()
    statement_of: Mapping[int, int] = field(default_factory=dict)


@once
def import_chains(
    graph: ServedGraph, import_path: str, sources: Sources, search_paths: tuple[str, ...]
) -> ImportChains:
    """The imports of a graph that ``import_path`` leads to."""
    return ImportChains(graph, import_path.partition(":")[0], sources, search_paths)


class ImportChains:
    """The imports of one evaluated graph, from the module ``root`` on that the config names."""

    def __init__(self, graph: ServedGraph, root: str, sources: Sources, search_paths: Sequence[str]) -> None:
        self._graph = graph
        self._root = root
        self._sources = sources
        self._files = {name: path for path in graph.modules for name in _names(path, search_paths)}

    def chain(self, path: str) -> tuple[ImportUse, ...]:
        """The imports that lead to a file, first to last, by the shortest way; none for the config's own module."""
        found: list[ImportUse] = []
        use = self._ways.get(path)
        while use is not None:
            found.append(use)
            use = self._ways[use.place.path]
        return tuple(reversed(found))

    def certainly_runs(self, use: ImportUse) -> bool:
        """Whether nothing decides about an import but that the server loads the config's module."""
        return self.is_certain(use.place)

    def is_certain(self, place: Place) -> bool:
        """The same for an import by its place."""
        return place.path in self._certain_files and place.reference in self.statements(place.path).always

    def is_certainly_imported(self, path: str) -> bool:
        """Whether a file is imported whatever happens, unless an earlier import fails."""
        return path in self._certain_files

    def runs_with_its_function(self, use: ImportUse) -> bool:
        """Whether an import is not conditional inside its function."""
        return use.place.reference in self.statements(use.place.path).in_functions

    def statement(self, place: Place) -> Place:
        """The whole ``from`` import that a name belongs to; ``place`` itself for any other."""
        reference = self.statements(place.path).statement_of.get(place.reference, place.reference)
        return self._sources.place(place.path, reference)

    def bound_at_top(self, path: str, name: str) -> Place | None:
        """Where a module's own text binds a name at its top level, whether or not that is ever reached."""
        lowered = self._sources.form(path)
        for node in lowered.body if isinstance(lowered, form.ModuleForm) else ():
            if name in _bound_by(node):
                return self._sources.place(path, node.ref)
        return None

    def statements(self, path: str) -> Statements:
        """The import statements of a module."""
        text = self._sources.text(path)
        return Statements() if text is None else _statements_of(text)

    @cached_property
    def _ways(self) -> Mapping[str, ImportUse | None]:
        """Each file that is imported, with the import that leads to it first; None for the config's own module."""
        return self._reached(lambda use: use.at_import_time)

    @cached_property
    def _certain_files(self) -> frozenset[str]:
        return frozenset(self._reached(lambda use: use.place.reference in self.statements(use.place.path).always))

    def _reached(self, follows: Callable[[ImportUse], bool]) -> Mapping[str, ImportUse | None]:
        uses: dict[str, list[ImportUse]] = {}
        for use in self._graph.imports:
            uses.setdefault(use.place.path, []).append(use)
        reached: dict[str, ImportUse | None] = dict.fromkeys(self._files_of(self._root))
        waiting = deque(reached)
        while waiting:
            for use in uses.get(waiting.popleft(), ()):
                if follows(use):
                    for path in self._imported_by(use):
                        if path not in reached:
                            reached[path] = use
                            waiting.append(path)
        return reached

    def _imported_by(self, use: ImportUse) -> Iterator[str]:
        yield from self._files_of(use.module if use.name in (None, "*") else f"{use.module}.{use.name}")

    def _files_of(self, dotted: str) -> Iterator[str]:
        """The files that run when ``dotted`` is imported: its parent packages, then itself."""
        parts = dotted.split(".")
        for length in range(1, len(parts) + 1):
            path = self._files.get(".".join(parts[:length]))
            if path is not None:
                yield path


def _names(path: str, search_paths: Sequence[str]) -> Iterator[str]:
    """The dotted names under which a file can be imported."""
    for folder in search_paths:
        prefix = f"{folder}/" if folder else ""
        if path.startswith(prefix):
            yield path.removeprefix(prefix).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _bound_by(node: form.Statement) -> Iterator[str]:
    """The names that a plain statement binds."""
    if isinstance(node, (form.FunctionDefinition, form.ClassDefinition)):
        yield node.name
    elif isinstance(node, form.Assign):
        yield from (target.id for target in node.targets if isinstance(target, form.Name))
    elif isinstance(node, form.ImportFrom):
        yield from (imported.alias or imported.name for imported in node.names or ())
    elif isinstance(node, form.Import):
        yield from (imported.alias or imported.name.partition(".")[0] for imported in node.names)


@once
def _statements_of(text: SourceText) -> Statements:
    return _read(statements_of(text))


def _read(body: form.Block) -> Statements:
    always: set[int] = set()
    in_functions: set[int] = set()
    statement_of: dict[int, int] = {}
    for node, in_function in _standing(body, in_function=False):
        names = [imported.ref for imported in node.names or ()]
        (in_functions if in_function else always).update((node.ref, *names))
        if isinstance(node, form.ImportFrom):
            statement_of.update(dict.fromkeys(names, node.ref))
    return Statements(frozenset(always), frozenset(in_functions), statement_of)


def _standing(body: form.Block, *, in_function: bool) -> Iterator[tuple[form.Import | form.ImportFrom, bool]]:
    """The imports that no condition stands before, and whether they stand in a function."""
    for node in body:
        if isinstance(node, (form.Import, form.ImportFrom)):
            yield node, in_function
        elif isinstance(node, form.ClassDefinition):
            yield from _standing(node.body, in_function=in_function)
        elif isinstance(node, form.FunctionDefinition):
            yield from _standing(node.body, in_function=True)
