"""The rule: one class with one code, one name and one page.

A rule asks the model and yields :class:`Finding` and :class:`Undecided` objects; it never opens a file and
keeps no state between calls. Its page is the Markdown file beside its module, with the same base name.

A rule pack is an importable package named by the entry-point group ``agentflow_lint.rules``; every module
below it may hold rule classes (see :mod:`agentflow_lint.engine.registry`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from copy import copy
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from agentflow_lint.engine.finding import Consequence, Finding, Related, Severity, Tag, Undecided
from agentflow_lint.framework.secrets import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typing_extensions import Self

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.run import Run
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location

Verdict = Finding | Undecided


class Rule(ABC):
    """What every rule declares.

    ``code`` is AF plus three digits (packs of others use their own letters), ``name`` is kebab-case and
    reads as "allow <name>"; ``consequence`` is what production does in the usual case. An ``opt_in`` rule runs
    only when its own code or name is selected. ``tags`` say what the place of every finding is: of no use, or out of
    date. The first line of the docstring is the rule's summary.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    consequence: ClassVar[Consequence]
    opt_in: ClassVar[bool] = False
    tags: ClassVar[tuple[Tag, ...]] = ()

    #: What the configuration says about the rule's options; those that it does not mention have their defaults.
    option_values: Mapping[str, object] = MappingProxyType({})

    def with_options(self, values: Mapping[str, object]) -> Self:
        """A rule like this with other option values; itself when there are none."""
        if not values:
            return self
        configured = copy(self)
        configured.option_values = MappingProxyType(dict(values))
        return configured

    def finding(
        self,
        at: Location,
        place: str,
        message: str,
        help: str,  # noqa: A002 - the word people use
        *,
        consequence: Consequence | None = None,
        severity: Severity | None = None,
        deployment: Deployment | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule.

        ``consequence`` and ``severity`` default to the rule's consequence and that one's severity. What the texts
        quote of a file, the reasons of the model among it, is shown without the credentials in it.
        """
        outcome = consequence or self.consequence
        return Finding(
            code=self.code,
            name=self.name,
            consequence=outcome,
            severity=severity or outcome.severity,
            message=without_credentials(message),
            help=without_credentials(help),
            location=at,
            place=without_credentials(place),
            deployment=deployment.name if deployment else None,
            related=tuple(replace(each, message=without_credentials(each.message)) for each in related),
            fix=replace(fix, description=without_credentials(fix.description)) if fix else None,
        )

    def undecided(self, at: Location, reason: str, *, deployment: Deployment | None = None) -> Undecided:
        """A statement that this rule could not decide, and why."""
        return Undecided(self.code, self.name, without_credentials(reason), at, deployment.name if deployment else None)


class ProjectRule(Rule):
    """A rule decided once per project: the config file, the files, the release."""

    @abstractmethod
    def check(self, project: Project) -> Iterator[Verdict]:
        """Yield the verdicts for one project."""


class DeploymentRule(Rule):
    """A rule decided once per deployment: what that process sees and does."""

    @abstractmethod
    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Yield the verdicts for one deployment."""


class RunRule(Rule):
    """A rule about the lint run itself, decided once per project after all other rules: what could not be read,
    what could not be decided.

    A rule that is ``asked_last`` has its say after every project has been judged and the suppressed findings are held
    back.
    """

    asked_last: ClassVar[bool] = False

    @abstractmethod
    def check(self, run: Run) -> Iterator[Verdict]:
        """Yield the verdicts on what the run has done so far."""
