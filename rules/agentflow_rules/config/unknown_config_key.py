"""AF104 unknown-config-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Tag
from agentflow_lint.engine.names import nearest
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import listed, quoted
from agentflow_lint.framework.config_keys import (
    introduced_after,
    last_read_before,
    paths_ending_in,
    subtree,
    unread_keys,
)
from agentflow_lint.model.config_file import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.model.project import Project

#: How people write comments and editor hints into JSON; keys that start so are meant to be ignored.
_REMARKS = ("_", "//", "#", "$", "x-")


class UnknownConfigKey(ProjectRule):
    """The config holds a key that the server never reads."""

    code = "AF104"
    name = "unknown-config-key"
    consequence = Consequence.CONFUSES
    tags = (Tag.UNNECESSARY,)

    def check(self, project: Project) -> Iterator[Verdict]:
        """Compare the keys with those that some part of the release reads."""
        config, release = project.config, project.release
        for path in unread_keys(release.config_keys, config.data):
            if path[-1].startswith(_REMARKS):
                continue
            yield self.finding(
                config.at_key(*path),
                dotted(path),
                f"{release.distribution} {release.version} never reads {_written(path)}: it has no effect.",
                _way_out(project, path),
            )


def _way_out(project: Project, path: KeyPath) -> str:
    release = project.release
    key, written = path[-1], _written(path)
    if since := introduced_after(release.version, path):
        return f"{written} is read from {since} on: upgrade, or remove it."
    if last := last_read_before(release.version, path):
        return f"{written} was last read by {last}: remove it."
    siblings = subtree(release.config_keys, path[:-1]) or {}
    if candidate := nearest(key, siblings):
        return f"Did you mean {quoted(dotted((*path[:-1], candidate)))}? Rename it, or remove it."
    if key.upper() in release.settings and len(path) == 1:
        return (
            f"{key.upper()} is an environment variable: set it in the env file or the deployment, and remove it here."
        )
    if elsewhere := [dotted(found) for found in paths_ending_in(release.config_keys, key)]:
        return f"The server reads {listed(elsewhere, 'or')}: move it there, or remove it."
    if len(path) > 1:
        return f"Remove it; below {quoted(dotted(path[:-1]))} the server reads {listed(sorted(siblings))}."
    return "Remove it; a key that starts with an underscore is taken for a comment."


def _written(path: KeyPath) -> str:
    return quoted(dotted(path)) if path[-1] else "a key without a name"
