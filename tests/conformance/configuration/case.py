"""One configuration: the files that the server reads at its start, and the environment that it inherits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conformance.configuration.project import modules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.referees import Referee


@dataclass(frozen=True)
class Configuration:
    """``config`` is the text of the config file, ``env_file`` that of ``.env`` (None: there is none)."""

    config: str
    env_file: str | None
    environment: Mapping[str, str]

    def files(self, referee: Referee) -> dict[str, str]:
        """The whole project as the referee's server finds it in its working directory."""
        files = modules(referee)
        files[referee.config_name] = self.config
        if self.env_file is not None:
            files[".env"] = self.env_file
        return files

    def __str__(self) -> str:
        shown = [f"config: {self.config}"]
        if self.env_file is not None:
            shown.append(f".env: {self.env_file!r}")
        if self.environment:
            shown.append(f"environment: {json.dumps(dict(self.environment))}")
        return "\n  ".join(shown)
