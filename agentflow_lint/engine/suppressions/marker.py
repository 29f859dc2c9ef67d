"""What tells a file that may hold suppressions from one that does not, so that the others cost nothing."""

from __future__ import annotations

#: What a file must contain to have suppressions.
MARKER = "agentflow-lint:"


def has_marker(content: str) -> bool:
    """Whether a text may hold suppressions at all."""
    return MARKER in content
