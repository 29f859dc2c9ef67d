"""Typed access to the fields of a manifest: what has the wrong type becomes a problem and a value that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.kubernetes.facts import Flag, Number, Pair, PortReference, Problem, Text, Written
from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, YamlSequence
from agentflow_lint.sources.yaml.resolving import YAML_11_BOOLEANS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import Span
    from agentflow_lint.sources.yaml import YamlNode

#: Problems of one manifest are recorded up to this number; more of them say nothing more.
_PROBLEM_LIMIT = 100
_TEMPLATE = "a template fills it in"


def value_of(scalar: YamlScalar) -> str | int | float | bool | None:
    """What a scalar is for Kubernetes, whose go-yaml (sigs.k8s.io/yaml, goyaml.v2) has the booleans of YAML 1.1."""
    if scalar.style == "plain" and scalar.tag is None and scalar.text in YAML_11_BOOLEANS:
        return YAML_11_BOOLEANS[scalar.text]
    return scalar.value


class Fields:
    """A mapping of a manifest at a ``path`` such as ``spec.template``; one without a node has no fields."""

    def __init__(self, node: YamlMapping | None, path: str, span: Span, problems: list[Problem]) -> None:
        self.node = node
        self.path = path
        self.span = span
        self._problems = problems

    def __bool__(self) -> bool:
        return self.node is not None

    def __contains__(self, key: str) -> bool:
        return self._value(key) is not None

    def text(self, key: str) -> Text | None:
        """A field that takes a string."""
        node = self._value(key)
        return None if node is None else self._text(node, self._at(key))

    def plain_text(self, key: str) -> str | None:
        """The same where only a known one is of use."""
        found = self.text(key)
        return found.value if found else None

    def number(self, key: str) -> Number | None:
        """A field that takes a whole number."""
        node = self._value(key)
        if node is None:
            return None
        value = value_of(node) if isinstance(node, YamlScalar) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return Written(value, node.span)
        return Written(None, node.span, self._wrong(node, self._at(key), "a whole number"))

    def flag(self, key: str) -> Flag | None:
        """A field that takes a boolean."""
        node = self._value(key)
        if node is None:
            return None
        value = value_of(node) if isinstance(node, YamlScalar) else None
        if isinstance(value, bool):
            return Written(value, node.span)
        return Written(None, node.span, self._wrong(node, self._at(key), "true or false"))

    def port(self, key: str) -> PortReference | None:
        """A field that takes a port's number or name."""
        node = self._value(key)
        value = value_of(node) if isinstance(node, YamlScalar) else None
        if isinstance(node, YamlScalar) and isinstance(value, str):
            text = self._text(node, self._at(key))
            return Written(text.value, text.span, text.reason)
        found = self.number(key)
        return Written(found.value, found.span, found.reason) if found else None

    def child(self, key: str) -> Fields:
        """A field that takes a mapping."""
        return self._mapping(self._value(key), self._at(key))

    def children(self, key: str) -> Iterator[Fields]:
        """The items of a field that takes a list of mappings; those of another type are left out."""
        for index, item in self._items(key):
            found = self._mapping(item, f"{self._at(key)}[{index}]")
            if found:
                yield found

    def texts(self, key: str) -> tuple[Text, ...] | None:
        """A field that takes a list of strings; None when it is not there."""
        if key not in self:
            return None
        return tuple(self._text(item, f"{self._at(key)}[{index}]") for index, item in self._items(key))

    def pairs(self, key: str) -> tuple[Pair, ...]:
        """A field that takes a mapping of strings."""
        child = self.child(key)
        entries = child.node.entries if child.node else ()
        found = []
        for entry in entries:
            value = self._text(entry.value, f"{self._at(key)}.{entry.key}")
            found.append(Pair(entry.key, value, entry.key_span))
        return tuple(found)

    def keys(self, key: str) -> tuple[str, ...]:
        """The keys of a field that takes a mapping."""
        child = self.child(key)
        return tuple(entry.key for entry in child.node.entries) if child.node else ()

    def key_span(self, key: str) -> Span:
        """The place of a field's key; that of the whole mapping when the field is not there."""
        entry = self.node.entry(key) if self.node else None
        return entry.key_span if entry else self.span

    def value_span(self, key: str) -> Span:
        """The place of a field's value; that of the whole mapping when the field is not there."""
        node = self._value(key)
        return node.span if node is not None else self.span

    def problem(self, message: str, span: Span) -> None:
        """Note why the API server would refuse the object."""
        if len(self._problems) < _PROBLEM_LIMIT:
            self._problems.append(Problem(message, span))

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _value(self, key: str) -> YamlNode | None:
        """The value of a field; None, too, for a null, which is the same to Kubernetes."""
        node = self.node.get(key) if self.node else None
        return None if isinstance(node, YamlScalar) and node.value is None else node

    def _items(self, key: str) -> Iterator[tuple[int, YamlNode]]:
        node = self._value(key)
        if isinstance(node, YamlSequence):
            yield from enumerate(node.items)
        elif node is not None:
            self._wrong(node, self._at(key), "a list")

    def _mapping(self, node: YamlNode | None, path: str) -> Fields:
        if isinstance(node, YamlMapping):
            return Fields(node, path, node.span, self._problems)
        if node is not None:
            self._wrong(node, path, "a mapping")
        return Fields(None, path, node.span if node else self.span, self._problems)

    def _text(self, node: YamlNode, path: str) -> Text:
        value = value_of(node) if isinstance(node, YamlScalar) else None
        if isinstance(node, YamlScalar) and isinstance(value, str):
            if "{{" in value and node.style not in ("literal", "folded"):
                return Written(None, node.span, _TEMPLATE)
            return Written(value, node.span)
        return Written(None, node.span, self._wrong(node, path, "a string"))

    def _wrong(self, node: YamlNode, path: str, wanted: str) -> str:
        """Note a value of the wrong type, and say why it is not known."""
        if isinstance(node, YamlScalar) and node.style == "plain" and ("{{" in node.text or "${" in node.text):
            return _TEMPLATE
        found = _type_of(node)
        self.problem(f"{path} takes {wanted}, and this is {found}", node.span)
        return f"it is {found} where Kubernetes takes {wanted}"


def _type_of(node: YamlNode) -> str:
    if isinstance(node, YamlSequence):
        return "a list"
    if isinstance(node, YamlMapping):
        return "a mapping"
    value = value_of(node)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "a string" if isinstance(value, str) else "a number"
