"""Text for a client that shows Markdown, or that does not."""

from __future__ import annotations

import re

from lsprotocol import types

from agentflow_lint.records import record

#: Longer values are cut.
_MOST = 200
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|])")


@record(frozen=True)
class Markup:
    """How text is marked up."""

    is_markdown: bool

    @classmethod
    def of(cls, formats: list[types.MarkupKind] | None) -> Markup:
        """By the formats that a client names, the preferred one first; plain text for one that names none."""
        return cls(bool(formats) and formats[0] == types.MarkupKind.Markdown)  # type: ignore[index]

    def text(self, written: str) -> str:
        """Words, which mean nothing but themselves."""
        return _MARKS.sub(r"\\\1", written) if self.is_markdown else written

    def code(self, written: str) -> str:
        """A name or a value, on one line."""
        line = " ".join(written.split())
        line = line if len(line) <= _MOST else line[: _MOST - 1] + "…"
        if not self.is_markdown:
            return line
        longest = max((len(run) for run in re.findall("`+", line)), default=0)
        fence = "`" * (longest + 1)
        blank = " " if line.startswith("`") or line.endswith("`") else ""
        return f"{fence}{blank}{line}{blank}{fence}"

    def bold(self, written: str) -> str:
        """Words that stand out."""
        return f"**{self.text(written)}**" if self.is_markdown else written

    def content(self, written: str) -> types.MarkupContent:
        """The finished text for the protocol."""
        kind = types.MarkupKind.Markdown if self.is_markdown else types.MarkupKind.PlainText
        return types.MarkupContent(kind, written)
