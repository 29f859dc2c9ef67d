"""The nodes of a YAML stream. Aliases share nodes, so a document is a graph without cycles and not always a tree."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.text import Span

Scalar: TypeAlias = "str | int | float | bool | None"
PlainValue: TypeAlias = "Scalar | list[PlainValue] | dict[str, PlainValue]"
Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]
ProblemKind: TypeAlias = Literal["syntax", "duplicate", "key", "alias", "merge", "limit"]


class YamlScalar(NamedTuple):
    """A scalar; ``span`` is its content with quotes (or the ``|`` or ``>``), without anchor and tag.

    ``value`` is what go-yaml v3 resolves when nothing says which type is wanted (see
    :func:`~agentflow_lint.sources.yaml.resolving.resolve`), ``text`` the characters after unescaping and folding.
    A consumer that wants a string takes ``text``; one that knows other booleans (``yes``) or octals asks ``text``
    too. ``tag`` is an explicit tag, the standard ones as ``!!str``; None when there is none.
    """

    value: Scalar
    text: str
    style: Style
    span: Span
    tag: str | None = None

    def at(self, *path: str | int) -> YamlNode | None:
        """The node at a path below this one, which is none but the empty path."""
        return None if path else self


@record(frozen=True)
class YamlSequence:
    """A sequence; ``span`` runs from the first dash or bracket to the end of the last item or bracket."""

    items: tuple[YamlNode, ...]
    span: Span
    tag: str | None = None

    def at(self, *path: str | int) -> YamlNode | None:
        """The node at a path of keys and indexes (from 0) below this one, or None."""
        return _at(self, path)


@record(frozen=True)
class Entry:
    """One ``key: value`` of a mapping; ``key`` is the key's text, whatever its type would be."""

    key: str
    key_span: Span
    value: YamlNode


@record(frozen=True)
class YamlMapping:
    """A mapping. ``written`` has every entry as it stands, losing duplicates included, without the merge keys.

    ``merges`` are the mappings that ``<<`` names, those first that win.
    """

    written: tuple[Entry, ...]
    span: Span
    merges: tuple[YamlMapping, ...] = ()
    tag: str | None = None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What the mapping holds, each key once: of duplicates the last, then what the merge keys add."""
        return tuple(self._winners.values())

    @cached_property
    def _winners(self) -> dict[str, Entry]:
        winners = {entry.key: entry for entry in self.written}
        for merged in self.merges:
            for entry in merged.entries:
                winners.setdefault(entry.key, entry)
        return winners

    def entry(self, key: str) -> Entry | None:
        """The entry that wins for ``key``, or None."""
        return self._winners.get(key)

    def get(self, key: str) -> YamlNode | None:
        """The value that wins for ``key``, or None when there is no such key (a null is a scalar)."""
        entry = self._winners.get(key)
        return entry.value if entry else None

    def at(self, *path: str | int) -> YamlNode | None:
        """The node at a path of keys and indexes (from 0) below this one, or None."""
        return _at(self, path)


YamlNode: TypeAlias = "YamlScalar | YamlSequence | YamlMapping"


@record(frozen=True)
class Problem:
    """Something for which go-yaml v3 refuses the document, or a limit of this reader.

    Kinds: ``syntax``; ``duplicate`` (a key is there twice: docker compose refuses that, kubectl takes the last one);
    ``key`` (a key that is no scalar); ``alias`` (to nothing, or to what contains it); ``merge`` (``<<`` names
    something other than mappings); ``limit`` (too deep, too large).
    """

    message: str
    span: Span
    kind: ProblemKind = "syntax"


@record(frozen=True)
class YamlDocument:
    """One document of a stream.

    ``root`` is None when the document is empty, and when a problem of the kinds ``syntax``, ``alias`` or ``limit``
    leaves it without a meaning.
    """

    root: YamlNode | None
    span: Span
    problems: tuple[Problem, ...] = ()


@record(frozen=True)
class YamlStream:
    """The documents of one text, in order. Nothing is read behind a syntax error or a limit."""

    documents: tuple[YamlDocument, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all documents."""
        return tuple(chain.from_iterable(document.problems for document in self.documents))


def plain(node: YamlNode) -> PlainValue:
    """The node as Python's own values, each scalar as its ``value``."""
    if isinstance(node, YamlScalar):
        return node.value
    if isinstance(node, YamlSequence):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.value) for entry in node.entries}


def _at(node: YamlNode | None, path: tuple[str | int, ...]) -> YamlNode | None:
    for step in path:
        if isinstance(node, YamlMapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, YamlSequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node
