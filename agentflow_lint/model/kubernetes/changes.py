"""What production's kustomizations change in the objects that they take in.

A strategic merge patch in a file is followed in what it says of replicas and of a container's variables. Of everything
else that a patch changes it is known only that it is changed.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.kubernetes import read_patch
from agentflow_lint.sources.kubernetes.facts import PatchedObject, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.kubernetes.facts import Kustomization, Manifest, Patch

Aspect = Literal["replicas", "env", "process", "mounts", "probes", "ports", "grace", "user", "data"]
"""What of an object a rule may ask about: ``data`` is a ConfigMap's, the others are a workload's."""

Kustomizations: TypeAlias = "Mapping[str, tuple[str, Kustomization]]"
"""By folder: the file's path, and what it says."""

ALL_ASPECTS: frozenset[Aspect] = frozenset(get_args(Aspect))
#: What follows from a change of a field of the pod, or of a container.
_OF_POD: Mapping[str, Aspect] = {
    "terminationGracePeriodSeconds": "grace",
    "securityContext": "user",
    "volumes": "mounts",
}
_OF_CONTAINER: Mapping[str, Aspect] = {
    "env": "env",
    "envFrom": "env",
    "command": "process",
    "args": "process",
    "workingDir": "process",
    "ports": "ports",
    "readinessProbe": "probes",
    "livenessProbe": "probes",
    "startupProbe": "probes",
    "volumeMounts": "mounts",
    "securityContext": "user",
}
#: A name without the characters that would make it a pattern to kustomize.
_LITERAL = re.compile(r"[A-Za-z0-9_.-]+")


@record(frozen=True)
class Change:
    """A change of the objects of a ``kind`` and ``name`` (None for any) by the kustomization at ``kustomization``.

    ``workload`` is what the patch at ``path`` writes, where it is followed; ``follows_env`` says that its variables
    are all that it changes of the container's environment.
    """

    kind: str | None
    name: str | None
    aspects: frozenset[Aspect]
    location: Location
    kustomization: str
    path: str | None = None
    workload: Workload | None = None
    follows_env: bool = False

    @property
    def reason(self) -> str:
        """Why what it changes is not known."""
        return f"{self.kustomization} changes it"

    def concerns(self, kind: str, name: str | None) -> bool:
        """Whether it is for an object."""
        return self.kind in (None, kind) and (self.name is None or name is None or self.name == name)


def find_changes(
    folder: str, kustomizations: Kustomizations, manifests: Mapping[str, Manifest], files: ProjectFiles
) -> Iterator[Change]:
    """What the kustomization of a folder changes in whatever it takes in."""
    path, kustomization = kustomizations[folder]
    for other in kustomization.changes:
        yield Change(None, None, ALL_ASPECTS, Location(path, other.key_span), path)
    for patch in kustomization.patches:
        objects = patch.inline
        patch_path = None
        if patch.file is not None and patch.file.value is not None:
            patch_path = posixpath.normpath(posixpath.join(folder, patch.file.value))
            text = files.glance(patch_path)
            objects = read_patch(text) if text is not None else None
        for each in objects or (PatchedObject(None, None, ((),)),):
            yield from _changes(each, patch, Location(path, patch.span), patch_path, manifests)


def _changes(
    each: PatchedObject, patch: Patch, location: Location, path: str | None, manifests: Mapping[str, Manifest]
) -> Iterator[Change]:
    kind, name = (patch.target_kind, patch.target_name) if patch.has_target else (each.kind, each.name)
    aspects = frozenset(aspect for field in each.paths for aspect in _aspects(field))
    if not aspects:
        return
    yield Change(
        kind=kind if kind is not None and _LITERAL.fullmatch(kind) else None,
        name=name if name is not None and _LITERAL.fullmatch(name) else None,
        aspects=aspects,
        location=location,
        kustomization=location.path,
        path=path,
        workload=_workload(each, manifests.get(path or "")),
        follows_env=all(_is_followed(field) for field in each.paths),
    )


def _workload(each: PatchedObject, manifest: Manifest | None) -> Workload | None:
    for found in manifest.objects if manifest else ():
        if isinstance(found, Workload) and (found.kind, found.at.name) == (each.kind, each.name):
            return found
    return None


def _aspects(path: tuple[str, ...]) -> frozenset[Aspect]:
    """What a change of a field touches; nothing of a label, a resource limit or an affinity."""
    if not path or path in (("spec",), ("spec", "template")):
        return ALL_ASPECTS
    if path[0] in ("data", "binaryData"):
        return frozenset(("data",))
    if path[:2] == ("spec", "replicas"):
        return frozenset(("replicas",))
    if path[:3] != ("spec", "template", "spec"):
        return frozenset()
    rest = path[3:]
    if rest[:1] == ("containers",):
        if len(rest) < 2 or (len(rest) == 2 and rest[1] != "-"):
            return ALL_ASPECTS
        found = _OF_CONTAINER.get(rest[2]) if len(rest) > 2 else None
    elif rest:
        found = _OF_POD.get(rest[0])
    else:
        return ALL_ASPECTS
    return frozenset(() if found is None else (found,))


def _is_followed(path: tuple[str, ...]) -> bool:
    """Whether a change of a container's environment is one of an item by its name, as it reads."""
    return "env" not in _aspects(path) or (len(path) > 7 and path[4] == path[6] == "*")
