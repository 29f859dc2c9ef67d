"""Which variable is being typed at the cursor, read off the text before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.comments import CommentKind
    from agentflow_lint.sources.text import SourceText

_WORD = re.compile(r"\w*")
_VALUE = re.compile(r"[^\s\"'#,}\]]*")
_ENV_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<typed>\w*)$")
_ENV_VALUE = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<name>\w+)[ \t]*=[ \t]*(?P<quote>[\"']?)(?P<typed>[^\s\"'#]*)$")
_INSTRUCTION = re.compile(r"[ \t]*(?:ENV|ARG)[ \t]", re.IGNORECASE)
#: ``ENV NAME value``, which sets one variable to the rest of the line; ``typed`` is its first word, if that is typed.
_ENV_WITHOUT_SIGN = re.compile(
    r"[ \t]*ENV[ \t]+(?P<name>\w+)[ \t]+(?:(?P<quote>[\"']?)(?P<typed>[^\s\"'#=]*)|[^=]*)$", re.IGNORECASE
)
_WORD_NAME = re.compile(r"(?:^|[ \t])(?P<typed>\w*)$")
_WORD_VALUE = re.compile(r"(?:^|[ \t])(?P<name>\w+)=(?P<quote>[\"']?)(?P<typed>[^\s\"'#]*)$")
#: A line of YAML up to the cursor: a dash or none, then a name, ``NAME=value`` or ``key: value``.
_YAML_NAME = re.compile(r"(?P<dash>-[ \t]+)?(?P<quote>[\"']?)(?P<typed>\w*)$")
_YAML_ASSIGNMENT = re.compile(r"-[ \t]+(?P<quote>[\"']?)(?P<name>\w+)=(?P<typed>[^\"'#]*)$")
_YAML_VALUE = re.compile(r"(?P<dash>-[ \t]+)?(?P<name>[\w.-]+):[ \t]+(?P<quote>[\"']?)(?P<typed>[^\"'#]*)$")
_YAML_KEY = re.compile(r"(?:-[ \t]+)?(?P<key>[\w.-]+):[ \t]*(?:[&!]\S+[ \t]*)*(?:#.*)?$")
_NAME_OF_ITEM = re.compile(r"(?:-[ \t]+)?name:[ \t]*[\"']?(?P<name>\w+)")
_TAKEN = re.compile(r"(?:-[ \t]+)?(?:name:[ \t]*)?[\"']?(?P<name>\w+)(?=[\"']?[ \t]*(?:[:=]|$))")
_SERVICES = re.compile(r"^services:", re.MULTILINE)
_GENERATOR = re.compile(r"^configMapGenerator:", re.MULTILINE)
_CONFIG_MAP = re.compile(r"^kind:[ \t]*ConfigMap\b", re.MULTILINE)


@record(frozen=True)
class VariableCursor:
    """A ``name`` or a ``value`` that is being typed, from offset ``start`` to ``end``.

    ``follows`` is what has to stand behind a name. ``taken`` are the names that are set beside it. ``quotes``: in this
    place a value that YAML takes for a boolean or a number needs quotes.
    """

    kind: Literal["name", "value"]
    name: str
    start: int
    end: int
    follows: str = ""
    taken: frozenset[str] = frozenset()
    quotes: bool = False


def variable_cursor(text: SourceText, offset: int, kind: CommentKind | None) -> VariableCursor | None:
    """What is typed at ``offset`` of a file whose comments are of this kind; None where no variable belongs."""
    number, column = text.position(offset)
    before = text.line(number)[: column - 1]
    if kind in ("env", "procfile"):
        taken = frozenset(found["name"] for each in _other_lines(text, number) if (found := _TAKEN.match(each.strip())))
        return _of_assignment(text.content, offset, _ENV_NAME.match(before), _ENV_VALUE.match(before), taken)
    if kind == "dockerfile":
        return _of_instruction(text, offset, number, before)
    if kind == "yaml":
        return _of_yaml(text, offset, number, before)
    return None


def _other_lines(text: SourceText, number: int) -> list[str]:
    return [text.line(each) for each in range(1, text.line_count + 1) if each != number]


def _of_assignment(
    content: str, offset: int, name: re.Match[str] | None, value: re.Match[str] | None, taken: frozenset[str]
) -> VariableCursor | None:
    if value is not None:
        return VariableCursor("value", value["name"], offset - len(value["typed"]), _end(_VALUE, content, offset))
    if name is None:
        return None
    end = _end(_WORD, content, offset)
    follows = "" if re.match(r"[ \t]*=", content[end : end + 80]) else "="
    return VariableCursor("name", "", offset - len(name["typed"]), end, follows, taken)


def _of_instruction(text: SourceText, offset: int, number: int, before: str) -> VariableCursor | None:
    first = number
    while first > 1 and text.line(first - 1).rstrip().endswith("\\"):
        first -= 1
    opening = _INSTRUCTION.match(text.line(first))
    if opening is None or (first == number and len(before) < opening.end()):
        return None
    words = before[opening.end() :] if first == number else before
    without_sign = _ENV_WITHOUT_SIGN.match(before)
    if without_sign is not None:
        value = without_sign if without_sign["typed"] is not None else None
        return _of_assignment(text.content, offset, None, value, frozenset())
    taken = frozenset(re.findall(r"(?<!\S)(\w+)=", "\n".join(_other_lines(text, number))))
    return _of_assignment(text.content, offset, _WORD_NAME.search(words), _WORD_VALUE.search(words), taken)


# --- YAML ----------------------------------------------------------------------------------------------------------


def _of_yaml(text: SourceText, offset: int, number: int, before: str) -> VariableCursor | None:
    written = before.lstrip(" ")
    indent = len(before) - len(written)
    if written.startswith("#"):
        return None
    above = _above(text, number, indent, written.startswith("-"))
    found = _of_environment(text, offset, number, written, *above) if above is not None else None
    return found or _of_container(text, offset, number, written, indent)


def _of_environment(
    text: SourceText, offset: int, number: int, written: str, line: int, key: str
) -> VariableCursor | None:
    """``environment`` of compose, ``data`` of a ConfigMap, ``literals`` of a kustomization."""
    belongs = (
        (key == "environment" and _SERVICES.search(text.content) is not None)
        or (key == "data" and _CONFIG_MAP.search(_document(text, number)) is not None)
        or (key == "literals" and _GENERATOR.search(text.content) is not None)
    )
    if not belongs:
        return None
    taken = _taken(text, line, number)
    assignment = _YAML_ASSIGNMENT.match(written)
    if assignment is not None:
        return _value(text, offset, assignment, assignment["name"])
    value = _YAML_VALUE.match(written)
    if value is not None and not value["dash"]:
        return _value(text, offset, value, value["name"], quotes=not value["quote"])
    name = _YAML_NAME.match(written)
    if name is None or (name["quote"] and not name["dash"]):
        return None
    return _name(text, offset, name, "=" if name["dash"] else ": ", taken)


def _of_container(text: SourceText, offset: int, number: int, written: str, indent: int) -> VariableCursor | None:
    """An item of a Kubernetes container's ``env``."""
    value = _YAML_VALUE.match(written)
    if value is None or value["name"] not in ("name", "value"):
        return None
    item, item_indent = (number, indent) if value["dash"] else _item(text, number, indent)
    above = _above(text, item, item_indent, is_item=True) if item else None
    if above is None or above[1] != "env":
        return None
    if value["name"] == "name":
        return _name(text, offset, value, "", _taken(text, above[0], number))
    names = (_NAME_OF_ITEM.match(text.line(each).strip()) for each in range(item, number))
    name = next((found["name"] for found in names if found is not None), "")
    return _value(text, offset, value, name, quotes=not value["quote"])


