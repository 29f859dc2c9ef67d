"""A new ENV instruction in the final stage of a Dockerfile, read back: it sets what it should, and the rest stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.dockerfile import line_of_command
from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.image.built import Image


def with_env(image: Image, variables: Mapping[str, str]) -> Edit | None:
    """The edit that sets ``variables`` before the command of an image, above the comment on it; None without one."""
    from agentflow_lint.sources.dockerfile import read_dockerfile

    text = image.files.read(image.dockerfile_path)
    line = line_of_command(image.stage)
    if line is None or not isinstance(text, SourceText):
        return None
    while text.line(line - 1).lstrip().startswith("#"):
        line -= 1
    pairs = " ".join(f'{name}="{value}"' if not value else f"{name}={value}" for name, value in variables.items())
    edit = Edit(Location(image.dockerfile_path, Span(line, 1, line, 1)), f"ENV {pairs}\n")
    after = read_dockerfile(SourceText(apply_edits(text, [edit]), text.has_bom))
    if len(after.stages) != len(image.dockerfile.stages) or len(after.problems) != len(image.dockerfile.problems):
        return None
    for before, stage in zip(image.dockerfile.stages, after.stages, strict=True):
        expected = {name: each.value for name, each in before.env.items()}
        added = stage.index == image.stage.index
        if added:
            expected |= variables
        if {name: each.value for name, each in stage.env.items()} != expected:
            return None
        if len(stage.steps) != len(before.steps) + added:
            return None
    return edit
