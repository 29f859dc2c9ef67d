"""AF226 broken-healthcheck."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import written_at
from agentflow_lint.engine.finding import Consequence, Finding, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import (
    explained_by,
    listed,
    place_of,
    quoted,
    server,
    setting,
    subject,
    undecided,
)
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.framework.probe_routes import SCHEMA, ignores_host, is_route, probe_paths
from agentflow_lint.model.command.probes import programs_of
from agentflow_lint.model.image.programs import is_busybox, program_in_image
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.hosts import allowed_hosts, answers_any_host, matches
from agentflow_rules.runtime.command import proxy_beside, started_server, symbol_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location
    from agentflow_lint.model.workload import Probe

_EFFECTS = {
    "health": "The container never becomes healthy: Swarm replaces it again and again, and what waits for it under "
    "compose does not start.",
    "readiness": "The pod never becomes ready and gets no requests.",
    "liveness": "Kubernetes restarts the container again and again.",
    "startup": "Kubernetes restarts the container again and again.",
}
_PYTHON_PROBE = "python -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ping', timeout=4)\""


class BrokenHealthcheck(DeploymentRule):
    """A probe fails although the server is well."""

    code = "AF226"
    name = "broken-healthcheck"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge each probe's program, then what the server answers to its request."""
        if not deployment.is_container:
            return
        for probe in deployment.workload.probes:
            verdicts = list(self._programs(deployment, probe))
            yield from verdicts
            runs = not any(isinstance(verdict, Finding) for verdict in verdicts)
            if runs and _asks_the_server(deployment, probe):
                yield from self._request(deployment, probe)

    def _programs(self, deployment: Deployment, probe: Probe) -> Iterator[Verdict]:
        """Judge whether the image has what the command runs; nothing is said after the first that it lacks."""
        image = deployment.image
        if image is None or probe.kind != "exec":
            return
        for program in programs_of(probe):
            found = program_in_image(image, program)
            if isinstance(found, Unknown) and found.origin and found.origin.location:
                yield self.undecided(
                    probe.location, f"whether {program} is in the image: {found.reason}", deployment=deployment
                )
            if isinstance(found, Known) and not found.value:
                base = found.origin.location
                yield self._said(
                    deployment,
                    probe,
                    "program",
                    f"runs {quoted(program)}, which is not in the image: {found.origin.label.removeprefix('FROM ')} "
                    "does not ship it and no RUN installs it",
                    f"Use what is there: `CMD {_PYTHON_PROBE}`; or install {program}.",
                    related=(Related(base, "this image does not ship it"),) if base else (),
                    fix=_by_python(deployment, probe),
                )
                return

    def _request(self, deployment: Deployment, probe: Probe) -> Iterator[Verdict]:
        path = probe.path
        if isinstance(path, Unknown) and probe.judges_status is not False:
            yield self.undecided(probe.location, f"the path that it asks for: {path.reason}", deployment=deployment)
        if not isinstance(path, Known) or probe.judges_status is False:
            return
        route = _without_root(deployment, path.value)
        exists = _exists(deployment, route)
        if isinstance(exists, tuple):
            yield undecided(self, deployment, *exists)
        elif exists is False:
            yield from self._unknown_path(deployment, probe, path.value)
        elif exists and probe.method == "HEAD":
            yield from self._head(deployment, probe, route)
        elif exists:
            yield from self._host(deployment, probe, route)

    def _unknown_path(self, deployment: Deployment, probe: Probe, path: str) -> Iterator[Verdict]:
        if probe.judges_status is None:
            reason = f"{server(deployment)} answers {quoted(path)} with 404; what the probe makes of that is not known"
            yield self.undecided(probe.location, reason, deployment=deployment)
            return
        paths = probe_paths(deployment.release.behaviour)
        later = first_release_with("reports_readiness")
        hint = f" {quoted(path)} is there from {later} on." if path.rstrip("/") == "/health/ready" else ""
        yield self._said(
            deployment,
            probe,
            "path",
            f"asks for {quoted(path)}, which {server(deployment)} answers with 404: it has {listed(paths)} for probes",
            f"Ask for {listed(paths, 'or')}.{hint}",
            fix=_asking(deployment, probe, path, paths[0]),
        )

    def _head(self, deployment: Deployment, probe: Probe, route: str) -> Iterator[Verdict]:
        if deployment.image and "wget" in programs_of(probe) and is_busybox(deployment.image, "wget"):
            return  # BusyBox's --spider sends GET
        if probe.judges_status is None:
            return
        way_out = "Send GET: `curl -fsS -o /dev/null URL`, or `wget -q -O /dev/null URL`."
        reason = (
            f"sends HEAD, and {server(deployment)} answers HEAD {quoted(route)} with 405, because it takes only GET"
        )
        yield self._said(deployment, probe, "method", reason, way_out)

    def _host(self, deployment: Deployment, probe: Probe, route: str) -> Iterator[Verdict]:
        behaviour = deployment.release.behaviour
        if ignores_host(behaviour, route.rstrip("/") or "/"):
            return
        hosts = deployment.settings.text("ALLOWED_HOST")
        if isinstance(hosts, Unknown):
            yield undecided(self, deployment, "ALLOWED_HOST", hosts)
        if not isinstance(hosts, Known) or answers_any_host(hosts.value) or isinstance(probe.host, Unknown):
            return
        sent = probe.host.value if isinstance(probe.host, Known) else None
        if sent is None and probe.kind != "http":
            return
        if sent is not None and any(matches(entry, sent) for entry in allowed_hosts(hosts.value)):
            return
        who = quoted(sent) if sent is not None else "the pod's address"
        exempt = first_release_with("ping_ignores_allowed_hosts")
        newer = f"; from {exempt} on /ping is exempt" if not behaviour.ping_ignores_allowed_hosts else ""
        named = sent or "api.example.com"
        fix = f"Add {quoted(named)} to ALLOWED_HOST" if sent else "Give the probe a Host header that ALLOWED_HOST names"
        yield self._said(
            deployment,
            probe,
            "host",
            f"sends the Host {who}, and {server(deployment)} answers it with 400: {setting('ALLOWED_HOST', hosts)}",
            f"{fix}, or ask for a path that is exempt{newer}.",
            related=(
                Related(place_of(hosts, deployment), "ALLOWED_HOST is set here"),
                *explained_by(deployment, "ALLOWED_HOST"),
            ),
        )

    def _said(
        self,
        deployment: Deployment,
        probe: Probe,
        part: str,
        fault: str,
        way_out: str,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Verdict:
        at: Location = probe.location
        return self.finding(
            at=at,
            place=symbol_at(deployment, at, f"{probe.role} probe {part}"),
            message=f"The {probe.role} probe of {_named(deployment)} {fault}. {_EFFECTS[probe.role]}",
            help=way_out,
            deployment=deployment,
            related=related,
            fix=fix,
        )


def _asking(deployment: Deployment, probe: Probe, path: str, instead: str) -> Fix | None:
    """A path that the release has for probes, in place of the one that it does not have."""
    at = probe.path.origin.location if isinstance(probe.path, Known) else None
    found = written_at(deployment.project.files, at or probe.location)
    matches = list(re.finditer(rf"{re.escape(path)}(?![\w/.-])", found.raw)) if found and len(path) > 1 else []
    if found is None or len(matches) != 1 or "$" in found.raw[: matches[0].start()]:
        return None
    edit = found.edit(found.start + matches[0].start(), found.start + matches[0].end(), instead)
    return Fix(f"Ask for {instead}", Applicability.UNSAFE, (edit,))


def _by_python(deployment: Deployment, probe: Probe) -> Fix | None:
    """The same request by the Python of the image, in a HEALTHCHECK or the list of a compose service's test."""
    found = written_at(deployment.project.files, probe.location)
    image, port = deployment.image, probe.port
    if found is None or image is None or not isinstance(port, Known):
        return None
    is_test = deployment.kind == "compose" and found.raw.startswith("[")
    if found.path != image.dockerfile_path and not is_test:
        return None
    path = probe.path.value if isinstance(probe.path, Known) else None
    if not isinstance(image.python, Known) or path is None or not re.fullmatch(r"/[\w/.-]*", path):
        return None
    code = f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port.value}{path}', timeout=4)"
    words = f'"python3", "-c", "{code}"'
    text = f'["CMD", {words}]' if is_test else words if found.raw.startswith('"') else f'python3 -c "{code}"'
    edit = found.edit(found.start, found.end, text)
    return Fix("Ask with Python, which is in the image", Applicability.UNSAFE, (edit,))


