"""What the rules about an image's packages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.values import Location

_MOST_LINES = 3


def install_lines(image: Image) -> tuple[Location, ...]:
    """The first lines of the Dockerfile that install Python packages, one place each."""
    installs = image.installs
    places = [*(each.location for each in installs.files), *(each.location for each in installs.requirements)]
    by_line = {at.span.line: at for at in sorted((*places, *installs.project), reverse=True)}
    return tuple(by_line[line] for line in sorted(by_line))[:_MOST_LINES]
