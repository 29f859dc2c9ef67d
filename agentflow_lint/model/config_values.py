"""Which config values the pinned release refuses in one deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks import UNKNOWN, Lookup, Rejection, Unseen, rejections
from agentflow_lint.model.values import Absent, Known

if TYPE_CHECKING:
    from agentflow_lint.framework.config_checks.verdict import Mentions
    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.config_file import ConfigFile
    from agentflow_lint.model.environment import Environment


def config_rejections(
    release: Release, config: ConfigFile, environment: Environment, container_mentions: Mentions
) -> tuple[Rejection, ...]:
    """Every config value that ``release`` refuses, in start-up order.

    Nothing when the file holds no JSON object: then the server gets no further than reading it.
    """
    if not config.is_valid:
        return ()
    return tuple(rejections(release.version, config.data, lookup_in(environment), container_mentions))


def lookup_in(environment: Environment) -> Lookup:
    """How the server's parsers look a variable up: in the process environment, the env file loaded, case and all."""

    def look_up(name: str) -> str | Unseen | None:
        value = environment.get(name)
        if isinstance(value, Known):
            return value.value
        return None if isinstance(value, Absent) else UNKNOWN

    return look_up
