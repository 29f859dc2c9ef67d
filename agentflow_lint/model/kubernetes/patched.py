"""The changes of one workload, as its parts ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.values import Origin, Unknown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.kubernetes.changes import Aspect, Change
    from agentflow_lint.sources.kubernetes.facts import Container, Number


@record(frozen=True)
class Changes:
    """What production's kustomizations change of one workload."""

    found: tuple[Change, ...] = ()

    def unknown(self, aspect: Aspect) -> Unknown | None:
        """Why an aspect is not known; None where nothing changes it, or what does is followed."""
        for change in self.found:
            if aspect in change.aspects and not self._follows(change, aspect):
                origin = Origin(f"patch in {change.kustomization}", change.location)
                return Unknown(change.reason, origin)
        return None

    def containers(self, name: str | None) -> Iterator[tuple[str, Container]]:
        """What patches write of a container, each with the patch's path, in their order."""
        for change in self.found:
            if change.workload is not None and change.path is not None and name is not None:
                for each in change.workload.pod.containers:
                    if each.name == name:
                        yield change.path, each

    def replicas(self) -> tuple[str, Number] | None:
        """The count that a patch sets, and the patch's path."""
        for change in reversed(self.found):
            if change.workload is not None and change.path is not None and change.workload.replicas is not None:
                return change.path, change.workload.replicas
        return None

    def _follows(self, change: Change, aspect: Aspect) -> bool:
        """Whether a patch is followed in an aspect: the only overlay's, and written as the object itself is."""
        if change.workload is None or len({each.kustomization for each in self.found}) > 1:
            return False
        if aspect == "replicas":
            return change.workload.replicas is not None
        return aspect == "env" and change.follows_env