def _named(deployment: Deployment) -> str:
    name = subject(deployment)
    return name[0].lower() + name[1:]


def _asks_the_server(deployment: Deployment, probe: Probe) -> bool:
    """Whether the request is for the server, not for another port (AF225) or a proxy beside it."""
    process, bound = started_server(deployment), deployment.port
    if process is None or proxy_beside(process):
        return False
    differs = isinstance(probe.port, Known) and isinstance(bound, Known) and probe.port.value != bound.value
    return probe.kind in ("http", "exec") and not differs


def _exists(deployment: Deployment, route: str) -> bool | tuple[str, Unknown] | None:
    """Whether a path leads somewhere; None for a route that may want a login; an unknown setting that decides it."""
    settings, behaviour = deployment.settings, deployment.release.behaviour
    known = is_route(behaviour, route)
    if known is not False:
        return known
    docs = {name: settings.text(name) for name in ("DOCS_PATH", "REDOCS_PATH")}
    paths = [value.value for value in docs.values() if isinstance(value, Known)]
    if route in paths or (route == SCHEMA and (any(paths) or not behaviour.schema_follows_docs)):
        return True
    unknown = {name: value for name, value in docs.items() if "doc" in route or route == SCHEMA}
    for name, value in {**unknown, "ROOT_PATH": settings.text("ROOT_PATH")}.items():
        if isinstance(value, Unknown):
            return name, value
    return False


def _without_root(deployment: Deployment, path: str) -> str:
    """The path below ROOT_PATH, which the server takes with and without it (starlette/_utils.py: get_route_path)."""
    root = deployment.settings.text("ROOT_PATH")
    prefix = root.value.rstrip("/") if isinstance(root, Known) else ""
    return path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
