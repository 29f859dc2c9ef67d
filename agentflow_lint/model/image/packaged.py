"""Whether an image may hold the project's modules as an installed package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.sources.toml import read_toml

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

_SETUP_FILES = ("setup.py", "setup.cfg")


def installs_its_code(deployment: Deployment) -> str | None:
    """Why the project's modules may be installed in the image as a package, in words; None where they are not."""
    image = deployment.image
    if image is None or not image.installs.code:
        return None
    line = f"{image.installs.code[0].path} line {image.installs.code[0].span.line}"
    files = deployment.project.files
    text = files.read("pyproject.toml")
    data = {} if isinstance(text, (Missing, Unreadable)) else read_toml(text).data
    tool = data.get("tool")
    uv = tool.get("uv") if isinstance(tool, dict) else None
    packaged = uv.get("package") if isinstance(uv, dict) else None
    builds = "build-system" in data or any(name in files.names() for name in _SETUP_FILES)
    if packaged is False or not (image.installs.by_pip or packaged or builds):
        return None  # uv takes a project without a build system for a mere list of requirements
    return f"{line} installs the project, and its modules may come with that"
