"""AF408 spoofable-client-address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.editing.config_members import with_member, with_value
from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place_of, quoted, server, source, subject, undecided
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.auth.rate_limit import enabled_rate_limit, limits_by_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_SWITCH = ("rate_limit", "trusted_proxy_headers")
_PROXIES = ("rate_limit", "trusted_proxies")
_EXAMPLE = "10.0.0.0/8"
_OWN_PROXY = f"the address of the proxy in front, such as {_EXAMPLE}"


class SpoofableClientAddress(DeploymentRule):
    """Callers can choose the address under which the server counts and logs them."""

    code = "AF408"
    name = "spoofable-client-address"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge whose X-Forwarded-For the rate limit takes, and whose the server program does."""
        limit = enabled_rate_limit(deployment)
        by_address = limit is not None and limits_by_address(limit)
        if limit is not None and by_address and boolean(limit.get("trusted_proxy_headers", False)):
            yield from self._rate_limit(deployment, limit)
        yield from self._server(deployment, by_address)

    def _rate_limit(self, deployment: Deployment, limit: dict[str, Any]) -> Iterator[Verdict]:
        behaviour, config = deployment.release.behaviour, deployment.config
        proxies = limit.get("trusted_proxies", []) if behaviour.knows_trusted_proxies else []
        everybody = _everybody(proxies)
        if everybody is not None:
            yield self._said(
                deployment,
                (*_PROXIES, everybody),
                f"`rate_limit.trusted_proxies` holds {quoted(proxies[everybody])}, which is every address",
                f"List {_OWN_PROXY}, in rate_limit.trusted_proxies.",
                fix=_suggestion(with_value(config, (*_PROXIES, everybody), _EXAMPLE)),
            )
        elif not behaviour.counts_proxies_from_the_right:
            newer = first_release_with("counts_proxies_from_the_right")
            yield self._said(
                deployment,
                _SWITCH,
                f"`rate_limit.trusted_proxy_headers` is on, and {server(deployment)} takes the leftmost entry of "
                "X-Forwarded-For, which the caller writes, whatever proxy is in front",
                "Turn trusted_proxy_headers off, or have the proxy replace the header instead of appending to it; "
                f"{newer} and newer count from the right.",
            )
        elif not proxies and not behaviour.trusts_private_proxies_only:
            limits = f"List {_OWN_PROXY}, in rate_limit.trusted_proxies"
            if not behaviour.knows_trusted_proxies:
                newer = first_release_with("knows_trusted_proxies")
                limits = f"Let nothing but the proxy reach the port, or upgrade to {newer} and set trusted_proxies"
            yield self._said(
                deployment,
                _SWITCH if "trusted_proxies" not in limit or not behaviour.knows_trusted_proxies else _PROXIES,
                f"`rate_limit.trusted_proxy_headers` is on, and {server(deployment)} then takes X-Forwarded-For from "
                "every peer, so whoever reaches the port without the proxy",
                f"{limits}.",
                related=(Related(config.at_value(*_SWITCH), "X-Forwarded-For counts since this is on"),)
                if "trusted_proxies" in limit and behaviour.knows_trusted_proxies
                else (),
                fix=_suggestion(with_member(config, _PROXIES, [_EXAMPLE])) if behaviour.knows_trusted_proxies else None,
            )

    def _server(self, deployment: Deployment, by_address: bool) -> Iterator[Verdict]:
        peers = deployment.forwarded_allow_ips
        name = "the option --forwarded-allow-ips" if _is_option(deployment) else "FORWARDED_ALLOW_IPS"
        if isinstance(peers, Unknown):
            yield undecided(self, deployment, name, peers)
        if not isinstance(peers, Known) or not _is_everybody(peers.value):
            return
        effect = (
            "so callers write the address by which the rate limit counts them"
            if by_address
            else "so callers write the address that request.client and the access log show"
        )
        yield self.finding(
            at=place_of(peers, deployment),
            place="forwarded-allow-ips",
            message=(
                f"{subject(deployment)} takes X-Forwarded-For from everybody: {name} is {quoted(peers.value)} "
                f"({source(peers.origin)}), {effect}."
            ),
            help=f"Name {_OWN_PROXY}, instead.",
            severity=None if by_address else Severity.WARNING,
            deployment=deployment,
            fix=_suggestion(written(deployment.project, peers, _EXAMPLE)),
        )

    def _said(
        self,
        deployment: Deployment,
        path: tuple[str | int, ...],
        reason: str,
        way_out: str,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Verdict:
        who = "" if reason.endswith("without the proxy") else ": a caller"
        return self.finding(
            at=deployment.config.at_value(*path),
            place=".".join(str(part) for part in path[:2]),
            message=f"{subject(deployment)}: {reason}{who} gets a fresh limit with every invented address.",
            help=way_out,
            deployment=deployment,
            related=related,
            fix=fix,
        )


def _suggestion(edit: Edit | None) -> Fix | None:
    """Name a proxy: which address it has only a person knows."""
    return fix_of("Trust the proxy in front only", Applicability.SUGGESTION, edit)


def _is_option(deployment: Deployment) -> bool:
    process = deployment.process
    return process is not None and process.option("forwarded-allow-ips") is not None


def _is_everybody(peers: str) -> bool:
    """Whether uvicorn trusts every peer: the star has to stand alone (middleware/proxy_headers.py)."""
    return peers == "*" or _everybody(peers.split(",")) is not None


def _everybody(proxies: object) -> int | None:
    """The index of the first network that is the whole address space, IPv4's or IPv6's."""
    networks = proxies if isinstance(proxies, list) else []
    return next((index for index, network in enumerate(networks) if _is_everything(str(network))), None)


def _is_everything(network: str) -> bool:
    from ipaddress import ip_network

    try:
        return ip_network(network.strip(), strict=False).prefixlen == 0
    except ValueError:
        return False
