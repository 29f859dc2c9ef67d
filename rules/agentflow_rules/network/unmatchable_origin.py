"""AF307 unmatchable-origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
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
from agentflow_rules.network.entries import with_entry
from agentflow_rules.network.local_origin import is_open
from agentflow_rules.network.origin_fixes import meant_list, meant_origins
from agentflow_rules.network.origins import reason_unmatchable
from agentflow_rules.network.unmatchable_host import is_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.fix import Fix
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
            at, fix = place_of(origins, deployment), _fix(deployment, None, meant_list(origins.value))
            yield self._said(deployment, origins, at, "ORIGINS", fault, fix)
            return
        for number, entry in enumerate(entries):
            reason = reason_unmatchable(entry)
            if reason is not None:
                at = place_of_entry(origins, entry, deployment)
                fault = f"{quoted(entry)}, {reason}, so it equals no Origin header"
                fix = _fix(deployment, entry, _meant(entry))
                yield self._said(deployment, origins, at, f"ORIGINS[{number}]", fault, fix)

    def _said(
        self, deployment: Deployment, origins: Known[str], at: Location, place: str, fault: str, fix: Fix | None
    ) -> Verdict:
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
            fix=fix,
        )


def _meant(entry: str) -> tuple[str, ...] | None:
    """The origins that an entry means; one without a scheme is most likely served over https."""
    supposed = f"https://{entry.strip()}"
    return meant_origins(entry) or ((supposed,) if reason_unmatchable(supposed) is None else None)


def _fix(deployment: Deployment, entry: str | None, meant: Sequence[str] | None) -> Fix | None:
    """Write what browsers send in place of an entry, or of all of them.

    A person has to say whether an origin is meant for production which anyone can take (AF308), and which scheme one
    has that is written without.
    """
    value = deployment.settings.raw("ORIGINS")
    if not isinstance(value, Known) or not meant:
        return None
    new = ",".join(meant)
    if entry is not None:
        new = with_entry(value.value, entry, meant)
    guessed = "://" not in (entry if entry is not None else value.value)
    opens = deployment.in_production is not False and any(map(is_open, meant))
    applicability = Applicability.SUGGESTION if guessed or opens else Applicability.SAFE
    edit = written(deployment.project, value, new, by_entry=entry is not None)
    return fix_of("Write the origin as browsers send it", applicability, edit)
