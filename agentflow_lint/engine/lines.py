"""Text for one line of output."""

from __future__ import annotations


def on_one_line(text: str) -> str:
    """``text`` with every character escaped that would break the line or command the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
