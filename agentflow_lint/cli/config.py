"""``agentflow-lint config``."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from agentflow_lint.cli import options
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.check import ConfiguredProject, Request
    from agentflow_lint.effective_configuration import Setting
    from agentflow_lint.engine.registry import Catalogue

_WIDEST = 60


@click.command(short_help="The configuration, and where it comes from.")
@options.paths
@options.select
@options.ignore
@options.target_release
@options.deployments
@options.fail_on
@options.show_undecided
@options.baseline
@options.no_baseline
@options.output_format("text", "json")
@options.output_file
@options.config
def config(
    paths: tuple[str, ...],
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    target_release: str | None,
    deployments: tuple[str, ...],
    fail_on: str | None,
    show_undecided: bool | None,
    baseline: str | None,
    no_baseline: bool,
    output_format: str,
    output_file: str | None,
    config: str | None,
) -> int:
    """Print the configuration that a project is checked with, and where each value comes from.

    PATHS and options are as for "check". A value comes from a line of a file, from an option, or is the default.
    """
    from agentflow_lint.check import Request, find_projects
    from agentflow_lint.cli.failures import nothing_to_lint
    from agentflow_lint.engine.registry import load_catalogue
    from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT

    if baseline is not None and no_baseline:
        raise click.UsageError("--baseline and --no-baseline exclude each other.")
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
    )
    catalogue = load_catalogue()
    found = find_projects(request, catalogue)
    if not found.projects:
        click.echo(nothing_to_lint(request.paths), err=True)
        return EXIT_NOTHING_TO_LINT
    described = [_described(each, request, catalogue) for each in found.projects]
    if output_format == "json":
        emit(json.dumps({"version": 1, "projects": described}, indent=2, sort_keys=True) + "\n", output_file)
    else:
        emit("\n".join(_text(described, len(catalogue.rules))), output_file)
    return 0


def _described(each: ConfiguredProject, request: Request, catalogue: Catalogue) -> dict[str, Any]:
    """One project as the JSON output has it."""
    from agentflow_lint.check import chosen_rules
    from agentflow_lint.effective_configuration import effective_settings
    from agentflow_lint.report.words import from_working_directory

    configuration = each.configuration
    return {
        "path": from_working_directory(each.project.root, "", os.getcwd()),
        "files": [layer.source.path for layer in reversed(configuration.layers)],
        "settings": [_setting(setting) for setting in effective_settings(configuration, request, catalogue)],
        "rules": [rule.code for rule in chosen_rules(configuration, catalogue)],
    }


def _setting(setting: Setting) -> dict[str, Any]:
    origins = [
        {"option": origin.option}
        if origin.option
        else {"path": origin.path, "line": origin.line}
        if origin.path
        else {"default": True}
        for origin in setting.origins
    ]
    return {"key": setting.key, "value": setting.value, "origins": origins}


def _text(described: Sequence[dict[str, Any]], rules: int) -> Iterator[str]:
    """The same for a person; projects that are checked alike share their lines."""
    alike: dict[str, list[dict[str, Any]]] = {}
    for each in described:
        alike.setdefault(json.dumps({**each, "path": ""}, sort_keys=True), []).append(each)
    for group in alike.values():
        first = group[0]
        yield f"# {', '.join(each['path'] for each in group)}"
        yield _files(first["files"])
        lines = [(f"{each['key']} = {_value(each['value'])}", _origins(each["origins"])) for each in first["settings"]]
        width = max(len(left) for left, _ in lines if len(left) <= _WIDEST)
        yield from (f"{left.ljust(width)}  # {origins}" for left, origins in lines)
        yield f"# {len(first['rules'])} of {rules} rules run"
        yield ""


def _files(paths: Sequence[str]) -> str:
    if not paths:
        return "# no configuration"
    extended = f", which extends {', '.join(paths[1:])}" if paths[1:] else ""
    return f"# configured by {paths[0]}{extended}"


def _value(value: Any) -> str:
    """A value as TOML spells it; "(none)" for one that is not set."""
    if value is None:
        return "(none)"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _origins(origins: Sequence[dict[str, Any]]) -> str:
    return ", ".join(
        each.get("option") or (f"{each['path']}:{each['line']}" if "path" in each else "default") for each in origins
    )
