"""What a RUN runs: its scripts, and their commands where no variable is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.command.shell import plain_commands
from agentflow_lint.records import once
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from agentflow_lint.model.command.shell import ShellCommand
    from agentflow_lint.sources.dockerfile import Instruction


@once
def scripts_of(instruction: Instruction) -> tuple[LocatedText, ...]:
    """The scripts of a RUN: its command line, or its words as a shell would be given them, then its inline files."""
    first = instruction.command
    if first is None and instruction.words:
        first = LocatedText(" ".join(_quoted(word.text) for word in instruction.words))
    inline = tuple(LocatedText(heredoc.content) for heredoc in instruction.heredocs)
    return inline if first is None else (first, *inline)


@once
def commands_of(instruction: Instruction) -> tuple[ShellCommand, ...]:
    """The commands of these scripts, in order."""
    return tuple(command for script in scripts_of(instruction) for command in plain_commands(script))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
