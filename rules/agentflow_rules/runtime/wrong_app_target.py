"""AF227 wrong-app-target."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from agentflow_lint.engine.editing.commands import word_replaced, words_added
from agentflow_lint.engine.editing.places import replaced, replaced_within
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, place, quoted, subject
from agentflow_lint.framework.facts import Release
from agentflow_lint.framework.import_names import FRAMEWORK_PACKAGES
from agentflow_lint.framework.release import known_releases, load_release
from agentflow_lint.model.loading.serving import missing_from_everywhere
from agentflow_lint.model.values import Known
from agentflow_rules.runtime.command import place_of_word, runs_framework, symbol, target_package
from agentflow_rules.runtime.requiring import requiring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

_WAY_OUT = "Name `uvicorn_worker.UvicornWorker`, of the distribution `uvicorn-worker`."

#: uvicorn's worker class, and where it was before it got a distribution of its own.
_WORKER, _OLD_WORKER = "uvicorn_worker.UvicornWorker", "uvicorn.workers.UvicornWorker"

#: gunicorn's own names for worker classes, of any release (gunicorn/workers/__init__.py).
_SHORT_NAMES = ("sync", "gthread", "gevent", "gevent_wsgi", "gevent_pywsgi", "eventlet", "tornado", "gaiohttp", "asgi")

#: Those of them, and the modules of classes, that call an application as WSGI has it (gunicorn/workers/).
_WSGI_WORKERS = frozenset(_SHORT_NAMES) - {"gaiohttp", "asgi"}
_WSGI_MODULES = tuple(f"gunicorn.workers.{name}" for name in ("sync", "gthread", "ggevent", "geventlet", "gtornado"))

#: What the modules that bring uvicorn's worker classes hold.
_UVICORN_WORKERS = {
    "uvicorn_worker": ("UvicornWorker", "UvicornH11Worker"),
    "uvicorn.workers": ("UvicornWorker", "UvicornH11Worker"),
}


class WrongAppTarget(DeploymentRule):
    """The ASGI target or the worker class does not exist in what is installed, or the class cannot serve the target."""

    code = "AF227"
    name = "wrong-app-target"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look the target up in the release that is installed, and the worker class in its package."""
        process = deployment.process
        if process is None or process.kind not in ("uvicorn", "gunicorn"):
            return
        yield from self._target(deployment, process)
        yield from self._worker(deployment, process)

    def _target(self, deployment: Deployment, process: Process) -> Iterator[Verdict]:
        word = process.target
        at = place_of_word(deployment, word)
        if word is None or word.text is None:
            reason = word.reason if word else process.open_reason
            if reason:
                yield self.undecided(
                    at, f"which target the server is given is not known: {reason}", deployment=deployment
                )
            return
        releases = _installed(deployment)
        problem = _problem(deployment, process, releases)
        if problem is None:
            return
        names = " or ".join(f"{each.distribution} {each.version}" for each in releases)
        targets = [target for each in releases for target in each.asgi_targets[:1]]
        yield self.finding(
            at=at,
            place=symbol(deployment, "ASGI target"),
            message=(f"{subject(deployment)} starts {quoted(word.text)}, and {problem}: {names} does not start."),
            help=f"Start {listed(dict.fromkeys(targets), 'or')}{_with_it_from(word.text)}.",
            deployment=deployment,
            related=[Related(line, "this release is installed") for line in _lines(deployment)],
            fix=_retargeted(deployment, process, targets),
        )

    def _worker(self, deployment: Deployment, process: Process) -> Iterator[Verdict]:
        worker = process.worker_class
        if process.kind != "gunicorn" or not isinstance(worker, Known):
            return
        at = worker.origin.location or place_of_word(deployment, process.decisive_word)
        found = _worker_problem(worker.value, (*_installed(deployment), deployment.project.core))
        if found is not None:
            yield self.finding(
                at=at,
                place=symbol(deployment, "worker class"),
                message=(
                    f"{subject(deployment)} runs gunicorn with the worker class {quoted(worker.value)}, and {found}: "
                    "gunicorn does not start."
                ),
                help=_WAY_OUT,
                deployment=deployment,
                fix=_with_worker(deployment, process, worker),
            )
        elif _speaks_wsgi(worker.value) and runs_framework(deployment):
            chosen = f"with the worker class {quoted(worker.value)} ({place(at)})"
            if worker.origin.location is None:
                chosen = f"without a worker class, so with its default {quoted(worker.value)}"
            yield self.finding(
                at=at,
                place=symbol(deployment, "worker class"),
                message=(
                    f"{subject(deployment)} runs gunicorn {chosen}, which serves WSGI applications; the server is an "
                    "ASGI application. gunicorn stays up, never loads the graph, and fails every request with a "
                    "TypeError (500)."
                ),
                help=_WAY_OUT,
                consequence=Consequence.FAILS_REQUESTS,
                deployment=deployment,
                fix=_with_worker(deployment, process, worker),
            )


