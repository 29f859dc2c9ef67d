"""The formats of ``check``: which are asked for, where each goes, and the module that writes it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

import click

from agentflow_lint.engine.names import nearest
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.engine.run import Report

DEFAULT = "text"
_STDOUT = "-"

#: The formats for a terminal, which know no paths but those from the working directory.
_FOR_TERMINALS = {
    "text": ("agentflow_lint.report.text", "text_report"),
    "concise": ("agentflow_lint.report.concise", "concise_report"),
}
#: The formats whose paths are relative to the root of the repository.
_FOR_CI = {
    "sarif": ("agentflow_lint.report.sarif", "sarif_report"),
    "github-sarif": ("agentflow_lint.report.sarif", "github_sarif_report"),
    "github": ("agentflow_lint.report.github", "github_report"),
    "gitlab": ("agentflow_lint.report.gitlab", "gitlab_report"),
    "markdown": ("agentflow_lint.report.markdown", "markdown_report"),
    "html": ("agentflow_lint.report.html", "html_report"),
    "junit": ("agentflow_lint.report.junit", "junit_report"),
}

FORMATS = (*_FOR_TERMINALS, "json", *_FOR_CI)

#: The formats that say nothing about nothing; the others are a whole document even without a project.
_ABOUT_FINDINGS = ("text", "concise", "github")

#: Where a CI system says that the repository is: GitHub Actions, GitLab.
_WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
#: The variables that together say where the files of a commit are shown, and how.
_ADDRESSES = (
    (("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"), "{}/{}/blob/{}"),
    (("CI_PROJECT_URL", "CI_COMMIT_SHA"), "{}/-/blob/{}"),
)


@record(frozen=True)
class Output:
    """A format and the file that it goes to; None is the standard output."""

    format: str
    file: str | None = None


def read_outputs(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[Output, ...]:
    """Each ``FORMAT`` or ``FORMAT=FILE`` of ``--output-format``; ``-`` as the file is the standard output."""
    return tuple(map(_output, given))


def _output(text: str) -> Output:
    name, given, file = text.partition("=")
    if name not in FORMATS:
        near = nearest(name, FORMATS)
        hint = f"; did you mean '{near}'?" if near else "."
        raise click.BadParameter(f"'{name}' is not one of {', '.join(map(repr, FORMATS))}{hint}")
    if given and not file:
        raise click.BadParameter(f"'{text}' names no file.")
    return Output(name, None if not given or file == _STDOUT else file)


def outputs(asked: Sequence[Output], output_file: str | None) -> tuple[Output, ...]:
    """What to write where; ``output_file`` is for the one format that names no file of its own.

    Raises :class:`click.UsageError` where two outputs would go to one place, or a file is left without a format.
    """
    chosen = tuple(asked) or (Output(DEFAULT),)
    to_stdout = [each for each in chosen if each.file is None]
    if output_file and not to_stdout:
        raise click.UsageError(f"no format is left for --output-file {output_file}: each one names its own file.")
    if len(to_stdout) > 1:
        names = " and ".join(each.format for each in to_stdout)
        where = output_file or "the standard output"
        raise click.UsageError(f"{names} would both go to {where}; give one a file: {to_stdout[-1].format}=FILE.")
    placed = tuple(Output(each.format, each.file or output_file) for each in chosen)
    seen: dict[str, Output] = {}
    for each in placed:
        if each.file is None:
            continue
        first = seen.setdefault(os.path.realpath(each.file), each)
        if first is not each:
            raise click.UsageError(f"{first.format} and {each.format} would both go to {each.file}.")
    return placed


def is_due(output: Output, report: Report) -> bool:
    """Whether there is something to write: a file always, the standard output unless no project was found."""
    return bool(report.runs) or output.format not in _ABOUT_FINDINGS or output.file is not None


def rendered(report: Report, name: str, colored: bool) -> str:
    """The report in one format; only that format's module is imported."""
    from agentflow_lint.report.palette import Palette

    working = os.getcwd()
    if name == "json":
        from agentflow_lint.report.json import json_report

        return json_report(report, working)
    if name in _FOR_TERMINALS:
        return _named(_FOR_TERMINALS[name])(report, working, Palette(colored))
    from agentflow_lint.report.repository import RepositoryPaths

    workspace = next(filter(None, map(os.environ.get, _WORKSPACES)), "")
    return _named(_FOR_CI[name])(report, RepositoryPaths(working, workspace, _address_of_the_commit()))


def _address_of_the_commit() -> str:
    """Where GitHub or GitLab shows the files of the commit that it has checked out."""
    for parts, address in _ADDRESSES:
        values = [os.environ.get(part, "") for part in parts]
        if all(values):
            return address.format(*values)
    return ""


def _named(function: tuple[str, str]) -> Callable[..., str]:
    module, name = function
    found: Callable[..., str] = getattr(import_module(module), name)
    return found
