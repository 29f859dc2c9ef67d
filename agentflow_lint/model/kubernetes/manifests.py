"""Finds a project's manifests, and says which of them are not what a cluster gets.

A Helm chart's templates are left undecided: only Helm knows what comes out.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.kubernetes.changes import Change, find_changes
from agentflow_lint.model.manifest_paths import OWN_FOLDERS, manifest_paths
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.kubernetes import KUSTOMIZATION_NAMES, read_manifest
from agentflow_lint.sources.kubernetes.facts import Kustomization, Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.kubernetes.changes import Kustomizations
    from agentflow_lint.sources.kubernetes.facts import ConfigMap

_DEVELOPMENT_WORD = re.compile(
    r"(?:^|[._/-])(?:dev|devel|development|local|test|tests|testing|ci|debug|stage|staging|preview|minikube|kind|e2e)"
    r"(?:$|[._/-])",
    re.IGNORECASE,
)


@record(frozen=True)
class ManifestFile:
    """A file with Kubernetes objects; ``is_development`` is what its path declares."""

    path: str
    manifest: Manifest
    is_development: bool = False


@record(frozen=True)
class UndecidedManifest:
    """Something that a cluster may get, and of which it is not known what; ``reason`` is a clause that says why."""

    location: Location
    reason: str


@record(frozen=True)
class Manifests:
    """The manifests of a project.

    ``files`` hold what a cluster gets, or might get; ``changes`` are those that production's kustomizations make in
    some of them, by path. ``replicas`` are the counts that kustomizations set, by file and workload; ``generated`` the
    ConfigMaps that they make, each with the kustomization's path.
    """

    files: tuple[ManifestFile, ...] = ()
    undecided: tuple[UndecidedManifest, ...] = ()
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=lambda: MappingProxyType({}))
    replicas: Mapping[tuple[str, str], Value[int]] = field(default_factory=lambda: MappingProxyType({}))
    generated: tuple[tuple[str, ConfigMap], ...] = ()

    def changes_of(self, path: str, kind: str, name: str | None) -> tuple[Change, ...]:
        """The changes of one object of a file."""
        return tuple(each for each in self.changes.get(path, ()) if each.concerns(kind, name))


def is_development_path(path: str) -> bool:
    """Whether a folder or the file's name says that it is not production's."""
    return bool(_DEVELOPMENT_WORD.search(path))


def find_manifests(files: ProjectFiles) -> Manifests:
    """Read every manifest in the usual folders, a bounded number of them."""
    found: list[ManifestFile] = []
    undecided: list[UndecidedManifest] = []
    kustomizations: dict[str, tuple[str, Kustomization]] = {}
    for path, is_chart in manifest_paths(files):
        if is_chart:
            undecided.append(UndecidedManifest(Location(path), "Helm makes the manifests of a chart"))
            continue
        text = files.read(path) if path.split("/")[0] in OWN_FOLDERS else files.glance(path)
        if text is None or isinstance(text, (Missing, Unreadable)):
            continue
        manifest = read_manifest(text, is_kustomization=posixpath.basename(path) in KUSTOMIZATION_NAMES)
        for each in manifest.objects:
            if isinstance(each, Kustomization):
                kustomizations[posixpath.dirname(path)] = (path, each)
        undecided.extend(UndecidedManifest(Location(path, each.span), each.reason) for each in manifest.undecided)
        if manifest.objects or manifest.problems:
            found.append(ManifestFile(path, manifest, is_development_path(path)))
    patches = {
        posixpath.normpath(posixpath.join(folder, patch.file.value))
        for folder, (_, each) in kustomizations.items()
        for patch in each.patches
        if patch.file is not None and patch.file.value is not None
    }
    changes, replicas = _overlays(kustomizations, {each.path: each.manifest for each in found}, files)
    return Manifests(
        files=tuple(each for each in found if each.path not in patches),
        undecided=tuple(sorted(undecided, key=lambda each: each.location)),
        changes=MappingProxyType(changes),
        replicas=MappingProxyType(replicas),
        generated=tuple((path, made) for path, each in kustomizations.values() for made in each.config_maps),
    )


def _overlays(
    kustomizations: Kustomizations, manifests: Mapping[str, Manifest], files: ProjectFiles
) -> tuple[dict[str, tuple[Change, ...]], dict[tuple[str, str], Value[int]]]:
    """What production's kustomizations change, and the counts that they set, by the file that they take in."""
    changes: dict[str, tuple[Change, ...]] = {}
    counts: dict[tuple[str, str], Value[int]] = {}
    for folder, (path, each) in sorted(kustomizations.items()):
        made = () if is_development_path(path) else tuple(find_changes(folder, kustomizations, manifests, files))
        if is_development_path(path) or not (made or each.replicas):
            continue
        reached = sorted(_reached(folder, kustomizations))
        for file in reached if made else ():
            changes[file] = (*changes.get(file, ()), *made)
        for item in each.replicas:
            origin = Origin(f"replicas in {path}", Location(path, item.count.span))
            count: Value[int] = (
                Known(item.count.value, origin)
                if item.count.value is not None
                else Unknown(item.count.reason or "it is not known", origin)
            )
            for file in reached:
                key = (file, item.name)
                counts[key] = Unknown("several kustomizations set it", origin) if key in counts else count
    return changes, counts


def _reached(folder: str, kustomizations: Kustomizations) -> set[str]:
    """Every file that a kustomization takes in, directly or through others."""
    found: set[str] = set()
    seen = {folder}
    todo = [folder]
    while todo:
        current = todo.pop()
        for text in kustomizations[current][1].resources:
            path = posixpath.normpath(posixpath.join(current, text.value or "."))
            if path in kustomizations:
                if path not in seen:
                    seen.add(path)
                    todo.append(path)
            elif text.value is not None:
                found.add(path)
    return found
