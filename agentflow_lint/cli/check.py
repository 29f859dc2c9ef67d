"""``agentflow-lint check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.failures import nothing_to_lint, tell_crashes
from agentflow_lint.cli.fixes import fix_files, show_diff
from agentflow_lint.cli.formats import DEFAULT, FORMATS, Output, is_due, outputs, read_outputs, rendered
from agentflow_lint.cli.output import emit, wants_color
from agentflow_lint.cli.suppressions import show_suppressions, write_suppressions

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Report


@click.command(short_help="What production would do to projects; the default.")
@options.paths
@options.select
@options.ignore
@options.target_release
@options.deployments
@options.fail_on
@click.option("--fix", "fixes", is_flag=True, help="Apply the safe fixes, then report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the fixes too that a person should look at.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing; exit with 1 if anything.")
@options.show_undecided
@click.option(
    "--no-suppressions", is_flag=True, help="Report every finding, whatever comments and configuration hold back."
)
@click.option(
    "--add-suppressions", is_flag=True, help="Write a suppression for every finding, then check what is left."
)
@click.option("--reason", metavar="TEXT", help="What --add-suppressions gives as the reason.")
@click.option(
    "--output-format",
    "formats",
    multiple=True,
    callback=read_outputs,
    metavar="FORMAT[=FILE]",
    help=f"How to print, and the file to write it to; repeatable. One of {', '.join(FORMATS)}.  [default: {DEFAULT}]",
)
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
    no_suppressions: bool,
    add_suppressions: bool,
    reason: str | None,
    formats: tuple[Output, ...],
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
    from agentflow_lint.engine.run import EXIT_FAILED, EXIT_NOTHING_TO_LINT

    if sum((baseline is not None, write_baseline is not None, no_baseline)) > 1:
        raise click.UsageError("--baseline, --write-baseline and --no-baseline exclude each other.")
    if prune_baseline and (write_baseline is not None or no_baseline):
        raise click.UsageError("--prune-baseline goes with neither --write-baseline nor --no-baseline.")
    if (write_baseline is not None and fixes) or ((write_baseline is not None or prune_baseline) and diff):
        raise click.UsageError("a baseline is written by a run of its own, without --fix or --diff.")
    if reason is not None and not add_suppressions:
        raise click.UsageError("--reason goes with --add-suppressions.")
    if add_suppressions and (no_suppressions or fixes or write_baseline is not None or prune_baseline):
        raise click.UsageError("suppressions are added by a run of their own, without fixes and baselines.")
    chosen = outputs(formats, output_file)
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
        no_suppressions=no_suppressions,
    )
    if unsafe_fixes and not (fixes or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff.")
    if diff:
        if formats:
            raise click.UsageError("--diff has a format of its own; leave --output-format out.")
        if add_suppressions:
            return show_suppressions(request, reason or "", wants_color(color, bool(output_file)), output_file)
        return show_diff(request, unsafe_fixes, wants_color(color, bool(output_file)), output_file)
    if add_suppressions:
        report = write_suppressions(request, reason or "")
    else:
        report = fix_files(request, unsafe_fixes) if fixes else run_check(request)
    written = [_write(report, output, color) for output in chosen if is_due(output, report)]
    if report.exit_code == EXIT_NOTHING_TO_LINT:
        click.echo(nothing_to_lint(request.paths), err=True)
    tell_crashes(report)
    if write_baseline is not None or prune_baseline:
        from agentflow_lint.cli.baselines import write_baselines

        write_baselines(report)
    return report.exit_code if all(written) else EXIT_FAILED


def _write(report: Report, output: Output, color: str) -> bool:
    """Write one format; whatever prevents it is told, and the other formats still come out."""
    from agentflow_lint.cli.failures import describe_failure

    try:
        emit(rendered(report, output.format, wants_color(color, bool(output.file))), output.file)
    except click.ClickException as error:
        error.show()
        return False
    except Exception as error:
        click.echo(describe_failure(error), err=True)
        return False
    return True
