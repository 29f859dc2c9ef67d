"""Reads kustomization files: what they build on, what they change, which ConfigMaps they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.kubernetes.facts import (
    ConfigMap,
    Kustomization,
    ObjectName,
    Pair,
    Patch,
    ReplicaCount,
    Written,
)
from agentflow_lint.sources.kubernetes.patches import read_patch
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.kubernetes.facts import Text
    from agentflow_lint.sources.kubernetes.fields import Fields

#: The names under which kustomize looks for the file in a folder.
KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

#: Fields by which a kustomization changes workloads in ways that are not followed here.
_CHANGES = (
    "replacements",
    "vars",
    "transformers",
    "components",
    "helmCharts",
    "helmChartInflationGenerator",
    "configurations",
)


def read_kustomization(fields: Fields) -> Kustomization:
    """The kustomization in a file's root."""
    return Kustomization(
        span=fields.span,
        resources=(*(fields.texts("resources") or ()), *(fields.texts("bases") or ())),
        patches=tuple(_patches(fields)),
        changes=tuple(
            Pair(name, Written(name, fields.key_span(name)), fields.key_span(name))
            for name in _CHANGES
            if name in fields
        ),
        replicas=tuple(
            ReplicaCount(name, count)
            for each in fields.children("replicas")
            if (name := each.plain_text("name")) is not None and (count := each.number("count")) is not None
        ),
        config_maps=tuple(_generated(each) for each in fields.children("configMapGenerator")),
    )


def _patches(fields: Fields) -> Iterator[Patch]:
    for name in ("patches", "patchesJson6902"):
        for each in fields.children(name):
            target = each.child("target")
            precise = target and not any(key in target for key in ("labelSelector", "annotationSelector"))
            inline = each.text("patch")
            yield Patch(
                span=each.span,
                file=each.text("path"),
                inline=read_patch(SourceText(inline.value)) if inline and inline.value is not None else None,
                has_target=bool(target),
                target_kind=target.plain_text("kind") if precise else None,
                target_name=target.plain_text("name") if precise else None,
            )
    for text in fields.texts("patchesStrategicMerge") or ():
        if text.value is not None and "\n" in text.value:
            yield Patch(text.span, inline=read_patch(SourceText(text.value)))
        else:
            yield Patch(text.span, file=text)


def _generated(fields: Fields) -> ConfigMap:
    at = ObjectName("ConfigMap", fields.plain_text("name"), fields.plain_text("namespace"), fields.span)
    files = [name for name in ("envs", "env", "files") if name in fields]
    behavior = fields.text("behavior")
    reason = None
    if files:
        reason = f"its {files[0]} are not read"
    if behavior is not None and behavior.value != "create":
        reason = "it is merged with another one"
    return ConfigMap(at, tuple(_literals(fields)), reason)


def _literals(fields: Fields) -> Iterator[Pair]:
    for literal in fields.texts("literals") or ():
        if literal.value is None:
            continue
        key, equals, value = literal.value.partition("=")
        if equals:
            yield Pair(key, _unquoted(literal, value), literal.span)


def _unquoted(literal: Text, value: str) -> Text:
    """A literal's value without the quotes that kustomize takes off (api/kv: ``NAME="value"``)."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return Written(value, literal.span)
