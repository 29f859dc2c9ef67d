"""From the events of PyYAML's parser to nodes with places.

libyaml does the parsing where PyYAML has it, because go-yaml is a translation of libyaml and accepts what it accepts;
PyYAML's own parser, which differs in rare cases (tabs between tokens), is the substitute. Only events are taken from
either: composing and constructing would recurse, and would expand aliases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from agentflow_lint.records import once
from agentflow_lint.sources.text import START
from agentflow_lint.sources.yaml.nodes import (
    Entry,
    Problem,
    ProblemKind,
    Style,
    YamlDocument,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    YamlStream,
)
from agentflow_lint.sources.yaml.resolving import resolve

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText, Span

#: Collections inside collections beyond this, aliases followed, are a problem.
NESTING_LIMIT = 100
#: More nodes than this, keys included, are a problem: hand-written files have far fewer.
NODE_LIMIT = 300_000
#: The same with every alias and merge key written out ("billion laughs"). go-yaml grows suspicious at 400,000.
EXPANDED_LIMIT = 600_000
#: Problems of one document are recorded up to this number; more of them say nothing more.
PROBLEM_LIMIT = 100

_UNREADABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPERTIES = re.compile("(?:[&!][^ \t\r\n\x85\u2028\u2029]*|[ \t\r\n\x85\u2028\u2029]+|#[^\r\n\x85\u2028\u2029]*)*")
_STYLES: dict[str, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_STANDARD_TAG = "tag:yaml.org,2002:"
_SHOWN_KEY = 60


class _Built(NamedTuple):
    """A node with what its expansion costs: how many nodes, how many levels of collections."""

    node: YamlNode
    size: int
    height: int
    start: int
    end: int


class _Open:
    """A collection whose end has not been met."""

    def __init__(self, event: Any, is_mapping: bool) -> None:
        self.event = event
        self.is_mapping = is_mapping
        self.children: list[_Built] = []


class _UnreadableError(Exception):
    """(message, start offset, end offset, kind): nothing can be read from here on."""


@once
def read_yaml(text: SourceText) -> YamlStream:
    """Read every document of a stream.

    Never raises, in time and memory proportional to the text and the limits above. Text that holds a character which
    YAML forbids (NUL and most other control characters) is one document with a problem.
    """
    # libyaml would take a second byte order mark as one and count from behind it.
    match = _UNREADABLE.search(text.content) or re.match("\ufeff", text.content)
    if match:
        message = f"the character U+{ord(match.group()):04X} is not allowed"
        return YamlStream((YamlDocument(None, START, (Problem(message, text.span(*match.span())),)),))
    return _Reader(text).stream()


def scalar_events(text: SourceText) -> tuple[list[Any], int]:
    """PyYAML's events of the scalars in a stream, and the offset up to which it can be read."""
    import yaml

    if _UNREADABLE.search(text.content) or text.content.startswith("\ufeff"):
        return [], 0
    loader: Any = (yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)(text.content)
    found: list[Any] = []
    try:
        while (event := loader.get_event()) is not None:
            if type(event).__name__ == "ScalarEvent":
                found.append(event)
    except yaml.MarkedYAMLError as error:
        return found, min(error.problem_mark.index if error.problem_mark else 0, len(text.content))
    except (yaml.YAMLError, RecursionError):
        return found, found[-1].end_mark.index if found else 0
    finally:
        loader.dispose()
    return found, len(text.content)


