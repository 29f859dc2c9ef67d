"""Which config file a deployment's command line or environment names.

The CLI takes ``-c`` and overwrites GRAPH_PATH with what it found (cli/commands/api.py); the ASGI target takes
GRAPH_PATH from the environment as it is before the env file is loaded (src/app/main.py). Both fall back on default
names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown, Value

if TYPE_CHECKING:
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.environment import Environment


def named_config(process: Process | None, environment: Environment) -> Value[str]:
    """The path as written; absent where nothing names one. ``process`` is None for the assumed ASGI target."""
    if process is not None and process.kind == "cli":
        return _of_command_line(process)
    if process is not None and process.kind == "unknown":
        return Unknown(process.reason or "what the command runs is not known")
    value = environment.inherited("GRAPH_PATH")
    # Empty counts as unset from 0.7.0 on; before, it ends the start, which is no choice of a file either.
    return ABSENT if isinstance(value, Known) and not value.value else value


def _of_command_line(process: Process) -> Value[str]:
    option = process.option("config")
    if option is None:
        return ABSENT
    if option.value is None or option.value.text is None:
        reason = option.value.reason if option.value else None
        return Unknown(reason or f"{option.spelling} has no value")
    return Known(option.value.text, Origin(f"{option.spelling} of the command"))
