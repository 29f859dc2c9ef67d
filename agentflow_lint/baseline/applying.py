"""Holds the known findings of some runs back, and says which entries of the baseline have had their day."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.baseline.file import read_baseline
from agentflow_lint.baseline.outline import outline
from agentflow_lint.config_source import shown_path
from agentflow_lint.engine.baseline import AppliedBaseline, match, mistakes, order
from agentflow_lint.engine.identity import repository_of
from agentflow_lint.engine.run import Hidden
from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.model.disk import DISK, Disk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.baseline import Entry, Mistake
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Run


def apply_baselines(
    paths: Sequence[str | None],
    runs: Sequence[Run],
    catalogue: Catalogue,
    *,
    accept: bool = False,
    narrowed: bool = False,
    disk: Disk = DISK,
) -> tuple[tuple[Run, ...], tuple[AppliedBaseline, ...]]:
    """The runs with their known findings in ``hidden``, and what has become of the baselines, in path order.

    ``paths`` are the baselines of the runs, one for each, None for none. With ``accept`` every finding is known from
    now on, and the files may be missing. ``narrowed`` says that the runs looked at some deployments only, so that an
    entry without a finding says nothing.

    Raises :class:`~agentflow_lint.baseline.file.BaselineError`.
    """
    after = list(runs)
    baselines = []
    for path in sorted({path for path in paths if path is not None}):
        numbers = [number for number, each in enumerate(paths) if each == path]
        entries = _entries(path, catalogue, accept, disk)
        held_back, applied = _apply(path, entries, [runs[number] for number in numbers], accept, narrowed, disk)
        for number, run in zip(numbers, held_back, strict=True):
            after[number] = run
        baselines.append(applied)
    return tuple(after), tuple(baselines)


def _entries(path: str, catalogue: Catalogue, accept: bool, disk: Disk) -> tuple[Entry, ...]:
    """What the baseline holds; where it is to be rewritten it may be missing, and name rules that are no more."""
    if not accept:
        return read_baseline(path, catalogue, disk)
    if not disk.lexists(path):
        return ()
    return tuple(entry for entry in read_baseline(path, None, disk) if catalogue.find(entry.code))


def _apply(
    path: str, entries: Sequence[Entry], runs: Sequence[Run], accept: bool, narrowed: bool, disk: Disk
) -> tuple[tuple[Run, ...], AppliedBaseline]:
    bases = [_base(run, path) for run in runs]
    projects = [_below(run.project.root, base) for run, base in zip(runs, bases, strict=True)]
    found = [
        mistakes(run.findings, project, lambda finding, run=run: outline(run.project.files, finding))  # type: ignore[misc]
        for run, project in zip(runs, projects, strict=True)
    ]
    answered = [frozenset[str]() if narrowed else _answered(run) for run in runs]

    def gone(entry: Entry) -> bool:
        return not any(disk.lexists(os.path.join(base, entry.project, entry.path)) for base in bases)

    def judged(entry: Entry) -> bool:
        asked = [codes for project, codes in zip(projects, answered, strict=True) if project == entry.project]
        if not asked and not any(_is_project(os.path.join(base, entry.project), disk) for base in bases):
            asked = answered  # nobody can lint that project any more
        return bool(asked) and all(entry.code in codes for codes in asked)

    matched = match(entries, [each for of_run in found for each in of_run], gone=gone, judged=judged)
    known = {id(each) for each in ((*matched.known, *matched.new) if accept else matched.known)}
    held_back = tuple(
        _held_back(run, [each for each in of_run if id(each) in known]) for run, of_run in zip(runs, found, strict=True)
    )
    kept = [*(each.entry for each in matched.known), *matched.unjudged]
    return held_back, AppliedBaseline(
        path=shown_path(path),
        removable=matched.removable,
        entries=tuple(sorted([*kept, *(each.entry for each in matched.new)] if accept else kept, key=order)),
        added=len(matched.new) if accept else 0,
    )


def _held_back(run: Run, known: Sequence[Mistake]) -> Run:
    """The run with the findings of these mistakes hidden."""
    findings = {id(finding) for mistake in known for finding in mistake.findings}
    return replace(
        run,
        findings=tuple(finding for finding in run.findings if id(finding) not in findings),
        hidden=(
            *run.hidden,
            *(Hidden(finding, "baseline") for finding in run.findings if id(finding) in findings),
        ),
    )


def _answered(run: Run) -> frozenset[str]:
    """The codes of the rules whose silence means something: asked, and not crashed."""
    crashed = {crash.code for crash in run.crashes}
    return frozenset() if None in crashed else frozenset(rule.code for rule in run.rules if rule.code not in crashed)


def _is_project(folder: str, disk: Disk) -> bool:
    return any(disk.is_file(os.path.join(folder, name)) for name in CONFIG_NAMES)


def _base(run: Run, path: str) -> str:
    """The folder that a run's paths are relative to: its repository's root, without one the baseline's folder."""
    return repository_of(run.project.root) or os.path.dirname(os.path.realpath(path))


def _below(root: str, base: str) -> str:
    """A folder relative to one above it, with forward slashes; "" for that one itself, or any other."""
    inside = root.startswith(base.rstrip(os.sep) + os.sep)
    return os.path.relpath(root, base).replace(os.sep, "/") if inside else ""
