"""Docker's own word expansion: ``$VAR``, ``${VAR:-x}``, quotes and escapes, as BuildKit's shell lexer does it.

It is close to a shell's, and not the same: ``$1`` and ``$$`` are empty, an escape before any other character just
vanishes, and there is no command substitution.
"""

from __future__ import annotations

from collections.abc import Callable

from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile.facts import SPACE

#: Deeper ``${A:-${B:-...}}`` than any person writes; beyond it the expansion gives up.
_MAX_DEPTH = 50
#: More than any real value holds: variables that double each other must not fill the memory.
_MAX_VALUE = 4096
_MAX_PRODUCED = 1 << 20
_SPECIAL_PARAMETERS = "@*#?-$!0"


@record(frozen=True)
class Undetermined:
    """An expansion that depends on something the Dockerfile does not tell."""

    reason: str


class SubstitutionError(Exception):
    """Text at which Docker's lexer stops with a syntax error."""


Lookup = Callable[[str], "str | Undetermined | None"]
"""A variable's value; None when it is unset."""


def expand(text: str, lookup: Lookup, escape: str = "\\") -> str | Undetermined:
    """``text`` with variables put in and quotes and escapes taken out.

    Raises :class:`SubstitutionError` where the build would stop.
    """
    return _Lexer(text, lookup, escape).expanded()


def heredoc_words(line: str) -> tuple[str, ...]:
    """The words among which Docker looks for ``<<NAME``, quotes and escapes kept; none if a quote is not closed."""
    try:
        return _Lexer(line, lambda name: None, "\\", keep_quotes=True, keep_unset=True).read(None, raw_escapes=True)[1]
    except SubstitutionError:
        return ()


def split_words(text: str, *, keep_quotes: bool) -> tuple[str, ...]:
    """The words of a heredoc delimiter, with or without its quotes.

    Raises :class:`SubstitutionError` for an unclosed quote.
    """
    lexer = _Lexer(text, lambda name: None, "\\", keep_quotes=keep_quotes, keep_unset=True)
    return lexer.read(None, raw_escapes=False)[1]


