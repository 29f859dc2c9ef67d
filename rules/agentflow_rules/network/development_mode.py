"""AF306 development-mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.names import nearest
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of, server, setting, subject, undecided
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.production_mode import production_mode_fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.behaviour import Behaviour
    from agentflow_lint.model.deployment import Deployment

_PRODUCTION = "production"
_MOST_NAMED = 3


class DevelopmentMode(DeploymentRule):
    """A deployment does not run in production mode."""

    code = "AF306"
    name = "development-mode"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the effective MODE."""
        mode = deployment.settings.text("MODE")
        losses = tuple(_lost_protections(deployment.release.behaviour))
        if isinstance(mode, Unknown) and losses:
            yield undecided(self, deployment, "MODE", mode)
        if not isinstance(mode, Known) or mode.value == _PRODUCTION:
            return
        raw = deployment.settings.raw("MODE")
        written = raw if isinstance(raw, Known) else mode
        meant = _means_production(written.value)
        yield self.finding(
            at=place_of(written, deployment),
            place="MODE",
            message=f"{subject(deployment)} does not run in production mode: {setting('MODE', written)}"
            + (f", {_effect(losses, meant)}." if losses else f". {_without_effect(deployment)}"),
            help=f"Write exactly MODE={_PRODUCTION}." if meant else f"Set MODE={_PRODUCTION} in its environment.",
            consequence=None if losses else Consequence.CONFUSES,
            deployment=deployment,
            related=explained_by(deployment, "MODE"),
            fix=production_mode_fix(deployment, meant=meant),
        )


def _lost_protections(behaviour: Behaviour) -> Iterator[str]:
    """What a release does outside production only, the most serious first."""
    if behaviour.refuses_credentialed_wildcard:
        yield "a wildcard origin with credentials is served instead of refused"
    if behaviour.hides_docs_in_production:
        yield "docs and schema are served by default"
    if behaviour.owns_threads_in_production and not behaviour.owns_threads_with_auth:
        yield "every user may read every thread by default"
    if behaviour.hides_evals_in_production:
        yield "`/v1/evals/runs` answers without authentication"
    if behaviour.hides_error_details_in_production:
        yield "error answers tell internal details"


def _effect(losses: Sequence[str], meant: bool) -> str:
    *most, last = losses[:_MOST_NAMED]
    named = f"{', '.join(most)} and {last}" if most else last
    return f"{f'and no other spelling of `{_PRODUCTION}` counts, ' if meant else ''}so {named}"


def _without_effect(deployment: Deployment) -> str:
    return f"No protection of {server(deployment)} depends on it yet, but those of newer releases do."


def _means_production(text: str) -> bool:
    """Whether a text that is not ``production`` was meant to be."""
    word = text.strip().lower()
    if word.startswith(("pre", "non")):
        return False
    return word in ("prd", "live") or word.startswith("prod") or nearest(word, (_PRODUCTION,)) is not None
