"""From an instruction's line to its keyword, options, words, pairs and heredocs."""

from __future__ import annotations

import json
import re
from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile.expansion import SubstitutionError, heredoc_words, split_words
from agentflow_lint.sources.dockerfile.facts import SPACE, Flag, Form, LocatedText, Pair, Word
from agentflow_lint.sources.text import START, Span

if TYPE_CHECKING:
    from collections.abc import Callable

_BLANKS = re.compile(r"[\t\v\f\r ]+")
_HEREDOC = re.compile(r"([0-9]*)<<(-?)[ \t\n\f\r]*([^<]*)\Z")
_TAKES_HEREDOC = ("ADD", "COPY", "RUN")
_MAX_TRIGGERS = 20


@record(frozen=True)
class HeredocMark:
    """A ``<<NAME`` in an instruction's line."""

    name: str
    expand: bool
    chomp: bool
    descriptor: int


@record(frozen=True)
class ParsedLine:
    """What one line holds, before the heredoc bodies are read. ``error`` is what Docker's parser stops at."""

    keyword: str
    keyword_end: int
    arguments: LocatedText
    flags: tuple[Flag, ...] = ()
    words: tuple[Word, ...] = ()
    form: Form = "shell"
    pairs: tuple[Pair, ...] = ()
    command: LocatedText | None = None
    trigger: ParsedLine | None = None
    text: LocatedText = field(default_factory=lambda: LocatedText(""))
    error: str | None = None

    @property
    def takes_heredocs(self) -> bool:
        """Whether ``<<NAME`` in it starts an inline file."""
        held = self.trigger if self.keyword == "ONBUILD" and self.trigger else self
        return held.keyword in _TAKES_HEREDOC and held.form == "shell"


def parse_line(line: LocatedText, escape: str, depth: int = 0) -> ParsedLine:
    """Split one logical line."""
    text = line.strip()
    blank = _BLANKS.search(text.text)
    keyword = text.text[: blank.start()] if blank else text.text
    rest = text.slice(blank.end()) if blank else text.slice(len(text.text))
    flags, start = _flags(rest, escape)
    arguments = rest.slice(start).strip()
    parser = _PARSERS.get(keyword.upper())
    end = len(keyword)
    if keyword.upper() == "ONBUILD" and arguments.text:
        if depth >= _MAX_TRIGGERS:
            return ParsedLine("ONBUILD", end, arguments, flags, text=text, error="ONBUILD ONBUILD is not allowed")
        trigger = parse_line(arguments, escape, depth + 1)
        return ParsedLine("ONBUILD", end, arguments, flags, trigger=trigger, text=text, error=trigger.error)
    if parser is None:
        return ParsedLine(keyword.upper(), end, arguments, flags, text=text)
    parsed = parser(arguments, escape)
    return ParsedLine(
        keyword.upper(), end, arguments, flags, parsed.words, parsed.form, parsed.pairs, parsed.command, None, text,
        parsed.error,
    )  # fmt: skip


def heredoc_marks(line: str) -> tuple[HeredocMark, ...] | str:
    """The heredocs that a line starts, in order, or what Docker's parser stops at."""
    marks: list[HeredocMark] = []
    for word in heredoc_words(line):
        found = _HEREDOC.match(word)
        if not found or not found[3]:
            continue
        try:
            names = split_words(found[3], keep_quotes=False)
            quoted = split_words(found[3], keep_quotes=True)
        except SubstitutionError as error:
            return str(error)
        if len(names) != 1 or len(quoted) != 1:
            continue
        expand = _quotes(names[0]) == _quotes(quoted[0])
        marks.append(HeredocMark(names[0], expand, found[2] == "-", int(found[1][:9] or "0")))
    return tuple(marks)


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')


@record(frozen=True)
class _Arguments:
    words: tuple[Word, ...] = ()
    form: Form = "shell"
    pairs: tuple[Pair, ...] = ()
    command: LocatedText | None = None
    error: str | None = None


def _place(text: LocatedText, start: int = 0, end: int | None = None) -> Span:
    return text.span(start, end) or START


def _flags(text: LocatedText, escape: str) -> tuple[tuple[Flag, ...], int]:
    """The leading ``--name=value`` words, quotes and escapes taken out, and where the arguments start."""
    raw = text.text
    flags: list[Flag] = []
    at = 0
    while True:
        while at < len(raw) and raw[at] in SPACE:
            at += 1
        if not raw.startswith("--", at):
            return tuple(flags), at
        start, word, quote = at, "", ""
        while at < len(raw) and (quote or raw[at] not in SPACE):
            char = raw[at]
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            elif char == escape:
                at += 1
                if at == len(raw):
                    break
                word += raw[at]
            else:
                word += char
            at += 1
        if word == "--":
            return tuple(flags), at
        name, equals, value = word[2:].partition("=")
        flags.append(Flag(name, value if equals else None, _place(text, start, at)))


def _json_words(text: LocatedText) -> tuple[Word, ...] | str | None:
    """The strings of a JSON array; None when it is not JSON, an error when it is not one of strings."""
    raw = text.text
    if not raw.startswith("["):
        return None
    try:
        values = json.loads(raw, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in values):
        return "the JSON array must hold strings only"
    decoder = json.JSONDecoder()
    words = []
    at = 1
    for value in values:
        at = raw.index('"', at)
        _, end = decoder.raw_decode(raw, at)
        # A lone surrogate cannot be encoded; Docker replaces it as well.
        words.append(Word(re.sub("[\ud800-\udfff]", "�", value), _place(text, at, end)))
        at = end
    return tuple(words)


