"""A deployment as it would be with edits made, to see whether they bring about what they should."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import edited_bytes
from agentflow_lint.model.disk import Overlay
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project


def with_edits(deployment: Deployment, *edits: Edit) -> Deployment | None:
    """The deployment of the same name in the project with ``edits`` made; None where there is none then."""
    edited = project_with_edits(deployment.project, *edits)
    found = edited.all_deployments if edited else ()
    return next((each for each in found if each.name == deployment.name), None)


def project_with_edits(project: Project, *edits: Edit) -> Project | None:
    """The project with ``edits`` made, in memory; None where a file of theirs cannot be read."""
    from agentflow_lint.model.project import load_project

    contents: dict[str, bytes] = {}
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.location.path, []).append(edit)
    for path, of_file in by_path.items():
        text = project.files.read(path)
        if not isinstance(text, SourceText):
            return None
        contents[os.path.realpath(os.path.join(project.root, path))] = edited_bytes(text, of_file)
    return load_project(project.root, project.options, Overlay(contents, project.files.disk))
