"""AF223 loopback-bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import words_added
from agentflow_lint.engine.editing.places import replaced_within
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, source, subject
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import (
    place_of_command,
    proxy_beside,
    started_server,
    symbol,
    undecided_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment


class LoopbackBind(DeploymentRule):
    """A server in a container listens on the container's own loopback address."""

    code = "AF223"
    name = "loopback-bind"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the address that the command binds."""
        if not deployment.is_container:
            return
        yield from undecided_start(self, deployment)
        process, host = started_server(deployment), deployment.host
        if process is None:
            return
        at = place_of_command(deployment)
        if isinstance(host, Unknown):
            place = host.origin.location if host.origin and host.origin.location else at
            reason = f"the address that the server binds is not known: {host.reason}"
            yield self.undecided(place, reason, deployment=deployment)
        if not isinstance(host, Known) or not is_loopback(host.value):
            return
        proxy = proxy_beside(process)
        if proxy:
            reason = f"the server binds {host.value}, and {proxy} in the same container may pass requests on to it"
            yield self.undecided(host.origin.location or at, reason, deployment=deployment)
            return
        yield self.finding(
            at=host.origin.location or at,
            place=symbol(deployment, "bind address"),
            message=(
                f"{subject(deployment)} binds {quoted(host.value)} ({source(host.origin)}), the container's own "
                "loopback address: published ports, probes and other containers get no connection."
            ),
            help="Listen on all of the container's interfaces: "
            + ("`--bind 0.0.0.0:8000`." if process.kind == "gunicorn" else "`--host 0.0.0.0`."),
            deployment=deployment,
            fix=_fix(deployment, process, host),
        )


def _fix(deployment: Deployment, process: Process, host: Known[str]) -> Fix | None:
    """Name the address of all interfaces, where the loopback address stands or behind what the server serves."""
    files = deployment.project.files
    if host.origin.location is not None:
        edit = replaced_within(files, host.origin.location, f"[{host.value}]", "0.0.0.0") or replaced_within(
            files, host.origin.location, host.value, "0.0.0.0"
        )
    elif process.kind == "gunicorn":
        port = deployment.port.value if isinstance(deployment.port, Known) else 8000
        edit = words_added(files, process, process.target, ("--bind", f"0.0.0.0:{port}"))
    else:
        word = process.target if process.kind == "uvicorn" else process.decisive_word
        edit = words_added(files, process, word, ("--host", "0.0.0.0"))
    return Fix("Listen on all interfaces of the container", Applicability.SAFE, (edit,)) if edit else None
