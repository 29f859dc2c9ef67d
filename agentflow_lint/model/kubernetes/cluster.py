"""The project's objects as a cluster would find them: by name, by label, in a namespace."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from agentflow_lint.model.kubernetes.manifests import is_development_path
from agentflow_lint.model.values import Unknown
from agentflow_lint.records import record
from agentflow_lint.sources.kubernetes.facts import (
    ConfigMap,
    ObjectName,
    Scaler,
    Secret,
    Service,
    Workload,
)

if TYPE_CHECKING:
    from agentflow_lint.model.kubernetes.manifests import Manifests

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T", ConfigMap, Secret, Scaler, Service, Workload)


@record(frozen=True)
class Placed(Generic[T_co]):
    """An object and the file that it stands in."""

    path: str
    found: T_co


@record(frozen=True, eq=False)
class Cluster:
    """Looks things up for a workload; what lies in a development overlay is not there for production."""

    manifests: Manifests

    @cached_property
    def workloads(self) -> tuple[Placed[Workload], ...]:
        """Every workload, in the order of the files."""
        return self._all(Workload)

    def config_map(self, name: str, near: Placed[Workload]) -> Placed[ConfigMap] | Unknown:
        """The ConfigMap that a workload gets under a name."""
        generated = (Placed(path, each) for path, each in self.manifests.generated)
        found = self._named((*self._all(ConfigMap), *generated), name, near)
        if not found:
            return Unknown(f"the ConfigMap {name} is not in the repository")
        first = found[0]
        if any(_plain(each.found) != _plain(first.found) for each in found[1:]):
            return Unknown(f"the repository has several ConfigMaps named {name}")
        for change in self.manifests.changes_of(first.path, "ConfigMap", name):
            if "data" in change.aspects:
                return Unknown(f"{change.kustomization} changes the ConfigMap {name}")
        return first

    def secret(self, name: str, near: Placed[Workload]) -> Placed[Secret] | None:
        """The one Secret of that name in the repository, None when there is none or several."""
        found = self._named(self._all(Secret), name, near)
        return found[0] if len(found) == 1 else None

    def services(self, near: Placed[Workload]) -> tuple[Placed[Service], ...]:
        """The Services whose selector fits a workload's pods."""
        labels = {pair.key: pair.value.value for pair in near.found.pod.labels}
        return tuple(
            each
            for each in self._all(Service)
            if each.found.selector
            and _is_visible(each, near, each.found.at)
            and all(
                pair.value.value is not None and labels.get(pair.key) == pair.value.value
                for pair in each.found.selector
            )
        )

    def scaler(self, near: Placed[Workload]) -> Placed[Scaler] | None:
        """The autoscaler of a workload."""
        at = near.found.at
        fitting = [
            each
            for each in self._all(Scaler)
            if (each.found.target_kind, each.found.target_name) == (at.kind, at.name)
            and _is_visible(each, near, each.found.at)
        ]
        return _nearest(fitting, near)[0] if fitting else None

    def _all(self, kind: type[T]) -> tuple[Placed[T], ...]:
        return tuple(
            Placed(file.path, each)
            for file in self.manifests.files
            for each in file.manifest.objects
            if isinstance(each, kind)
        )

    def _named(self, among: tuple[Placed[T], ...], name: str, near: Placed[Workload]) -> list[Placed[T]]:
        """Those of a name that lie nearest to a workload's file."""
        fitting = [each for each in among if each.found.at.name == name and _is_visible(each, near, each.found.at)]
        return _nearest(fitting, near)


def _is_visible(each: Placed[object], near: Placed[Workload], at: ObjectName) -> bool:
    spaces = {at.namespace, near.found.at.namespace} - {None}
    return len(spaces) < 2 and (is_development_path(near.path) or not is_development_path(each.path))


def _nearest(fitting: list[Placed[T]], near: Placed[Workload]) -> list[Placed[T]]:
    """Those in the same file, else in the same folder, else all."""
    folder = posixpath.dirname(near.path)
    for close in (
        [each for each in fitting if each.path == near.path],
        [each for each in fitting if posixpath.dirname(each.path) == folder],
    ):
        if close:
            return close
    return fitting


def _plain(config_map: ConfigMap) -> tuple[dict[str, str | None], str | None]:
    return {pair.key: pair.value.value for pair in config_map.data}, config_map.open_reason
