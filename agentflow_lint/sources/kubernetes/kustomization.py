"""Reads kustomization files: what they build on, what they change, which ConfigMaps they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.kubernetes.facts import ConfigMap, Kustomization, ObjectName, Pair, ReplicaCount, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.kubernetes.facts import Text
    from agentflow_lint.sources.kubernetes.fields import Fields

#: The names under which kustomize looks for the file in a folder.
KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

#: Fields by which a kustomization changes workloads, beside ``images`` and ``replicas``, in ways not followed here.
_CHANGES = (
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
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
    patches = [text for each in fields.children("patches") if (text := each.text("path"))]
    patches += [text for each in fields.children("patchesJson6902") if (text := each.text("path"))]
    patches += [text for text in fields.texts("patchesStrategicMerge") or () if text.value and "\n" not in text.value]
    return Kustomization(
        span=fields.span,
        resources=(*(fields.texts("resources") or ()), *(fields.texts("bases") or ())),
        patch_files=tuple(patches),
        patched=tuple(
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
