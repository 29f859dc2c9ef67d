"""New variables of a compose service, behind the last one of its ``environment``, read back as YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.compose import ComposeService

_START = re.compile(r"(?P<indent>[ ]*)(?P<dash>-[ ]+)?")


def with_environment(files: ProjectFiles, service: ComposeService, variables: Mapping[str, str]) -> Edit | None:
    """The edit that gives a service ``variables``, each on a line of its own as the others are.

    None for a service without ``environment``, and for one whose variables stand on one line or come from elsewhere.
    """
    from agentflow_lint.engine.editing.yaml_values import facts

    last = max(service.environment, key=lambda entry: (entry.place.path, entry.place.span), default=None)
    text = files.read(last.place.path) if last else None
    if last is None or not isinstance(text, SourceText):
        return None
    first, end = last.place.span.line, (last.value or last).place.span.end_line
    begun = _START.match(text.line(first))
    if begun is None or begun.end() + 1 != last.place.span.column:
        return None
    lines = [f"{name}={value}" if begun["dash"] else f'{name}: "{value}"' for name, value in variables.items()]
    at = Span(end, len(text.line(end)) + 1, end, len(text.line(end)) + 1)
    edit = Edit(Location(last.place.path, at), "".join(f"\n{begun[0]}{line}" for line in lines))
    before = {path: value for path, value, _ in facts(text)}
    after = {path: value for path, value, _ in facts(SourceText(apply_edits(text, [edit]), text.has_bom))}
    added = [(path, value) for path, value in after.items() if path not in before]
    if any(after.get(path) != value for path, value in before.items()) or len(added) != len(variables):
        return None
    own = ("services", service.name, "environment")
    inside = all(isinstance(path, tuple) and path[1:-1] == own for path, _ in added)
    return edit if inside and sorted(value or "" for _, value in added) == sorted(variables.values()) else None
