"""The comments of a file, by its language: where they are, and where another one may stand."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from agentflow_lint.sources.comments.facts import Comment, CommentKind, Comments, Lines, Solid

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.sources.text import SourceText

__all__ = ["KINDS", "Comment", "CommentKind", "Comments", "Lines", "Solid", "read_comments"]

#: Each language's module and function; a module is imported for the first file that asks for it.
_READERS: dict[CommentKind, tuple[str, str]] = {
    "python": ("python", "read"),
    "yaml": ("yaml", "read"),
    "toml": ("toml", "read"),
    "env": ("env", "read"),
    "dockerfile": ("dockerfile", "read"),
    "nginx": ("nginx", "read"),
    "shell": ("shell", "read"),
    "requirements": ("plain", "read_requirements"),
    "procfile": ("plain", "read_procfile"),
    "ignore-file": ("plain", "read_ignore_file"),
}

KINDS = tuple(_READERS)


def read_comments(text: SourceText, kind: CommentKind) -> Comments:
    """The comments of ``text`` in order; never raises. What cannot be read has none from there on."""
    module, function = _READERS[kind]
    reader = cast("Callable[[SourceText], Comments]", getattr(import_module(f"{__name__}.{module}"), function))
    return reader(text)
