"""``agentflow-lint schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from agentflow_lint.framework.release import Release


@click.command(short_help="The JSON Schema of the config file.")
@options.paths
@click.option("--release", metavar="VERSION", help="The server release, by default the newest known one.")
@click.option("--config", is_flag=True, help="The schema of agentflow-lint's own configuration instead.")
@options.output_file
def schema(paths: tuple[str, ...], release: str | None, config: bool, output_file: str | None) -> int:
    """Print the JSON Schema of agentflow.json / 10xgraph.json, for editors.

    It takes what the server release takes, as far as a schema can say it. With PATHS it is that of the release that
    the projects there pin, or that their configuration targets.

    With --config it is the schema of agentflow-lint's configuration, which knows the installed rules and their
    options, those of other rule packs too.
    """
    if config:
        if paths or release is not None:
            raise click.UsageError("--config has nothing to do with PATHS and --release.")
        emit(_linter_schema(), output_file)
        return 0
    from agentflow_lint.framework.config_schema import config_schema

    version = _version(paths, release)
    if version is None:
        from agentflow_lint.cli.failures import nothing_to_lint
        from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT

        click.echo(nothing_to_lint(paths), err=True)
        return EXIT_NOTHING_TO_LINT
    emit(json.dumps(config_schema(version), indent=2, ensure_ascii=False) + "\n", output_file)
    return 0


def _linter_schema() -> str:
    from agentflow_lint.engine.registry import load_catalogue
    from agentflow_lint.linter_schema import linter_schema_text

    return linter_schema_text(load_catalogue())


def _version(paths: tuple[str, ...], release: str | None) -> str | None:
    """The release asked for; None when ``paths`` lead to no project."""
    if release is not None:
        from agentflow_lint.config_problems import check_release

        if paths:
            raise click.UsageError("PATHS say which release it is: give them or --release.")
        check_release(release)
        return release
    if not paths:
        from agentflow_lint.framework.release import newest_release

        return newest_release()
    found = _releases_of(paths)
    return _only(found) if found else None


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
