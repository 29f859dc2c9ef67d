"""``agentflow-lint show``."""

from __future__ import annotations

import os

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit, wants_color


@click.command(short_help="Each deployment and its effective settings.")
@options.paths
@options.target_release
@options.deployments
@click.option("--all", "everything", is_flag=True, help="Every setting, not only those that differ or that matter.")
@click.option("--env", "variables", is_flag=True, help="The variables that each needs, and who supplies them, instead.")
@options.output_format("text", "json", "mermaid")
@options.config
@options.color
def show(
    paths: tuple[str, ...],
    target_release: str | None,
    deployments: tuple[str, ...],
    everything: bool,
    variables: bool,
    output_format: str,
    config: str | None,
    color: str,
) -> int:
    """Show each deployment: what starts it, where its files and its state are, and its effective settings.

    Each value comes with the place that it comes from. With --env, show the variables that the graph, the plugins and
    the config of each deployment need, and who supplies them. PATHS are as for "check".
    """
    from agentflow_lint.check import Request, find_projects
    from agentflow_lint.cli.failures import nothing_to_lint
    from agentflow_lint.engine.registry import load_catalogue
    from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT
    from agentflow_lint.report.palette import Palette

    if variables and (everything or output_format == "mermaid"):
        raise click.UsageError("--env goes with neither --all nor --output-format mermaid.")
    request = Request(paths or (".",), target_release=target_release, deployments=deployments, config=config)
    found = find_projects(request, load_catalogue())
    if not found.projects:
        click.echo(nothing_to_lint(request.paths), err=True)
        return EXIT_NOTHING_TO_LINT
    palette = Palette(wants_color(color, to_file=False))
    if variables:
        from agentflow_lint.report.contract import contracts, contracts_json, contracts_text

        needed = [contracts(each.project, each.deployments, os.getcwd()) for each in found.projects]
        emit(contracts_json(needed) if output_format == "json" else contracts_text(needed, palette))
        return 0

    from agentflow_lint.report.effective import effective
    from agentflow_lint.report.mermaid import show_mermaid
    from agentflow_lint.report.show import show_json, show_text

    shown = [effective(each.project, each.deployments, os.getcwd(), everything) for each in found.projects]
    if output_format == "json":
        emit(show_json(shown))
    elif output_format == "mermaid":
        emit(show_mermaid(shown))
    else:
        emit(show_text(shown, palette))
    return 0
