"""Whether the signal that stops a container reaches the server: a shell that waits for it passes none on.

A start script that runs the server as its last command and without ``exec`` stays process 1 of the container. The
kernel gives process 1 no default action for SIGTERM, and neither dash, bash nor the ash of BusyBox hands one to the
child that it waits for, so the server is killed when the patience of the orchestrator ends.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.values import Location
from agentflow_lint.sources.dockerfile import LocatedText
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.command.process import CommandLine
    from agentflow_lint.model.deployment import Deployment

#: Programs that hand signals on, to the whole group or as they are told; what they do is not modelled.
_INITS = frozenset(
    {"tini", "tini-static", "dumb-init", "docker-init", "catatonit", "s6-svscan", "runit", "supervisord"}
)
#: In front of the server's first word: nothing, or a command that has to succeed before.
_ALONE = re.compile(r"[ \t]*(?:.*[;&|][ \t]+)?\Z")
_NOTHING_MORE = re.compile(r"(?:\s|#[^\n]*)*\Z")


def unheard_stop(deployment: Deployment) -> Location | None:
    """The first word of the server's command in a start script that keeps the stop signal from it, if one does."""
    process, image = deployment.process, deployment.image
    if process is None or image is None or not deployment.is_container or len(process.scripts) != 1:
        return None
    composed = deployment.composed
    if (composed is not None and composed.service.init is not None) or process.path != process.scripts[0]:
        return None
    if any(name in _INITS for line in (image.entrypoint, image.command) for name in _programs(line)):
        return None
    text = deployment.project.files.read(process.path)
    words = [word.span for word in process.argv if word.path is None and word.span is not None]
    first = process.executable.span if process.executable and process.executable.path is None else None
    if not isinstance(text, SourceText) or first is None or not words or first.end_line > text.line_count:
        return None
    before = text.line(first.line)[: first.column - 1]
    last = max(words, key=lambda span: span[2:])
    after = text.content[text.offset(last.end_line, last.end_column) :]
    if not _ALONE.match(before) or not _NOTHING_MORE.match(after) or re.search(r"\btrap\b", text.content):
        return None
    return Location(process.path, Span(first.line, first.column, first.end_line, first.end_column))


def _programs(line: CommandLine | None) -> Iterator[str]:
    texts = line.text.split() if isinstance(line, LocatedText) else [word.text or "" for word in line or ()]
    return (posixpath.basename(text) for text in texts)
