"""AF325 proxy-body-limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import directives_added, value_replaced
from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place, source, subject
from agentflow_lint.model.values import Absent, Known, Unknown, Value
from agentflow_rules.network.proxies import (
    decider,
    megabytes,
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

_DIRECTIVE = "client_max_body_size"
#: nginx's default (ngx_http_core_module).
_DEFAULT = 1024 * 1024
_MEGABYTE = 1024 * 1024


class ProxyBodyLimit(DeploymentRule):
    """The proxy refuses bodies that the server would take."""

    code = "AF325"
    name = "proxy-body-limit"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare the largest body that nginx passes on with the largest that the server takes."""
        yield from undecided_fronts(self, deployment)
        limits = {kind: _limit(deployment, kind) for kind in ("run", "upload")}
        proxied = deployment.fronts.routes(*limits)
        for group in together(proxied, lambda each: decider(each.passed.block, _DIRECTIVE)):
            size = group[0].passed.block.size(_DIRECTIVE)
            if isinstance(size, Unknown):
                yield undecided_value(self, deployment, size, group[0])
                continue
            most = size.value if isinstance(size, Known) else _DEFAULT
            refused = []
            for each in group:
                limit = limits[each.route.kind]
                if isinstance(limit, Unknown):
                    at = limit.origin.location if limit.origin and limit.origin.location else deployment.anchor
                    yield self.undecided(
                        at, f"the largest body that the server takes: {limit.reason}", deployment=deployment
                    )
                elif isinstance(limit, Known) and 0 < most < limit.value:
                    refused.append((each, limit))
            if refused:
                yield self._refused(deployment, refused, most)

    def _refused(self, deployment: Deployment, refused: list[tuple[Proxied, Known[int]]], most: int) -> Verdict:
        first = refused[0][0]
        node = decider(first.passed.block, _DIRECTIVE)
        said = f"`{_DIRECTIVE} {' '.join(node.texts)}`, {place(node.at)}" if node else "nginx's default"
        largest = max((limit for _, limit in refused), key=lambda limit: limit.value)
        related = [passed_on(first)]
        if largest.origin.location:
            related.append(Related(largest.origin.location, f"the server takes {megabytes(largest.value)}"))
        return self.finding(
            at=node.at if node else place_of_block(first),
            place=symbol(first, _DIRECTIVE),
            message=(
                f"{subject(deployment)} stands behind an nginx that takes bodies of {megabytes(most)} at most ({said}; "
                f"{where(first)}), while the server takes {megabytes(largest.value)} ({source(largest.origin)}): "
                f"larger requests to {routes(each for each, _ in refused)} are answered 413 by nginx, without CORS "
                "headers."
            ),
            help=(
                f"Set `{_DIRECTIVE} {-(-largest.value // _MEGABYTE)}m;` in that location, or lower the server's own "
                "limit."
            ),
            severity=Severity.WARNING if node is not None else None,
            deployment=deployment,
            related=related,
            fix=_fix(deployment, first, node, f"{-(-largest.value // _MEGABYTE)}m"),
        )


def _fix(deployment: Deployment, first: Proxied, node: Node | None, size: str) -> Fix | None:
    """Add the directive to the location, or raise the limit that somebody chose (for whatever it counts for)."""
    files = deployment.project.files
    edit = (
        value_replaced(files, node, size) if node else directives_added(files, first.passed, [f"{_DIRECTIVE} {size}"])
    )
    applicability = Applicability.UNSAFE if node else Applicability.SAFE
    return Fix(f"Let nginx take bodies of {size}", applicability, (edit,)) if edit else None


def _limit(deployment: Deployment, kind: str) -> Value[int]:
    """The largest body that the server takes on a route, in bytes; absent where the release has no limit.

    Uploads have one of their own from 0.6.0 on, where that is the larger one; before, MAX_REQUEST_SIZE holds for
    them too (setup_middleware.py). What multipart adds to a file is left out.
    """
    plain = _number(deployment.settings["MAX_REQUEST_SIZE"], 1)
    if kind != "upload" or not deployment.release.behaviour.limits_uploads_apart or not isinstance(plain, Known):
        return plain
    media = _number(deployment.settings["MEDIA_MAX_SIZE_MB"], _MEGABYTE)
    if not isinstance(media, Known):
        return plain if isinstance(media, Absent) else media
    return media if media.value > plain.value else plain


def _number(value: Value[object], unit: int) -> Value[int]:
    if not isinstance(value, Known):
        return value
    if isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
        return Known(int(value.value * unit), value.origin)
    return Unknown("it is no number", value.origin)
