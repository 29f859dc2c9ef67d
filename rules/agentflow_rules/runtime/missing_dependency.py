"""AF211 missing-dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.model.dependencies.declared import declared
from agentflow_lint.model.dependencies.third_party import missing_imports
from agentflow_rules.runtime.loading import reloader
from agentflow_rules.runtime.requiring import requiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.dependencies.third_party import MissingImport
    from agentflow_lint.model.deployment import Deployment


class MissingDependency(DeploymentRule):
    """Code that the server imports needs a package that nothing in the deployment installs."""

    code = "AF211"
    name = "missing-dependency"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare the third-party packages that are imported with those that are installed."""
        hidden = {shadow.name for shadow in deployment.shadows}
        for missing in missing_imports(deployment):
            if missing.module.partition(".")[0] in hidden:
                continue
            if missing.doubt is not None:
                reason = f"whether {missing.module} is installed: {missing.doubt}"
                yield self.undecided(missing.use.location, reason, deployment=deployment)
            else:
                yield self._finding(deployment, missing)

    def _finding(self, deployment: Deployment, missing: MissingImport) -> Verdict:
        where = "image installs" if deployment.image is not None else "project requires"
        of = f" (of {listed(missing.providers, 'or')})" if missing.providers not in ((), (missing.module,)) else ""
        named = _named(deployment, missing)
        what = listed(missing.providers[:1]) if missing.providers else f"what brings {quoted(missing.module)}"
        return self.finding(
            at=missing.use.location,
            place=missing.module,
            message=(
                f"{subject(deployment)} imports {quoted(missing.module)}{of} here, and nothing that the {where} brings "
                f"it: {server(deployment)} does not start.{reloader(deployment, shared=False)}"
            ),
            help=(
                f"Install {quoted(named[0].location.path)} in the image: it names {what}."
                if named and deployment.image
                else f"Add {what} to the requirements that the deployment installs."
            ),
            deployment=deployment,
            related=way_to(deployment, missing.use.location, key=missing.key, more=named),
            fix=None if named else _fix(deployment, missing),
        )


def _fix(deployment: Deployment, missing: MissingImport) -> Fix | None:
    """Require what brings the module, in any version, beside the server."""
    installed = deployment.installed
    if installed is None or len(missing.providers) != 1:
        return None
    edits = requiring(deployment, installed, missing.providers)
    return Fix(f"Require {missing.providers[0]}", Applicability.UNSAFE, edits) if edits else None


def _named(deployment: Deployment, missing: MissingImport) -> list[Related]:
    """Where the project does ask for it, in a file that is not installed."""
    pins = [pin for pin in declared(deployment.project) if pin.requirement.name in missing.providers]
    return [Related(pin.location, "named here, in a file that is not installed") for pin in pins[:1]]
