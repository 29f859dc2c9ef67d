"""``agentflow-lint explain``."""

from __future__ import annotations

import re

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit, wants_color
from agentflow_lint.engine.registry import CatalogueError, load_catalogue, page_path


@click.command(short_help="A rule's page.")
@click.argument("rule", metavar="CODE|NAME")
@options.color
def explain(rule: str, color: str) -> None:
    """Print a rule's page: what it decides, why it matters, examples, and the fix."""
    found = load_catalogue().known(rule)
    path = page_path(found)
    try:
        with open(path, encoding="utf-8") as stream:
            page = stream.read()
    except OSError as error:
        raise CatalogueError(f"the page of {found.code} cannot be read: {path} ({error.strerror})") from None
    emit(_with_bold_headings(page) if wants_color(color, to_file=False) else page)


def _with_bold_headings(page: str) -> str:
    """The Markdown with its headings in bold; what looks like one inside a code block is a comment."""
    in_block = False
    lines = []
    for line in page.splitlines():
        if line.startswith("```"):
            in_block = not in_block
        heading = not in_block and re.match(r"#{1,6} ", line)
        lines.append(click.style(line, bold=True) if heading else line)
    return "\n".join(lines) + "\n"
