"""Which of the project's modules that a deployment imports its image lacks, or has where nothing looks for them."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.config_checks import import_path_problem
from agentflow_lint.framework.plugin_targets import auth_file, plugins
from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.image.folders import folder_served_from, folders_in_image, mounted_over
from agentflow_lint.model.image.packaged import installs_its_code
from agentflow_lint.model.loading.import_chains import import_chains
from agentflow_lint.model.loading.modules import ModuleFinder, ProjectModule
from agentflow_lint.model.loading.serving import search_paths
from agentflow_lint.model.values import Known, Location, Unknown
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import ImportUse, ServedGraph
    from agentflow_lint.model.image.built import Image

Key = tuple[str | int, ...]
Kind = Literal["absent", "unreachable", "no-file"]


@record(frozen=True)
class AbsentModule:
    """A module that is imported and not found in the image.

    ``path`` is its file in the project and ``module`` its dotted name; ``key`` is where the config names what imports
    it, ``chain`` the imports that lead to it. ``absent``: it is not in the image, for ``reason``, decided at
    ``decided_by``; ``unreachable``: it lies at ``places`` and none of ``folders``, where imports look, leads there;
    ``no-file``: the loader of ``auth.path`` wants the file at ``reason``, and it lies at ``places`` only.
    ``late``: a function imports it. With ``doubt`` this is not certain. ``others`` counts further modules of which the
    same line decides.
    """

    kind: Kind
    path: str
    module: str
    key: Key
    reason: str
    decided_by: Location
    late: bool = False
    doubt: str | None = None
    chain: tuple[ImportUse, ...] = field(default=(), compare=False)
    places: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    others: int = 0


def absent_modules(deployment: Deployment) -> tuple[AbsentModule, ...]:
    """One entry for each line that decides about modules, the first module in import order."""
    image = deployment.image
    if image is None:
        return ()
    found: dict[tuple[object, ...], AbsentModule] = {}
    counted: dict[tuple[object, ...], set[str]] = {}
    for each in _all(deployment, image):
        key = (each.kind, each.decided_by, each.late, each.doubt is not None)
        found.setdefault(key, each)
        counted.setdefault(key, set()).add(each.path)
    return tuple(_with_others(each, len(counted[key]) - 1) for key, each in found.items())


def _with_others(module: AbsentModule, others: int) -> AbsentModule:
    from dataclasses import replace

    return replace(module, others=others)


def _all(deployment: Deployment, image: Image) -> Iterator[AbsentModule]:
    for key, import_path, doubt in _import_paths(deployment):
        is_agent = key == ("agent",)
        graph = deployment.intended_graph if is_agent else deployment.evaluation.graph(import_path)
        yield from _Search(deployment, image, key, import_path, graph, doubt).absent()


def _import_paths(deployment: Deployment) -> Iterator[tuple[Key, str, str | None]]:
    """The import paths of the config that the server follows, with a doubt about that."""
    agent = deployment.config.get("agent")
    if import_path_problem(agent) is None:
        yield ("agent",), str(agent), None
    for plugin in plugins(deployment.release.version, deployment.config.data):
        if import_path_problem(plugin.import_path) is None:
            yield plugin.path, plugin.import_path, plugin.unless


class _Search:
    """The modules that one import path of the config leads to."""

    def __init__(
        self, deployment: Deployment, image: Image, key: Key, import_path: str, graph: ServedGraph, doubt: str | None
    ) -> None:
        self._deployment = deployment
        self._image = image
        self._key = key
        self._graph = graph
        self._doubt = doubt
        self._paths = search_paths(deployment)
        self._import_path = import_path
        self._root = root = import_path.partition(":")[0]
        self._chains = import_chains(graph, import_path, deployment.project.python_sources, self._paths)
        self._folders = folders_in_image(deployment)
        self._names = _with_parents({root, *(name for use in graph.imports for name in _names_of(use))})

    def absent(self) -> Iterator[AbsentModule]:
        for path in self._graph.modules:
            found = self._judged(path)
            if found is not None:
                yield found
        yield from self._late()
        yield from self._auth_file()

    def _auth_file(self) -> Iterator[AbsentModule]:
        """The loader of a custom auth class wants its file below the working directory, wherever imports look."""
        home = folder_served_from(self._deployment)
        if self._key != ("auth", "path") or not isinstance(home, Known) or not self._graph.modules:
            return
        wanted = posixpath.normpath(posixpath.join(home.value, auth_file(self._import_path)))
        root = next((path for path in self._graph.modules if self._is_root(path)), None)
        places = self._image.places_of(root) if root else None
        if root is None or not isinstance(places, tuple) or mounted_over(self._deployment, wanted):
            return
        if isinstance(self._image.project_path_of(wanted), NotInImage):
            found = tuple(place.value for place in places)
            yield AbsentModule(
                "no-file", root, self._root, self._key, wanted, self._deployment.anchor, doubt=self._doubt, places=found
            )

    def _is_root(self, path: str) -> bool:
        return any(_dotted(rest) == self._root for rest in self._below(path))

    def _late(self) -> Iterator[AbsentModule]:
        finder = ModuleFinder(self._deployment.project.files, self._paths)
        for use in self._graph.imports:
            if use.at_import_time or use.guarded or not self._chains.runs_with_its_function(use):
                continue
            for name in _names_of(use):
                module = finder.find(name)
                if isinstance(module, ProjectModule) and module.path not in self._graph.modules:
                    found = self._judged(module.path, (*self._chains.chain(use.place.path), use))
                    if found is not None and found.kind == "absent":
                        yield found

    def _judged(self, path: str, late: tuple[ImportUse, ...] = ()) -> AbsentModule | None:
        places = self._image.places_of(path)
        if isinstance(places, Unknown):
            at = places.origin.location if places.origin and places.origin.location else self._image.at
            unknown = f"whether {path} is in the image is not known: {places.reason}"
            return self._entry("absent", path, places.reason, at, late, unknown)
        if isinstance(places, NotInImage):
            if self._is_mounted(path) or (path.endswith("__init__.py") and self._has_siblings(path)):
                return None
            doubt = None if self._image.excluded_by(path) else installs_its_code(self._deployment)
            return self._entry("absent", path, places.reason, places.location, late, doubt)
        return self._unreachable(path, places, late)

    def _unreachable(
        self, path: str, places: tuple[Known[str], ...], late: tuple[ImportUse, ...]
    ) -> AbsentModule | None:
        below = self._below(path)
        found = [place.value for place in places]
        if isinstance(self._folders, Unknown):
            if any(place.endswith(f"/{rest}") for place in found for rest in below):
                return self._entry("unreachable", path, "", self._deployment.anchor, late, self._folders.reason)
            return None
        wanted = {posixpath.normpath(posixpath.join(folder, rest)) for folder in self._folders for rest in below}
        if wanted.intersection(found) or self._is_mounted(path):
            return None
        doubt = installs_its_code(self._deployment)
        return self._entry("unreachable", path, "", self._deployment.anchor, late, doubt, tuple(found))

    def _entry(
        self,
        kind: Kind,
        path: str,
        reason: str,
        at: Location,
        late: tuple[ImportUse, ...],
        doubt: str | None,
        places: tuple[str, ...] = (),
    ) -> AbsentModule | None:
        """The entry for a module; None where the code catches that it cannot be imported."""
        doubt = doubt or self._doubt or self._changes_path()
        chain = late or self._chains.chain(path)
        if not late and not self._chains.is_certainly_imported(path):
            if any(use.guarded for use in chain):
                return None
            doubt = doubt or f"whether {path} is imported depends on a branch"
        rest = next(iter(self._below(path)))
        module = rest.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        folders = self._folders if isinstance(self._folders, tuple) else ()
        return AbsentModule(kind, path, module, self._key, reason, at, bool(late), doubt, chain, places, folders)

    def _below(self, path: str) -> list[str]:
        """The path of a module below each search folder that its imported name starts in."""
        found = [path[len(folder) + 1 :] if folder else path for folder in self._paths if _is_below(path, folder)]
        named = [rest for rest in found if _dotted(rest) in self._names]
        return named or found or [path]

    def _is_mounted(self, path: str) -> bool:
        if isinstance(self._folders, Unknown):
            return bool(self._deployment.workload.mounts)
        return any(
            mounted_over(self._deployment, posixpath.join(folder, rest))
            for folder in self._folders
            for rest in self._below(path)
        )

    def _has_siblings(self, path: str) -> bool:
        """Whether something else of a package's folder is in the image, so that it is a package without code there."""
        folder = posixpath.dirname(path)
        names = self._deployment.project.files.names(folder)
        inside = (posixpath.join(folder, name) for name in names if name != "__init__.py")
        return any(not isinstance(self._image.places_of(each), NotInImage) for each in inside)

    def _changes_path(self) -> str | None:
        for path in self._graph.modules:
            text = self._deployment.project.files.read(path)
            if isinstance(text, SourceText) and "sys.path" in text.content:
                return f"{path} may change where imports look"
        return None


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _dotted(rest: str) -> str:
    return rest.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _names_of(use: ImportUse) -> tuple[str, ...]:
    if use.name in (None, "*"):
        return (use.module,)
    return (use.module, f"{use.module}.{use.name}")


def _with_parents(names: set[str]) -> frozenset[str]:
    found = set(names)
    for name in names:
        parts = name.split(".")
        found.update(".".join(parts[:count]) for count in range(1, len(parts)))
    return frozenset(found)
