"""``agentflow-lint schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from agentflow_lint.framework.release import Release


@click.command()
@options.paths
@click.option("--release", metavar="VERSION", help="The server release, by default the newest known one.")
@options.output_file
def schema(paths: tuple[str, ...], release: str | None, output_file: str | None) -> int:
    """Print the JSON Schema of agentflow.json / 10xgraph.json, for editors.

    It takes what the server release takes, as far as a schema can say it. With PATHS it is that of the release that
    the projects there pin, or that their configuration targets.
    """
    from agentflow_lint.framework.config_schema import config_schema
    from agentflow_lint.framework.release import newest_release

    if release is not None:
        from agentflow_lint.config import check_release

        if paths:
            raise click.UsageError("PATHS say which release it is: give them or --release.")
        check_release(release)
    version = release or (newest_release() if not paths else None)
    if version is None:
        found = _releases_of(paths)
        if not found:
            from agentflow_lint.cli.failures import nothing_to_lint
            from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT

            click.echo(nothing_to_lint(paths), err=True)
            return EXIT_NOTHING_TO_LINT
        version = _only(found)
    emit(json.dumps(config_schema(version), indent=2, ensure_ascii=False) + "\n", output_file)
    return 0


def _releases_of(paths: tuple[str, ...]) -> dict[str, Release]:
    """The releases that the projects at ``paths`` are judged by, each once."""
    from agentflow_lint.check import Request, find_projects
    from agentflow_lint.engine.registry import load_catalogue

    projects = find_projects(Request(paths), load_catalogue()).projects
    return {each.project.release.version: each.project.release for each in projects}


def _only(found: dict[str, Release]) -> str:
    if len(found) > 1:
        named = ", ".join(found)
        raise click.ClickException(f"a schema is for one release, and these projects use {len(found)}: {named}")
    return next(iter(found))
