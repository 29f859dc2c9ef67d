"""AF326 proxy-hides-caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import headers_added, value_replaced
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place, quoted, server, setting, subject, undecided
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.proxies.variables import CALLER_ADDRESS, CALLER_HOST
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.auth.rate_limit import enabled_rate_limit, limits_by_address
from agentflow_rules.network.hosts import allowed_hosts, answers_any_host, is_host_pattern
from agentflow_rules.network.proxies import (
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

_FORWARDED = "X-Forwarded-For"


class ProxyHidesCaller(DeploymentRule):
    """The proxy does not tell the server whom or what the caller asked for."""

    code = "AF326"
    name = "proxy-hides-caller"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow the Host header where ALLOWED_HOST is set, and the caller's address where the server counts by it."""
        hosts = deployment.settings.text("ALLOWED_HOST")
        limit = enabled_rate_limit(deployment)
        by_address = limit is not None and limits_by_address(limit)
        names_hosts = not isinstance(hosts, Known) or not answers_any_host(hosts.value)
        if not deployment.fronts.fronts and not deployment.fronts.open:
            return
        if names_hosts or by_address:
            yield from undecided_fronts(self, deployment)
        if isinstance(hosts, Unknown) and deployment.fronts.fronts:
            yield undecided(self, deployment, "ALLOWED_HOST", hosts)
        if names_hosts and isinstance(hosts, Known):
            yield from self._host(deployment, hosts)
        if limit is not None and by_address:
            trusted = boolean(limit.get("trusted_proxy_headers", False)) is True
            yield from self._address(deployment, trusted=trusted)

    def _host(self, deployment: Deployment, hosts: Known[str]) -> Iterator[Verdict]:
        entries = allowed_hosts(hosts.value)
        if not all(map(is_host_pattern, entries)):
            return  # every request is a 500: AF310
        proxied = deployment.fronts.routes("run", "stream", "upload", "websocket")
        for group in together(proxied, lambda each: each.passed.header("Host").node):
            first = group[0]
            header = first.passed.header("Host")
            if isinstance(header.value, Unknown):
                yield undecided_value(self, deployment, header.value, first)
            if not isinstance(header.value, Known) or header.value.value == CALLER_HOST:
                continue
            name = _without_port(header.value.value)
            if CALLER_HOST in name or any(_matches(name, entry) for entry in entries):
                continue
            at = header.node.at if header.node else place_of_block(first)
            said = f"set in {place(at)}" if header.node else "nginx's default is the name in proxy_pass"
            yield self.finding(
                at=at,
                place=symbol(first, "Host"),
                message=(
                    f"{subject(deployment)} stands behind an nginx that sends it {quoted(header.value.value)} as Host "
                    f"({said}; {where(first)}), and {setting('ALLOWED_HOST', hosts)}: every request to {routes(group)} "
                    "is answered 400."
                ),
                help=(
                    "Set `proxy_set_header Host $host;` there, with all other `proxy_set_header` that should count in "
                    "the same block."
                ),
                deployment=deployment,
                related=(
                    passed_on(first),
                    *explained_by(deployment, "ALLOWED_HOST"),
                ),
                fix=_set(deployment, first, "Host", "$host"),
            )

    def _address(self, deployment: Deployment, *, trusted: bool) -> Iterator[Verdict]:
        for group in together(
            deployment.fronts.routes("run", "stream", "upload"), lambda each: each.passed.header(_FORWARDED).node
        ):
            first = group[0]
            header = first.passed.header(_FORWARDED)
            if isinstance(header.value, Unknown):
                yield undecided_value(self, deployment, header.value, first)
            elif header.value is None or CALLER_ADDRESS not in header.value.value:  # type: ignore[union-attr]
                yield self._uncounted(deployment, first, trusted=trusted)
            elif not trusted and _is_ignored_by_uvicorn(deployment, group):
                yield self._unread(deployment, first)

    def _uncounted(self, deployment: Deployment, first: Proxied, *, trusted: bool) -> Verdict:
        header = first.passed.header(_FORWARDED)
        passes = header.value is None
        at = header.node.at if header.node else place_of_block(first)
        forged = ""
        is_read = trusted or not _is_ignored_by_uvicorn(deployment, [first])
        if passes and is_read:
            forged = " Callers who send that header themselves are counted as whom they like: nginx passes it on."
        return self.finding(
            at=at,
            place=symbol(first, _FORWARDED),
            message=(
                f"{subject(deployment)} limits requests by the caller's address and stands behind an nginx that "
                "sends no "
                f"{_FORWARDED} of its own ({where(first)}): all callers have nginx's address, share one limit, and get "
                f"429 together.{forged}"
            ),
            help=f"Set `proxy_set_header {_FORWARDED} $proxy_add_x_forwarded_for;` there, and `trusted_proxy_headers`.",
            consequence=Consequence.EXPOSES if forged else None,
            deployment=deployment,
            related=self._because(deployment, first),
            fix=_set(deployment, first, _FORWARDED, "$proxy_add_x_forwarded_for") if is_read else None,
        )

    def _unread(self, deployment: Deployment, first: Proxied) -> Verdict:
        node = first.passed.header(_FORWARDED).node
        return self.finding(
            at=deployment.config.at_value("rate_limit"),
            place=f"rate_limit.trusted_proxy_headers {symbol(first, '')}".strip(),
            message=(
                f"{subject(deployment)} limits requests by the caller's address, and {server(deployment)} does not "
                "read "
                f"the {_FORWARDED} that the nginx in front sends ({place(node.at) if node else where(first)}): "
                "`rate_limit.trusted_proxy_headers` is off, and the server program takes the header from its own "
                "machine "
                "only. All callers share one limit, and get 429 together."
            ),
            help="Set `rate_limit.trusted_proxy_headers` to true, with nginx's address in `trusted_proxies`.",
            deployment=deployment,
            related=self._because(deployment, first),
        )

    def _because(self, deployment: Deployment, first: Proxied) -> list[Related]:
        return [
            Related(deployment.config.at_key("rate_limit"), "requests are limited by address here"),
            passed_on(first),
        ]


def _set(deployment: Deployment, first: Proxied, name: str, value: str) -> Fix | None:
    """Add a header to the location that passes requests on, or replace the value that somebody gave it."""
    files, node = deployment.project.files, first.passed.header(name).node
    if node is not None and node.name != "proxy_set_header":
        return None
    edit = (
        headers_added(files, first.passed, [f"{name} {value}"])
        if node is None
        else value_replaced(files, node, value, argument=1)
    )
    applicability = Applicability.SAFE if node is None else Applicability.UNSAFE
    return Fix(f"Send the caller's {name}", applicability, (edit,)) if edit else None


def _without_port(host: str) -> str:
    """The Host header as the server compares it (starlette: trustedhost.py)."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _matches(name: str, entry: str) -> bool:
    entry = entry.lower()
    return entry == "*" or name == entry or (entry.startswith("*") and name.endswith(entry[1:]))


def _is_ignored_by_uvicorn(deployment: Deployment, group: list[Proxied]) -> bool:
    """Whether the server program certainly takes the header of that nginx for nobody's.

    It replaces the caller's address only for peers that it trusts, by default its own machine; for a
    container nginx is another one.
    """
    peers = deployment.forwarded_allow_ips
    if not deployment.is_container or not isinstance(peers, Known):
        return False
    for each in group:
        addresses = each.passed.addresses
        if isinstance(addresses, Unknown) or any(not one.host or is_loopback(one.host) for one in addresses):
            return False  # nginx may run in the same container
    return all(is_loopback(peer.strip()) for peer in peers.value.split(",") if peer.strip())
