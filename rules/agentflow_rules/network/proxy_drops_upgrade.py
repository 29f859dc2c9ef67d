"""AF324 proxy-drops-upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import headers_added, set_in_location, value_replaced
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, place, subject
from agentflow_lint.model.dependencies.websocket_library import has_websocket_library
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.proxies import (
    passed_on,
    place_of_block,
    routes,
    symbol,
    undecided_fronts,
    undecided_value,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.facts import Proxied
    from agentflow_lint.model.proxies.files import Node
    from agentflow_lint.model.proxies.requests import Passed

_WANTED = {"Upgrade": "$http_upgrade", "Connection": '"upgrade"'}


class ProxyDropsUpgrade(DeploymentRule):
    """The proxy turns a WebSocket handshake into an ordinary request."""

    code = "AF324"
    name = "proxy-drops-upgrade"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow the headers of a handshake to the server, for the WebSocket routes that it has."""
        proxied = deployment.fronts.routes("websocket")
        if not proxied and not deployment.fronts.open:
            return
        library = has_websocket_library(deployment)
        if isinstance(library, Known) and not library.value:
            return  # the server takes no WebSocket at all
        yield from undecided_fronts(self, deployment)
        groups: dict[str, list[Proxied]] = {}
        for each in proxied:
            groups.setdefault(symbol(each, ""), []).append(each)
        for group in groups.values():
            first = group[0]
            lost: list[str] = []
            for name in _WANTED:
                value = first.passed.header(name).value
                if isinstance(value, Unknown):
                    yield undecided_value(self, deployment, value, first)
                elif isinstance(value, Known) and not _asks_for_upgrade(name, value.value):
                    lost.append(name)
            if lost and isinstance(library, Unknown) and not _wants_sockets(deployment):
                reason = f"whether the server takes WebSockets: {library.reason}"
                yield self.undecided(place_of_block(first), reason, deployment=deployment)
            elif lost:
                yield self._lost(deployment, group, lost)

    def _lost(self, deployment: Deployment, group: list[Proxied], lost: list[str]) -> Verdict:
        first = group[0]
        nodes = {name: first.passed.header(name).node for name in lost}
        at = next((node.at for node in nodes.values() if node), place_of_block(first))
        said = [f"`{name}` is set to another value ({place(node.at)})" for name, node in nodes.items() if node]
        unset = [name for name, node in nodes.items() if node is None]
        if unset:
            said.append(
                f"{listed(unset)} {'is' if len(unset) == 1 else 'are'} not set, and nginx passes neither on by itself"
            )
        lines = " ".join(f"proxy_set_header {name} {_WANTED[name]};" for name in lost)
        return self.finding(
            at=at,
            place=symbol(first, "Upgrade"),
            message=(
                f"{subject(deployment)} stands behind an nginx that drops the handshake of {routes(group)} "
                f"({where(first)}): {', and '.join(said)}, so the server gets an ordinary GET and no WebSocket opens."
            ),
            help=(
                f"Add `proxy_http_version 1.1; {lines}` to that location, with all other `proxy_set_header` that "
                "should count there: one of them drops those of the server block."
            ),
            deployment=deployment,
            related=[passed_on(first)],
            fix=_fix(deployment, first, lost),
        )


def _fix(deployment: Deployment, first: Proxied, lost: list[str]) -> Fix | None:
    """Add what is missing to the location; replace what somebody set to something else."""
    files, passed = deployment.project.files, first.passed
    chosen = [node for node in (passed.header(name).node for name in lost) if node is not None]
    wanted = _wanted(passed)
    edits: list[Edit | None] = [value_replaced(files, node, wanted[_spelled(node)], argument=1) for node in chosen]
    version = passed.block.text("proxy_http_version")
    missing = [f"{name} {wanted[name]}" for name in lost if passed.header(name).node is None]
    more = [] if isinstance(version, Known) else ["proxy_http_version 1.1"]
    if missing:
        edits.append(headers_added(files, passed, missing, more))
    if (isinstance(version, Known) and version.value == "1.0") or (more and not missing):
        edits.append(set_in_location(files, passed, "proxy_http_version", "1.1"))
    made = tuple(edit for edit in edits if edit is not None)
    applicability = Applicability.UNSAFE if chosen else Applicability.SAFE
    return Fix("Pass the WebSocket handshake on", applicability, made) if len(made) == len(edits) else None


def _wanted(passed: Passed) -> dict[str, str]:
    """The values that pass a handshake on: with the variable of a ``map $http_upgrade`` where the project has one."""
    *_, http = passed.block.levels
    maps = [
        each.node.texts[1] for each in http.blocks("map") if each.node and each.node.texts[:1] == ("$http_upgrade",)
    ]
    return {**_WANTED, **({"Connection": maps[0]} if maps else {})}


def _spelled(node: Node) -> str:
    return next(name for name in _WANTED if name.lower() == node.texts[0].lower())


def _asks_for_upgrade(name: str, value: str) -> bool:
    words = [word.strip().lower() for word in value.split(",")]
    return "websocket" in words if name == "Upgrade" else "upgrade" in words


def _wants_sockets(deployment: Deployment) -> bool:
    """Whether the config speaks of WebSockets."""
    return isinstance(deployment.config.get("websocket"), dict) and "websocket" in deployment.release.config_keys
