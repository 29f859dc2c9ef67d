"""``agentflow-lint check``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.failures import nothing_to_lint, tell_crashes
from agentflow_lint.cli.fixes import fix_files, show_diff
from agentflow_lint.cli.output import emit, wants_color

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Report


@click.command()
@options.paths
@options.select
@click.option(
    "--ignore",
    multiple=True,
    callback=options.split_list,
    metavar="RULES",
    help="Rules not to run, spelled as for --select; the more specific of the two wins.",
)
@options.target_release
@options.deployments
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Exit with 1 for findings of at least this severity.  [default: error]",
)
@click.option("--fix", "fixes", is_flag=True, help="Apply the safe fixes, then report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the fixes too that a person should look at.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing; exit with 1 if anything.")
@click.option("--show-undecided", is_flag=True, default=None, help="List what could not be decided (AF904).")
@options.output_format("text", "concise", "json")
@options.output_file
@click.option("--allow-empty", is_flag=True, help="Exit with 0 when there is no project to lint.")
@options.baseline
@options.write_baseline
@options.prune_baseline
@options.no_baseline
@options.config
@options.color
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    target_release: str | None,
    deployments: tuple[str, ...],
    fail_on: str | None,
    fixes: bool,
    unsafe_fixes: bool,
    diff: bool,
    show_undecided: bool | None,
    output_format: str,
    output_file: str | None,
    allow_empty: bool,
    baseline: str | None,
    write_baseline: str | None,
    prune_baseline: bool,
    no_baseline: bool,
    config: str | None,
    color: str,
) -> int:
    """Check projects and say what production would do to them.

    PATHS are projects, folders above projects, or files of a project, which is then checked as a whole. [default: .]
    """
    from agentflow_lint.check import Request
    from agentflow_lint.check import check as run_check
    from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT

    if sum((baseline is not None, write_baseline is not None, no_baseline)) > 1:
        raise click.UsageError("--baseline, --write-baseline and --no-baseline exclude each other.")
    if prune_baseline and (write_baseline is not None or no_baseline):
        raise click.UsageError("--prune-baseline goes with neither --write-baseline nor --no-baseline.")
    if (write_baseline is not None and fixes) or ((write_baseline is not None or prune_baseline) and diff):
        raise click.UsageError("a baseline is written by a run of its own, without --fix or --diff.")
    request = Request(
        paths=paths or (".",),
        select=select,
        ignore=ignore,
        target_release=target_release,
        deployments=deployments,
        fail_on=fail_on,
        show_undecided=show_undecided,
        config=config,
        baseline="" if no_baseline else baseline,
        accept_into=write_baseline,
        allow_empty=allow_empty,
    )
    if unsafe_fixes and not (fixes or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff.")
    if diff:
        return show_diff(request, unsafe_fixes, wants_color(color, bool(output_file)), output_file)
    report = fix_files(request, unsafe_fixes) if fixes else run_check(request)
    if report.runs or output_format == "json":
        emit(_rendered(report, output_format, wants_color(color, bool(output_file))), output_file)
    if report.exit_code == EXIT_NOTHING_TO_LINT:
        click.echo(nothing_to_lint(request.paths), err=True)
    tell_crashes(report)
    if write_baseline is not None or prune_baseline:
        from agentflow_lint.cli.baselines import write_baselines

        write_baselines(report)
    return report.exit_code


def _rendered(report: Report, output_format: str, colored: bool) -> str:
    from agentflow_lint.report.palette import Palette

    working = os.getcwd()
    if output_format == "json":
        from agentflow_lint.report.json import json_report

        return json_report(report, working)
    if output_format == "concise":
        from agentflow_lint.report.concise import concise_report

        return concise_report(report, working, Palette(colored))
    from agentflow_lint.report.text import text_report

    return text_report(report, working, Palette(colored))
