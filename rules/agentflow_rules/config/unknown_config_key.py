"""AF104 unknown-config-key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_key
from agentflow_lint.engine.editing.outcome import project_with_edits
from agentflow_lint.engine.finding import Consequence, Tag
from agentflow_lint.engine.fix import Applicability, fix_of
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

    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.model.project import Project

#: How people write comments and editor hints into JSON; keys that start so are meant to be ignored.
_REMARKS = ("_", "//", "#", "$", "x-")
#: From this likeness on (1 is the same) a key is a misspelling of another; below, a near name is a guess.
_SURE = 0.85


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
                fix=_fix(project, path),
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


def _fix(project: Project, path: KeyPath) -> Fix | None:
    """Give a key its right name."""
    release = project.release
    if introduced_after(release.version, path) or last_read_before(release.version, path):
        return None
    candidate = nearest(path[-1], subtree(release.config_keys, path[:-1]) or {})
    edit = with_key(project.config, path, candidate) if candidate else None
    if candidate is None or edit is None or not _is_taken(project, edit, (*path[:-1], candidate)):
        return None
    applicability = Applicability.SAFE if _is_misspelling(path[-1], candidate) else Applicability.UNSAFE
    return fix_of(f"Rename it to {candidate}", applicability, edit)


def _is_taken(project: Project, edit: Edit, path: KeyPath) -> bool:
    """Whether every deployment's server takes the value under the right name: it parses it, and loads what it names."""
    edited = project_with_edits(project, edit)
    for deployment in edited.deployments if edited else ():
        failures = [each.key for each in deployment.load_failures if each.is_in_config]
        refused = [each.path for each in deployment.config_rejections]
        if any(place[: len(path)] == path for place in (*failures, *refused)):
            return False
    return edited is not None


def _is_misspelling(key: str, candidate: str) -> bool:
    """Whether a key is the other one for certain: the same letters in another case or with other marks, or nearly."""
    from difflib import SequenceMatcher

    said, meant = (re.sub(r"[^a-z0-9]", "", each.lower()) for each in (key, candidate))
    return SequenceMatcher(None, said, meant).ratio() >= _SURE


def _written(path: KeyPath) -> str:
    return quoted(dotted(path)) if path[-1] else "a key without a name"