def _retargeted(deployment: Deployment, process: Process, targets: Sequence[str]) -> Fix | None:
    """The target of the one release that is installed."""
    if len(set(targets)) != 1:
        return None
    edit = word_replaced(deployment.project.files, process, process.target, targets[0])
    return Fix(f"Start {targets[0]}", Applicability.UNSAFE, (edit,)) if edit else None


def _with_worker(deployment: Deployment, process: Process, worker: Known[str]) -> Fix | None:
    """The worker class of uvicorn from where it is installed; its distribution is required where nothing brings it."""
    files, at, installed = deployment.project.files, worker.origin.location, deployment.installed
    edits: list[Edit | None] = []
    name = _WORKER
    if installed is not None and installed.at and not installed.has("uvicorn-worker"):
        if _brings_gunicorn(deployment):
            name = _OLD_WORKER
        else:
            edits += requiring(deployment, installed, ("uvicorn-worker",)) or (None,)
    if at is None:
        edits.append(words_added(files, process, process.target, ("-k", name)))
    else:
        edits.append(replaced(files, at, worker.value, name) or replaced_within(files, at, worker.value, name))
    made = tuple(edit for edit in edits if edit is not None)
    fix = Fix(f"Run gunicorn with {name}", Applicability.UNSAFE, made)
    return fix if len(made) == len(edits) else None


def _brings_gunicorn(deployment: Deployment) -> bool:
    """Whether the release brings gunicorn itself, with a uvicorn that has worker classes (up to 0.7.0)."""
    return any(Requirement(line).name == "gunicorn" for each in _installed(deployment) for line in each.requires)


def _installed(deployment: Deployment) -> tuple[Release, ...]:
    """The server's releases that are installed; the project's own where nothing says."""
    installed = deployment.installed
    servers = [each for each in installed.framework if isinstance(each, Release)] if installed and installed.at else []
    return tuple(servers) or (deployment.release,)


def _lines(deployment: Deployment) -> Iterator[Location]:
    yield from (deployment.installed.at[:2] if deployment.installed else ())


def _problem(deployment: Deployment, process: Process, releases: Sequence[Release]) -> str | None:
    """What is wrong with the target, as a clause; None where nothing is, or it is not the framework's."""
    text = process.target.text if process.target and process.target.text else ""
    module, colon, attribute = text.partition(":")
    package = target_package(process)
    if package not in FRAMEWORK_PACKAGES:
        return _misspelt(deployment, module, releases)
    core = deployment.project.core
    having = [each for each in (*releases, core) if each.has_module(module)]
    if not having:
        owners = [each for each in (*releases, core) if package in (each.package, *each.aliases)]
        if not owners:
            return f"what is installed has no package {quoted(package)}"
        return f"{listed(dict.fromkeys(_name(each) for each in owners))} has no module {quoted(module)}"
    if process.kind == "uvicorn" and not colon:
        return "uvicorn wants a module, a colon and a name"
    name = (attribute if colon else "application").partition(".")[0].partition("(")[0].strip()
    if all(each.provides(module, name) is False for each in having):
        return f"{quoted(module)} has no name {quoted(name)}"
    return None


def _misspelt(deployment: Deployment, module: str, releases: Sequence[Release]) -> str | None:
    """The clause on a module that is nearly the server's and that neither the project nor a requirement brings."""
    targets = [target.partition(":")[0] for each in releases for target in each.asgi_targets]
    if not get_close_matches(module, targets, n=1, cutoff=0.75):
        return None
    if module.replace(".", "").isidentifier() and missing_from_everywhere(deployment, module) is None:
        return None
    return f"there is no module {quoted(module)}"


def _worker_problem(worker: str, installed: Sequence[Published]) -> str | None:
    if worker.startswith("egg:"):
        return None
    if "." not in worker:
        return None if worker in _SHORT_NAMES else "gunicorn has no worker of that name"
    module, _, name = worker.rpartition(".")
    if module in _UVICORN_WORKERS:
        return None if name in _UVICORN_WORKERS[module] else f"{quoted(module)} has no such class"
    if module.partition(".")[0] in FRAMEWORK_PACKAGES and all(
        each.provides(module, name) is False for each in installed
    ):
        return "the framework has no such class"
    return None


def _speaks_wsgi(worker: str) -> bool:
    return worker in _WSGI_WORKERS or worker.rpartition(".")[0] in _WSGI_MODULES


def _name(published: Published) -> str:
    return f"{published.distribution} {published.version}"


def _with_it_from(target: str) -> str:
    """The first release that has the target, where there is one."""
    first = next((each for each in known_releases() if target in load_release(each).asgi_targets), None)
    if first is None:
        return ""
    return f", or install {load_release(first).distribution} {first} or newer"
