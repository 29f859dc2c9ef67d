"""Several compose files as one tree: ``-f`` after ``-f``, ``extends`` and ``include``, put together as by compose."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING, NoReturn

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.records import record
from agentflow_lint.sources.compose import (
    ComposeProblem,
    Entry,
    Mapping,
    MergeError,
    Place,
    Scalar,
    Sequence,
    extend,
    merge,
    merge_resource,
    read_tree,
    with_contexts,
    without,
)
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from agentflow_lint.model.compose.variables import ComposeVariables
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.compose import ComposeDocument, Node

#: Files that one compose run may read, each counted as often as it is read.
_MAX_READS = 200
#: ``extends`` of one run, and of one chain.
_MAX_EXTENDS = 2000
_MAX_CHAIN = 50

_RESOURCES = ("services", "volumes", "networks", "secrets", "configs", "models")


@record(frozen=True)
class LoadedCompose:
    """What compose makes of its files: one tree, and every file that it read, in order.

    ``problem`` is why compose stops, or why this reader does not follow it; ``root`` is None then.
    """

    paths: tuple[str, ...]
    folder: str
    root: Mapping | None
    read: tuple[str, ...]
    problem: ComposeProblem | None = None


def load_compose(files: ProjectFiles, paths: tuple[str, ...], variables: ComposeVariables) -> LoadedCompose:
    """Load the files of one run in their order; never raises.

    Relative paths in all of them start from the folder of the first.
    """
    folder = posixpath.dirname(paths[0])
    loader = _Loader(files)
    try:
        if variables.problem is not None:
            raise _StoppedError(variables.problem)
        root: Mapping | None = loader.files_merged(paths, folder, variables, ())
        problem = None
    except _StoppedError as error:
        root, problem = None, error.args[0]
    except MergeError as error:
        root, problem = None, error.problem
    return LoadedCompose(paths, folder, root, tuple(dict.fromkeys(loader.read)), problem)


class _StoppedError(Exception):
    """(problem,): compose stops, or this reader does."""


def _stop(message: str, place: Place) -> NoReturn:
    raise _StoppedError(ComposeProblem(message, place))


@record
class _Loader:
    files: ProjectFiles
    read: list[str] = field(default_factory=list)
    extends: int = 0

    def files_merged(
        self, paths: tuple[str, ...], folder: str, variables: ComposeVariables, included: tuple[str, ...]
    ) -> Mapping:
        """The files in order, each with its includes and its extends, merged."""
        merged = Mapping({}, Place(paths[0], START, folder))
        for path in paths:
            chain = (*included, path)
            for document in self.documents(path, folder, variables, Place(path, START, folder)):
                merged = without(merged, document.resets)
                root = self.with_includes(document, variables, chain)
                merged = merge(merged, _Extending(self, path, variables, document).applied(root))
        return with_contexts(merged, folder)

    def documents(
        self, path: str, folder: str, variables: ComposeVariables, asked_at: Place
    ) -> tuple[ComposeDocument, ...]:
        """The documents of one file; stops where it is not there or is no compose file."""
        self.read.append(path)
        if len(self.read) > _MAX_READS:
            _stop(f"more than {_MAX_READS} files are read for it", asked_at)
        text = self.files.read(path)
        if isinstance(text, Missing):
            _stop(f"there is no {path}", asked_at)
        if isinstance(text, Unreadable):
            _stop(f"{path} {text.reason}", asked_at)
        tree = read_tree(text, path, folder, variables.lookup)
        if tree.problems:
            raise _StoppedError(tree.problems[0])
        return tree.documents

    def inside(self, scalar: Scalar) -> str:
        """The project's file that a path names; stops where it leads outside."""
        if scalar.text is None:
            _stop(scalar.interpolation.reason or "the path is not known", scalar.place)
        path = posixpath.normpath(posixpath.join(scalar.place.folder, scalar.text))
        if "://" in scalar.text or path.startswith(("/", "../", "~")) or path == "..":
            _stop(f"{scalar.text} lies outside the project", scalar.place)
        return path

    def with_includes(self, document: ComposeDocument, variables: ComposeVariables, chain: tuple[str, ...]) -> Mapping:
        """The document with what its ``include`` brings; what it says itself lies over that."""
        include = document.root.get("include")
        entries = {key: entry for key, entry in document.root.entries.items() if key != "include"}
        if include is None:
            return document.root
        if not isinstance(include, Sequence):
            _stop("`include` is a list", include.place)
        for item in include.items:
            brought = self.included(item, variables, chain)
            for kind in _RESOURCES:
                theirs = brought.get(kind)
                if isinstance(theirs, Mapping):
                    entries[kind] = Entry(kind, theirs.place, _imported(theirs, entries.get(kind), kind, document))
        return Mapping(entries, document.root.place)

    def included(self, item: Node, variables: ComposeVariables, chain: tuple[str, ...]) -> Mapping:
        named = item.get("path") if isinstance(item, Mapping) else item
        scalars = _scalars(named)
        if not scalars:
            _stop("an `include` names a file", item.place)
        paths = tuple(self.inside(scalar) for scalar in scalars)
        if paths[0] in chain:
            _stop(f"it includes itself: {' includes '.join((*chain, paths[0]))}", scalars[0].place)
        folder = posixpath.dirname(paths[0])
        env_files: tuple[str, ...] = (posixpath.join(folder, ".env"),)
        if isinstance(item, Mapping):
            directory = item.get("project_directory")
            if isinstance(directory, Scalar):
                folder = self.inside(directory)
                folder = "" if folder == "." else folder
                env_files = (posixpath.join(folder, ".env"),)
            named_files = _scalars(item.get("env_file"))
            if named_files:
                env_files = tuple(self.inside(each) for each in named_files if each.text != "/dev/null")
        for path in reversed(env_files):
            variables = variables.with_file(self.files, path)
        if variables.problem is not None:
            raise _StoppedError(variables.problem)
        return self.files_merged(paths, folder, variables, chain)


