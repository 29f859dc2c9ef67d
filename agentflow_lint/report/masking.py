"""Source lines as they may be shown: without the secrets that stand in them.

A frame quotes the project's own lines, and a line that deserves a finding may hold a credential. Names decide first
(whatever is assigned to a secret name is hidden), then shapes (URLs with credentials, tokens, keys). When in doubt a
text is hidden.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.framework.secrets import HIDDEN, is_secret_name, redact, redact_url

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

#: Longer lines are not shown: what follows is not made for them.
MAX_LINE = 2000

_NAME = r"(?P<name>[A-Za-z_][\w.-]{0,200})"
_CAPITALS = r"(?P<name>[A-Z_][A-Z0-9_]{2,200})"
_BLANKS = r"[ \t]{0,20}"
#: What stands between a name and its value.
_SECRET_FOLLOWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # NAME=value, NAME: value, "name": "value", environ["NAME"] = value, --option=value, name == value
        rf"(?P<mark>[\"']?){_NAME}(?P=mark)\]?{_BLANKS}(?::(?!//)=?|[!<>+]?=+){_BLANKS}",
        # getenv("NAME", "value")
        rf"(?P<mark>[\"']){_NAME}(?P=mark){_BLANKS},{_BLANKS}",
        # Kubernetes' {name: NAME, value: value}, in either order
        rf"[\"']?(?:name|key)[\"']?{_BLANKS}:{_BLANKS}[\"']?{_NAME}[\"']?{_BLANKS},{_BLANKS}[\"']?value[\"']?{_BLANKS}:{_BLANKS}",
        rf"[\"']?value[\"']?{_BLANKS}:{_BLANKS}(?=[^{{}}]{{1,300}}[\"']?(?:name|key)[\"']?{_BLANKS}:{_BLANKS}[\"']?{_NAME})",
        # Dockerfile's ENV NAME value; --option value
        rf"(?:^[ \t]*ENV[ \t]+|(?<!\S)--?){_NAME}[ \t]{{1,20}}(?![-=])",
        # The same in a list: ["--option", "value"]
        rf"(?P<mark>[\"']?)(?<![\w-])--?{_NAME}(?P=mark){_BLANKS},{_BLANKS}",
        # nginx's proxy_set_header NAME value; set $name value
        rf"(?:^|[\s;{{])(?:\w+_(?:set_)?header|set)[ \t]{{1,20}}\$?{_NAME}[ \t]{{1,20}}",
        # An env file's line that lacks its equals sign: NAME value, in capitals
        rf"^[ \t]*(?:(?:export|set|setenv)[ \t]+)?(?-i:{_CAPITALS})[ \t]{{1,20}}(?![-=:])",
    )
)
#: A line of an env file that is an assignment, a bare name or a comment.
_ASSIGNMENT = re.compile(r"[ \t]*(?:#|(?:export[ \t]+)?(?:'[^']{1,200}'|\"?[\w.-]{1,200}\"?)[ \t]*(?:=|$))")
#: The next variable of an env file, after one that is left empty. It has to look like nothing but a name: what follows
#: an empty secret may be its value, slipped onto a line of its own.
_NEXT_VARIABLE = re.compile(r"[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9]{0,99}(?:_[A-Z0-9]{1,99}){1,20}=")
#: A value that is read from the environment, and nothing else.
_FROM_ENVIRONMENT = re.compile(
    r"(?:os\.)?(?:environ\[(?P<quote>[\"'])\w{1,200}(?P=quote)\]"
    r"|(?:getenv|environ\.get)\((?P<mark>[\"'])\w{1,200}(?P=mark)\))(?=[ \t]*(?:[,)}\]]|$))",
    re.ASCII,
)
_QUOTED = re.compile(r"(?P<prefix>[rRbBfFuU]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_NAMED_ELSEWHERE = re.compile(r"^[ \t-]*[\"']?value[\"']?[ \t]*:[ \t]*(?=\S)", re.IGNORECASE)
_NAME_LINE = re.compile(r"^[ \t-]*[\"']?(?:name|key)[\"']?[ \t]*:[ \t]*[\"']?(?P<name>[\w.-]+)", re.IGNORECASE)
_LEFT_OPEN = re.compile(rf"[\"']?{_NAME}[\"']?\]?{_BLANKS}[:=]{_BLANKS}(?:[\[({{|>\\+-]|\"{{3}}|'{{3}})?{_BLANKS}$")
#: The framework's own config keys whose names sound secret, and the values of theirs that are not.
_CONFIG_KEYS = frozenset({"auth", "authorization", "token_revocation"})
_CONFIG_VALUE = re.compile(
    r"[\[{]|[\"']?(?:null|jwt|custom|ownership|allow_all|default|none|rbac|redis|memory"
    r"|[A-Za-z_][\w.]{0,99}:[A-Za-z_]\w{0,99})[\"']?[ \t]*(?:[,}\]]|$)"
)
#: An import path in quotes, whose module may be called what it likes.
_IMPORT_PATH = re.compile(r"(?<=[\"'])(?:auth|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):[A-Za-z_]\w*(?=[\"'])")
#: The option before an item of a YAML list.
_OPTION_LINE = re.compile(rf"[ \t]*-[ \t]+[\"']?--?{_NAME}[\"']?[ \t]*$")
#: curl's -u user:password
_LOGIN = re.compile(r"((?:(?<![\w-])-u|--user|--proxy-user)[\"']?[ \t,=]{1,9}[\"']?)[^\s:\"',]{1,200}:[^\s\"',]+")
_MIXED = re.compile(r"[A-Za-z0-9+/_=-]{40,}")


def masked_line(text: SourceText, number: int, *, assignments_only: bool = False) -> str | None:
    """Line ``number`` of a file with its secrets replaced; None when it is too long to be shown.

    With ``assignments_only`` the file is an env file, whose other lines are hidden whole: they are parts of values, or
    slips in which any word may be the secret.
    """
    line = text.line(number)
    if len(line) > MAX_LINE:
        return None
    if assignments_only and line.strip() and not _ASSIGNMENT.match(line):
        return line[: len(line) - len(line.lstrip())] + HIDDEN
    before = _previous(text, number)
    if value := _NAMED_ELSEWHERE.match(line):
        around = [*before[:1], *([text.line(number + 1)] if number < text.line_count else []), *before[1:]]
        names = [found["name"] for found in map(_NAME_LINE.match, around) if found]
        if any(map(is_secret_name, names)):
            return line[: value.end()] + HIDDEN
    if assignments_only and before and before[0].rstrip().endswith("=") and _NEXT_VARIABLE.match(line):
        return masked(line)
    opened = (_OPTION_LINE.match(before[0]) or _LEFT_OPEN.search(before[0])) if before else None
    if opened and opened["name"] not in _CONFIG_KEYS and is_secret_name(opened["name"]) and line.strip():
        return line[: len(line) - len(line.lstrip())] + HIDDEN
    return masked(line)


def is_env_file(path: str) -> bool:
    """Whether a file's name says that it is an env file: ``.env``, ``.env.production``, ``prod.env``."""
    return "env" in path.rpartition("/")[2].split(".")


