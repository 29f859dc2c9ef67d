"""What a run reports after all: its findings without those that comments, configurations and baselines hold back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.config_source import shown_path
from agentflow_lint.engine.runner import conclude
from agentflow_lint.engine.suppressions.applying import apply, apply_to_new, read_all
from agentflow_lint.engine.suppressions.errors import BadCommentsError
from agentflow_lint.model.disk import DISK, Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.check import ConfiguredProject, Request
    from agentflow_lint.config import Configuration
    from agentflow_lint.engine.baseline import AppliedBaseline
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Run, Unused
    from agentflow_lint.engine.suppressions.applying import Applied
    from agentflow_lint.engine.suppressions.errors import BadComment
    from agentflow_lint.engine.suppressions.scopes import FileSuppressions


def settle(
    runs: Sequence[Run],
    projects: Sequence[ConfiguredProject],
    request: Request,
    catalogue: Catalogue,
    disk: Disk = DISK,
    note: Callable[[BadComment], object] | None = None,
) -> tuple[tuple[Run, ...], tuple[AppliedBaseline, ...]]:
    """The runs over the projects of one request without what suppressions and baselines hold back, and the baselines.

    Raises as :func:`check` for a bad baseline and for bad suppression comments; with ``note`` that gets the comments.
    """
    if request.accept_into is None and request.baseline is None:
        for each in projects:
            _check_baseline(each.configuration, disk)
    runs = tuple(runs)
    if not request.no_suppressions:
        runs = hold_back(runs, projects, catalogue, note)
    if not any(each.configuration.baseline for each in projects):
        return runs, ()
    from agentflow_lint.baseline.applying import apply_baselines

    paths = [each.configuration.baseline for each in projects]
    accept, narrowed = request.accept_into is not None, bool(request.deployments)
    return apply_baselines(paths, runs, catalogue, accept=accept, narrowed=narrowed, disk=disk)


def _check_baseline(configuration: Configuration, disk: Disk) -> None:
    """Raise for a baseline that the configuration names and that is not there."""
    source = configuration.source_of("baseline")
    if source and configuration.baseline and not disk.lexists(configuration.baseline):
        message = f"baseline: there is no file {shown_path(configuration.baseline)}; --write-baseline writes it"
        raise source.error(message, "baseline")


def hold_back(
    runs: Sequence[Run],
    projects: Sequence[ConfiguredProject],
    catalogue: Catalogue,
    note: Callable[[BadComment], object] | None = None,
) -> tuple[Run, ...]:
    """The runs with what comments and configurations suppress held back, and with what is said about these.

    Raises :class:`BadCommentsError` for bad comments; with ``note`` that gets them, and they hold nothing back.
    """

    def comments_of(run: Run, note: Callable[[BadComment], object] | None) -> dict[str, FileSuppressions]:
        comments, bad = read_all(run, catalogue)
        if bad and note is None:
            raise BadCommentsError(bad, shown_path)
        for each in bad if note is not None else ():
            note(each)  # type: ignore[misc]
        return comments

    applied = [
        apply(run, each.suppression_rules(catalogue), comments_of(run, note))
        for run, each in zip(runs, projects, strict=True)
    ]
    if not any(each.comments or each.rules.ignores for each in applied):
        return _concluded(applied, projects, [()] * len(applied))
    from agentflow_lint.engine.suppressions.unused import find_unused

    concluded = _concluded(applied, projects, find_unused(applied))
    applied = [apply_to_new(each, run, comments_of(run, note)) for each, run in zip(applied, concluded, strict=True)]
    # The rules that judge suppressions may be suppressed too; what they say about that stands.
    return _concluded(applied, projects, find_unused(applied, of_last=True))


def _concluded(
    applied: Sequence[Applied], projects: Sequence[ConfiguredProject], unused: Sequence[tuple[Unused, ...]]
) -> tuple[Run, ...]:
    """The runs with what the rules that are asked last say about ``unused`` suppressions, but not what is held back."""
    runs = []
    for each, found, project in zip(applied, unused, projects, strict=True):
        run = conclude(replace(each.run, unused=found), project.configuration.severity)
        held = {hidden.finding for hidden in run.hidden}
        findings = tuple(finding for finding in run.findings if finding not in held)
        runs.append(replace(run, findings=findings, unused=(*each.run.unused, *found)))
    return tuple(runs)