def _not_json(constant: str) -> None:
    raise ValueError(constant)


def _split_blanks(text: LocatedText) -> tuple[Word, ...]:
    words = []
    start = 0
    for blank in _BLANKS.finditer(text.text):
        words.append(Word(text.text[start : blank.start()], _place(text, start, blank.start())))
        start = blank.end()
    words.append(Word(text.text[start:], _place(text, start)))
    return tuple(words)


def _split_quoted(text: LocatedText, escape: str) -> list[tuple[int, int, str]]:
    """(start, end, word) at blanks outside quotes; the quotes stay, a final escape character vanishes."""
    raw = text.text
    words: list[tuple[int, int, str]] = []
    at = 0
    while at < len(raw):
        if raw[at] in SPACE:
            at += 1
            continue
        start, quote, word = at, "", []
        while at < len(raw) and (quote or raw[at] not in SPACE):
            char = raw[at]
            if char == quote:
                quote = ""
            elif not quote and char in "'\"":
                quote = char
            elif char == escape and quote != "'":
                if at + 1 == len(raw):
                    at += 1
                    break
                word.append(char)
                at += 1
                char = raw[at]
            word.append(char)
            at += 1
        if word:
            words.append((start, at, "".join(word)))
    return words


def _whole(text: LocatedText, escape: str) -> _Arguments:
    return _Arguments((Word(text.text, _place(text)),)) if text.text else _Arguments()


def _whitespace(text: LocatedText, escape: str) -> _Arguments:
    return _Arguments(_split_blanks(text)) if text.text else _Arguments()


def _json_or_command(text: LocatedText, escape: str) -> _Arguments:
    words = _json_words(text)
    if isinstance(words, tuple):
        return _Arguments(words, "exec")
    if isinstance(words, str):
        return _Arguments(error=words)
    if not text.text:
        return _Arguments()
    return _Arguments((Word(text.text, _place(text)),), command=text)


def _json_or_words(text: LocatedText, escape: str) -> _Arguments:
    words = _json_words(text)
    if isinstance(words, tuple):
        return _Arguments(words, "exec")
    if isinstance(words, str):
        return _Arguments(error=words)
    return _whitespace(text, escape)


def _health(text: LocatedText, escape: str) -> _Arguments:
    kind = re.match(r"[^\t\n\v\f\r ]+", text.text)
    if kind is None:
        return _Arguments()
    check = _json_or_command(text.slice(kind.end()).strip(), escape)
    first = Word(kind[0], _place(text, 0, kind.end()))
    return _Arguments((first, *check.words), check.form, command=check.command, error=check.error)


def _name_values(text: LocatedText, escape: str) -> _Arguments:
    words = _split_quoted(text, escape)
    if not words:
        return _Arguments(error="at least one argument is needed")
    if "=" not in words[0][2]:
        blank = _BLANKS.search(text.text)
        if blank is None:
            return _Arguments(error="a name and a value are needed")
        name = Word(text.text[: blank.start()], _place(text, 0, blank.start()))
        value = Word(text.text[blank.end() :], _place(text, blank.end()))
        return _Arguments((name, value), pairs=(Pair(name, value, _place(text)),))
    pairs: list[Pair] = []
    for start, end, word in words:
        if "=" not in word:
            return _Arguments(pairs=tuple(pairs), error=f"{word} is not of the form name=value")
        pairs.append(_pair(text, start, end, word))
    parts = tuple(part for pair in pairs for part in (pair.name, pair.value) if part is not None)
    return _Arguments(parts, pairs=tuple(pairs))


def _names(text: LocatedText, escape: str) -> _Arguments:
    words = _split_quoted(text, escape)
    return _Arguments(
        tuple(Word(word, _place(text, start, end)) for start, end, word in words),
        pairs=tuple(_pair(text, start, end, word) for start, end, word in words),
    )


def _pair(text: LocatedText, start: int, end: int, word: str) -> Pair:
    name, equals, value = word.partition("=")
    middle = start + len(name)
    return Pair(
        Word(name, _place(text, start, middle)),
        Word(value, _place(text, middle + 1, end)) if equals else None,
        _place(text, start, end),
    )


_PARSERS: dict[str, Callable[[LocatedText, str], _Arguments]] = {
    "ADD": _json_or_words,
    "ARG": _names,
    "CMD": _json_or_command,
    "COPY": _json_or_words,
    "ENTRYPOINT": _json_or_command,
    "ENV": _name_values,
    "EXPOSE": _whitespace,
    "FROM": _whitespace,
    "HEALTHCHECK": _health,
    "LABEL": _name_values,
    "MAINTAINER": _whole,
    "ONBUILD": _whole,
    "RUN": _json_or_command,
    "SHELL": _json_or_command,
    "STOPSIGNAL": _whole,
    "USER": _whole,
    "VOLUME": _json_or_words,
    "WORKDIR": _whole,
}

#: Every keyword that Docker knows.
KEYWORDS = frozenset(_PARSERS)
