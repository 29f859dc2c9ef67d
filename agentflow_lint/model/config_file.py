"""agentflow.json / 10xgraph.json as the server reads it, with the place of every key and value."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.json import JsonDocument, read_json

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

#: The names the framework looks for, the newer one first.
CONFIG_NAMES = ("10xgraph.json", "agentflow.json")

KeyPath = tuple[str | int, ...]


@record(frozen=True)
class ConfigFile:
    """One config file of a project.

    ``text`` and ``document`` are None when the file could not be read; ``unreadable`` then says why.
    """

    path: str
    text: SourceText | None
    document: JsonDocument | None
    unreadable: Unreadable | Missing | None = None

    @cached_property
    def data(self) -> dict[str, Any]:
        """The top-level object as plain Python data; empty when the file holds no JSON object."""
        data = self.document.data if self.document and not self.document.problem else None
        return data if isinstance(data, dict) else {}

    @property
    def is_valid(self) -> bool:
        """Whether the file is a JSON object, so that its keys mean something."""
        return self.document is not None and not self.document.problem and isinstance(self.document.data, dict)

    def get(self, key: str) -> Any:
        """The value of a top-level key; None when it is absent or null, as the server's own reads give."""
        return self.data.get(key)

    def at_file(self) -> Location:
        """The start of the file, for what is missing in it."""
        return Location(self.path)

    def at_value(self, *path: str | int) -> Location:
        """The place of a value; of the file's start when there is no such key."""
        node = self.document.find(path) if self.document else None
        return Location(self.path, node.span) if node else self.at_file()

    def at_key(self, *path: str | int) -> Location:
        """The place of a key; of the value for an array item; of the file's start when there is none."""
        span = self.document.key_span(path) if self.document else None
        return Location(self.path, span) if span else self.at_value(*path)


def read_config(files: ProjectFiles, path: str) -> ConfigFile:
    """Read one config file; never raises."""
    text = files.read(path)
    if isinstance(text, (Unreadable, Missing)):
        return ConfigFile(path, None, None, text)
    return ConfigFile(path, text, read_json(text))


def dotted(path: KeyPath) -> str:
    """A key path as people write it: ``rate_limit.redis.url``, ``remote_tools[0].name``."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written
