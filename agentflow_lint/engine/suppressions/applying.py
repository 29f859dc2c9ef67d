"""Holds back the findings that a comment or the configuration suppresses, and remembers which suppressions did."""

from __future__ import annotations

from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING

from agentflow_lint.engine.run import Hidden
from agentflow_lint.engine.suppressions.errors import BadComment
from agentflow_lint.engine.suppressions.marker import has_marker
from agentflow_lint.model.values import Location
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Run
    from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore
    from agentflow_lint.engine.suppressions.scopes import FileSuppressions, Suppression


@record(frozen=True)
class Rules:
    """How suppressions are read: the rules they may name, those of the configuration, whether reasons are required."""

    catalogue: Catalogue
    ignores: tuple[ConfiguredIgnore, ...] = ()
    require_reason: bool = False


@record(frozen=True)
class Applied:
    """A run after its suppressions.

    ``comments`` are those of each file; ``used`` the positions in them, and ``used_ignores`` the entries, that held
    something back.
    """

    run: Run
    rules: Rules
    comments: Mapping[str, FileSuppressions] = field(default_factory=dict)
    used: frozenset[tuple[str, Suppression]] = frozenset()
    used_ignores: frozenset[ConfiguredIgnore] = frozenset()


def read_all(run: Run, catalogue: Catalogue) -> tuple[dict[str, FileSuppressions], list[BadComment]]:
    """The suppressions in every file that the rules have read or found something in, and those that say nothing.

    The latter are malformed, or name no rule.
    """
    project = run.project
    texts = dict(run.texts)
    for path in {finding.location.path for finding in run.findings}:
        text = project.files.glance(path)
        if text is not None:
            texts[path] = text
    found: dict[str, FileSuppressions] = {}
    bad: list[BadComment] = []
    marked = sorted((path, text) for path, text in texts.items() if has_marker(text.content))
    if not marked:
        return found, bad
    from agentflow_lint.engine.suppressions.scopes import read_suppressions
    from agentflow_lint.model.comment_kinds import CommentKinds

    kinds = CommentKinds(project)
    for path, text in marked:
        suppressions = read_suppressions(text, partial(kinds.of, path), catalogue)
        if suppressions.suppressions:
            found[path] = suppressions
        bad += [BadComment(project.root, Location(path, each.span), each.message) for each in suppressions.malformed]
    return found, bad


def apply(run: Run, rules: Rules, comments: Mapping[str, FileSuppressions]) -> Applied:
    """``run`` with its suppressed findings among the hidden ones."""
    return _hold_back(Applied(run, rules, comments), run.findings)


def apply_to_new(applied: Applied, run: Run, comments: Mapping[str, FileSuppressions]) -> Applied:
    """The same for ``run``, which is that of ``applied`` with more findings."""
    return _hold_back(replace(applied, run=run, comments=comments), run.findings)


def _hold_back(applied: Applied, findings: Sequence[Finding]) -> Applied:
    kept: list[Finding] = []
    hidden: list[Hidden] = []
    used: set[tuple[str, Suppression]] = set()
    used_ignores: set[ConfiguredIgnore] = set()
    for finding in findings:
        comment = comment_for(finding, applied.comments, applied.rules.require_reason)
        if comment is not None:
            used.add((finding.location.path, comment))
            hidden.append(Hidden(finding, "suppressed", comment.directive.reason))
            continue
        root = applied.run.project.root
        entry = next((each for each in applied.rules.ignores if each.hides(finding, root)), None)
        if entry is not None:
            used_ignores.add(entry)
            hidden.append(Hidden(finding, "ignored", entry.reason))
        else:
            kept.append(finding)
    run = replace(applied.run, findings=tuple(kept), hidden=(*applied.run.hidden, *hidden))
    return replace(applied, run=run, used=applied.used | used, used_ignores=applied.used_ignores | used_ignores)


def comment_for(finding: Finding, comments: Mapping[str, FileSuppressions], require_reason: bool) -> Suppression | None:
    """The comment that suppresses a finding: the narrowest, and of several such the first."""
    suppressions = comments.get(finding.location.path)
    if suppressions is None:
        return None
    reaching = [
        (reach, each.position, each)
        for each in suppressions.suppressions
        if each.code == finding.code
        and (each.directive.reason or not require_reason)
        and (reach := each.reach(finding.location.span)) is not None
    ]
    return min(reaching, key=lambda item: item[:2])[2] if reaching else None
