"""Writing baselines back after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentflow_lint.baseline.file import baseline_text
from agentflow_lint.cli.output import emit
from agentflow_lint.report.words import counted

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Report


def write_baselines(report: Report) -> None:
    """Write what the run has made of its baselines, and say so on the standard error.

    A run in which something crashed says too little: it writes nothing.
    """
    if report.runs and not report.baselines:
        raise click.UsageError("there is no baseline to prune: give --baseline, or set it in the configuration.")
    for baseline in report.baselines:
        if report.crashes:
            click.echo(f"agentflow-lint: {baseline.path} is not written, as the run is not complete", err=True)
            continue
        emit(baseline_text(baseline.entries), baseline.path)
        changes = f"{baseline.added} added, {len(baseline.removable)} removed"
        click.echo(f"wrote {baseline.path}: {counted(len(baseline.entries), 'known finding')} ({changes})", err=True)
