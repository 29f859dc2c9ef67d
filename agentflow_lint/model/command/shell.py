"""What a POSIX shell makes of a command line: simple commands, words with their places, variables put in.

Only what can be known without running anything: a command substitution or a variable from outside makes its word
unknown, and so does a positional parameter where the arguments are not known; a command inside ``if``, a loop or a
function is marked as conditional.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from agentflow_lint.model.values import Known, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.sources.dockerfile import LocatedText
    from agentflow_lint.sources.text import Span

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
_OPENING = ("if", "while", "until", "for", "case", "{", "(", "select", "function")
_CLOSED_BY = {"fi": ("if",), "done": ("while", "until", "for", "select"), "esac": ("case",), "}": ("{", "function")}
_BETWEEN = ("then", "else", "elif", "do", "!")
#: All positional parameters as one word by themselves.
_ALL_ARGUMENTS = re.compile(r"(?:\"\$(?:@|\{@\})\"|\$(?:[@*]|\{[@*]\}))(?=[\s;|&()<>]|\Z)")
#: Of a script with more commands the rest is not looked at.
MOST_COMMANDS = 500
_MAX_DEPTH = 20
_MAX_WORD = 1 << 16


@record(frozen=True)
class Word:
    """One argument: its ``text``, or None and the ``reason`` why it is not known.

    ``prefix`` is what is known of an unknown word's beginning (``0.0.0.0:`` of ``0.0.0.0:$PORT``).
    ``span`` is its place in the file that holds the command; ``located`` its text with the place of each character,
    where a shell is to read it again (``sh -c``). ``path`` and ``label`` say where it comes from when that is not
    where the command stands: an argument that a script passes on.
    """

    text: str | None
    span: Span | None = None
    reason: str | None = None
    prefix: str = ""
    located: LocatedText | None = None
    path: str | None = None
    label: str | None = None


@record(frozen=True)
class ShellCommand:
    """A simple command: its leading assignments and its words; ``conditional`` inside ``if``, a loop or ``||``."""

    words: tuple[Word, ...]
    assignments: tuple[tuple[str, Word], ...] = ()
    conditional: bool = False


def shell_commands(
    line: LocatedText,
    env: Mapping[str, Value[str]],
    fallback: Span | None = None,
    arguments: tuple[Word, ...] | None = None,
) -> Iterator[ShellCommand]:
    """The simple commands of a line, in order.

    Variables are looked up in ``env`` when a command is reached, so the caller may note an ``export`` there between
    two commands. ``fallback`` is the place of a word when the line stands nowhere. ``arguments`` are the positional
    parameters ($1 and so on), None when they are not known.
    """
    return _Shell(line, env, fallback, arguments).commands()


@lru_cache(maxsize=1024)
def plain_commands(line: LocatedText) -> tuple[ShellCommand, ...]:
    """The first commands of a line of which no variable is known, as many as anybody looks at."""
    return tuple(islice(shell_commands(line, {}), MOST_COMMANDS))


class _Shell:
    def __init__(
        self,
        line: LocatedText,
        env: Mapping[str, Value[str]],
        fallback: Span | None,
        arguments: tuple[Word, ...] | None,
    ) -> None:
        self._line = line
        self._text = line.text
        self._env = env
        self._fallback = fallback
        self._arguments = arguments
        self._defaults: dict[str, str] = {}  # what ${NAME:=value} has set
        self._heredocs: list[str] = []
        self._at = 0

    def commands(self) -> Iterator[ShellCommand]:
        open_blocks: list[str] = []
        conditional = False
        words: list[Word] = []
        assignments: list[tuple[str, Word]] = []
        while True:
            operator = self._operator()
            if operator in ("<", ">"):
                self._redirection(words)
                continue
            if operator is not None or self._at >= len(self._text):
                if words or assignments:
                    uncertain = conditional or bool(open_blocks)
                    if words and words[0].text in ("shift", "set"):
                        self._arguments = _arguments_after(words, self._arguments, conditional=uncertain)
                    yield ShellCommand(tuple(words), tuple(assignments), uncertain)
                    words, assignments = [], []
                if operator is None:
                    return
                if operator == "(":
                    open_blocks.append("(")
                elif operator == ")" and open_blocks[-1:] == ["("]:  # one after a pattern of ``case`` closes nothing
                    open_blocks.pop()
                elif operator == "\n":
                    self._skip_heredocs()
                conditional = operator == "||" or (conditional and operator in ("|", "&&"))
                continue
            start = self._at
            assignment = None if words else _ASSIGNMENT.match(self._text, start)
            if assignment:
                self._at = assignment.end()
                assignments.append((assignment[1], self._one(self._read_word(start, split=False), start)))
                continue
            found = self._read_word(start, split=True)
            raw = self._text[start : self._at]
            if not words and raw in _OPENING:
                open_blocks.append(raw)
            elif not words and raw in _CLOSED_BY:
                if open_blocks and open_blocks[-1] in _CLOSED_BY[raw]:
                    open_blocks.pop()
            elif words or raw not in _BETWEEN:
                words.extend(found)

    def _operator(self) -> str | None:
        """Skip blanks and comments; take an operator and give its name, if one stands here."""
        text = self._text
        while self._at < len(text) and (text[self._at] in " \t\r" or text.startswith("\\\n", self._at)):
            self._at += 1 if text[self._at] != "\\" else 2
        if text.startswith("#", self._at):
            end = text.find("\n", self._at)
            self._at = len(text) if end == -1 else end
        for operator in ("&&", "||", ";;", "&>", ";", "|", "&", "\n", "(", ")", "<", ">"):
            if text.startswith(operator, self._at):
                self._at += len(operator)
                return ">" if operator == "&>" else operator
        return None

    def _redirection(self, words: list[Word]) -> None:
        if words and (words[-1].text or "").isdecimal() and self._text[self._at - 2 : self._at - 1].isdecimal():
            words.pop()
        heredoc = re.match(r"<<(?!<)-?[ \t]*(['\"]?)([A-Za-z0-9_.-]+)\1", self._text[self._at - 1 : self._at + 200])
        if heredoc and self._text[self._at - 1] == "<":
            self._heredocs.append(heredoc[2])
        while self._at < len(self._text) and self._text[self._at] in "<>&|-":
            self._at += 1
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1
        if self._at < len(self._text) and self._text[self._at] not in ";|&\n()<>":
            self._read_word(self._at, split=False)

    def _skip_heredocs(self) -> None:
        """Pass over the lines that ``<<END`` takes for its input."""
        for end in self._heredocs:
            while self._at < len(self._text):
                newline = self._text.find("\n", self._at)
                stop = len(self._text) if newline == -1 else newline
                line = self._text[self._at : stop]
                self._at = min(stop + 1, len(self._text))
                if line.strip() == end:
                    break
        self._heredocs.clear()

    def _one(self, words: list[Word], start: int) -> Word:
        return words[0] if words else Word("", self._span(start))

    def _span(self, start: int) -> Span | None:
        return self._line.span(start, self._at) or self._fallback

    def _read_word(self, start: int, *, split: bool) -> list[Word]:
        """Read one word; unquoted variables may make several of it, or none."""
        fields: list[str] = [""]
        quoted: set[int] = set()  # the fields that stay even if they are empty
        size = 0
        reason: str | None = None
        prefix = ""
        text = self._text
        passed_on = _ALL_ARGUMENTS.match(text, start) if split else None
        if passed_on and self._arguments is not None:
            self._at = passed_on.end()
            return list(self._arguments)
        while self._at < len(text) and text[self._at] not in " \t\r\n;|&()<>":
            char = text[self._at]
            if size > _MAX_WORD:
                reason, fields, size = reason or "it is too long", [""], 0
            if char in "$`":
                value, why = self._variable()
                size += len(value)
                if why is not None and reason is None:
                    reason, prefix = why, fields[-1]
                _append(fields, value, splits=split, is_started=len(fields) - 1 in quoted)
                continue
            if char == '"':
                value, why, known = self._double_quoted()
                if why is not None and reason is None:
                    reason, prefix = why, fields[-1] + known
            else:
                value = self._literal(char)
            fields[-1] += value
            size += len(value)
            if char in "'\"":
                quoted.add(len(fields) - 1)
        self._at = min(self._at, len(text))
        span = self._span(start)
        if reason is not None:
            return [Word(None, span, reason, prefix)]
        kept = [field for index, field in enumerate(fields) if field or index in quoted or not split]
        return [Word(field, span) for field in kept]

    def _literal(self, char: str) -> str:
        """The text of single quotes, of an escaped character, or of a plain one."""
        text, start = self._text, self._at
        if char == "'":
            end = text.find("'", start + 1)
            end = len(text) if end == -1 else end
            self._at = min(end + 1, len(text))
            return text[start + 1 : end]
        if char == "\\":
            self._at = start + 2
            following = text[start + 1 : start + 2]
            return "" if following == "\n" else following or char
        self._at = start + 1
        return char

    def _double_quoted(self) -> tuple[str, str | None, str]:
        """The text between the quotes, or the reason why it is unknown and the part before that."""
        text = self._text
        self._at += 1
        result = prefix = ""
        reason: str | None = None
        while self._at < len(text) and text[self._at] != '"':
            char = text[self._at]
            if char in "$`":
                value, why = self._variable()
                if why is not None and reason is None:
                    reason, prefix = why, result
                result += value
            elif char == "\\" and text[self._at + 1 : self._at + 2] in ("$", "`", '"', "\\", "\n"):
                following = text[self._at + 1]
                result += "" if following == "\n" else following
                self._at += 2
            else:
                result += char
                self._at += 1
        self._at += 1
        return result[:_MAX_WORD], reason, prefix

    def _variable(self) -> tuple[str, str | None]:
        """The value of the ``$...`` or backquoted command that stands here, or the reason why it is unknown."""
        text = self._text
        if text[self._at] == "`":
            end = text.find("`", self._at + 1)
            self._at = len(text) if end == -1 else end + 1
            return "", "it is the output of a command"
        following = text[self._at + 1 : self._at + 2]
        if following == "(":
            self._at = _closing(text, self._at + 1, "(", ")")
            return "", "it is the output of a command"
        if following == "{":
            end = _closing(text, self._at + 1, "{", "}")
            body = text[self._at + 2 : end - 1]
            self._at = end
            return self._braced(body, 0)
        name = _NAME.match(text, self._at + 1)
        if name:
            self._at = name.end()
            return self._lookup(name[0])
        if following and (following in "@*#?-$!" or following.isdecimal()):
            self._at += 2
            return self._parameter(following)
        self._at += 1
        return "$", None

    def _parameter(self, name: str) -> tuple[str, str | None]:
        """The value of ``$1`` and its kin."""
        number = int(name) if name.isdecimal() else 0
        if self._arguments is None or not number:
            return "", f"${name} is a parameter of the shell"
        if number > len(self._arguments):
            return "", None
        argument = self._arguments[number - 1]
        return argument.text or "", None if argument.text is not None else argument.reason or "it is not known"

    def _braced(self, body: str, depth: int) -> tuple[str, str | None]:
        name = _NAME.match(body)
        if re.fullmatch(r"[1-9]", body):
            return self._parameter(body)
        if not name or depth > _MAX_DEPTH:
            return "", f"${{{body[:40]}}} is not understood"
        rest = body[name.end() :]
        if not rest:
            return self._lookup(name[0])
        colon = rest.startswith(":")
        operator, default = rest[colon : colon + 1], rest[colon + 1 :]
        if operator not in ("-", "=", "+", "?"):
            return "", f"${{{body[:40]}}} is not understood"
        value = self._env.get(name[0])
        if isinstance(value, Unknown):
            return "", value.reason
        if name[0] in self._defaults:
            return ("" if operator == "+" else self._defaults[name[0]]), None
        given = isinstance(value, Known) and not (colon and not value.value)
        if operator == "+":
            return self._default(default, depth) if given else ("", None)
        if given and isinstance(value, Known):
            return value.value, None
        if operator == "?":
            return "", f"{name[0]} is not set here, and must be set from outside"
        text, reason = self._default(default, depth)
        if operator == "=" and reason is None:
            self._defaults[name[0]] = text
        return text, reason

    def _default(self, text: str, depth: int) -> tuple[str, str | None]:
        if not any(char in text for char in "$`'\"\\"):
            return text, None
        if re.fullmatch(r"\$[A-Za-z_]\w*", text, re.ASCII):
            return self._lookup(text[1:])
        if text.startswith("${") and _closing(text, 1, "{", "}") == len(text):
            return self._braced(text[2:-1], depth + 1)
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and not any(c in text[1:-1] for c in "$`\\'\""):
            return text[1:-1], None
        return "", f"the default {text[:40]} is not understood"

    def _lookup(self, name: str) -> tuple[str, str | None]:
        value = self._env.get(name)
        if name in self._defaults and not isinstance(value, Unknown):
            return self._defaults[name], None
        if isinstance(value, Known):
            return value.value, None
        if isinstance(value, Unknown):
            return "", value.reason
        return "", f"{name} is not set here: whoever runs the command may set it"


def _arguments_after(
    words: list[Word], arguments: tuple[Word, ...] | None, *, conditional: bool
) -> tuple[Word, ...] | None:
    """The positional parameters after ``shift`` or ``set``; ``set -e`` and its kin leave them alone."""
    if words[0].text == "shift":
        return None if arguments is None or conditional or len(words) > 1 else arguments[1:]
    rest = words[1:]
    while rest and rest[0].text is not None and rest[0].text[:1] in ("-", "+") and rest[0].text != "--":
        rest = rest[2 if rest[0].text.endswith("o") else 1 :]
    if not rest:
        return arguments
    return None if conditional or rest[0].text is None else tuple(rest[rest[0].text == "--" :])


def _append(fields: list[str], value: str, *, splits: bool, is_started: bool) -> None:
    """Append an unquoted variable's value: its blanks end words."""
    if not splits:
        fields[-1] += value
        return
    if value[:1].isspace() and (fields[-1] or is_started):
        fields.append("")
    for index, piece in enumerate(value.split()):
        if index:
            fields.append("")
        fields[-1] += piece
    if value[-1:].isspace() and value.split():
        fields.append("")


def _closing(text: str, at: int, opening: str, closing: str) -> int:
    """The offset behind the bracket that closes the one at ``at``; the end when none does."""
    depth = 0
    quote = ""
    while at < len(text):
        char = text[at]
        if char == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return len(text)
