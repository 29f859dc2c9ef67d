"""AF225 port-mismatch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import words_added
from agentflow_lint.engine.editing.places import replaced, written_at
from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, source, subject
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import (
    place_of_command,
    proxy_beside,
    started_server,
    symbol_at,
    undecided_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location
    from agentflow_lint.model.workload import Port, PortRole, Probe

#: What names the ports, what comes of a wrong one, and whether requests certainly take that way.
_ROLES: dict[PortRole, tuple[str, str]] = {
    "published": ("what is published leads to", "requests from outside get no connection"),
    "service": ("its Service sends requests to", "every request to the Service gets no connection"),
    "exposed": (
        "it declares",
        "`docker run -P` and every platform or proxy that goes by the declared port get no connection",
    ),
}
_PROBES = {
    "health": "the container never becomes healthy: Swarm replaces it again and again, and what waits for it under "
    "compose does not start",
    "readiness": "the pod never becomes ready and gets no requests",
    "liveness": "Kubernetes restarts the container again and again",
    "startup": "Kubernetes restarts the container again and again",
}


class PortMismatch(DeploymentRule):
    """The server listens on another port than the one that is declared, published or probed."""

    code = "AF225"
    name = "port-mismatch"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Hold the port that the server binds against everything that names a port of the container."""
        workload = deployment.workload
        if not deployment.is_container or not (workload.ports or workload.probes):
            return
        yield from undecided_start(self, deployment)
        process = started_server(deployment)
        if process is None:
            return
        bound = deployment.port
        reason = None
        if isinstance(bound, Unknown):
            reason = f"the port that the server binds is not known: {bound.reason}"
        elif len([option for option in process.given if option.name == "bind"]) > 1:
            reason = "the server binds several addresses"
        elif proxy := proxy_beside(process):
            reason = f"{proxy} runs in the same container and may listen on the port"
        if reason is not None:
            yield self.undecided(place_of_command(deployment), reason, deployment=deployment)
            return
        if isinstance(bound, Known):
            yield from self._ports(deployment, bound)
            for probe in workload.probes:
                if isinstance(probe.port, Known) and probe.port.value != bound.value:
                    yield self._probe(deployment, bound, probe, probe.port.value)

    def _ports(self, deployment: Deployment, bound: Known[int]) -> Iterator[Verdict]:
        by_role: dict[PortRole, list[Port]] = {}
        for port in deployment.workload.ports:
            by_role.setdefault(port.role, []).append(port)
        if len(by_role) > 1:
            by_role.pop("exposed", None)  # a declaration, and requests come in by what is published
        for role, ports in by_role.items():
            numbers = [port.number.value for port in ports if isinstance(port.number, Known)]
            if len(numbers) == len(ports) and bound.value not in numbers:
                yield self._port(deployment, bound, role, ports[0], numbers)

    def _port(
        self, deployment: Deployment, bound: Known[int], role: PortRole, first: Port, numbers: list[int]
    ) -> Verdict:
        way, effect = _ROLES[role]
        many = "ports" if len(numbers) > 1 else "port"
        return self.finding(
            at=first.location,
            place=symbol_at(deployment, first.location, f"{role} port"),
            message=(
                f"{subject(deployment)} listens on port {bound.value} ({source(bound.origin)}), and {way} {many} "
                f"{listed(map(str, numbers))}, where nobody listens: {effect}."
            ),
            help=f"Write {bound.value} here, or have the server listen on {numbers[0]}.",
            severity=Severity.WARNING if role == "exposed" else None,
            deployment=deployment,
            related=_where(bound),
            fix=_listening(deployment, bound) or _named(deployment, bound, numbers, first.location),
        )

    def _probe(self, deployment: Deployment, bound: Known[int], probe: Probe, asked: int) -> Verdict:
        return self.finding(
            at=probe.location,
            place=symbol_at(deployment, probe.location, f"{probe.role} probe port"),
            message=(
                f"{subject(deployment)} listens on port {bound.value} ({source(bound.origin)}), and its {probe.role} "
                f"probe asks port {asked}, where nobody listens: {_PROBES[probe.role]}."
            ),
            help=f"Have the probe ask port {bound.value}.",
            deployment=deployment,
            related=_where(bound),
            fix=_listening(deployment, bound) or _asking(deployment, bound, probe, asked),
        )


def _listening(deployment: Deployment, bound: Known[int]) -> Fix | None:
    """Have the server listen where everything else looks for it, if nobody said where it listens."""
    workload, process = deployment.workload, deployment.process
    named = {port.number.value for port in workload.ports if isinstance(port.number, Known)}
    asked = {probe.port.value for probe in workload.probes if isinstance(probe.port, Known)}
    ports = sorted(named | asked)
    if len(ports) != 1 or bound.origin.location is not None or process is None:
        return None
    files = deployment.project.files
    if process.kind == "gunicorn":
        words, after = ("--bind", f"0.0.0.0:{ports[0]}"), process.target
    else:
        words = ("--port", str(ports[0]))
        after = process.target if process.kind == "uvicorn" else process.decisive_word
    edit = words_added(files, process, after, words)
    return Fix(f"Listen on port {ports[0]}", Applicability.UNSAFE, (edit,)) if edit else None


def _named(deployment: Deployment, bound: Known[int], numbers: list[int], at: Location) -> Fix | None:
    """Name the port that the server is told to listen on, where one other is named."""
    if len(numbers) != 1 or bound.origin.location is None:
        return None
    files, old, new = deployment.project.files, str(numbers[0]), str(bound.value)
    edit = replaced(files, at, old, new)
    found = written_at(files, at) if edit is None else None
    end = re.search(rf"(?<=[:\s]){old}(?=(?:/tcp)?[\"']?\Z)", found.raw) if found else None
    if found and end and "$" not in found.raw:
        edit = found.edit(found.start + end.start(), found.start + end.end(), new)
    return Fix(f"Name port {new}", Applicability.UNSAFE, (edit,)) if edit else None


def _asking(deployment: Deployment, bound: Known[int], probe: Probe, asked: int) -> Fix | None:
    """Ask the port that the server is told to listen on."""
    at = probe.port.origin.location if isinstance(probe.port, Known) else None
    found = written_at(deployment.project.files, at or probe.location)
    matches = list(re.finditer(rf"(?:(?<=[:\s])|\A){asked}(?![0-9.])", found.raw)) if found else []
    if found is None or len(matches) != 1 or bound.origin.location is None:
        return None
    edit = found.edit(found.start + matches[0].start(), found.start + matches[0].end(), str(bound.value))
    return Fix(f"Ask port {bound.value}", Applicability.UNSAFE, (edit,))


def _where(bound: Known[int]) -> tuple[Related, ...]:
    place = bound.origin.location
    return (Related(place, f"the server listens on {bound.value} because of this"),) if place else ()
