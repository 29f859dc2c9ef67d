"""Reads a command line of the framework's CLI as one release does, and finds what that release does not have.

The CLI is a Typer application, so click's rules hold (click/parser.py): no abbreviations, values with or without ``=``,
short options in bundles, an error at the first word that is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.facts import find_option
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.framework.facts import Command, Option, Release
    from agentflow_lint.model.command.shell import Word


@record(frozen=True)
class UnknownWord:
    """The first word that the CLI refuses.

    ``name`` is the option's spelling without its value, the command, or an argument of a command that takes none;
    ``path`` the commands that lead to it. With role ``open`` the word itself is not known, nor what follows it.
    """

    role: Literal["command", "option", "argument", "open"]
    name: str
    path: tuple[str, ...]
    word: Word


def unknown_word(release: Release, arguments: Sequence[Word]) -> UnknownWord | None:
    """What ``release`` does not know of the arguments behind the program's name; None when it knows them all."""
    return _Reading(release, list(arguments)).first()


class _Reading:
    def __init__(self, release: Release, words: list[Word]) -> None:
        self.commands = release.commands
        self.options = release.root_options
        self.command: Command | None = None
        self.path: tuple[str, ...] = ()
        self.words = words

    def first(self) -> UnknownWord | None:
        while self.words:
            word = self.words.pop(0)
            text = word.prefix if word.text is None else word.text
            if word.text is None and not (text.startswith("-") and "=" in text):
                return UnknownWord("open", text, self.path, word)
            if text == "--":
                return None
            if text.startswith("-") and text != "-":
                name = self.unknown_option(text)
                if name is not None:
                    passed_on = self.command is not None and self.command.accepts_unknown
                    return None if passed_on else UnknownWord("option", name, self.path, word)
            elif self.commands:
                found = self.commands.get(text)
                if found is None:
                    return UnknownWord("command", text, self.path, word)
                self.command, self.path = found, (*self.path, text)
                self.commands, self.options = found.commands, found.options
            elif self.command is not None and not self.command.arguments and not self.command.accepts_unknown:
                return UnknownWord("argument", text, self.path, word)
        return None

    def unknown_option(self, text: str) -> str | None:
        """The spelling that is not known, if any; takes the value off the words where it stands apart."""
        for spelling, rest in _spellings(text):
            option = find_option(self.options, spelling)
            if option is None:
                return spelling
            if _takes_value(option, spelling):
                if not rest and self.words:
                    self.words.pop(0)
                return None
        return None


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    """Each option in one word, with what follows it there: one of two dashes, or a bundle of letters."""
    if text.startswith("--"):
        spelling, equals, _ = text.partition("=")
        yield spelling, equals
        return
    for index in range(1, len(text)):
        yield f"-{text[index]}", text[index + 1 :]


def _takes_value(option: Option, spelling: str) -> bool:
    return option.takes_value and spelling not in option.negative
