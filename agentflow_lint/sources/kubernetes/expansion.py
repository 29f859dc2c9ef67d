"""Kubernetes' own ``$(NAME)`` in commands, arguments and the values of variables.

Replays third_party/forked/golang/expansion/expand.go of Kubernetes: ``$$`` is a dollar sign, a name that is not there
stays as it is written, and so does a reference without its closing parenthesis.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))", re.DOTALL)


def expand(text: str, lookup: Callable[[str], str | None]) -> str:
    """The text with its references replaced; ``lookup`` gives None for a name that is not there."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "$"
        value = lookup(name)
        return match[0] if value is None else value

    closed, rest = _halves(text)
    return _REFERENCE.sub(replaced, closed) + rest.replace("$$", "$")


def references(text: str) -> tuple[str, ...]:
    """The names that a text refers to, in order."""
    return tuple(match[1] for match in _REFERENCE.finditer(_halves(text)[0]) if match[1] is not None)


def _halves(text: str) -> tuple[str, str]:
    """The text up to its last closing parenthesis, and the rest, in which no reference can end."""
    end = text.rfind(")") + 1
    return text[:end], text[end:]
