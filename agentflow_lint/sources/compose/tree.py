"""From the YAML of a compose file to its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from agentflow_lint.records import record
from agentflow_lint.sources.compose.interpolation import Interpolation, Undetermined, interpolate
from agentflow_lint.sources.compose.nodes import ComposeProblem, Entry, Mapping, Node, Place, Scalar, Sequence, written
from agentflow_lint.sources.text import START
from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, read_yaml

if TYPE_CHECKING:
    from agentflow_lint.sources.compose.interpolation import Lookup
    from agentflow_lint.sources.text import SourceText, Span
    from agentflow_lint.sources.yaml import YamlNode, YamlSequence

ResetPath: TypeAlias = "tuple[str, ...]"
"""Keys from the top; nothing before ``()``."""

#: A value longer than this holds no variables that anybody would want followed.
_MAX_TEXT = 1 << 16
#: Compose refuses a document with more nodes, each counted wherever an alias repeats it (loader/reset.go).
_MAX_NODES = 100_000
#: ``!reset`` and ``!override`` beyond this many are no configuration.
_MAX_RESETS = 10_000


@record(frozen=True)
class ComposeDocument:
    """One document of a file. ``resets`` are the paths tagged ``!reset`` or ``!override``: what an earlier file or an
    extended service says there is dropped before this one is merged.
    """

    root: Mapping
    resets: tuple[ResetPath, ...] = ()


@record(frozen=True)
class ComposeTree:
    """The documents of a compose file, which compose merges in order, and why it stops at the file."""

    documents: tuple[ComposeDocument, ...]
    problems: tuple[ComposeProblem, ...] = ()


def read_tree(text: SourceText, path: str, folder: str, lookup: Lookup) -> ComposeTree:
    """Read a compose file; never raises.

    ``path`` is the file's, for the places; relative paths in it start from ``folder``. ``lookup`` gives the variables
    for interpolation, which are put into the values and never into keys.
    """
    stream = read_yaml(text)
    problems = [ComposeProblem(f"the YAML: {each.message}", Place(path, each.span, folder)) for each in stream.problems]
    if problems:
        return ComposeTree((), tuple(problems))
    documents = []
    for document in stream.documents:
        if document.root is None:
            continue
        builder = _Builder(path, folder, lookup)
        if not isinstance(document.root, YamlMapping):
            problems.append(ComposeProblem("the top level is no mapping", builder.place(document.root.span)))
            continue
        try:
            node, resets = builder.build(document.root)
        except _TooManyError as error:
            problems.append(ComposeProblem(f"it has more than {_MAX_NODES} nodes", builder.place(error.args[0])))
            break
        problems += builder.problems
        if isinstance(node, Mapping):
            documents.append(ComposeDocument(node, resets))
    if not documents and not problems:
        problems.append(ComposeProblem("the file is empty", Place(path, START, folder)))
    return ComposeTree(tuple(documents), tuple(problems))


class _TooManyError(Exception):
    """(span,): where compose gives up counting."""


class _Builder:
    def __init__(self, path: str, folder: str, lookup: Lookup) -> None:
        self._path = path
        self._folder = folder
        self._lookup = lookup
        self._visits = 0
        self._built: dict[int, tuple[Node | None, tuple[ResetPath, ...]]] = {}
        self.problems: list[ComposeProblem] = []

    def place(self, span: Span) -> Place:
        return Place(self._path, span, self._folder)

    def build(self, node: YamlNode) -> tuple[Node | None, tuple[ResetPath, ...]]:
        """The node and the paths below it that are reset; None for one that is tagged ``!reset``."""
        known = self._built.get(id(node))
        self._visits += 1
        if self._visits > _MAX_NODES:
            raise _TooManyError(node.span)
        if known is None:
            known = self._built[id(node)] = self._convert(node)
        return known

    def _convert(self, node: YamlNode) -> tuple[Node | None, tuple[ResetPath, ...]]:
        if node.tag == "!reset":
            return None, ((),)
        resets: list[ResetPath] = []
        if isinstance(node, YamlScalar):
            converted: Node = self._scalar(node)
        elif isinstance(node, YamlMapping):
            converted = self._mapping(node, resets)
        else:
            converted = self._sequence(node, resets)
        return converted, ((),) if node.tag == "!override" else tuple(resets[:_MAX_RESETS])

    def _mapping(self, node: YamlMapping, resets: list[ResetPath]) -> Mapping:
        entries = {}
        for entry in node.entries:
            value, inner = self.build(entry.value)
            resets += [(entry.key, *rest) for rest in inner]
            if value is not None:
                entries[entry.key] = Entry(entry.key, self.place(entry.key_span), value)
        return Mapping(entries, self.place(node.span))

    def _sequence(self, node: YamlSequence, resets: list[ResetPath]) -> Sequence:
        items = []
        for number, item in enumerate(node.items):
            value, inner = self.build(item)
            resets += [(str(number), *rest) for rest in inner]
            if value is not None:
                items.append(value)
        return Sequence(tuple(items), self.place(node.span))

    def _scalar(self, node: YamlScalar) -> Scalar:
        place = self.place(node.span)
        value = node.text if node.tag in ("!override", "!!str") else node.value
        if not isinstance(value, str):
            text = written(value)
            return Scalar(value, Interpolation((text,) if text else ()), place)
        if len(value) > _MAX_TEXT and "$" in value:
            return Scalar(value, Interpolation((Undetermined("it is too long"),)), place)
        interpolation = interpolate(value, self._lookup)
        if interpolation.problem is not None:
            self.problems.append(ComposeProblem(interpolation.problem, place))
        return Scalar(value, interpolation, place, _column(node, interpolation))


def _column(node: YamlScalar, interpolation: Interpolation) -> int | None:
    """Where the text starts, if the file has it character by character."""
    span = node.span
    quotes = 1 if node.style in ("single", "double") else 0
    is_verbatim = span.line == span.end_line and span.end_column - span.column == len(node.text) + 2 * quotes
    if node.style in ("literal", "folded") or not is_verbatim or interpolation.text != node.text:
        return None
    return span.column + quotes
