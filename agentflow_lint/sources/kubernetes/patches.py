"""Reads patches of kustomize: which objects they are for, and which fields they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import once
from agentflow_lint.sources.kubernetes.facts import PatchedObject
from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, YamlSequence, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import SourceText
    from agentflow_lint.sources.yaml import YamlNode

#: Fields of a patch that is larger are not listed.
_MOST_FIELDS = 1000


@once
def read_patch(text: SourceText) -> tuple[PatchedObject, ...] | None:
    """The objects that a patch is written for; None when it cannot be read.

    A strategic merge patch names its object. A list of JSON patch operations does not, so its object has neither kind
    nor name: whoever refers to the patch says what it is for.
    """
    stream = read_yaml(text)
    roots = [document.root for document in stream.documents if document.root is not None]
    if stream.problems or not roots:
        return None
    found = []
    for root in roots:
        if isinstance(root, YamlMapping):
            found.append(_strategic(root))
        elif isinstance(root, YamlSequence):
            found.append(PatchedObject(None, None, tuple(_operations(root))))
        else:
            return None
    return tuple(found)


def _strategic(root: YamlMapping) -> PatchedObject:
    own = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
    paths: list[tuple[str, ...]] = []
    for path in _fields(root):
        if len(paths) == _MOST_FIELDS:
            return PatchedObject(_text(root.get("kind")), _text(root.at("metadata", "name")), ((),))
        if path not in own:
            paths.append(path)
    return PatchedObject(_text(root.get("kind")), _text(root.at("metadata", "name")), tuple(dict.fromkeys(paths)))


def _fields(root: YamlMapping) -> Iterator[tuple[str, ...]]:
    """The paths of the fields that a patch sets; ``$patch`` and its like change what they stand in."""
    todo: list[tuple[tuple[str, ...], YamlNode]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, YamlMapping) and node.entries:
            for entry in node.entries:
                if entry.key.startswith("$"):
                    yield path
                else:
                    todo.append(((*path, entry.key), entry.value))
        elif isinstance(node, YamlSequence) and any(isinstance(item, YamlMapping) for item in node.items):
            todo.extend(((*path, "*"), item) for item in node.items)
        elif path:
            yield path


def _operations(root: YamlSequence) -> Iterator[tuple[str, ...]]:
    for item in root.items:
        found = False
        for key in ("path", "from"):
            pointer = _text(item.at(key))
            if pointer is not None:
                found = True
                yield tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
        if not found:
            yield ()


def _text(node: YamlNode | None) -> str | None:
    return node.value if isinstance(node, YamlScalar) and isinstance(node.value, str) else None