class _Lexer:
    def __init__(
        self, text: str, lookup: Lookup, escape: str, *, keep_quotes: bool = False, keep_unset: bool = False
    ) -> None:
        self._text = text
        self._at = 0
        self._lookup = lookup
        self._escape = escape
        self._keep_quotes = keep_quotes
        self._keep_unset = keep_unset
        self._raw_escapes = False
        self._word: list[str] = []
        self._depth = 0
        self._reasons: list[str] = []
        self._produced = 0
        self._splits = keep_unset

    def expanded(self) -> str | Undetermined:
        """The whole text, expanded."""
        if "\0" in self._text:
            return Undetermined("it contains a NUL character")
        result, _ = self.read(None, raw_escapes=False)
        if len(result) > max(_MAX_VALUE, len(self._text)):
            return Undetermined(f"it is longer than {_MAX_VALUE} characters")
        before, mark, rest = result.partition("\0")
        return Undetermined(self._reasons[int(rest.partition("\0")[0])]) if mark else before

    def read(self, stop: str | None, *, raw_escapes: bool) -> tuple[str, tuple[str, ...]]:
        """Read up to ``stop`` (swallowed) or the end: the text, and the same split at unquoted blanks."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise SubstitutionError("its variables are nested too deeply")
        outer = self._raw_escapes, self._word
        self._raw_escapes, self._word = raw_escapes, []
        result, words = self._read_until(stop)
        self._raw_escapes, self._word = outer
        self._depth -= 1
        return result, words

    def _read_until(self, stop: str | None) -> tuple[str, tuple[str, ...]]:
        result: list[str] = []
        words: list[str] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == stop:
                self._at += 1
                return "".join(result), self._finish(words)
            if char in "$'\"<":
                piece = self._special(char)
                result.append(piece)
                if char == "$" and self._splits:
                    for each in piece:
                        self._add(each, words)
                elif piece:
                    self._word.append(piece)
                continue
            self._at += 1
            if char == self._escape:
                if self._raw_escapes:
                    self._word.append(char)
                    result.append(char)
                if self._at == len(self._text):
                    break
                char = self._text[self._at]
                self._at += 1
                self._word.append(char)
            else:
                self._add(char, words)
            result.append(char)
        if stop is not None:
            raise SubstitutionError(f"{stop} is missing")
        return "".join(result), self._finish(words)

    def _add(self, char: str, words: list[str]) -> None:
        if char not in SPACE:
            self._word.append(char)
        elif self._word:
            words.append("".join(self._word))
            self._word = []

    def _finish(self, words: list[str]) -> tuple[str, ...]:
        if self._word:
            words.append("".join(self._word))
            self._word = []
        return tuple(words)

    def _special(self, char: str) -> str:
        if char == "$":
            return self._dollar()
        if char == "'":
            return self._single_quoted()
        if char == '"':
            return self._double_quoted()
        return self._less_than()

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end == -1:
            raise SubstitutionError("a single quote is not closed")
        start, self._at = self._at, end + 1
        return self._text[start : end + 1] if self._keep_quotes else self._text[start + 1 : end]

    def _double_quoted(self) -> str:
        quote = '"' if self._keep_quotes else ""
        result = [quote]
        self._at += 1
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                self._at += 1
                return "".join(result) + quote
            if char == "$":
                result.append(self._dollar())
                continue
            self._at += 1
            if char == self._escape:
                if self._raw_escapes:
                    result.append(char)
                following = self._text[self._at : self._at + 1]
                if not following:
                    break
                if following in ('"', "$", self._escape):
                    char = following
                    self._at += 1
            result.append(char)
        raise SubstitutionError("a double quote is not closed")

    def _less_than(self) -> str:
        """``<<`` and the blanks behind it stay in one word with the name that follows."""
        start = self._at
        self._at += 1
        if self._text[self._at : self._at + 1] == "<":
            self._at += 1
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
        return self._text[start : self._at]

    def _dollar(self) -> str:
        self._at += 1
        if self._text[self._at : self._at + 1] != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._lookup(name)
            return f"${name}" if value is None and self._keep_unset else self._text_of(value)
        self._at += 1
        if self._text[self._at : self._at + 1] in ("", "{", "}", ":"):
            raise SubstitutionError("bad substitution")
        name = self._name()
        operator = self._take()
        if operator == "}":
            value = self._lookup(name)
            return f"${{{name}}}" if value is None and self._keep_unset else self._text_of(value)
        spelling = operator
        if operator == ":":
            operator = self._take()
            spelling += operator
        if operator and operator in "+-?#%":
            return self._modified(name, spelling, operator)
        if spelling == "/":
            self._take("/")
            self.read("/", raw_escapes=True)
            self.read("}", raw_escapes=True)
            return self._mark("it replaces a pattern in a variable")
        raise SubstitutionError(f"unsupported modifier ({spelling}) in substitution" if operator else "} is missing")

    def _modified(self, name: str, spelling: str, operator: str) -> str:
        word, _ = self.read("}", raw_escapes=operator in "#%")
        value = self._lookup(name)
        if value is None and self._keep_unset:
            return f"${{{name}{spelling}{word}}}"
        if isinstance(value, Undetermined):
            return self._mark(value.reason)
        missing = value is None or (spelling[0] == ":" and value == "")
        if operator == "-":
            return word if missing else self._text_of(value)
        if operator == "+":
            return "" if missing else word
        if operator == "?" and missing:
            raise SubstitutionError(f"{name} is not allowed to be {'unset' if value is None else 'empty'}")
        if operator == "?" or not value:
            return self._text_of(value)
        return self._mark("it cuts a pattern from a variable")

    def _take(self, only: str | None = None) -> str:
        char = self._text[self._at : self._at + 1]
        if only is not None and char != only:
            return ""
        self._at += len(char)
        return char

    def _name(self) -> str:
        start = self._at
        text = self._text
        if start < len(text) and text[start].isdecimal():
            while self._at < len(text) and text[self._at].isdecimal():
                self._at += 1
            return text[start : self._at]
        if start < len(text) and text[start] in _SPECIAL_PARAMETERS:
            self._at += 1
            return text[start]
        while self._at < len(text) and (
            text[self._at].isalpha() or text[self._at].isdecimal() or text[self._at] == "_"
        ):
            self._at += 1
        return text[start : self._at]

    def _text_of(self, value: str | Undetermined | None) -> str:
        if isinstance(value, Undetermined):
            return self._mark(value.reason)
        self._produced += len(value or "")
        if self._produced > _MAX_PRODUCED:
            raise SubstitutionError("its variables grow without end")
        return value or ""

    def _mark(self, reason: str) -> str:
        """Stands for an unknown text; only if it reaches the result is the result unknown."""
        self._reasons.append(reason)
        return f"\0{len(self._reasons) - 1}\0"
