"""AF230 config-not-in-image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.model.image.config import MissingConfig, missing_config
from agentflow_lint.model.values import Unknown
from agentflow_rules.runtime.command import runs_framework, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class ConfigNotInImage(DeploymentRule):
    """The config file is not in the image, or not where the server looks for it."""

    code = "AF230"
    name = "config-not-in-image"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for the config where the command, GRAPH_PATH or the default names lead in the image."""
        if not runs_framework(deployment):
            return
        missing = missing_config(deployment)
        if isinstance(missing, Unknown):
            at = missing.origin.location if missing.origin and missing.origin.location else deployment.anchor
            yield self.undecided(at, missing.reason, deployment=deployment)
        elif missing is not None:
            yield self._missing(deployment, missing)

    def _missing(self, deployment: Deployment, missing: MissingConfig) -> Verdict:
        looked_for = listed(missing.looked_for[:2], "or")
        if missing.elsewhere:
            place = missing.elsewhere[-1]
            at = missing.named_at or deployment.anchor
            why = f"the image has {deployment.config.path} at {quoted(place.value)}"
            related = [Related(place.origin.location, "it is copied here")] if place.origin.location else []
            way_out = (
                f"Set `WORKDIR`, or `GRAPH_PATH={place.value}`."
                if deployment.started_by == "asgi"
                else f"Set `WORKDIR`, or pass `-c {place.value}`."
            )
        else:
            at = missing.named_at or missing.decided_by
            why = missing.reason
            related = [Related(missing.decided_by, "this decides that it is not in the image")]
            way_out = "Let the file into the build context and copy it to where the server looks."
        how = {"GRAPH_PATH": " (GRAPH_PATH)", "-c": " (-c)", "default": ""}[missing.how]
        return self.finding(
            at=at,
            place=symbol(deployment, "config file"),
            message=(
                f"{subject(deployment)} looks for its config at {looked_for}{how}, and {why}: {server(deployment)} "
                "does not start."
            ),
            help=way_out,
            deployment=deployment,
            related=[each for each in related if each.location != at],
        )
