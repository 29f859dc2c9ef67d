"""AF322 proxy-buffers-stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import set_in_location
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place, server, source, subject
from agentflow_lint.model.values import Absent, Known, Origin, Unknown, Value
from agentflow_rules.network.proxies import (
    decider,
    passed_on,
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

_IGNORED = "proxy_ignore_headers"
_HEADER = "X-Accel-Buffering"


class ProxyBuffersStream(DeploymentRule):
    """The proxy holds a stream back until it is over."""

    code = "AF322"
    name = "proxy-buffers-stream"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the streaming routes: a header of the server turns buffering off, unless nginx is told to ignore it."""
        yield from undecided_fronts(self, deployment)
        for group in together(deployment.fronts.routes("stream"), _ignoring):
            first = group[0]
            node = _ignoring(first)
            if node is None:
                continue
            buffers = first.passed.block.flag("proxy_buffering")
            if isinstance(buffers, Known) and not buffers.value:
                continue
            one_zero = self._speaks_http_1_0(deployment, first)
            for value in (buffers, one_zero):
                if isinstance(value, Unknown):
                    yield undecided_value(self, deployment, value, first)
            if isinstance(buffers, Unknown) or not isinstance(one_zero, Known) or not one_zero.value:
                continue
            if _has_httptools(deployment):
                reason = "uvicorn with httptools sends chunks to HTTP/1.0 too, and those are not held back"
                yield self.undecided(node.at, reason, deployment=deployment)
                continue
            yield self._held_back(deployment, group, node, one_zero)

    def _speaks_http_1_0(self, deployment: Deployment, proxied: Proxied) -> Value[bool]:
        version = proxied.passed.block.text("proxy_http_version")
        if isinstance(version, Known):
            return Known(version.value == "1.0", version.origin)
        if isinstance(version, Unknown):
            return version
        from agentflow_lint.model.proxies.version import passes_http_1_1

        by_default = passes_http_1_1(deployment.project)
        if isinstance(by_default, Known):
            return Known(
                not by_default.value, Origin(f"default of {by_default.origin.label}", by_default.origin.location)
            )
        return by_default if not isinstance(by_default, Absent) else Unknown("the version of nginx is not known")

    def _held_back(self, deployment: Deployment, group: list[Proxied], node: Node, one_zero: Known[bool]) -> Verdict:
        first = group[0]
        related = [passed_on(first)]
        buffering = decider(first.passed.block, "proxy_buffering")
        if buffering:
            related.append(Related(buffering.at, "buffering is on here"))
        if one_zero.origin.location:
            related.append(Related(one_zero.origin.location, "requests are passed on with HTTP/1.0"))
        return self.finding(
            at=node.at,
            place=symbol(first, _IGNORED),
            message=(
                f"{subject(deployment)} stands behind an nginx that buffers {routes(group)} ({where(first)}): "
                f"{server(deployment)} sends `{_HEADER}: no` with every stream, `{_IGNORED}` ({place(node.at)}) "
                f"ignores it, and over HTTP/1.0 ({source(one_zero.origin)}) nginx sends nothing before a buffer is "
                "full or the "
                "run is over."
            ),
            help=f"Remove {_HEADER} from `{_IGNORED}`, or set `proxy_buffering off;` in that location.",
            deployment=deployment,
            related=related,
            fix=_fix(deployment, group),
        )


def _fix(deployment: Deployment, group: list[Proxied]) -> Fix | None:
    """Switch buffering off in each location that streams; a buffering that somebody chose there is replaced."""
    blocks = {id(each.passed.block.node): each.passed for each in group}
    edits = [set_in_location(deployment.project.files, passed, "proxy_buffering", "off") for passed in blocks.values()]
    chosen = any(passed.block.own("proxy_buffering") for passed in blocks.values())
    made = tuple(edit for edit in edits if edit is not None)
    applicability = Applicability.UNSAFE if chosen else Applicability.SAFE
    return Fix("Switch buffering off", applicability, made) if len(made) == len(edits) else None


def _ignoring(proxied: Proxied) -> Node | None:
    """The directive by which nginx ignores the server's header."""
    node = decider(proxied.passed.block, _IGNORED)
    return node if node and any(text.lower() == _HEADER.lower() for text in node.texts) else None


def _has_httptools(deployment: Deployment) -> bool:
    pins = [pin.requirement for pin in deployment.project.dependencies.pins]
    return any(
        each.name == "httptools" or (each.name in ("uvicorn", "fastapi") and each.extras & {"standard", "all"})
        for each in pins
    )
