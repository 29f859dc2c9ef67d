"""YAML with positions, for files whose readers are written in Go: docker compose, kubectl and their relatives."""

from agentflow_lint.sources.yaml.nodes import (
    Entry,
    Problem,
    YamlDocument,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    YamlStream,
    plain,
)
from agentflow_lint.sources.yaml.reader import read_yaml

__all__ = [
    "Entry",
    "Problem",
    "YamlDocument",
    "YamlMapping",
    "YamlNode",
    "YamlScalar",
    "YamlSequence",
    "YamlStream",
    "plain",
    "read_yaml",
]
