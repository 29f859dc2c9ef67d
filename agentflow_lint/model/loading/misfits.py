"""What a server's loader may find wrong with a plugin that can be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place


@record(frozen=True)
class Misfit:
    """The loader refuses what it finds: ``found`` says what that is and ``wanted`` what it takes, both as nouns.

    ``made`` is where the thing is made, if that is in the project.
    """

    found: str
    wanted: str
    made: Place | None = None

    @property
    def place(self) -> None:
        """None: the config names the wrong thing."""
        return


@record(frozen=True)
class NoFile:
    """The plugin could be imported, but the server first looks for the file ``path`` below its working directory."""

    path: str

    @property
    def place(self) -> None:
        """None: the config names what is not a file."""
        return
