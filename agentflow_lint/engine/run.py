"""What a run has come to: per project the verdicts, the crashes, and what was not looked at; and all of it together."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.readiness import Rung, ladder
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.engine.baseline import AppliedBaseline
    from agentflow_lint.engine.finding import Finding, Undecided
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.text import SourceText

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_FAILED = 2
EXIT_NOTHING_TO_LINT = 3


@record(frozen=True)
class Crash:
    """A defect of the linter or of a rule pack that showed itself during a run.

    ``code`` is that of the rule that failed, None when the model did before any rule was asked. ``error`` is the
    exception's type, ``frames`` the call stack, innermost last. The exception's own text is left out on purpose: it may
    quote a value of the project, and values may be secrets.
    """

    code: str | None
    deployment: str | None
    error: str
    frames: tuple[str, ...]


@record(frozen=True)
class Hidden:
    """A finding that was made and is not reported, and by what: a comment, the configuration, or the baseline.

    ``reason`` is what the comment or the configuration gives as one; it may be empty.
    """

    finding: Finding
    by: Literal["suppressed", "ignored", "baseline"]
    reason: str = ""


@record(frozen=True)
class Unused:
    """A suppression that held nothing back.

    ``spelled`` is what stands at ``location``, ``place`` the same told apart from its like in the file. ``rules`` are
    the codes that nothing was found of; ``because`` is a clause that says what else is wrong with it, if anything.
    ``fix`` deletes it.
    """

    location: Location
    place: str
    spelled: str
    rules: tuple[str, ...]
    in_configuration: bool = False
    because: str = ""
    fix: Fix | None = None


@record(frozen=True)
class Run:
    """The verdicts on one project.

    Findings and undecided cases are in reporting order (path, line, column, code, deployment) without duplicates;
    ``hidden`` are the findings that are held back, and ``fixed`` those that fixes of this run have made go away;
    ``unused`` are the suppressions that hold none back, as far as that could be judged; only rules that are
    ``asked_last`` know them.
    ``rules`` are the rules that were asked; ``deployments`` the names of the deployments that were checked, and
    ``unchecked_deployments`` of those that were found and left out. ``release`` is the server release that was
    assumed, as people install it; empty when finding it out crashed. A finding at or above ``fail_on`` fails the run;
    with None nothing does.
    ``texts`` are those that the rules have read, by path.
    """

    project: Project
    rules: tuple[Rule, ...]
    release: str = ""
    deployments: tuple[str, ...] = ()
    unchecked_deployments: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    fixed: tuple[Finding, ...] = ()
    unused: tuple[Unused, ...] = ()
    texts: Mapping[str, SourceText] = field(default_factory=dict)
    crashes: tuple[Crash, ...] = ()
    fail_on: Severity | None = Severity.ERROR

    @property
    def failed(self) -> bool:
        """Whether some finding is at or above ``fail_on``."""
        return self.fail_on is not None and any(f.severity.rank >= self.fail_on.rank for f in self.findings)


@record(frozen=True)
class Report:
    """The runs over all projects, in the order of their folders.

    ``catalogue`` holds every rule there is, asked or not. ``without_project`` are the paths given that no project
    belongs to; ``allow_empty`` says that finding no project at all is fine; ``baselines`` are those that were applied.
    """

    runs: tuple[Run, ...]
    catalogue: Catalogue
    without_project: tuple[str, ...] = ()
    allow_empty: bool = False
    baselines: tuple[AppliedBaseline, ...] = ()

    @cached_property
    def ladder(self) -> tuple[Rung, ...]:
        """The readiness ladder of all projects together."""
        return ladder(self.runs, self.catalogue.rules)

    @property
    def crashes(self) -> tuple[Crash, ...]:
        """Every crash."""
        return tuple(crash for run in self.runs for crash in run.crashes)

    @property
    def exit_code(self) -> int:
        """What the process exits with, whatever the output format."""
        if not self.runs:
            return EXIT_CLEAN if self.allow_empty else EXIT_NOTHING_TO_LINT
        if self.crashes:
            return EXIT_FAILED
        return EXIT_FINDINGS if any(run.failed for run in self.runs) else EXIT_CLEAN