def _name(text: SourceText, offset: int, found: re.Match[str], follows: str, taken: frozenset[str]) -> VariableCursor:
    end = _end(_WORD, text.content, offset)
    behind = text.content[end : end + 1]
    return VariableCursor("name", "", offset - len(found["typed"]), end, "" if behind in (":", "=") else follows, taken)


def _value(text: SourceText, offset: int, found: re.Match[str], name: str, *, quotes: bool = False) -> VariableCursor:
    end = _end(_VALUE, text.content, offset)
    return VariableCursor("value", name, offset - len(found["typed"]), end, quotes=quotes)


def _above(text: SourceText, number: int, indent: int, is_item: bool) -> tuple[int, str] | None:
    """The line and the key that a line of so much indentation stands below; of a list's item its list's."""
    for each in range(number - 1, 0, -1):
        line = text.line(each)
        written = line.lstrip(" ")
        if not written or written.startswith("#"):
            continue
        depth = len(line) - len(written)
        if depth > indent or (depth == indent and (not is_item or written.startswith("-"))):
            continue
        found = _YAML_KEY.match(written)
        return (each, found["key"]) if found is not None else None
    return None


def _item(text: SourceText, number: int, indent: int) -> tuple[int, int]:
    """The line of the dash that a line belongs to, and its indentation; 0 without one."""
    for each in range(number - 1, 0, -1):
        line = text.line(each)
        written = line.lstrip(" ")
        depth = len(line) - len(written)
        if written and not written.startswith("#") and depth < indent:
            return (each, depth) if written.startswith("-") else (0, 0)
    return 0, 0


def _taken(text: SourceText, line: int, number: int) -> frozenset[str]:
    """The names that stand below a line, the one that is being typed left out."""
    opening = text.line(line)
    depth = len(opening) - len(opening.lstrip(" "))
    names: set[str] = set()
    for each in range(line + 1, text.line_count + 1):
        written = text.line(each).lstrip(" ")
        inner = len(text.line(each)) - len(written)
        if written and (inner < depth or (inner == depth and not written.startswith("-"))):
            break
        found = _TAKEN.match(written) if each != number else None
        if found is not None:
            names.add(found["name"])
    return frozenset(names)


def _document(text: SourceText, number: int) -> str:
    """The document of a YAML stream that a line is in."""
    first = next((each for each in range(number, 0, -1) if text.line(each).startswith("---")), 0)
    last = next((each for each in range(number + 1, text.line_count + 1) if text.line(each).startswith("---")), None)
    return "\n".join(text.line(each) for each in range(first + 1, (last or text.line_count + 1)))


def _end(pattern: re.Pattern[str], content: str, offset: int) -> int:
    found = pattern.match(content, offset)
    return found.end() if found is not None else offset
