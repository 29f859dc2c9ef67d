"""What switching a deployment to production mode would bring up, and the fix that does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit, settings_added
from agentflow_lint.engine.finding import Finding
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.model.values import Absent, Known, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.finding import Consequence
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

_PRODUCTION = "production"


def production_mode_fix(deployment: Deployment, *, meant: bool) -> Fix | None:
    """Set MODE=production where MODE is written, or where the deployment reads its settings.

    Safe where the value was ``meant`` to be that. Only a suggestion where production mode brings another defect up,
    which may keep the server from starting: first things first.
    """
    if isinstance(deployment.settings.raw("MODE"), Absent):
        edit, _ = settings_added(deployment, {"MODE": _PRODUCTION})
    else:
        edit = setting_edit(deployment, "MODE", _PRODUCTION)
    applicability = Applicability.SAFE if meant else Applicability.UNSAFE
    if edit is not None and any(map(_has_news, _reading(deployment))):
        applicability = Applicability.SUGGESTION
    return fix_of("Run in production mode", applicability, edit)


def _reading(deployment: Deployment) -> Iterator[Deployment]:
    """The deployment, and the others that read MODE at the same place."""
    yield deployment
    place = _place_of_mode(deployment)
    for other in deployment.project.deployments:
        if other is not deployment and place is not None and _place_of_mode(other) == place:
            yield other


def _place_of_mode(deployment: Deployment) -> Location | None:
    mode = deployment.settings.raw("MODE")
    return mode.origin.location if isinstance(mode, Known) else None


def _has_news(deployment: Deployment) -> bool:
    """Whether production mode brings a finding up that is not there without it."""
    environment = deployment.environment
    mode = Known(_PRODUCTION, Origin("MODE as it would be"))
    after = replace(deployment, environment=replace(environment, process=({"MODE": mode}, *environment.process)))
    return after.in_production is not True or bool(_said(after) - _said(deployment))


def _said(deployment: Deployment) -> frozenset[tuple[str, str, Consequence]]:
    """The findings of the rules that look at MODE."""
    from agentflow_rules.auth.weak_jwt_secret import WeakJwtSecret
    from agentflow_rules.network.credentialed_wildcard import CredentialedWildcard
    from agentflow_rules.network.debug_enabled import DebugEnabled
    from agentflow_rules.network.docs_exposed import DocsExposed
    from agentflow_rules.network.local_origin import LocalOrigin
    from agentflow_rules.network.security_headers_off import SecurityHeadersOff
    from agentflow_rules.network.wildcard_hosts import WildcardHosts
    from agentflow_rules.network.wildcard_origins import WildcardOrigins

    rules = (
        CredentialedWildcard,
        DocsExposed,
        LocalOrigin,
        SecurityHeadersOff,
        WeakJwtSecret,
        WildcardHosts,
        WildcardOrigins,
    )
    verdicts = [verdict for rule in rules for verdict in rule().check(deployment)]
    verdicts += DebugEnabled().contradiction(deployment)
    return frozenset((each.code, each.place, each.consequence) for each in verdicts if isinstance(each, Finding))
