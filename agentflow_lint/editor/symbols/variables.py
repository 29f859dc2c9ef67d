"""The variables that a deployment's files set, and the files that they name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.editor.symbols.facts import FileName, SettingVariable
from agentflow_lint.model.comment_kinds import CommentKinds
from agentflow_lint.sources.text import Span
from agentflow_lint.sources.yaml.nodes import YamlMapping, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.symbols.facts import Symbol
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.values import Notation
    from agentflow_lint.sources.text import SourceText
    from agentflow_lint.sources.yaml.nodes import YamlNode


def variable_symbols(view: View) -> Iterator[Symbol]:
    """What a file that is neither the config nor Python sets and names."""
    kind = CommentKinds(view.project).of(view.path)
    if kind == "env" or (kind == "procfile" and _is_raw_env_file(view)):
        yield from _of_env_file(view.text)
    elif kind == "dockerfile":
        yield from _of_dockerfile(view)
    elif kind == "yaml":
        yield from _of_yaml(view)


def _is_raw_env_file(view: View) -> bool:
    return not posixpath.basename(view.path).lower().startswith("procfile")


def _of_env_file(text: SourceText) -> Iterator[SettingVariable]:
    from agentflow_lint.sources.dotenv import read_env

    for each in read_env(text).bindings:
        yield SettingVariable(each.name, each.span, each.name_span, each.value, each.value_span, "env-file")


# --- Dockerfiles ---------------------------------------------------------------------------------------------------


def _of_dockerfile(view: View) -> Iterator[Symbol]:
    from agentflow_lint.sources.dockerfile import read_dockerfile

    for each in read_dockerfile(view.text).instructions:
        if each.keyword in ("ENV", "ARG"):
            notation: Notation | None = "docker-env" if each.keyword == "ENV" else None
            for pair in each.pairs:
                value = _unquoted(pair.value.text) if pair.value is not None else None
                value_span = pair.value.span if pair.value is not None else None
                yield SettingVariable(pair.name.text, pair.span, pair.name.span, value, value_span, notation)
        elif each.keyword in ("COPY", "ADD") and each.flag("from") is None:
            for word in each.words[:-1]:
                path = posixpath.normpath(word.text.lstrip("/"))
                if path not in (".", "") and view.project.files.is_file(path):
                    yield FileName(path, word.span)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


# --- YAML ----------------------------------------------------------------------------------------------------------


def _of_yaml(view: View) -> Iterator[Symbol]:
    from agentflow_lint.sources.yaml import read_yaml

    for document in read_yaml(view.text).documents:
        root = document.root
        if not isinstance(root, YamlMapping):
            continue
        if root.get("services") is not None:
            yield from _of_compose(view, root)
        elif root.get("kind") is not None or root.get("configMapGenerator") is not None:
            for mapping in _mappings(root):
                yield from _of_object(view.text, mapping)


def _of_compose(view: View, root: YamlMapping) -> Iterator[Symbol]:
    folder = posixpath.dirname(view.path)
    services = root.get("services")
    for entry in services.entries if isinstance(services, YamlMapping) else ():
        service = entry.value
        if not isinstance(service, YamlMapping):
            continue
        yield from _of_environment(view.text, service.get("environment"), "compose")
        yield from _env_files(folder, service.get("env_file"))
        build = service.get("build")
        dockerfile = build.get("dockerfile") if isinstance(build, YamlMapping) else None
        if isinstance(build, YamlMapping):
            yield from _of_environment(view.text, build.get("args"), None)
            context = build.get("context")
            home = context.text if isinstance(context, YamlScalar) else "."
            if isinstance(dockerfile, YamlScalar) and "$" not in dockerfile.text + home:
                yield FileName(posixpath.normpath(posixpath.join(folder, home, dockerfile.text)), dockerfile.span)


def _env_files(folder: str, node: YamlNode | None) -> Iterator[FileName]:
    for item in node.items if isinstance(node, YamlSequence) else [node]:
        path = item.get("path") if isinstance(item, YamlMapping) else item
        if isinstance(path, YamlScalar) and path.text and "$" not in path.text:
            yield FileName(posixpath.normpath(posixpath.join(folder, path.text)), path.span)


def _of_environment(text: SourceText, node: YamlNode | None, notation: Notation | None) -> Iterator[SettingVariable]:
    """``NAME: value`` or ``- NAME=value``; what ``<<`` merges in stands where it is written."""
    if isinstance(node, YamlMapping):
        for entry in (*node.written, *(each for merged in node.merges for each in merged.written)):
            if isinstance(entry.value, YamlScalar):
                yield _entry(entry.key, entry.key_span, entry.value, notation)
    elif isinstance(node, YamlSequence):
        for item in node.items:
            if isinstance(item, YamlScalar):
                yield _assignment(text, item, notation)


def _entry(name: str, span: Span, value: YamlScalar, notation: Notation | None) -> SettingVariable:
    if value.value is None and not value.text.strip("~"):
        return SettingVariable(name, span, span, None, None, notation)
    return SettingVariable(name, Span(*span[:2], *value.span[2:]), span, value.text, value.span, notation)


def _assignment(text: SourceText, item: YamlScalar, notation: Notation | None) -> SettingVariable:
    name, equals, value = item.text.partition("=")
    span = item.span
    first = span.column + (item.style in ("single", "double"))
    if text.line(span.line)[first - 1 : first - 1 + len(name)] != name or span.line != span.end_line:
        return SettingVariable(name, span, span, value if equals else None, span if equals else None, notation)
    middle = first + len(name)
    end = span.end_column - (item.style in ("single", "double"))
    value_span = Span(span.line, middle + 1, span.line, end) if equals else None
    name_span = Span(span.line, first, span.line, middle)
    whole = Span(span.line, first, span.line, end)
    return SettingVariable(name, whole, name_span, value if equals else None, value_span, notation)


def _of_object(text: SourceText, mapping: YamlMapping) -> Iterator[SettingVariable]:
    """The variables that a mapping of a manifest sets: those of a container, or the keys of a ConfigMap."""
    env = mapping.get("env")
    for item in env.items if isinstance(env, YamlSequence) else ():
        name = item.get("name") if isinstance(item, YamlMapping) else None
        if not isinstance(name, YamlScalar) or not isinstance(item, YamlMapping):
            continue
        value = item.get("value")
        if isinstance(value, YamlScalar):
            first, last = sorted((name.span, value.span))
            span = Span(*first[:2], *last[2:])
            yield SettingVariable(name.text, span, name.span, value.text, value.span, "kubernetes")
        else:
            yield SettingVariable(name.text, name.span, name.span, None, None, "kubernetes")
    kind = mapping.get("kind")
    data = mapping.get("data")
    if isinstance(kind, YamlScalar) and kind.text == "ConfigMap" and isinstance(data, YamlMapping):
        for entry in data.written:
            if isinstance(entry.value, YamlScalar) and entry.key.isidentifier():
                yield _entry(entry.key, entry.key_span, entry.value, None)
    generated = mapping.get("configMapGenerator")
    for item in generated.items if isinstance(generated, YamlSequence) else ():
        literals = item.get("literals") if isinstance(item, YamlMapping) else None
        yield from _of_environment(text, literals if isinstance(literals, YamlSequence) else None, None)


def _mappings(root: YamlNode) -> Iterator[YamlMapping]:
    todo: list[YamlNode] = [root]
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, YamlMapping):
            yield node
            todo.extend(entry.value for entry in node.entries)
        elif isinstance(node, YamlSequence):
            todo.extend(node.items)
