"""``agentflow-lint env``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.check import ConfiguredProject


@click.command(short_help="An env template of what the server needs.")
@options.paths
@click.option("--template", is_flag=True, help="Write an env template (.env.example): what somebody has to provide.")
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of standard output."
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@options.target_release
@options.deployments
@options.config
def env(
    paths: tuple[str, ...],
    template: bool,
    output: str | None,
    force: bool,
    target_release: str | None,
    deployments: tuple[str, ...],
    config: str | None,
) -> int:
    """Write the env template of a project: each variable that its server needs, who reads it, and its default.

    PATHS are as for "check", and lead to one project. "show --env" says who supplies each variable now.
    """
    from agentflow_lint.check import Request, find_projects
    from agentflow_lint.cli.failures import nothing_to_lint
    from agentflow_lint.engine.registry import load_catalogue
    from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT
    from agentflow_lint.engine.runner import choose_deployments
    from agentflow_lint.report.env_template import env_template

    if not template:
        raise click.UsageError('nothing to do: give --template; "show --env" shows the variables.')
    if output and os.path.lexists(output) and not force:
        raise click.ClickException(f"{output} exists; --force replaces it.")
    request = Request(paths or (".",), target_release=target_release, deployments=deployments, config=config)
    found = find_projects(request, load_catalogue())
    if not found.projects:
        click.echo(nothing_to_lint(request.paths), err=True)
        return EXIT_NOTHING_TO_LINT
    each = _only(found.projects)
    chosen, _ = choose_deployments(each.project, each.deployments)
    emit(env_template(each.project, chosen), output)
    return 0


def _only(projects: Sequence[ConfiguredProject]) -> ConfiguredProject:
    if len(projects) > 1:
        roots = ", ".join(os.path.relpath(each.project.root) for each in projects)
        raise click.ClickException(f"a template is for one project, and there are {len(projects)}: {roots}")
    return projects[0]
