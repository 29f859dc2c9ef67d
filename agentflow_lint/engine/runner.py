"""Asks the rules about a project."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from agentflow_lint.engine.finding import Finding, Severity, Undecided
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.rule import DeploymentRule, ProjectRule, RunRule
from agentflow_lint.engine.run import Crash, Run
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project

    _Choice = tuple[tuple[Deployment, ...], tuple[Deployment, ...]]

_T = TypeVar("_T")

_MAX_FRAMES = 20


def lint(
    project: Project,
    rules: Sequence[Rule],
    *,
    deployments: Sequence[str] | None = None,
    severities: Mapping[str, Severity] | None = None,
    fail_on: Severity | None = Severity.ERROR,
    pause: Callable[[], None] | None = None,
) -> Run:
    """Ask ``rules`` about ``project``: project rules once, deployment rules once per deployment, run rules last.

    Those that are ``asked_last`` are left to :func:`conclude`.

    ``deployments`` names the ones to check (default: the project's own choice); ``severities`` replaces the severity of
    findings by rule code; ``fail_on`` is kept with the run. A rule that raises becomes a :class:`Crash`, and the others
    still run. ``pause`` is called before each rule; what it raises ends the run.

    Raises :class:`UnknownNameError` for a deployment that the project does not have.
    """
    verdicts = _Verdicts(severities or {})
    nothing: _Choice = ((), ())
    chosen, others = verdicts.guarded(lambda: choose_deployments(project, deployments), nothing)
    for rule in rules:
        if pause is not None:
            pause()
        if isinstance(rule, ProjectRule):
            verdicts.ask(rule, project)
        elif isinstance(rule, DeploymentRule):
            for deployment in chosen:
                verdicts.ask(rule, deployment, deployment.name)
    run = Run(
        project,
        rules=tuple(rules),
        release=verdicts.guarded(lambda: _release_of(project), ""),
        deployments=tuple(deployment.name for deployment in chosen),
        unchecked_deployments=tuple(deployment.name for deployment in others),
        fail_on=fail_on,
    )
    for rule in rules:
        if isinstance(rule, RunRule) and not rule.asked_last:
            verdicts.ask(rule, verdicts.into(run))  # with what the run rules before it have said
    return verdicts.into(run)


def conclude(run: Run, severities: Mapping[str, Severity] | None = None) -> Run:
    """``run`` with what those of its rules say that are asked last."""
    verdicts = _Verdicts(severities or {}, list(run.findings), list(run.undecided), list(run.crashes))
    for rule in run.rules:
        if isinstance(rule, RunRule) and rule.asked_last:
            verdicts.ask(rule, run)
    return verdicts.into(run)


def choose_deployments(project: Project, names: Sequence[str] | None) -> _Choice:
    """The deployments to check, and the others; the project's own choice when ``names`` is None.

    Raises :class:`UnknownNameError` for a name that no deployment bears.
    """
    known = {deployment.name: deployment for deployment in project.all_deployments}
    if names is None:
        chosen = project.deployments
    else:
        for name in names:
            if name not in known:
                raise UnknownNameError("deployment", name, known)
        chosen = tuple(known[name] for name in dict.fromkeys(names))
    return chosen, tuple(deployment for deployment in known.values() if deployment not in chosen)


@record
class _Verdicts:
    """What the rules have said so far."""

    severities: Mapping[str, Severity]
    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)

    def ask(self, rule: Rule, subject: Any, deployment: str | None = None) -> None:
        """Take a rule's verdicts on its subject; those it gave before it crashed count too."""
        try:
            for verdict in rule.check(subject):  # type: ignore[attr-defined]  # each kind of rule has its own subject
                self._add(rule, verdict)
        except Exception as error:  # whatever a rule raises is a defect to report, and no reason to stop
            self.crashes.append(crash_of(rule, deployment, error))

    def guarded(self, question: Callable[[], _T], otherwise: _T) -> _T:
        """The model's answer, or ``otherwise`` when it crashes: the rules that do not need it still have a say."""
        try:
            return question()
        except UnknownNameError:
            raise
        except Exception as error:
            self.crashes.append(crash_of(None, None, error))
            return otherwise

    def into(self, run: Run) -> Run:
        """``run`` with what has been collected, in reporting order and without duplicates."""
        return replace(
            run,
            findings=tuple(sorted(dict.fromkeys(self.findings), key=_order)),
            undecided=tuple(sorted(dict.fromkeys(self.undecided), key=_order)),
            crashes=tuple(self.crashes),
        )

    def _add(self, rule: Rule, verdict: object) -> None:
        if isinstance(verdict, Finding):
            self.findings.append(replace(verdict, severity=self.severities.get(verdict.code, verdict.severity)))
        elif isinstance(verdict, Undecided):
            self.undecided.append(verdict)
        else:
            raise TypeError(f"{rule.code} yielded neither a Finding nor an Undecided")


def _order(verdict: Finding | Undecided) -> tuple[object, ...]:
    """Path, line, column, code, deployment; then whatever makes the order total."""
    location = verdict.location
    words = (verdict.message, verdict.place) if isinstance(verdict, Finding) else (verdict.reason,)
    return (location.path, *location.span[:2], verdict.code, verdict.deployment or "", *location.span[2:], *words)


def _release_of(project: Project) -> str:
    return f"{project.release.distribution} {project.release.version}"


def crash_of(rule: Rule | None, deployment: str | None, error: Exception) -> Crash:
    """An exception as a crash; ``rule`` is the one that was asked, None for the model's."""
    from traceback import extract_tb  # only after a crash

    frames = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(error.__traceback__)]
    return Crash(rule.code if rule else None, deployment, type(error).__name__, tuple(frames[1:][-_MAX_FRAMES:]))
