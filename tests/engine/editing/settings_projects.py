"""Small projects on disk for the builders of edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.project import ModelOptions, Project, load_project
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment

COMMAND = "uvicorn tenxgraph_api.src.app.main:app --host 0.0.0.0"
DOCKERFILE = f"FROM python:3.12\n%s\nWORKDIR /app\nCOPY . .\nCMD {COMMAND}\n"


def project(folder: Path, release: str = "0.9.0", **files: str) -> Project:
    """A project with these files; ``env`` is its .env, two underscores stand for a dot."""
    contents = {"10xgraph.json": '{"agent": "graph.agent:app", "env": ".env"}'}
    contents |= {{"env": ".env"}.get(name, name.replace("__", ".")): text for name, text in files.items()}
    for path, text in contents.items():
        (folder / path).write_bytes(text.encode())
    return load_project(str(folder), ModelOptions(target_release=release))


def deployment(found: Project, name: str) -> Deployment:
    return next(each for each in found.all_deployments if each.name == name)


def edited(found: Project, edit: Edit | None) -> str:
    """What a file holds after an edit."""
    assert edit is not None
    text = found.files.read(edit.location.path)
    assert isinstance(text, SourceText)
    return apply_edits(text, [edit])