def masked(line: str) -> str:
    """A line with the values of secret names, the credentials in URLs and what looks like a token replaced."""
    shown = ""
    position = 0
    while found := _next_secret(line, position):
        name, start = found
        if read := _FROM_ENVIRONMENT.match(line, start):
            shown += _without_shapes(line[position:start]) + read[0]
            position = read.end()
            continue
        opening, value, closing = _value_at(line, start)
        shown += _without_shapes(line[position:start]) + opening + redact(name, value) + closing
        position = start + len(opening) + len(value) + len(closing)
    return shown + _without_shapes(line[position:])


def _without_shapes(text: str) -> str:
    """A text with whatever looks like a credential replaced, whatever its name."""
    shown = _LOGIN.sub(rf"\1{HIDDEN}", redact_url(text))
    return _MIXED.sub(lambda token: HIDDEN if _looks_random(token[0]) else token[0], shown)


def _previous(text: SourceText, number: int) -> list[str]:
    """The two lines before, nearest first, blank and overlong ones left out."""
    lines = [text.line(before) for before in (number - 1, number - 2) if before >= 1]
    return [line for line in lines if line.strip() and len(line) <= MAX_LINE]


def _next_secret(line: str, position: int) -> tuple[str, int] | None:
    """The next secret name from ``position`` on, and where its value starts."""
    candidates = [
        (found.start(), found["name"], found.end())
        for pattern in _SECRET_FOLLOWS
        for found in pattern.finditer(line, position)
        if is_secret_name(found["name"])
        and not (found["name"] in _CONFIG_KEYS and _CONFIG_VALUE.match(line, found.end()))
        and not _IMPORT_PATH.match(line, found.start())
    ]
    if not candidates:
        return None
    _, name, start = min(candidates)
    return name, start


def _value_at(line: str, start: int) -> tuple[str, str, str]:
    """The value that starts at ``start`` with what encloses it: up to its closing quote, else to the line's end."""
    quoted = _QUOTED.match(line, start)
    if not quoted:
        value = line[start:].rstrip()
        return "", value, ""
    quote = quoted["quote"]
    position = quoted.end()
    while position < len(line) and not line.startswith(quote, position):
        position += 2 if line[position] == "\\" else 1
    position = min(position, len(line))
    return quoted[0], line[quoted.end() : position], line[position : position + len(quote)]


def _looks_random(token: str) -> bool:
    """Whether a long run of letters and digits is more likely a key than a path, a hash in lower case or a word."""
    return (
        any(char.isdigit() for char in token)
        and any(char.islower() for char in token)
        and any(char.isupper() for char in token)
        and token.count("/") <= len(token) // 16
    )