def _scalars(node: Node | None) -> tuple[Scalar, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(item for item in items if isinstance(item, Scalar) and not item.is_null)


def _imported(theirs: Mapping, ours: Entry | None, kind: str, document: ComposeDocument) -> Mapping:
    own = ours.node if ours else None
    entries = dict(own.entries) if isinstance(own, Mapping) else {}
    for key, entry in theirs.entries.items():
        present = entries.get(key)
        if present is None:
            entries[key] = entry
            continue
        base = entry.node
        if isinstance(base, Mapping):
            base = without(base, [path[2:] for path in document.resets if path[:2] == (kind, key) and len(path) > 2])
        entries[key] = Entry(key, present.place, merge_resource(base, present.node, kind, key))
    return Mapping(entries, theirs.place)


@record
class _Extending:
    """``extends`` in the services of one document."""

    loader: _Loader
    path: str
    variables: ComposeVariables
    document: ComposeDocument

    def applied(self, root: Mapping) -> Mapping:
        """The document with every service laid over the one that it extends."""
        services = root.get("services")
        if services is None:
            return root
        if not isinstance(services, Mapping):
            _stop("`services` is no mapping", services.place)
        done: dict[tuple[str, str], Node] = {}
        entries = {
            key: Entry(key, entry.place, self.extended(key, entry.node, services, self.path, self.document, (), done))
            for key, entry in services.entries.items()
        }
        whole = {
            **root.entries,
            "services": Entry("services", root.entries["services"].place, _with(services, entries)),
        }
        return Mapping(whole, root.place)

    def extended(
        self,
        name: str,
        node: Node,
        services: Mapping,
        path: str,
        document: ComposeDocument,
        chain: tuple[tuple[str, str], ...],
        done: dict[tuple[str, str], Node],
    ) -> Node:
        """A service of ``path``, whose own services are ``services``, with what it extends below it."""
        if isinstance(node, Scalar) and node.is_null:
            return node
        if not isinstance(node, Mapping):
            _stop(f"service {name} is no mapping", node.place)
        extends = node.get("extends")
        if extends is None:
            return node
        key = (path, name)
        if key in done:
            return done[key]
        if key in chain or len(chain) > _MAX_CHAIN:
            names = " extends ".join(each for _, each in (*chain, key))
            _stop(f"the services extend each other in a circle: {names}", extends.place)
        self.loader.extends += 1
        if self.loader.extends > _MAX_EXTENDS:
            _stop(f"more than {_MAX_EXTENDS} services extend others", extends.place)
        base_name, file = _reference(name, extends)
        base_path, base_services, base_document = path, services, document
        if file is not None:
            base_path = self.loader.inside(file)
            base_services, base_document = self.foreign(base_path, file.place)
        base = base_services.entries.get(base_name)
        if base is None:
            _stop(f"service {name} extends {base_name}, which is not in {base_path}", extends.place)
        below = self.extended(base_name, base.node, base_services, base_path, base_document, (*chain, key), done)
        if isinstance(below, Mapping):
            resets = [path[2:] for path in document.resets if path[:2] == ("services", name) and len(path) > 2]
            merged: Node = extend(without(below, resets), node)
        else:
            merged = node
        done[key] = merged
        return merged

    def foreign(self, path: str, asked_at: Place) -> tuple[Mapping, ComposeDocument]:
        """The services of another file. Their relative paths start from that file's folder."""
        merged = None
        documents = self.loader.documents(path, posixpath.dirname(path), self.variables, asked_at)
        for document in documents:
            merged = document.root if merged is None else merge(without(merged, document.resets), document.root)
        services = merged.get("services") if merged else None
        if not isinstance(services, Mapping):
            _stop(f"{path} has no services to extend", asked_at)
        return services, documents[-1]


def _with(services: Mapping, entries: dict[str, Entry]) -> Mapping:
    return Mapping(entries, services.place)


def _reference(name: str, extends: Node) -> tuple[str, Scalar | None]:
    """The service that ``extends`` names, and the file that it is in where that is another one."""
    service: Node | None = extends
    file: Node | None = None
    if isinstance(extends, Mapping):
        service, file = extends.get("service"), extends.get("file")
    if not isinstance(service, Scalar) or not service.text:
        _stop(f"what service {name} extends is not said", extends.place)
    if file is not None and not isinstance(file, Scalar):
        _stop(f"the file of what service {name} extends is no path", file.place)
    return service.text, file
