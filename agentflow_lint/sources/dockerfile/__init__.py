"""The Dockerfile reader: instructions with exact positions, stages, variables and commands."""

from __future__ import annotations

from agentflow_lint.sources.dockerfile.base_images import BaseImage, base_image, base_python, base_user
from agentflow_lint.sources.dockerfile.facts import (
    Command,
    Directive,
    Dockerfile,
    EnvValue,
    Expanded,
    Flag,
    Heredoc,
    Instruction,
    LocatedText,
    Pair,
    Problem,
    Stage,
    Step,
    Word,
)
from agentflow_lint.sources.dockerfile.reader import read_dockerfile

__all__ = [
    "BaseImage",
    "Command",
    "Directive",
    "Dockerfile",
    "EnvValue",
    "Expanded",
    "Flag",
    "Heredoc",
    "Instruction",
    "LocatedText",
    "Pair",
    "Problem",
    "Stage",
    "Step",
    "Word",
    "base_image",
    "base_python",
    "base_user",
    "read_dockerfile",
]