class _Reader:
    def __init__(self, text: SourceText) -> None:
        self.text = text
        self.documents: list[YamlDocument] = []
        self.count = self.expanded = 0
        self._reset(0)

    def _reset(self, start: int) -> None:
        self.start = start
        self.problems: list[Problem] = []
        self.lost = False
        self.anchors: dict[str, _Built | None] = {}
        self.stack: list[_Open] = []
        self.root: _Built | None = None

    def stream(self) -> YamlStream:
        import yaml

        loader: Any = (yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)(self.text.content)
        try:
            while (event := loader.get_event()) is not None:
                self._take(type(event).__name__, event)
        except _UnreadableError as error:
            message, start, end, kind = error.args
            self._fail(message, start, end, kind)
        except yaml.MarkedYAMLError as error:
            at = min(error.problem_mark.index if error.problem_mark else 0, len(self.text.content))
            context = f" {error.context}" if error.context else ""
            self._fail(f"{error.problem}{context}", at, min(at + 1, len(self.text.content)), "syntax")
        except yaml.YAMLError:
            self._fail("it cannot be read", 0, 0, "syntax")
        finally:
            loader.dispose()
        return YamlStream(tuple(self.documents))

    def _fail(self, message: str, start: int, end: int, kind: ProblemKind) -> None:
        self._problem(message, self.text.span(start, end), kind)
        self._close_document(max(start, self.start))

    def _problem(self, message: str, span: Span, kind: ProblemKind) -> None:
        self.lost = self.lost or kind in ("syntax", "alias", "limit")
        if len(self.problems) < PROBLEM_LIMIT or kind in ("syntax", "limit"):
            self.problems.append(Problem(message, span, kind))

    def _close_document(self, end: int) -> None:
        root = self.root.node if self.root and not self.lost else None
        if isinstance(root, YamlScalar) and root.style == "plain" and not root.text and root.tag is None:
            root = None
        self.documents.append(YamlDocument(root, self.text.span(self.start, end), tuple(self.problems)))

    def _take(self, kind: str, event: Any) -> None:
        if kind == "DocumentStartEvent":
            self._reset(event.start_mark.index)
        elif kind == "DocumentEndEvent":
            self._close_document(max(self.start, self.root.end if self.root else event.start_mark.index))
            self._reset(event.end_mark.index)
        elif kind == "ScalarEvent":
            self._add(self._scalar(event), event.anchor)
        elif kind == "AliasEvent":
            self._add(self._alias(event), None, is_alias=True)
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            self.stack.append(_Open(event, kind == "MappingStartEvent"))
            if event.anchor is not None:
                self.anchors[event.anchor] = None
            if len(self.stack) > NESTING_LIMIT:
                raise self._too_deep(event.start_mark.index)
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            opened = self.stack.pop()
            built = self._mapping(opened, event) if opened.is_mapping else self._sequence(opened, event)
            if built.height > NESTING_LIMIT:
                raise self._too_deep(built.start)
            self._add(built, opened.event.anchor)

    def _too_deep(self, at: int) -> _UnreadableError:
        return _UnreadableError(f"it is nested more than {NESTING_LIMIT} levels deep", at, at + 1, "limit")

    def _add(self, built: _Built, anchor: str | None, is_alias: bool = False) -> None:
        self.count += 1
        self.expanded += built.size if is_alias else 1
        if self.count > NODE_LIMIT:
            raise _UnreadableError(f"it has more than {NODE_LIMIT} nodes", built.start, built.end, "limit")
        if self.expanded > EXPANDED_LIMIT:
            message = f"with its aliases written out it has more than {EXPANDED_LIMIT} nodes"
            raise _UnreadableError(message, built.start, built.end, "limit")
        if anchor is not None:
            self.anchors[anchor] = built
        if self.stack:
            self.stack[-1].children.append(built)
        else:
            self.root = built

    def _content(self, event: Any) -> tuple[int, int]:
        """Where a node's content starts, behind its anchor and tag, and where its event ends."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None or event.tag is not None:
            match = _PROPERTIES.match(self.text.content, start)
            start = match.end() if match else start
        return start, end

    def _scalar(self, event: Any) -> _Built:
        start, end = self._content(event)
        style = _STYLES.get(event.style, "plain")
        if style in ("literal", "folded"):  # the event ends where the next token starts
            end = start + len(self.text.content[start:end].rstrip())
        start = min(start, end)
        tag = _tag(event.tag)
        value = resolve(event.value, tag, style == "plain")
        return _Built(YamlScalar(value, event.value, style, self.text.span(start, end), tag), 1, 0, start, end)

    def _alias(self, event: Any) -> _Built:
        start, end = event.start_mark.index, event.end_mark.index
        found = self.anchors.get(event.anchor)
        if found is not None:
            return found._replace(start=start, end=end)
        span = self.text.span(start, end)
        name = _shown(event.anchor)
        if event.anchor in self.anchors:
            self._problem(f"the anchor `{name}` contains an alias to itself", span, "alias")
        else:
            self._problem(f"the alias `*{name}` has no anchor before it", span, "alias")
        return _Built(YamlScalar(None, "", "plain", span), 1, 0, start, end)

    def _extent(self, opened: _Open, event: Any) -> tuple[int, int]:
        start, _ = self._content(opened.event)
        if opened.event.flow_style:
            return start, event.end_mark.index
        if not opened.children:
            return start, start
        if opened.is_mapping:  # the first key may have an anchor or a tag of its own
            start = min(start, opened.children[0].start)
        return start, max(start, opened.children[-1].end)

    def _sequence(self, opened: _Open, event: Any) -> _Built:
        start, end = self._extent(opened, event)
        items = opened.children
        node = YamlSequence(tuple(item.node for item in items), self.text.span(start, end), _tag(opened.event.tag))
        return _Built(node, 1 + sum(item.size for item in items), _height(items), start, end)

    def _mapping(self, opened: _Open, event: Any) -> _Built:
        start, end = self._extent(opened, event)
        children = opened.children
        written: list[Entry] = []
        merges: tuple[YamlMapping, ...] = ()
        lines: dict[str, int] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            name = key.node
            key_span = self.text.span(key.start, key.end)
            if not isinstance(name, YamlScalar):
                self._problem("a key is a sequence or a mapping", key_span, "key")
                continue
            if name.text in lines:
                message = f"the key `{_shown(name.text)}` is already defined on line {lines[name.text]}"
                self._problem(message, key_span, "duplicate")
            lines[name.text] = key_span.line
            if name.text == "<<" and (name.tag == "!!merge" or (name.tag is None and name.style == "plain")):
                merges = (*self._merged(value), *merges)
            else:
                written.append(Entry(name.text, key_span, value.node))
        node = YamlMapping(tuple(written), self.text.span(start, end), merges, _tag(opened.event.tag))
        return _Built(node, 1 + sum(child.size for child in children), _height(children), start, end)

    def _merged(self, value: _Built) -> tuple[YamlMapping, ...]:
        nodes = value.node.items if isinstance(value.node, YamlSequence) else (value.node,)
        merged = tuple(node for node in nodes if isinstance(node, YamlMapping))
        if len(merged) < len(nodes):
            span = self.text.span(value.start, value.end)
            self._problem("`<<` takes a mapping or a list of mappings", span, "merge")
        return merged


def _height(children: list[_Built]) -> int:
    return 1 + max((child.height for child in children), default=0)


def _tag(tag: str | None) -> str | None:
    if tag is not None and tag.startswith(_STANDARD_TAG):
        return f"!!{tag[len(_STANDARD_TAG) :]}"
    return tag


def _shown(name: str) -> str:
    return name if len(name) <= _SHOWN_KEY else f"{name[:_SHOWN_KEY]}..."
