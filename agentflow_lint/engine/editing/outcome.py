"""A deployment as it would be with edits made, to see whether they bring about what they should."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.disk import Overlay
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.deployment import Deployment


def with_edits(deployment: Deployment, *edits: Edit) -> Deployment | None:
    """The deployment of the same name in the project with ``edits`` made, in memory; None where there is none then."""
    from agentflow_lint.model.project import load_project

    project = deployment.project
    contents: dict[str, bytes] = {}
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.location.path, []).append(edit)
    for path, of_file in by_path.items():
        text = project.files.read(path)
        if not isinstance(text, SourceText):
            return None
        mark = b"\xef\xbb\xbf" if text.has_bom else b""
        contents[os.path.realpath(os.path.join(project.root, path))] = mark + apply_edits(text, of_file).encode()
    edited = load_project(project.root, project.options, Overlay(contents, project.files.disk))
    return next((each for each in edited.all_deployments if each.name == deployment.name), None)
