"""AF218 process-manager-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, place, quoted, server, subject
from agentflow_lint.model.values import Known, Unknown
from agentflow_lint.records import record
from agentflow_rules.runtime.command import place_of_word, runs_framework, symbol
from agentflow_rules.runtime.installing import missed_environment
from agentflow_rules.runtime.requiring import requiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

#: The distributions that bring the worker classes of these modules, and those that gunicorn knows by a short name.
_WORKERS = {
    "uvicorn_worker": "uvicorn-worker",
    "uvicorn": "uvicorn",
    "gevent": "gevent",
    "eventlet": "eventlet",
    "tornado": "tornado",
}


@record(frozen=True)
class _Need:
    """A distribution that the command needs, what of it needs that (in words), and where that stands."""

    distribution: str
    what: str
    at: Location


class ProcessManagerMissing(DeploymentRule):
    """The command runs gunicorn, or a worker class of it, and nothing installs that."""

    code = "AF218"
    name = "process-manager-missing"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare gunicorn and its worker class with what is installed."""
        process = deployment.process
        installed = deployment.installed
        if process is None or process.kind not in ("gunicorn", "uvicorn") or installed is None:
            return
        if isinstance(process.worker_class, Unknown):
            reason = f"which worker class gunicorn uses is not known: {process.worker_class.reason}"
            yield self.undecided(deployment.anchor, reason, deployment=deployment)
        needs = [
            need for need in _needs(deployment, process) if installed.at or not _comes_with_server(deployment, need)
        ]
        lacking = [need for need in needs if not installed.has(need.distribution)]
        doubts = [installed.doubt(need.distribution) for need in lacking]
        for need, doubt in zip(lacking, doubts, strict=True):
            if doubt is not None:
                reason = f"whether {need.distribution} is installed: {doubt}"
                yield self.undecided(need.at, reason, deployment=deployment)
        if not lacking and runs_framework(deployment):
            yield from self._out_of_reach(deployment)
        if not lacking or any(doubts):
            return
        names = [need.distribution for need in lacking]
        yield self.finding(
            at=lacking[0].at,
            place=symbol(deployment, "process manager"),
            message=(
                f"{subject(deployment)} runs {' and '.join(need.what for need in lacking)}, and nothing in its "
                f"{'image' if deployment.image else 'requirements'} installs {listed(names)}"
                f"{_not_by_the_server(deployment, names)}. The process exits as soon as it starts."
            ),
            help=f"Add {listed(names)} to the requirements that the deployment installs.",
            deployment=deployment,
            related=[Related(at, "what is installed here does not bring it") for at in installed.at[:2]],
            fix=_fix(deployment, installed, names),
        )

    def _out_of_reach(self, deployment: Deployment) -> Iterator[Verdict]:
        missed = deployment.out_of_reach
        if isinstance(missed, Unknown):
            reason = f"whether the command finds the server's virtual environment: {missed.reason}"
            yield self.undecided(deployment.anchor, reason, deployment=deployment)
        elif missed is not None and not missed.is_found:
            yield missed_environment(self, deployment, missed)


def _fix(deployment: Deployment, installed: Distributions, names: list[str]) -> Fix | None:
    """Require them, in any version, beside the server."""
    edits = requiring(deployment, installed, names)
    return Fix(f"Require {listed(names)}", Applicability.UNSAFE, edits) if edits else None


def _needs(deployment: Deployment, process: Process) -> Iterator[_Need]:
    if process.kind == "uvicorn":
        yield _Need("uvicorn", "uvicorn", place_of_word(deployment, process.decisive_word))
        return
    yield _Need("gunicorn", "gunicorn", place_of_word(deployment, process.decisive_word))
    worker = process.worker_class
    if isinstance(worker, Known):
        distribution = _WORKERS.get(worker.value.partition(".")[0].removeprefix("egg:"))
        at = worker.origin.location or place_of_word(deployment, process.decisive_word)
        if distribution is not None:
            yield _Need(distribution, f"the worker class {quoted(worker.value)} ({place(at)})", at)


def _comes_with_server(deployment: Deployment, need: _Need) -> bool:
    """Whether the server, where it is missing itself, would bring it."""
    return need.distribution in {Requirement(line).name.lower() for line in deployment.release.requires}


def _not_by_the_server(deployment: Deployment, names: list[str]) -> str:
    if "gunicorn" not in names or deployment.release.distribution != "10xgraph-api":
        return ""
    return f": {server(deployment)} does not bring gunicorn, as releases up to 0.7.0 did"
