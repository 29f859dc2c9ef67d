"""AF228 short-shutdown-grace."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import words_added
from agentflow_lint.engine.editing.places import replaced, replaced_within, written_at
from agentflow_lint.engine.editing.yaml_keys import pod_key_added, service_key_added
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, source, subject
from agentflow_lint.model.command.signals import unheard_stop
from agentflow_lint.model.model_calls import Limit, longest_model_call
from agentflow_lint.model.values import Absent, Known, Origin, Unknown, Value
from agentflow_rules.runtime.command import (
    place_of_command,
    shown_command,
    started_server,
    symbol,
    symbol_at,
    undecided_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

#: How long an orchestrator waits between SIGTERM and SIGKILL where nothing says, with the key that says.
_DEFAULT_GRACE = {
    "compose": (10, Origin("default of Docker"), "stop_grace_period"),
    "kubernetes": (30, Origin("default of Kubernetes"), "terminationGracePeriodSeconds"),
}
#: What the orchestrator waits longer than the server does, in seconds.
_MARGIN = 10
_OPTION = {"gunicorn": "--graceful-timeout", "uvicorn": "--timeout-graceful-shutdown"}


class ShortShutdownGrace(DeploymentRule):
    """A deploy or a restart cuts off runs that would have finished."""

    code = "AF228"
    name = "short-shutdown-grace"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Hold the time that requests get when the server stops against the time that they may take."""
        yield from undecided_start(self, deployment)
        process = started_server(deployment)
        if process is None:
            return
        unheard = unheard_stop(deployment)
        if unheard is not None:
            yield self._unheard(deployment, process, unheard)
            return
        call = longest_model_call(deployment)
        graceful, grace = _graceful(process), _grace(deployment)
        for value in (graceful, grace):
            if isinstance(value, Unknown):
                at = value.origin.location if value.origin else None
                reason = f"how long the server may take to stop is not known: {value.reason}"
                yield self.undecided(at or place_of_command(deployment), reason, deployment=deployment)
        if isinstance(call, Unknown):
            reason = f"how long a model call may take is not known: {call.reason}"
            yield self.undecided(place_of_command(deployment), reason, deployment=deployment)
        longest = call if isinstance(call, Limit) else None
        if isinstance(grace, Known) and not isinstance(graceful, Unknown):
            waits = graceful.value if isinstance(graceful, Known) else math.inf
            needed = min(waits, longest.to_grant if longest else waits)
            if grace.value < needed and (longest is not None or not math.isinf(needed)):
                yield self._killed(deployment, process, grace, graceful, longest)
                return
        if isinstance(graceful, Known) and longest is not None and graceful.value < longest.to_grant:
            yield self._cut_off(deployment, process, graceful, longest)

    def _unheard(self, deployment: Deployment, process: Process, at: Location) -> Verdict:
        found = written_at(deployment.project.files, at)
        edit = found.edit(found.start, found.start, "exec ") if found else None
        return self.finding(
            at=at,
            place=symbol(deployment, "exec"),
            message=(
                f"{subject(deployment)} starts {quoted(shown_command(process))} in {at.path} without `exec`: the shell "
                "is the container's first process and passes the signal to stop on to nobody, so each deploy or "
                "restart waits for nothing and then kills the server with the runs in it."
            ),
            help="Write `exec` in front of it: the server then takes the shell's place and hears the signal.",
            deployment=deployment,
            fix=Fix("Start the server in the shell's place", Applicability.SAFE, (edit,)) if edit else None,
        )

    def _cut_off(self, deployment: Deployment, process: Process, graceful: Known[int], longest: Limit) -> Verdict:
        option = _OPTION[process.kind]
        seconds = math.ceil(longest.to_grant)
        return self.finding(
            at=graceful.origin.location or place_of_command(deployment),
            place=symbol(deployment, "graceful timeout"),
            message=(
                f"{subject(deployment)} lets {process.kind} wait {graceful.value} seconds for running requests when it "
                f"stops ({source(graceful.origin)}), and {longest.words} "
                f"({source(longest.origin)}): each deploy or restart cuts off the runs that take longer."
            ),
            help=f"Set `{option} {seconds}`, and let the orchestrator wait a little longer than that before it kills.",
            deployment=deployment,
            related=_where(longest),
            fix=_fix(deployment, process, graceful, longest),
        )

    def _killed(
        self,
        deployment: Deployment,
        process: Process,
        grace: Known[int],
        graceful: Value[int],
        longest: Limit | None,
    ) -> Verdict:
        key = _DEFAULT_GRACE[deployment.kind][2]
        reasons = []
        if isinstance(graceful, Known) and grace.value < graceful.value:
            waits = f"{process.kind} would let running requests go on for {graceful.value} ({source(graceful.origin)})"
            reasons.append(waits)
        if longest is not None and grace.value < longest.to_grant:
            reasons.append(f"{longest.words} ({source(longest.origin)})")
        at = grace.origin.location or deployment.anchor
        return self.finding(
            at=at,
            place=symbol_at(deployment, at, "stop grace"),
            message=(
                f"{subject(deployment)} is killed {grace.value} seconds after it is asked to stop "
                f"({source(grace.origin)}), while {' and '.join(reasons)}: each deploy or restart cuts off the runs "
                "that take longer."
            ),
            help=f"Set {key} a little above the server's own graceful timeout.",
            deployment=deployment,
            related=_where(longest),
            fix=_fix(deployment, process, graceful, longest),
        )


