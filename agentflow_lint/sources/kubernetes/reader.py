"""From a text to what it tells Kubernetes, and what only a template engine could make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import once
from agentflow_lint.sources.kubernetes.facts import Manifest, Problem, Undecided
from agentflow_lint.sources.kubernetes.fields import Fields
from agentflow_lint.sources.kubernetes.kustomization import read_kustomization
from agentflow_lint.sources.kubernetes.objects import read_object
from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, YamlSequence, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.kubernetes.facts import KubernetesObject
    from agentflow_lint.sources.text import SourceText
    from agentflow_lint.sources.yaml import YamlDocument, YamlNode

#: The parts of a name such as ``apps/v1``.
_API_VERSION = re.compile(r"(?:[a-z0-9.-]+/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_ACTION = re.compile(r"^[^#\n]*?(\{[{%])", re.MULTILINE)
_TEMPLATE = "it is a template: `{}` stands outside strings"
#: Lists in lists of objects beyond this are not opened.
_LIST_DEPTH = 5


@once
def read_manifest(text: SourceText, *, is_kustomization: bool = False) -> Manifest:
    """What a text tells Kubernetes; an empty manifest for YAML of another kind. Never raises.

    ``is_kustomization`` says that the file has one of kustomize's names, so that it needs neither apiVersion nor kind.
    """
    if not is_kustomization and not ("apiVersion" in text.content and "kind" in text.content):
        return Manifest()
    stream = read_yaml(text)
    action = _ACTION.search(text.content)
    if action and (stream.problems or any(_is_template(document.root) for document in stream.documents)):
        return Manifest(undecided=(Undecided(_TEMPLATE.format(action[1]), text.span(*action.span(1))),))
    objects: list[KubernetesObject] = []
    problems: list[Problem] = []
    for document in stream.documents:
        objects.extend(_objects(document.root, problems, is_kustomization, 0))
    if objects or _fails(stream.documents):
        problems.extend(
            Problem(f"it is not valid YAML: {each.message}", each.span, each.kind != "duplicate")
            for each in stream.problems
        )
    return Manifest(tuple(objects), tuple(sorted(problems, key=lambda problem: problem.span)))


def _fails(documents: tuple[YamlDocument, ...]) -> bool:
    """Whether a document that cannot be read hides what the file is."""
    return any(document.root is None and document.problems for document in documents)


def _objects(
    node: YamlNode | None, problems: list[Problem], is_kustomization: bool, depth: int
) -> Iterator[KubernetesObject]:
    if not isinstance(node, YamlMapping):
        return
    found: list[Problem] = []
    fields = Fields(node, "", node.span, found)
    api_version, kind = _name(node, "apiVersion"), _name(node, "kind")
    if is_kustomization or (kind == "Kustomization" and (api_version or "").startswith("kustomize.config.k8s.io/")):
        yield read_kustomization(fields)
        problems.extend(found)
        return
    if kind is None or api_version is None or not _API_VERSION.fullmatch(api_version):
        return
    items = node.get("items")
    if kind.endswith("List") and isinstance(items, YamlSequence):
        for item in items.items if depth < _LIST_DEPTH else ():
            yield from _objects(item, problems, is_kustomization, depth + 1)
        return
    yield read_object(fields, kind, api_version)
    problems.extend(found)


def _name(node: YamlMapping, key: str) -> str | None:
    value = node.get(key)
    return value.value if isinstance(value, YamlScalar) and isinstance(value.value, str) else None


def _is_template(root: YamlNode | None) -> bool:
    """Whether a template's action was read as YAML: ``{{ x }}`` is a mapping in a mapping's key, or plain text."""
    seen: set[int] = set()
    todo: list[YamlNode] = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, YamlMapping):
            todo.extend(entry.value for entry in node.written)
            todo.extend(node.merges)
            if any("{{" in entry.key for entry in node.written):
                return True
        elif isinstance(node, YamlSequence):
            todo.extend(node.items)
        elif node.style == "plain" and "{{" in node.text:
            return True
    return False
