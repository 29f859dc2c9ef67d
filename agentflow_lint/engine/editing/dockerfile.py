"""New instructions in the final stage of a Dockerfile, read back: they are in that stage, and the rest stays."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Known, Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Stage

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./@+-]+\Z")
#: What would no longer do the same behind an instruction that changes the user or adds files.
_BUILDING = ("RUN", "COPY", "ADD", "USER", "WORKDIR")


def before_command(image: Image, lines: Sequence[str]) -> Edit | None:
    """The edit that puts instructions in front of the command, above the comment on it.

    None where the stage has no command of its own, or builds on behind it.
    """
    from agentflow_lint.sources.dockerfile import read_dockerfile

    text = image.files.read(image.dockerfile_path)
    line = _line_of_command(image.stage)
    if line is None or not isinstance(text, SourceText):
        return None
    if any(each.first_line > line and each.keyword in _BUILDING for each in image.stage.instructions):
        return None
    while text.line(line - 1).lstrip().startswith("#") and line - 1 > image.stage.instruction.last_line:
        line -= 1
    edit = Edit(Location(image.dockerfile_path, Span(line, 1, line, 1)), "".join(f"{each}\n" for each in lines))
    after = read_dockerfile(SourceText(apply_edits(text, [edit]), text.has_bom))
    before = image.dockerfile
    if len(after.stages) != len(before.stages) or len(after.problems) != len(before.problems):
        return None
    added = [len(new.steps) - len(old.steps) for old, new in zip(before.stages, after.stages, strict=True)]
    return edit if sum(added) == added[image.stage.index] == len(lines) else None


def env_added(image: Image, variables: Mapping[str, str]) -> Edit | None:
    """The edit that sets variables with an ENV in front of the command; None where others would change with them."""
    from agentflow_lint.sources.dockerfile import read_dockerfile

    pairs = " ".join(f"{name}={value}" if value else f'{name}=""' for name, value in variables.items())
    edit = before_command(image, [f"ENV {pairs}"])
    text = image.files.read(image.dockerfile_path)
    if edit is None or not isinstance(text, SourceText):
        return None
    after = read_dockerfile(SourceText(apply_edits(text, [edit]), text.has_bom))
    for before, stage in zip(image.dockerfile.stages, after.stages, strict=True):
        expected = {name: each.value for name, each in before.env.items()}
        expected |= variables if stage.index == image.stage.index else {}
        if {name: each.value for name, each in stage.env.items()} != expected:
            return None
    return edit


def copy_of(image: Image, project_path: str, target: str) -> str | None:
    """The COPY that brings a file or folder of the project to a place of the image; None where it is not in reach."""
    source = posixpath.relpath(project_path, image.context or ".")
    if image.above is not None or source.startswith("..") or image.excluded_by(project_path) is not None:
        return None
    if not _PLAIN_PATH.match(source) or not _PLAIN_PATH.match(target):
        return None
    return f"COPY {source} {target}"


def let_into_context(image: Image, project_path: str, image_path: str | None = None) -> Edit | None:
    """The edit that takes a path out of what the ignore file keeps away.

    None where it would not be in the image (at ``image_path``, if given) all the same.
    """
    from agentflow_lint.sources.dockerignore import read_dockerignore

    path = image.ignore_path
    text = image.files.read(path) if path else None
    inside = posixpath.relpath(project_path, image.context or ".")
    if path is None or not isinstance(text, SourceText) or inside.startswith("..") or not _PLAIN_PATH.match(inside):
        return None
    end = text.position(len(text.content))
    begun = bool(text.line(text.line_count))
    line = f"!{inside}"
    edit = Edit(Location(path, Span(*end, *end)), f"\n{line}" if begun else f"{line}\n")
    edited = SourceText(apply_edits(text, [edit]), text.has_bom)
    built = replace(image, ignore=read_dockerignore(edited))
    if image_path is not None:
        return edit if isinstance(built.project_path_of(image_path), Known) else None
    return edit if isinstance(built.places_of(project_path), tuple) else None


def _line_of_command(stage: Stage) -> int | None:
    """The first line of what the stage itself says last about its command."""
    commands = [each.instruction for each in (stage.entrypoint, stage.cmd) if each is not None]
    own = [each.first_line for each in commands if any(each is step.instruction for step in stage.steps)]
    return min(own, default=None)
