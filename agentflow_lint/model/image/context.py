"""Whether an image is built in a folder above the project, as the services of a monorepo are.

``docker build -f services/briefing/Dockerfile .`` is nowhere written down, but such a Dockerfile names the project's
files by their path from there: ``COPY services/briefing/10xgraph.json .`` in the folder services/briefing.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.dockerfile import Dockerfile

_MOST_FOLDERS = 6


@record(frozen=True)
class ContextAbove:
    """A build context above the project, whose folder is ``folder`` there."""

    folder: str
    files: ProjectFiles

    def in_project(self, path: str) -> str | None:
        """The path in the project of a path of the context; None outside the project."""
        return path[len(self.folder) + 1 :] if path.startswith(f"{self.folder}/") else None

    def followed(self, source: str) -> str | None:
        """The path in the project of a single file that is copied; None for anything else."""
        path = self.in_project(source)
        return path if path and self.files.is_file(path) else None


def context_above(files: ProjectFiles, dockerfile: Dockerfile) -> ContextAbove | None:
    """The build context above the project, None where nothing says that it lies there.

    The project's folder in it ends the project's own path. A COPY or a bind mount names it; it is not in the project,
    and the rest of what is named is.
    """
    parts = files.root.replace("\\", "/").strip("/").split("/")
    tails = ["/".join(parts[-count:]) for count in range(1, min(_MOST_FOLDERS, len(parts)) + 1)]
    for source in _local_sources(dockerfile):
        for tail in tails:
            if source == tail or source.startswith(f"{tail}/"):
                rest = source[len(tail) + 1 :]
                if not _exists(files, source) and (not rest or _exists(files, rest)):
                    return ContextAbove(tail, files)
    return None


def _local_sources(dockerfile: Dockerfile) -> Iterator[str]:
    """What is copied or mounted from the build context, from its root down, without wildcards."""
    for stage in dockerfile.stages:
        for step in stage.steps:
            instruction = step.instruction
            if instruction.keyword in ("COPY", "ADD") and instruction.flag("from") is None:
                texts = [word.text for word in step.words[:-1]]
            else:
                texts = [_bind_source(flag.value or "") for flag in instruction.flags if flag.name == "mount"]
            for text in texts:
                if text and "://" not in text and not text.startswith("<<"):
                    yield posixpath.normpath("/" + text).lstrip("/")


def _bind_source(mount: str) -> str | None:
    fields = dict(part.partition("=")[::2] for part in mount.split(","))
    if fields.get("type") != "bind" or "from" in fields:
        return None
    return fields.get("source") or fields.get("src")


def _exists(files: ProjectFiles, path: str) -> bool:
    return files.is_file(path) or files.is_dir(path)
