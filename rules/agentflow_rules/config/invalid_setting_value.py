"""AF118: a settings variable with which the server does not start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, place_of, quoted, server, source, subject
from agentflow_lint.framework.setting_values import Rejected, may_be_refused, parse_setting, start_rejections
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.config.setting_fixes import setting_fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.setting_values import StartRejection
    from agentflow_lint.model.deployment import Deployment


class InvalidSettingValue(DeploymentRule):
    """A settings variable holds what the server refuses."""

    code = "AF118"
    name = "invalid-setting-value"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Replay the settings models, then what the start-up code makes of their values."""
        release = deployment.release
        raw = {name: deployment.settings.raw(name) for name in release.settings}
        known = {name: value for name, value in raw.items() if isinstance(value, Known)}
        unknown = {name: value for name, value in raw.items() if isinstance(value, Unknown)}
        for name, value in known.items():
            parsed = parse_setting(release.settings[name], value.value)
            if isinstance(parsed, Rejected):
                yield self._refused(deployment, name, value, parsed.message)
        texts = {name: value.value for name, value in known.items()}
        for rejection in start_rejections(release.version, texts, frozenset(unknown), deployment.registers_trace):
            yield from self._at_start(deployment, rejection, known[rejection.name])
        yield from self._undecided(deployment, unknown)

    def _at_start(self, deployment: Deployment, rejection: StartRejection, value: Known[str]) -> Iterator[Verdict]:
        if rejection.only_if:
            at = place_of(value, deployment)
            yield self.undecided(at, f"{rejection.message}, {rejection.only_if}", deployment=deployment)
        elif rejection.name != "REDIS_URL" or not deployment.config.get("redis"):
            yield self._refused(deployment, rejection.name, value, rejection.message, rejection.requires)

    def _refused(
        self, deployment: Deployment, name: str, value: Known[str], message: str, package: str | None = None
    ) -> Verdict:
        optional = package is not None and package not in deployment.project.requested_distributions
        who = f"{subject(deployment)} ({server(deployment)})"
        outcome = f"{who} takes it from {source(value.origin)} and does not start"
        if optional:
            outcome += f" if the {package} package is installed; without it /health/ready answers 503"
        return self.finding(
            place_of(value, deployment),
            name,
            f"{message}. {outcome}.",
            _way_out(deployment, name),
            consequence=Consequence.FAILS_REQUESTS if optional else None,
            deployment=deployment,
            fix=setting_fix(deployment, name, value),
        )

    def _undecided(self, deployment: Deployment, unknown: Mapping[str, Unknown]) -> Iterator[Verdict]:
        """One statement for all variables that are unknown for the same reason."""
        names_by_reason: dict[str, list[str]] = {}
        for name, value in unknown.items():
            if may_be_refused(deployment.release.settings[name], deployment.release.version):
                names_by_reason.setdefault(value.reason, []).append(name)
        for reason, names in names_by_reason.items():
            at = min(place_of(unknown[name], deployment) for name in names)
            yield self.undecided(at, f"{listed(names)}: {reason}", deployment=deployment)


def _way_out(deployment: Deployment, name: str) -> str:
    unset = deployment.settings.unset(name)
    without = f", and it is {quoted(unset.value, name)}" if isinstance(unset, Known) and unset.value is not None else ""
    return f"Write {name} as the message says, or remove it{without}."
