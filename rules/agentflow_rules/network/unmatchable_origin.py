"""AF307 unmatchable-origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import (
    explained_by,
    place_of,
    place_of_entry,
    quoted,
    source,
    subject,
    undecided,
)
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.cors import WILDCARD, allowed_origins
from agentflow_rules.network.origins import reason_unmatchable
from agentflow_rules.network.unmatchable_host import is_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

_FORM = "Write scheme, host and, where it is not the scheme's own, port: ORIGINS=https://app.example.com,http://10.0.0.7:3000."


class UnmatchableOrigin(DeploymentRule):
    """An allowed origin that no browser can send."""

    code = "AF307"
    name = "unmatchable-origin"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge each entry of the effective ORIGINS."""
        origins = deployment.settings.text("ORIGINS")
        if isinstance(origins, Unknown):
            yield undecided(self, deployment, "ORIGINS", origins)
        if not isinstance(origins, Known):
            return
        entries = allowed_origins(origins.value, deployment.release)
        if WILDCARD in entries:
            return  # every origin is allowed, whatever else is listed
        if is_list(origins.value):
            fault = "a JSON list; the value is split on commas, brackets and quotes stay, so no entry equals an origin"
            yield self._said(deployment, origins, place_of(origins, deployment), "ORIGINS", fault)
            return
        for number, entry in enumerate(entries):
            reason = reason_unmatchable(entry)
            if reason is not None:
                at = place_of_entry(origins, entry, deployment)
                fault = f"{quoted(entry)}, {reason}, so it equals no Origin header"
                yield self._said(deployment, origins, at, f"ORIGINS[{number}]", fault)

    def _said(self, deployment: Deployment, origins: Known[str], at: Location, place: str, fault: str) -> Verdict:
        return self.finding(
            at=at,
            place=place,
            message=(
                f"{subject(deployment)}: ORIGINS ({source(origins.origin)}) holds {fault}: browsers block the calls of "
                "the front end that is meant, while curl works."
            ),
            help=_FORM,
            deployment=deployment,
            related=explained_by(deployment, "ORIGINS"),
        )
