"""AF308 local-origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit
from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of_entry, quoted, source, subject, undecided
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.cors import WILDCARD, allowed_origins, sends_credentials
from agentflow_rules.network.entries import with_entry, without_entry
from agentflow_rules.network.origins import host_of, reason_unmatchable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_WAYS_OUT = (
    "Take it out of production's ORIGINS; the development environment can have its own.",
    "Serve that front end over https and allow its https origin.",
)


class LocalOrigin(DeploymentRule):
    """Production's CORS allows an origin that anyone can take: a local one, or one over plain http."""

    code = "AF308"
    name = "local-origin"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge each entry of the effective ORIGINS in production."""
        mode, origins = deployment.settings["MODE"], deployment.settings.text("ORIGINS")
        if isinstance(origins, Unknown):
            yield undecided(self, deployment, "ORIGINS", origins)
        if not isinstance(origins, Known) or deployment.in_production is False:
            return
        entries = allowed_origins(origins.value, deployment.release)
        local = [entry for entry in entries if is_open(entry)]
        if WILDCARD in entries or not local:
            return
        if isinstance(mode, Unknown):
            yield undecided(self, deployment, "MODE", mode)
            return
        for entry in local:
            yield self._said(deployment, origins, entry, entries.index(entry))

    def _said(self, deployment: Deployment, origins: Known[str], entry: str, number: int) -> Verdict:
        is_local = is_loopback(host_of(entry) or "")
        allowed = (
            "so whatever runs on a visitor's own machine at that port, a development server or another program,"
            if is_local
            else "whose pages travel unencrypted, so whoever is in a visitor's network can put a script into them that"
        )
        credentials = ", without their credentials" if sends_credentials(deployment) is False else ""
        return self.finding(
            at=place_of_entry(origins, entry, deployment),
            place=f"ORIGINS[{number}]",
            message=(
                f"{subject(deployment)} allows {quoted(entry)} in production (ORIGINS, {source(origins.origin)}), "
                f"{allowed} may call the API from that visitor's browser{credentials}."
            ),
            help=_WAYS_OUT[0 if is_local else 1],
            severity=Severity.WARNING,
            deployment=deployment,
            related=explained_by(deployment, "ORIGINS"),
            fix=_suggestion(deployment, entry, is_local=is_local),
        )


def _suggestion(deployment: Deployment, entry: str, *, is_local: bool) -> Fix | None:
    """Take a local origin out, name another one over https: whether somebody depends on it only a person knows."""
    value = deployment.settings.raw("ORIGINS")
    if not isinstance(value, Known):
        return None
    if is_local:
        new, what = without_entry(value.value, entry), "Take the local origin out of production's"
    else:
        new, what = with_entry(value.value, entry, [f"https{entry.removeprefix('http')}"]), "Allow the https origin"
    return fix_of(what, Applicability.SUGGESTION, setting_edit(deployment, "ORIGINS", new, by_entry=True))


def is_open(entry: str) -> bool:
    """Whether a browser sends this origin for pages that others can provide."""
    if reason_unmatchable(entry) is not None or not entry.startswith(("http://", "https://")):
        return False
    return entry.startswith("http://") or is_loopback(host_of(entry) or "")
