"""The names of compose files, and whether a project has any: what can be told without reading one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.model.files import ProjectFiles

#: compose-go, cli/options.go: the first that exists counts.
DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
#: Folders besides the root where projects keep their compose files.
FOLDERS = ("", "docker", ".docker", "deploy", "deployment", "infra", "compose")

_AFTER = re.compile(r"(?:docker-)?compose[._-](?P<word>[\w.-]+)\.ya?ml", re.IGNORECASE)
_BEFORE = re.compile(r"(?P<word>[\w.-]+?)[._-](?:docker-)?compose\.ya?ml", re.IGNORECASE)


def is_compose_name(name: str) -> bool:
    """Whether a file's name is that of a compose file."""
    return name in (*DEFAULT_NAMES, *OVERRIDE_NAMES) or word_in(name) is not None


def has_compose_files(files: ProjectFiles) -> bool:
    """Whether any file of the project bears the name of a compose file."""
    return any(is_compose_name(name) for folder in FOLDERS for name in files.names(folder))


def word_in(name: str) -> str | None:
    """What a compose file's name says besides: ``prod`` of compose.prod.yml; None for a default name and any other."""
    if name in (*DEFAULT_NAMES, *OVERRIDE_NAMES):
        return None
    match = _AFTER.fullmatch(name) or _BEFORE.fullmatch(name)
    return match["word"] if match else None
