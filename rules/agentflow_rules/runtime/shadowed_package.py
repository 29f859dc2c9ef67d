"""AF207 shadowed-package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.values import Location
from agentflow_rules.runtime.loading import does_not_start, is_shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.shadowing import Shadow


class ShadowedPackage(DeploymentRule):
    """A module of the project and an installed package bear one name, and the server gets the wrong one."""

    code = "AF207"
    name = "shadowed-package"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for names that hide a package, and for the project's own that the CLI server hides."""
        for shadow in deployment.shadows:
            yield self._hidden(shadow, deployment) if shadow.kind == "hidden" else self._hiding(shadow, deployment)

    def _hiding(self, shadow: Shadow, deployment: Deployment) -> Verdict:
        name = quoted(shadow.name)
        needs = "imported" if shadow.place else "imported by the server"
        asked = "what is asked for here is not in it"
        related = (Related(shadow.place.location, asked),) if shadow.place else ()
        return self._verdict(
            shadow,
            deployment,
            Location(shadow.path),
            f"{quoted(shadow.path)} takes the name of the installed package {name}, and it is found first when that is "
            f"{needs}",
            f"Rename {quoted(shadow.path)}, or move it into a package of the project.",
            related,
        )

    def _hidden(self, shadow: Shadow, deployment: Deployment) -> Verdict:
        package = quoted(f"{deployment.release.package}/{shadow.name}")
        at = shadow.place.location if shadow.place else deployment.config.at_value(*(shadow.key or ()))
        return self._verdict(
            shadow,
            deployment,
            at,
            f"The CLI server puts its own folder first on the path, so {quoted(shadow.name)} is its {package} and not "
            f"the project's {quoted(shadow.path)}",
            f"Rename the package {quoted(shadow.name)}, or start the ASGI target with gunicorn or uvicorn.",
            (Related(Location(shadow.path), "the package that is hidden"),) if shadow.path.endswith(".py") else (),
        )

    def _verdict(
        self,
        shadow: Shadow,
        deployment: Deployment,
        at: Location,
        message: str,
        way_out: str,
        related: tuple[Related, ...],
    ) -> Verdict:
        shared = is_shared(deployment, lambda other: shadow in other.shadows)
        return self.finding(
            at,
            shadow.name,
            f"{message}. {does_not_start(deployment, shared=shared)}",
            way_out,
            deployment=None if shared else deployment,
            related=related,
        )
