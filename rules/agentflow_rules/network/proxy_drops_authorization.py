"""AF323 proxy-drops-authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import directives_added, value_replaced
from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place, subject
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.model.proxies.variables import CREDENTIALS
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.proxies import (
    decider,
    passed_on,
    place_of_block,
    routes,
    symbol,
    together,
    undecided_fronts,
    undecided_value,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.facts import Proxied
    from agentflow_lint.model.proxies.files import Node

_HEADER = "Authorization"
_BASIC = "auth_basic"


class ProxyDropsAuthorization(DeploymentRule):
    """The proxy keeps the caller's credentials from the server."""

    code = "AF323"
    name = "proxy-drops-authorization"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow the Authorization header to the server, where the config has ``auth``."""
        kind = auth_kind(deployment.release.version, deployment.config.data)
        if kind not in ("jwt", "custom"):
            return
        yield from undecided_fronts(self, deployment)
        proxied = [each for each in deployment.fronts.routes("run", "stream", "upload") if each.route.guarded]
        for group in together(proxied, lambda each: each.passed.header(_HEADER).node):
            value = group[0].passed.header(_HEADER).value
            if isinstance(value, Unknown):
                yield undecided_value(self, deployment, value, group[0])
            elif isinstance(value, Known) and CREDENTIALS not in value.value:
                yield self._lost(deployment, group, is_replaced=bool(value.value), is_jwt=kind == "jwt")
        for group in together(proxied, _asking_by_itself):
            node = _asking_by_itself(group[0])
            if node is not None:
                yield self._basic(deployment, group, node, is_jwt=kind == "jwt")

    def _lost(self, deployment: Deployment, group: list[Proxied], *, is_replaced: bool, is_jwt: bool) -> Verdict:
        first = group[0]
        node = first.passed.header(_HEADER).node
        at = node.at if node else place_of_block(first)
        what = "sends one of its own in place of" if is_replaced else "takes away"
        return self.finding(
            at=at,
            place=symbol(first, node.name if node else _HEADER),
            message=(
                f"{subject(deployment)} has `auth` on and stands behind an nginx that {what} the caller's {_HEADER} "
                f"header ({place(at)}, {where(first)}): requests to {routes(group)} arrive without the caller's "
                f"token and {_answer(is_jwt)}."
            ),
            help=f"Remove the directive: nginx passes {_HEADER} on by itself. Or set it to `$http_authorization`.",
            severity=None if is_jwt else Severity.WARNING,
            deployment=deployment,
            related=self._related(deployment, first),
            fix=_passing_on(deployment, node),
        )

    def _basic(self, deployment: Deployment, group: list[Proxied], node: Node, *, is_jwt: bool) -> Verdict:
        first = group[0]
        return self.finding(
            at=node.at,
            place=symbol(first, _BASIC),
            message=(
                f"{subject(deployment)} has `auth` on and stands behind an nginx that asks for a password of its own "
                f"(`{_BASIC}`, {place(node.at)}, {where(first)}): both want the {_HEADER} header, so requests "
                f"to {routes(group)} with a token are a 401 from nginx, and those with the password {_answer(is_jwt)}."
            ),
            help=f"Set `{_BASIC} off;` for the API's locations, or let only one of the two authenticate.",
            severity=None if is_jwt else Severity.WARNING,
            deployment=deployment,
            related=self._related(deployment, first),
            fix=_asking_no_more(deployment, first, node),
        )

    def _related(self, deployment: Deployment, proxied: Proxied) -> list[Related]:
        return [
            Related(deployment.config.at_value("auth"), "the server asks for a token since this is on"),
            passed_on(proxied),
        ]


def _passing_on(deployment: Deployment, node: Node | None) -> Fix | None:
    """The caller's own header, in place of what is set."""
    if node is None or node.name != "proxy_set_header":
        return None
    edit = value_replaced(deployment.project.files, node, "$http_authorization", argument=1)
    return Fix("Pass the caller's Authorization on", Applicability.UNSAFE, (edit,)) if edit else None


def _asking_no_more(deployment: Deployment, first: Proxied, node: Node) -> Fix | None:
    """Which of the two authenticates is for a person to say, so this is only shown."""
    own = first.passed.block.first(_BASIC)
    files = deployment.project.files
    if own is None:
        edit = directives_added(files, first.passed, [f"{_BASIC} off"])
    else:
        edit = value_replaced(files, node, "off")
    return Fix("Leave the API's callers to the server", Applicability.SUGGESTION, (edit,)) if edit else None


def _answer(is_jwt: bool) -> str:
    return "are refused by the server" if is_jwt else "are refused by the server if its auth backend reads that header"


def _asking_by_itself(proxied: Proxied) -> Node | None:
    """The directive by which nginx asks for a password."""
    node = decider(proxied.passed.block, _BASIC)
    return node if node and node.texts != ("off",) else None
