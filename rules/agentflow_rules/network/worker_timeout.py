"""AF331 worker-timeout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import words_added
from agentflow_lint.engine.editing.places import replaced, replaced_within
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place, quoted, source, subject
from agentflow_lint.model.model_calls import Limit, longest_model_call
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import place_of_command, started_server, symbol, undecided_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.running.waits import Wait

#: gunicorn's worker classes that run the server, an ASGI app; under the others no request works at all (AF227).
_ASYNC_CLASSES = ("uvicorn.workers.", "uvicorn_worker.")


class WorkerTimeout(DeploymentRule):
    """gunicorn kills a worker whose event loop does not answer for less time than a run may take."""

    code = "AF331"
    name = "worker-timeout"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Hold gunicorn's timeout against the longest call of the model."""
        yield from undecided_start(self, deployment)
        process = started_server(deployment)
        if process is None or process.kind != "gunicorn":
            return
        at = place_of_command(deployment)
        timeout, worker = process.timeout, process.worker_class
        call = longest_model_call(deployment)
        for value, what in ((timeout, "gunicorn's timeout"), (worker, "the worker class")):
            if isinstance(value, Unknown):
                said = value.origin.location if value.origin else None
                yield self.undecided(said or at, f"{what} is not known: {value.reason}", deployment=deployment)
        if isinstance(call, Unknown):
            yield self.undecided(at, f"how long a model call may take: {call.reason}", deployment=deployment)
        if not isinstance(timeout, Known) or not isinstance(worker, Known) or not isinstance(call, Limit):
            return
        # 0 switches the watch off.
        if not 0 < timeout.value < call.to_grant or not worker.value.startswith(_ASYNC_CLASSES):
            return
        # What waits for a known time below the limit lets the worker answer soon enough.
        stops = [each for each in deployment.waits if each.on_loop and (each.seconds or math.inf) >= timeout.value]
        blocking = stops[0] if stops else None
        seconds = math.ceil(call.to_grant * 1.1)
        yield self.finding(
            at=timeout.origin.location or at,
            place=symbol(deployment, "worker timeout"),
            message=(
                f"{subject(deployment)} lets gunicorn kill a worker, with every run on it, whose event loop stands "
                f"still for {timeout.value} seconds ({source(timeout.origin)}), and {call.words} "
                f"({source(call.origin)}). {_who_blocks(blocking)}"
            ),
            help=f"Set `--timeout {seconds}`, or 0 to switch the watch off, and await every call that takes time.",
            consequence=Consequence.FAILS_REQUESTS if blocking else None,
            deployment=deployment,
            related=_related(call, blocking),
            fix=_fix(deployment, process, timeout, seconds),
        )


def _fix(deployment: Deployment, process: Process, timeout: Known[int], seconds: int) -> Fix | None:
    """Add the option where the default counts, or raise the value that somebody chose."""
    files, at = deployment.project.files, timeout.origin.location
    if at is None:
        edit = words_added(files, process, process.target, ("--timeout", str(seconds)))
    else:
        edit = replaced(files, at, str(timeout.value), str(seconds)) or replaced_within(
            files, at, str(timeout.value), str(seconds)
        )
    applicability = Applicability.SAFE if at is None else Applicability.UNSAFE
    return Fix(f"Let gunicorn wait {seconds} seconds for a worker", applicability, (edit,)) if edit else None


def _who_blocks(blocking: Wait | None) -> str:
    if blocking is None:
        return "A run that awaits is safe; a synchronous call in an async node or tool is what stops the loop."
    return (
        f"The {blocking.role} {quoted(blocking.unit)} stops it: it calls {quoted(blocking.dotted)} on the event loop "
        f"({place(blocking.place.location)})."
    )


def _related(call: Limit, blocking: Wait | None) -> tuple[Related, ...]:
    limit = (Related(call.origin.location, "so long a model call may take"),) if call.origin.location else ()
    return limit if blocking is None else (Related(blocking.place.location, "this stops the event loop"), *limit)
