"""``agentflow-lint rules``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit
from agentflow_lint.engine.options import options_of
from agentflow_lint.engine.registry import load_catalogue, summary
from agentflow_lint.engine.selection import select_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.rule import Rule


@click.command(short_help="All rules.")
@options.select
@options.output_format("text", "json")
def rules(select: tuple[str, ...] | None, output_format: str) -> None:
    """List the rules: code, name, what production does, default severity, and what each decides."""
    catalogue = load_catalogue()
    chosen = catalogue.rules if select is None else select_rules(catalogue, select)
    emit(_as_json(chosen) if output_format == "json" else _as_table(chosen))


def _as_json(chosen: Sequence[Rule]) -> str:
    entries = [
        {
            "code": rule.code,
            "name": rule.name,
            "consequence": rule.consequence.value,
            "severity": rule.consequence.severity.value,
            "summary": summary(rule),
            "opt_in": rule.opt_in,
            "options": [{"name": option.name, **option.schema} for option in options_of(type(rule))],
        }
        for rule in chosen
    ]
    return json.dumps({"version": 1, "rules": entries}, indent=2, sort_keys=True) + "\n"


def _as_table(chosen: Sequence[Rule]) -> str:
    rows = [(r.code, r.name, r.consequence.value, r.consequence.severity.value, summary(r)) for r in chosen]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    return "".join(f"{line}\n" for line in lines)
