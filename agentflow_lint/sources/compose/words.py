"""A command that a compose file gives as one string, split into words as compose splits it.

Compose runs no shell. It uses go-shellwords, whose quirks decide what an unquoted ``&&``, ``;``, ``|``, ``<`` or ``>``
does: everything from there on is silently dropped. ``$(...)`` and backquotes stay in their word as written.
"""

from __future__ import annotations

from agentflow_lint.records import record

_ESCAPES = {"t": "\t", "n": "\n"}


@record(frozen=True)
class SplitWord:
    """One word: its text, and the stretch ``start`` to ``end`` of the string that it is written in."""

    text: str
    start: int
    end: int


@record(frozen=True)
class Split:
    """The words of a string.

    ``dropped_at`` is the offset from which on compose drops the rest; ``is_broken`` says that compose stops at the
    string (an unclosed quote, a bare parenthesis).
    """

    words: tuple[SplitWord, ...] = ()
    dropped_at: int | None = None
    is_broken: bool = False


def split_words(line: str) -> Split:
    """The words of ``line``; never raises."""
    return _Splitter(line).split()


class _Splitter:
    """The parser's own state: each kind of quote is a flag of its own, and some may be open together."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._words: list[SplitWord] = []
        self._word: list[str] = []
        self._start: int | None = None
        self._is_word = False
        self._single = self._double = self._back = self._dollar = False

    def split(self) -> Split:
        escaped = False
        for at, char in enumerate(self._line):
            if self._start is None and (self._in_quotes or escaped or char not in " \t\r\n"):
                self._start = at
            if escaped:
                self._add(_ESCAPES.get(char, char))
                escaped = False
            elif char == "\\" and not self._single:
                escaped = True
            elif char in " \t\r\n" and char != "\\":
                if self._in_quotes:
                    self._word.append(char)
                else:
                    self._finish(at)
            elif char == "\\":
                self._word.append(char)
            elif char in ";&|<>" and not self._in_quotes:
                if char == ">" and self._word and self._word[0][0] in "0123456789":
                    self._is_word = False
                self._finish(at)
                return Split(tuple(self._words), at)
            elif not self._quote(char):
                return Split(is_broken=True)
        if escaped or self._in_quotes:
            return Split(is_broken=True)
        self._finish(len(self._line))
        return Split(tuple(self._words))

    @property
    def _in_quotes(self) -> bool:
        return self._single or self._double or self._back or self._dollar

    def _add(self, char: str) -> None:
        self._word.append(char)
        self._is_word = True

    def _finish(self, end: int) -> None:
        if self._is_word:
            self._words.append(SplitWord("".join(self._word), self._start or 0, end))
            self._word = []
            self._is_word = False
        if not self._word:
            self._start = None

    def _quote(self, char: str) -> bool:
        """Take one character that is no blank; False where compose stops."""
        if char == '"' and not (self._single or self._dollar):
            self._is_word = self._is_word or self._double
            self._double = not self._double
        elif char == "'" and not (self._double or self._dollar):
            self._is_word = self._is_word or self._single
            self._single = not self._single
        elif char in "()" and not (self._single or self._double or self._back):
            return self._parenthesis(char)
        else:
            if char == "`" and not (self._single or self._double or self._dollar):
                self._back = not self._back
            self._add(char)
        return True

    def _parenthesis(self, char: str) -> bool:
        if char == ")":
            if not self._dollar:
                return False
            self._dollar = False
            self._add(char)
            return True
        if self._dollar or self._word[-1:] != ["$"]:
            return False
        self._dollar = True
        self._word.append(char)
        return True
