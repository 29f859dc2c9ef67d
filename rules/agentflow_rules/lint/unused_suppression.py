"""AF902: a suppression that suppressed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Tag
from agentflow_lint.engine.rule import RunRule
from agentflow_lint.engine.wording import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.engine.run import Run, Unused

_FEW = 3


class UnusedSuppression(RunRule):
    """A suppression, in a comment or the configuration, that suppressed nothing."""

    code = "AF902"
    name = "unused-suppression"
    consequence = Consequence.CONFUSES
    tags = (Tag.UNNECESSARY,)
    asked_last = True

    def check(self, run: Run) -> Iterator[Verdict]:
        """Report what held nothing back."""
        for unused in run.unused:
            yield self.finding(unused.location, unused.place, _message(unused), _help(unused), fix=unused.fix)


def _message(unused: Unused) -> str:
    if unused.because:
        return f"{quoted(unused.spelled)} does not count: {unused.because}."
    rules = listed(unused.rules) if len(unused.rules) <= _FEW else f"none of its {len(unused.rules)} rules"
    if unused.in_configuration:
        return f"The entry {quoted(unused.spelled)} ignores nothing: {_finds(unused, rules)} there."
    return f"{quoted(unused.spelled)} suppresses nothing: {_finds(unused, rules)} here."


def _finds(unused: Unused, rules: str) -> str:
    if len(unused.rules) == 1 or len(unused.rules) > _FEW:
        return f"{rules} finds nothing"
    return f"{rules} find nothing"


def _help(unused: Unused) -> str:
    if unused.because:
        return "Say behind the brackets why the finding is accepted."
    return "Delete it, so that it does not hide what may come."
