"""What is said when the linter cannot do its work: the user's mistake by name, or its own as a bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.engine.names import NoSuchPathError, UnknownNameError
from agentflow_lint.engine.registry import CatalogueError
from agentflow_lint.engine.runner import crash_of
from agentflow_lint.engine.suppressions.errors import SuppressionError
from agentflow_lint.model.config_file import CONFIG_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.run import Crash, Report

_ANNOUNCED = (ConfigurationError, SuppressionError, UnknownNameError, CatalogueError, NoSuchPathError)


def describe_failure(error: Exception) -> str:
    """One message for the standard error: what to correct, or what to report as a bug."""
    if isinstance(error, _ANNOUNCED):
        return "\n".join(f"agentflow-lint: error: {line}" for line in str(error).splitlines())
    from agentflow_lint.engine.fixing import DivergingFixesError

    if isinstance(error, DivergingFixesError):
        return f"agentflow-lint: bug: {error}; nothing was written. Please report it with the files."
    return describe_crash(crash_of(None, None, error))


def describe_crash(crash: Crash) -> str:
    """A crash as a bug of ours, with what its report needs and without any value of the project."""
    what = f"rule {crash.code} crashed" if crash.code else "it crashed"
    where = f" on deployment {crash.deployment}" if crash.deployment else ""
    lines = [
        f"agentflow-lint: bug: {what}{where} ({crash.error}); this is a bug in agentflow-lint, not in the project.",
        "agentflow-lint: please report it with these lines:",
    ]
    return "\n".join([*lines, *(f"  {frame}" for frame in crash.frames)])


def tell_crashes(report: Report) -> None:
    """Every crash of a run on the standard error."""
    for crash in report.crashes:
        click.echo(describe_crash(crash), err=True)


def nothing_to_lint(paths: Sequence[str]) -> str:
    """What was looked for, and where, when there is no project."""
    return (
        f"agentflow-lint: nothing to lint: no {' or '.join(CONFIG_NAMES)} in or below {', '.join(paths)}, "
        "nor in a folder above up to the repository's root"
    )
