"""AF107 shadowed-config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related, Tag
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, server, subject
from agentflow_lint.model.values import Known, Location, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class ShadowedConfig(DeploymentRule):
    """A config file is not the one that the server reads."""

    code = "AF107"
    name = "shadowed-config"
    consequence = Consequence.CONFUSES
    tags = (Tag.UNNECESSARY,)

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare the config names that exist with those that this deployment looks for."""
        present = deployment.project.config_paths
        if not present:
            return
        looked_for = _looked_for(deployment)
        if present == looked_for[:1] or isinstance(deployment.named_config, Known):
            return
        if isinstance(deployment.named_config, Unknown):
            reason = f"which config file it reads is not known: {deployment.named_config.reason}"
            yield self.undecided(Location(present[0]), reason, deployment=deployment)
            return
        read = next((name for name in looked_for if name in present), None)
        if read is None:
            yield self._not_found(deployment, present[0], looked_for)
            return
        for dead in present:
            if dead != read and not _is_named(deployment, dead):
                yield self._dead(deployment, dead, read)
        if read != looked_for[0]:
            yield self._deprecated(deployment, read, looked_for[0])

    def _not_found(self, deployment: Deployment, present: str, looked_for: tuple[str, ...]) -> Verdict:
        return self.finding(
            Location(present),
            "not-found",
            f"{subject(deployment)} looks for {listed(looked_for, 'or')} and finds none, as the project has only "
            f"{present}: {server(deployment)} does not start.",
            f"Rename {present} to {looked_for[0]}, or name it: {_how_to_name(deployment, present)}.",
            consequence=Consequence.REFUSES_TO_START,
            deployment=deployment,
            related=_command(deployment, looked_for),
        )

    def _dead(self, deployment: Deployment, dead: str, read: str) -> Verdict:
        return self.finding(
            Location(dead),
            "dead",
            f"{server(deployment)} reads {read} and never {dead} while both exist: changes here have no effect.",
            f"Move what is still wanted into {read} and delete {dead}.",
            related=[Related(Location(read), "this file is read")],
        )

    def _deprecated(self, deployment: Deployment, read: str, preferred: str) -> Verdict:
        command_line = ", while its command line does not without -c"
        return self.finding(
            Location(read),
            "deprecated-name",
            f"{read} is the deprecated name of {preferred}: {server(deployment)} still falls back on it here"
            f"{command_line if deployment.release.behaviour.cli_misses_legacy_config else ''}.",
            f"Rename {read} to {preferred}.",
        )


def _looked_for(deployment: Deployment) -> tuple[str, ...]:
    """The names that this deployment looks for when none is given, in order."""
    names = deployment.release.config_names
    misses_old_name = deployment.started_by == "cli" and deployment.release.behaviour.cli_misses_legacy_config
    return names[:1] if misses_old_name else names


def _is_named(deployment: Deployment, path: str) -> bool:
    """Whether some deployment names ``path`` itself, so that the file is alive after all, or may do so."""
    every = [other.named_config for other in deployment.project.all_deployments]
    return any(
        isinstance(named, Unknown) or (isinstance(named, Known) and named.value.rpartition("/")[2] == path)
        for named in every
    )


def _how_to_name(deployment: Deployment, path: str) -> str:
    return f"-c {path}" if deployment.started_by == "cli" else f"GRAPH_PATH={path}"


def _command(deployment: Deployment, looked_for: tuple[str, ...]) -> Iterator[Related]:
    if deployment.process is not None:
        yield Related(deployment.anchor, f"this command looks for {looked_for[0]}")
