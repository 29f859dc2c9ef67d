"""A project on disk, one deployment of it, and what edits make of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.project import load_project
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment

CONFIG = {"10xgraph.json": '{"agent": "graph.agent:app"}'}


def deployment(folder: Path, files: Mapping[str, str], name: str | None = None) -> Deployment:
    """The one deployment of a project, or the one of that name; the config is there already."""
    for path, content in {**CONFIG, **files}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode())
    found = [each for each in load_project(str(folder)).deployments if name in (None, each.name)]
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def process_of(one: Deployment) -> Process:
    """What it runs."""
    assert one.process is not None
    return one.process


def edited(one: Deployment, *edits: Edit | None) -> str:
    """The content of the one file that edits change."""
    made: Iterable[Edit] = [edit for edit in edits if edit is not None]
    assert len(list(made)) == len(edits)
    (path,) = {edit.location.path for edit in made}
    text = one.project.files.read(path)
    assert isinstance(text, SourceText)
    return apply_edits(text, made)
