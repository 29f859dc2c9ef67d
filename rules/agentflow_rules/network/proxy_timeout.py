"""AF321 proxy-timeout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.nginx import directives_added, value_replaced
from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place, source, subject
from agentflow_lint.model.model_calls import Limit, longest_run
from agentflow_lint.model.values import Absent, Unknown
from agentflow_rules.network.proxies import (
    decider,
    passed_on,
    place_of_block,
    routes,
    seconds,
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

_DIRECTIVE = "proxy_read_timeout"
#: nginx's default (ngx_http_proxy_module).
_DEFAULT = 60.0


class ProxyTimeout(DeploymentRule):
    """The proxy gives up on a run before the server does."""

    code = "AF321"
    name = "proxy-timeout"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare how long nginx waits for the server with what a run may take."""
        fronts = deployment.fronts
        yield from undecided_fronts(self, deployment)
        proxied = fronts.routes("run", "stream")
        need = longest_run(deployment) if proxied else None
        if isinstance(need, Unknown):
            at = need.origin.location if need.origin and need.origin.location else deployment.anchor
            yield self.undecided(at, f"how long a run may take: {need.reason}", deployment=deployment)
        if not isinstance(need, Limit):
            return
        short: list[Proxied] = []
        for group in together(proxied, lambda each: decider(each.passed.block, _DIRECTIVE)):
            wait = group[0].passed.block.seconds(_DIRECTIVE)
            if isinstance(wait, Unknown):
                yield undecided_value(self, deployment, wait, group[0])
            elif (_DEFAULT if isinstance(wait, Absent) else wait.value) < need.to_grant:
                short = group
                yield self._short(deployment, short, _DEFAULT if isinstance(wait, Absent) else wait.value, need)

    def _short(self, deployment: Deployment, group: list[Proxied], wait: float, need: Limit) -> Verdict:
        first = group[0]
        node = decider(first.passed.block, _DIRECTIVE)
        said = f"`{_DIRECTIVE} {' '.join(node.texts)}`, {place(node.at)}" if node else "nginx's default"
        runs = [each for each in group if each.route.kind == "run"]
        effects = []
        if runs:
            effects.append(
                f"requests to {routes(runs)} are answered 504 when the run takes longer, because nothing is sent "
                "before it is over"
            )
        if len(runs) < len(group):
            streams = routes(each for each in group if each.route.kind == "stream")
            effects.append(f"streams of {streams} are cut off where a model or tool call keeps them silent that long")
        related = [passed_on(first)]
        if need.origin.location:
            related.append(Related(need.origin.location, f"{need.duration} are allowed here"))
        return self.finding(
            at=node.at if node else place_of_block(first),
            place=symbol(first, _DIRECTIVE),
            message=(
                f"{subject(deployment)} stands behind an nginx that waits {seconds(wait)} for the server's next byte "
                f"({said}; {where(first)}), while {need.words} "
                f"({source(need.origin)}): {', and '.join(effects)}."
            ),
            help=f"Set `{_DIRECTIVE} {need.to_grant:g}s;` or more in that location.",
            severity=Severity.WARNING if wait > _DEFAULT else None,
            deployment=deployment,
            related=related,
            fix=_fix(deployment, first, node, need),
        )


def _fix(deployment: Deployment, first: Proxied, node: Node | None, need: Limit) -> Fix | None:
    """Add the directive to the location, or raise the value that somebody chose (for whatever it counts for)."""
    files, wait = deployment.project.files, f"{math.ceil(need.to_grant)}s"
    edit = (
        value_replaced(files, node, wait) if node else directives_added(files, first.passed, [f"{_DIRECTIVE} {wait}"])
    )
    applicability = Applicability.UNSAFE if node else Applicability.SAFE
    return Fix(f"Let nginx wait {wait} for the server", applicability, (edit,)) if edit else None
