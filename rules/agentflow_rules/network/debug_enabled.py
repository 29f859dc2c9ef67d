"""AF305 debug-enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit, trust_in_place
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of, server, setting, subject, undecided
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_rules.network.production_mode import production_mode_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

#: The one spelling of MODE that turns FastAPI's debug pages on, in the releases where any does.
_DEBUG_MODE = "DEVELOPMENT"


class DebugEnabled(DeploymentRule):
    """Debug is switched on for production."""

    code = "AF305"
    name = "debug-enabled"
    consequence = Consequence.CONFUSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge MODE where it switches debug pages on, then an IS_DEBUG that somebody wrote."""
        behaviour = deployment.release.behaviour
        mode = deployment.settings.text("MODE")
        if behaviour.development_enables_debug:
            if isinstance(mode, Unknown):
                yield undecided(self, deployment, "MODE", mode)
                return
            if isinstance(mode, Known) and mode.value == _DEBUG_MODE:
                yield self._debug_pages(deployment, mode)
        yield from self.contradiction(deployment)

    def _debug_pages(self, deployment: Deployment, mode: Known[str]) -> Verdict:
        return self.finding(
            at=place_of(mode, deployment),
            place="MODE",
            message=(
                f"{subject(deployment)} answers every server error with a traceback: {setting('MODE', mode)}, which in "
                f"capitals turns on FastAPI's debug pages in {server(deployment)}."
            ),
            help="Set MODE=production.",
            consequence=Consequence.EXPOSES,
            deployment=deployment,
            related=explained_by(deployment, "MODE"),
            fix=production_mode_fix(deployment, meant=False),
        )

    def contradiction(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge IS_DEBUG in production, where the release does not switch it off itself."""
        if deployment.release.behaviour.forces_debug_off:
            return
        debug = deployment.settings["IS_DEBUG"]
        if isinstance(deployment.settings.raw("IS_DEBUG"), Absent) or deployment.in_production is False:
            return
        if isinstance(debug, Known) and debug.value is not True:
            return
        for name, value in (("MODE", deployment.settings["MODE"]), ("IS_DEBUG", debug)):
            if isinstance(value, Unknown):
                yield undecided(self, deployment, name, value)
                return
        if isinstance(debug, Known):
            since = first_release_with("forces_debug_off")
            yield self.finding(
                at=place_of(debug, deployment),
                place="IS_DEBUG",
                message=(
                    f"{subject(deployment)} runs in production and {setting('IS_DEBUG', debug)}: nothing in "
                    f"{server(deployment)} acts on it, but it says the opposite of what is meant."
                ),
                help=f"Set IS_DEBUG=false. From {since} on, the server turns it off in production by itself.",
                deployment=deployment,
                related=explained_by(deployment, "IS_DEBUG"),
                fix=fix_of(
                    "Switch IS_DEBUG off",
                    trust_in_place(deployment, "IS_DEBUG"),
                    setting_edit(deployment, "IS_DEBUG", "false"),
                ),
            )