def _fix(deployment: Deployment, process: Process, graceful: Value[int], longest: Limit | None) -> Fix | None:
    """Let both the server and the orchestrator wait long enough; what nobody wrote is added, what is written raised."""
    edits: list[Edit | None] = []
    places: list[Location | None] = []
    needed = graceful.value if isinstance(graceful, Known) else 0
    if longest is not None and isinstance(graceful, Known) and needed < longest.to_grant:
        needed = math.ceil(longest.to_grant)
        places.append(graceful.origin.location)
        edits.append(_with_option(deployment, process, graceful, needed))
    elif longest is not None:
        needed = min(needed or math.ceil(longest.to_grant), math.ceil(longest.to_grant))
    grace = _grace(deployment)
    if isinstance(grace, Known) and grace.value < needed:
        places.append(grace.origin.location)
        edits.append(_with_grace(deployment, grace, needed + _MARGIN))
    made = tuple(edit for edit in edits if edit is not None)
    if not made or len(made) < len(edits):
        return None
    applicability = Applicability.UNSAFE if any(places) else Applicability.SAFE
    return Fix(f"Let running requests go on for {needed} seconds", applicability, made)


def _with_option(deployment: Deployment, process: Process, graceful: Known[int], seconds: int) -> Edit | None:
    files, at = deployment.project.files, graceful.origin.location
    if at is None:
        return words_added(files, process, process.target, (_OPTION[process.kind], str(seconds)))
    old, new = str(graceful.value), str(seconds)
    return replaced(files, at, old, new) or replaced_within(files, at, old, new)


def _with_grace(deployment: Deployment, grace: Known[int], seconds: int) -> Edit | None:
    files, at, key = deployment.project.files, grace.origin.location, _DEFAULT_GRACE[deployment.kind][2]
    value = f"{seconds}s" if deployment.kind == "compose" else str(seconds)
    if at is not None:
        found = written_at(files, at)
        return replaced(files, at, found.inner, value) if found and found.inner.isalnum() else None
    if deployment.composed is not None:
        return service_key_added(files, deployment.anchor.path, deployment.composed.service.name, f"{key}: {value}")
    return pod_key_added(files, deployment.anchor, f"{key}: {value}")


def _graceful(process: Process) -> Value[int]:
    """How long the server program lets requests go on when it stops; absent where it waits for all of them."""
    if process.kind == "gunicorn" or not isinstance(process.graceful_timeout, Absent):
        return process.graceful_timeout
    if process.open_reason and process.kind == "uvicorn":
        return Unknown(process.open_reason)
    return process.graceful_timeout


def _grace(deployment: Deployment) -> Value[int]:
    """How long the orchestrator waits before it kills; absent where nothing says which one it is."""
    default = _DEFAULT_GRACE.get(deployment.kind)
    if default is None:
        return Absent()
    stated = deployment.workload.stop_grace
    return Known(default[0], default[1]) if isinstance(stated, Absent) else stated


def _where(longest: Limit | None) -> tuple[Related, ...]:
    place = longest.origin.location if longest else None
    return (Related(place, "so long a model call may take"),) if place else ()
