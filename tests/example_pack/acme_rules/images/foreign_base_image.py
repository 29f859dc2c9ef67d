"""ACME101 foreign-base-image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.options import Option
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, subject
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class ForeignBaseImage(DeploymentRule):
    """The image is built on one that comes from another registry than the company's."""

    code = "ACME101"
    name = "foreign-base-image"
    consequence = Consequence.DEGRADES

    registries = Option(
        "registries",
        default=("registry.acme.example",),
        description="The registries, or repositories of one, that base images may come from.",
    )

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the image at the bottom of the stage that runs."""
        image = deployment.image
        if image is None:
            return
        stage = image.stage
        while stage.base_stage is not None:
            stage = image.dockerfile.stages[stage.base_stage]
        at = Location(image.dockerfile_path, stage.instruction.span)
        if stage.base is None:
            reason = f"the base image is not known: {stage.base_reason}"
            yield self.undecided(at, reason, deployment=deployment)
        elif not any(stage.base.startswith(f"{registry.rstrip('/')}/") for registry in self.registries):
            yield self.finding(
                at=at,
                place="base image",
                message=(
                    f"{subject(deployment)} is built on {quoted(stage.base)}, which nobody at ACME has scanned: what "
                    "is found in it later is not patched."
                ),
                help=f"Build on an image of {listed(self.registries, 'or')}.",
                deployment=deployment,
            )
