"""AF310 unmatchable-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import (
    explained_by,
    place_of,
    place_of_entry,
    quoted,
    server,
    source,
    subject,
    undecided,
)
from agentflow_lint.framework.trusted_hosts import ignores_case
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.entries import listed_entries, with_entry
from agentflow_rules.network.host_fixes import meant_host
from agentflow_rules.network.hosts import ANY_HOST, allowed_hosts, is_host_pattern, reason_unmatchable
from agentflow_rules.network.suggestions import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

_FORM = "Write bare host names, separated by commas without blanks: ALLOWED_HOST=api.example.com,*.example.org."


class UnmatchableHost(DeploymentRule):
    """An allowed host that no request can name, or one that breaks every request."""

    code = "AF310"
    name = "unmatchable-host"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge each entry of the effective ALLOWED_HOST."""
        hosts = deployment.settings.text("ALLOWED_HOST")
        if isinstance(hosts, Unknown):
            yield undecided(self, deployment, "ALLOWED_HOST", hosts)
        if not isinstance(hosts, Known):
            return
        entries = allowed_hosts(hosts.value)
        broken = next((entry for entry in entries if not is_host_pattern(entry)), None)
        if broken is not None:
            yield self._breaking(deployment, hosts, broken)
        elif ANY_HOST in entries:
            return
        elif not hosts.value.strip(", "):
            yield self._nothing(deployment, hosts)
        elif is_list(hosts.value):
            yield self._list(deployment, hosts)
        else:
            for number, entry in enumerate(entries):
                reason = reason_unmatchable(entry)
                if reason is None and entry != entry.lower():
                    yield from self._upper_case(deployment, hosts, number, entry)
                elif reason is not None:
                    yield self._entry(deployment, hosts, number, entry, reason)

    def _breaking(self, deployment: Deployment, hosts: Known[str], entry: str) -> Verdict:
        process = deployment.process
        lifespan = process.option("lifespan") if process and process.kind == "uvicorn" else None
        refuses = lifespan is not None and lifespan.value is not None and lifespan.value.text == "on"
        effect = (
            "does not start"
            if refuses
            else "stays up without having loaded the graph, and answers every request, /ping too, with 500"
        )
        return self._said(
            deployment,
            hosts,
            place_of_entry(hosts, entry, deployment),
            "ALLOWED_HOST wildcard",
            f"{quoted(entry)}, a wildcard that is no leading `*.`, and {server(deployment)} {effect}",
            "A wildcard is `*` alone or a leading `*.`, as in ALLOWED_HOST=*.example.com; no blanks after the commas.",
            Consequence.REFUSES_TO_START if refuses else None,
            fix=_entry_fix(deployment, hosts, entry),
        )

    def _nothing(self, deployment: Deployment, hosts: Known[str]) -> Verdict:
        exempt = probes_without_host_check(deployment)
        but = f" but {exempt}" if exempt else ""
        return self._said(
            deployment,
            hosts,
            place_of(hosts, deployment),
            "ALLOWED_HOST",
            f"nothing, and an empty value is not the default: every request{but} is answered with 400",
            "Name the hosts under which clients reach the server, or remove the variable to allow all.",
            fix=_fix(deployment, HOST, Applicability.SUGGESTION),
        )

    def _list(self, deployment: Deployment, hosts: Known[str]) -> Verdict:
        meant = [meant_host(each) for each in listed_entries(hosts.value)]
        exempt = probes_without_host_check(deployment)
        but = f" but {exempt}" if exempt else ""
        return self._said(
            deployment,
            hosts,
            place_of(hosts, deployment),
            "ALLOWED_HOST",
            f"a JSON list; the value is split on commas and brackets and quotes stay, so no entry matches and every "
            f"request{but} is answered with 400",
            _FORM,
            fix=_fix(deployment, ",".join(each for each in meant if each)) if meant and all(meant) else None,
        )

    def _upper_case(self, deployment: Deployment, hosts: Known[str], number: int, entry: str) -> Iterator[Verdict]:
        pins = deployment.project.dependencies.of("starlette")
        matches = ignores_case(pins[0].requirement.specifier) if pins else None
        if matches is None:
            yield self.undecided(
                place_of_entry(hosts, entry, deployment),
                f"ALLOWED_HOST: whether {quoted(entry)} matches depends on the starlette release, which is not pinned",
                deployment=deployment,
            )
        elif not matches:
            reason = (
                "which has capitals, and the pinned starlette compares it as it stands with the lower case of clients"
            )
            yield self._entry(deployment, hosts, number, entry, reason)

    def _entry(self, deployment: Deployment, hosts: Known[str], number: int, entry: str, reason: str) -> Verdict:
        return self._said(
            deployment,
            hosts,
            place_of_entry(hosts, entry, deployment),
            f"ALLOWED_HOST[{number}]",
            f"{quoted(entry)}, {reason}, so it matches no Host header and requests for that host are answered with 400",
            _FORM,
            fix=_entry_fix(deployment, hosts, entry),
        )

    def _said(
        self,
        deployment: Deployment,
        hosts: Known[str],
        at: Location,
        place: str,
        fault: str,
        way_out: str,
        consequence: Consequence | None = None,
        fix: Fix | None = None,
    ) -> Verdict:
        return self.finding(
            at=at,
            place=place,
            message=f"{subject(deployment)}: ALLOWED_HOST ({source(hosts.origin)}) holds {fault}.",
            help=way_out,
            consequence=consequence,
            deployment=deployment,
            related=explained_by(deployment, "ALLOWED_HOST"),
            fix=fix,
        )


def _entry_fix(deployment: Deployment, hosts: Known[str], entry: str) -> Fix | None:
    meant = meant_host(entry)
    return None if meant is None else _fix(deployment, with_entry(hosts.value, entry, [meant]), by_entry=True)


def _fix(
    deployment: Deployment, new: str, applicability: Applicability = Applicability.SAFE, *, by_entry: bool = False
) -> Fix | None:
    value = deployment.settings.raw("ALLOWED_HOST")
    edit = written(deployment.project, value, new, by_entry=by_entry) if isinstance(value, Known) else None
    return fix_of("Write bare host names", applicability, edit)


def is_list(text: str) -> bool:
    """Whether the value is written as a JSON list; a lone ``[::1]`` is an address."""
    text = text.strip()
    return text.startswith("[") and text.endswith("]") and ('"' in text or "'" in text or text == "[]")


def probes_without_host_check(deployment: Deployment) -> str:
    """The routes that this release answers whatever the Host header says, in words."""
    behaviour = deployment.release.behaviour
    if behaviour.reports_readiness:
        return "/ping and /health/ready"
    return "/ping" if behaviour.ping_ignores_allowed_hosts else ""
