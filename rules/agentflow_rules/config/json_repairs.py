"""What makes JSON of a config file that is almost JSON: commas too many, and Python's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.sources.json import read_json
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.model.config_file import ConfigFile

#: More faults than this are no slip.
_MOST_EDITS = 100


def repairs(config: ConfigFile) -> tuple[Edit, ...]:
    """The edits after which the file is a JSON object; none where a person has to look."""
    edits: list[Edit] = []
    text = config.text
    while text is not None and len(edits) < _MOST_EDITS:
        document = read_json(text)
        problem = document.problem
        if problem is None:
            return tuple(edits) if isinstance(document.data, dict) else ()
        start, end = text.offset(*problem.span[:2]), text.offset(*problem.span[2:])
        if problem.instead is None or len(problem.instead) > end - start:
            return ()
        edits.append(Edit(Location(config.path, problem.span), problem.instead))
        # Padded with blanks, so that what stands behind it keeps its place.
        mended = problem.instead.ljust(end - start)
        text = SourceText(text.content[:start] + mended + text.content[end:], text.has_bom)
    return ()
