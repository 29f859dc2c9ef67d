"""Spellings of a variable's value in YAML: ``MODE: development`` and ``- MODE=development``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, YamlSequence, read_yaml
from agentflow_lint.sources.yaml.resolving import YAML_11_BOOLEANS, resolve_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import SourceText, Span
    from agentflow_lint.sources.yaml import YamlNode

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:@%+,*=\[\]-]*")
_PRINTABLE = re.compile("[ -~]*")
#: More scalars than this are no hand-written file; aliases inside aliases could come to any number.
_MOST_SCALARS = 20_000


def scalar_and_spellings(text: SourceText, span: Span, old: str, new: str) -> tuple[Span, tuple[str, ...]]:
    """The scalar that holds the value at ``span``, and how it may be written with ``new`` for ``old``.

    YAML always reads a string from it. No spelling where something is put in (``$``) or where it runs over lines.
    """
    found = next((node for _, node in _scalars(text) if node.span[:2] <= span[:2] <= node.span[2:]), None)
    if found is None or found.style in ("literal", "folded") or found.span.line != found.span.end_line:
        return span, ()
    wanted = _with_value(found.text, old, new)
    if wanted is None or "$" in wanted or "$" in found.text or not _PRINTABLE.fullmatch(wanted):
        return span, ()
    return found.span, tuple(_spellings(found, wanted))


def facts(text: SourceText) -> tuple[tuple[object, str | None, Span | None], ...]:
    """Every scalar by its path, and each problem; of ``NAME=value`` the value alone."""
    stream = read_yaml(text)
    problems = tuple(("problem", each.message, None) for each in stream.problems)
    return (*problems, *((path, _value(path, node), node.span) for path, node in _scalars(text)))


def _scalars(text: SourceText) -> Iterator[tuple[tuple[object, ...], YamlScalar]]:
    count = 0
    for number, document in enumerate(read_yaml(text).documents):
        waiting: list[tuple[tuple[object, ...], YamlNode]] = [((number,), document.root)] if document.root else []
        while waiting and count < _MOST_SCALARS:
            path, node = waiting.pop()
            if isinstance(node, YamlScalar):
                count += 1
                yield path, node
            elif isinstance(node, YamlSequence):
                waiting += [((*path, index), item) for index, item in enumerate(node.items)]
            elif isinstance(node, YamlMapping):
                waiting += [((*path, entry.key), entry.value) for entry in node.entries]


def _value(path: tuple[object, ...], node: YamlScalar) -> str:
    name, equals, value = node.text.partition("=")
    return value if equals and isinstance(path[-1], int) and name.isidentifier() else node.text


def _with_value(written: str, old: str, new: str) -> str | None:
    if written == old:
        return new
    name, equals, value = written.partition("=")
    return f"{name}={new}" if equals and value == old else None


def _spellings(node: YamlScalar, wanted: str) -> Iterator[str]:
    if node.style == "single":
        yield "'" + wanted.replace("'", "''") + "'"
    elif node.style == "plain" and _is_plain(wanted):
        yield wanted
    yield '"' + wanted.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_plain(wanted: str) -> bool:
    """Whether a string needs no quotes to stay one, for go-yaml as for YAML 1.1."""
    if not _PLAIN.fullmatch(wanted) or wanted.endswith(":") or wanted in YAML_11_BOOLEANS:
        return False
    return isinstance(resolve_plain(wanted), str)
