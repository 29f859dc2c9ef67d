"""Which suppressions held nothing back, judged over all runs together, and only where the run could tell."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.engine.rule import DeploymentRule, RunRule
from agentflow_lint.engine.run import Unused
from agentflow_lint.engine.suppressions.config_removal import removal_of_entry
from agentflow_lint.engine.suppressions.removal import removal_of_names
from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.model.deployment_files import files_of
from agentflow_lint.model.values import Location
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.engine.suppressions.applying import Applied
    from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore
    from agentflow_lint.engine.suppressions.directives import Directive
    from agentflow_lint.engine.suppressions.scopes import Suppression


def find_unused(applied: Sequence[Applied], *, of_last: bool = False) -> tuple[tuple[Unused, ...], ...]:
    """For each run the suppressions that held nothing back, in order.

    ``of_last`` asks for those of the rules that are asked last, which cannot be judged before. What several projects
    share (a file, the configuration) is judged by all of them together and told once.
    """
    judges = [_Judge(each, of_last) for each in applied]
    used = {(_absolute(each, path), comment.position) for each in applied for path, comment in each.used}
    told: set[tuple[str, object]] = set()
    found: list[list[Unused]] = []
    for judge in judges:
        comments = []
        for path, directive, unused in judge.comments():
            mine = [each for each in unused if (_absolute(judge.applied, path), each.position) not in used]
            new = [each for each in mine if (_absolute(judge.applied, path), each.position) not in told]
            told |= {(_absolute(judge.applied, path), each.position) for each in new}
            if new:
                comments.append((path, directive, new))
        found.append(list(_of_comments(judge.applied, comments)))
    for entry in _entries(applied):
        if any(entry in each.used_ignores for each in applied):
            continue
        around = [(number, judge) for number, judge in enumerate(judges) if entry in judge.applied.rules.ignores]
        relevant = [(number, judge) for number, judge in around if judge.concerns(entry)]
        if relevant and all(judge.can_judge_entry(entry) for _, judge in relevant):
            number, judge = relevant[0]
            found[number].append(_of_entry(judge.applied, entry))
    return tuple(tuple(each) for each in found)


@record(frozen=True, eq=False)
class _Judge:
    """What one run can tell about suppressions."""

    applied: Applied
    of_last: bool

    def comments(self) -> Iterator[tuple[str, Directive, list[Suppression]]]:
        """The comments that held nothing back here, each with those of its rules of which that can be said."""
        for path, file in self.applied.comments.items():
            if self._is_of_another(path):
                continue
            by_directive: dict[Directive, list[Suppression]] = {}
            for each in file.suppressions:
                if (path, each) not in self.applied.used and self._can_judge_comment(path, each):
                    by_directive.setdefault(each.directive, []).append(each)
            for directive, unused in by_directive.items():
                yield path, directive, unused

    def concerns(self, entry: ConfiguredIgnore) -> bool:
        """Whether an entry of the configuration may be about this project."""
        root = self.applied.run.project.root
        return entry.is_within(root) or bool(self._files_of(entry))

    def can_judge_entry(self, entry: ConfiguredIgnore) -> bool:
        """Whether the run looked at all that an entry may be about."""
        run = self.applied.run
        if entry.deployment is not None and entry.deployment not in run.deployments:
            return False
        files = self._files_of(entry)
        opt_in = {rule.code for rule in self.applied.rules.catalogue.rules if rule.opt_in}
        codes = entry.codes if len(entry.codes) == 1 else entry.codes - opt_in
        return all(self._answered(code) for code in codes) and not any(
            self._left_out(code, path) for code in codes for path in files
        )

    def _can_judge_comment(self, path: str, suppression: Suppression) -> bool:
        if self._is_of_last(suppression.code) != self.of_last:
            return False
        if self.applied.rules.require_reason and not suppression.directive.reason:
            return True
        return self._answered(suppression.code) and not self._left_out(suppression.code, path)

    def _answered(self, code: str) -> bool:
        """Whether a rule was asked about all that is asked by default, and answered."""
        run = self.applied.run
        if self._is_of_last(code) != self.of_last:
            return False
        if code not in {rule.code for rule in run.rules}:
            return False
        if any(crash.code in (None, code) for crash in run.crashes):
            return False
        production = {deployment.name for deployment in run.project.deployments}
        return not self._is_of_deployments(code) or (bool(run.deployments) and production <= set(run.deployments))

    def _left_out(self, code: str, path: str) -> bool:
        """Whether a rule may have something to say about a file that it did not say in this run."""
        run = self.applied.run
        if any(case.code == code and case.location.path == path for case in run.undecided):
            return True
        if not self._is_of_deployments(code):
            return False
        deployments = {deployment.name: deployment for deployment in run.project.all_deployments}
        checked = any(path in files_of(deployments[name]) for name in run.deployments)
        return not checked and any(path in files_of(deployments[name]) for name in run.unchecked_deployments)

    def _files_of(self, entry: ConfiguredIgnore) -> list[str]:
        run = self.applied.run
        return [path for path in run.texts if entry.names(path, run.project.root)]

    def _is_of_deployments(self, code: str) -> bool:
        return isinstance(self.applied.rules.catalogue.by_code[code], DeploymentRule)

    def _is_of_last(self, code: str) -> bool:
        rule = self.applied.rules.catalogue.by_code[code]
        return isinstance(rule, RunRule) and rule.asked_last

    def _is_of_another(self, path: str) -> bool:
        """Whether a file belongs to a project inside this one, whose own run judges it."""
        folder = posixpath.dirname(path)
        while folder:
            if any(self.applied.run.project.files.is_file(f"{folder}/{name}") for name in CONFIG_NAMES):
                return True
            folder = posixpath.dirname(folder)
        return False


def _of_comments(applied: Applied, comments: Iterable[tuple[str, Directive, list[Suppression]]]) -> Iterator[Unused]:
    counted: Counter[tuple[str, str]] = Counter()
    for path, directive, unused in comments:
        whole = len({each.name for each in unused}) == len(directive.names)
        names = ", ".join(each.name.text for each in unused)
        spelled = f"{directive.verb}[{names}]"
        counted[path, spelled] += 1
        number = counted[path, spelled]
        without_reason = applied.rules.require_reason and not directive.reason
        text = applied.run.texts[path]
        yield Unused(
            Location(path, directive.span if whole else unused[0].position),
            spelled if number == 1 else f"{spelled} {number}",
            spelled,
            tuple(each.code for each in unused),
            because="it gives no reason, and require-reason is true" if without_reason else "",
            fix=None if without_reason else removal_of_names(path, text, unused),
        )


def _of_entry(applied: Applied, entry: ConfiguredIgnore) -> Unused:
    path = os.path.relpath(entry.file, applied.run.project.root).replace(os.sep, "/")
    spelled = f"{entry.selector} for {entry.path}"
    narrowed = [each for each in (entry.deployment, entry.place) if each is not None]
    return Unused(
        Location(path, entry.span),
        " ".join([entry.key, spelled, *narrowed]),
        spelled,
        tuple(sorted(entry.codes)),
        in_configuration=True,
        fix=removal_of_entry(path, entry),
    )


def _entries(applied: Iterable[Applied]) -> list[ConfiguredIgnore]:
    return list(dict.fromkeys(entry for each in applied for entry in each.rules.ignores))


def _absolute(applied: Applied, path: str) -> str:
    return os.path.realpath(os.path.join(applied.run.project.root, path))
