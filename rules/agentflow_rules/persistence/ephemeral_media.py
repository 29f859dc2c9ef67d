"""AF507 ephemeral-media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import explained_by, place_of, quoted, setting, subject, undecided
from agentflow_lint.model.kept_files import IN_MEMORY, KeptFile, has_own_files, media_folder
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_rules.persistence.kept_files import what_becomes_of, where_it_is_mounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_TYPE = "MEDIA_STORAGE_TYPE"
_PATH = "MEDIA_STORAGE_PATH"


class EphemeralMedia(DeploymentRule):
    """Files that users upload go with the process or with its container."""

    code = "AF507"
    name = "ephemeral-media"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the kind of media storage, and in a container the folder."""
        kind = deployment.settings[_TYPE]
        if isinstance(kind, Unknown):
            yield undecided(self, deployment, _TYPE, kind)
        if not isinstance(kind, Known):
            return
        if kind.value == IN_MEMORY:
            yield self._in_memory(deployment, kind)
        elif kind.value == "local" and has_own_files(deployment):
            yield from self._local(deployment, kind)

    def _in_memory(self, deployment: Deployment, kind: Known[object]) -> Verdict:
        at = place_of(kind, deployment)
        return self.finding(
            at=at,
            place=_TYPE,
            message=(
                f"{subject(deployment)} keeps uploaded files in the memory of the process that took them: "
                f"{setting(_TYPE, kind)}. They are gone after a restart or a deploy, and another process never finds "
                "them."
            ),
            help="Set MEDIA_STORAGE_TYPE=cloud with a bucket, or local with MEDIA_STORAGE_PATH on a volume.",
            deployment=deployment,
            related=way_to(deployment, at, more=explained_by(deployment, _TYPE)),
        )

    def _local(self, deployment: Deployment, kind: Known[object]) -> Iterator[Verdict]:
        folder = media_folder(deployment)
        chosen = any(not isinstance(deployment.settings.raw(name), Absent) for name in (_TYPE, _PATH))
        if isinstance(folder, Unknown):
            at = folder.origin.location if folder.origin else None
            reason = f"where uploaded files are kept: {folder.reason}"
            yield self.undecided(at or deployment.anchor, reason, deployment=deployment)
        elif folder.kept == "anonymous":
            reason = f"{folder.path} is an anonymous volume; whoever starts the container may mount a named one there"
            at = folder.mount.location if folder.mount else deployment.anchor
            yield self.undecided(at, reason, deployment=deployment)
        elif folder.kept == "container" and not chosen and not folder.certain:
            reason = (
                f"uploaded files are kept in {folder.path}, the default, and neither whether clients upload any nor "
                "whether a volume is mounted there is known"
            )
            yield self.undecided(deployment.anchor, reason, deployment=deployment)
        elif folder.kept == "container":
            yield self._said(deployment, kind, folder, certain=folder.certain and chosen)

    def _said(self, deployment: Deployment, kind: Known[object], folder: KeptFile, *, certain: bool) -> Verdict:
        more = (*where_it_is_mounted(folder), *explained_by(deployment, _PATH))
        return self.finding(
            at=folder.location,
            place=_PATH,
            message=(
                f"{subject(deployment)} keeps uploaded files in {quoted(folder.path)}, "
                f"{what_becomes_of(folder, 'what users uploaded')}. {setting(_TYPE, kind)}."
            ),
            help="Set MEDIA_STORAGE_TYPE=cloud with a bucket, or mount a volume and name it in MEDIA_STORAGE_PATH.",
            severity=None if certain else Severity.WARNING,
            deployment=deployment,
            related=way_to(deployment, folder.location, more=more),
        )
