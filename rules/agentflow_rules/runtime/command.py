"""What the rules about a deployment's command have in common."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.framework.import_names import SERVER_PACKAGES
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.finding import Undecided
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.framework.facts import Command
    from agentflow_lint.model.command.process import Process, Word
    from agentflow_lint.model.deployment import Deployment

#: Kinds of deployments whose name is one of several in the same file.
_SHARE_A_FILE = ("compose", "kubernetes", "procfile")

#: Proxies that, started in the same container, reach its loopback address and listen on a port of their own.
_PROXIES = frozenset({"nginx", "caddy", "haproxy", "envoy", "traefik", "apache2", "apache2ctl", "apachectl", "httpd"})


def started_server(deployment: Deployment) -> Process | None:
    """The process, when it is known to start a server; not a CLI command that its release does not have."""
    process = deployment.process
    if process is None or process.kind not in ("cli", "uvicorn", "gunicorn"):
        return None
    return process if process.kind != "cli" or cli_command(deployment) else None


def cli_command(deployment: Deployment) -> Command | None:
    """The CLI's command that starts the server here, as its release defines it; None for any other command."""
    process = deployment.process
    if process is None or process.kind != "cli":
        return None
    release, program = deployment.release, process.program or ""
    if "." not in program and program not in release.scripts:
        return None  # not ``python -m package.module``, and no script that this release installs
    command = release.commands.get(process.subcommand or "")
    return command if command and command.option("--host") else None


def runs_framework(deployment: Deployment) -> bool:
    """Whether the process is known to start the framework's server: by its CLI, or as an ASGI target of its own."""
    process = deployment.process
    if process is None or process.kind not in ("cli", "uvicorn", "gunicorn"):
        return False
    return process.kind == "cli" or target_package(process) in SERVER_PACKAGES


def target_package(process: Process) -> str:
    """The top-level package of the ASGI target that uvicorn or gunicorn is given; "" where it is not known."""
    target = process.target.text if process.target else None
    return (target or "").partition(":")[0].partition(".")[0]


def undecided_start(rule: Rule, deployment: Deployment) -> Iterator[Undecided]:
    """That ``rule`` could not decide, where the command or the CLI's subcommand is not known."""
    process = deployment.process
    if process is None:
        return
    if process.kind == "unknown" or (process.kind == "cli" and process.subcommand is None and process.reason):
        reason = f"how the server is started is not known: {process.reason}"
        yield rule.undecided(place_of_command(deployment), reason, deployment=deployment)


def runs_in_development(deployment: Deployment) -> bool:
    """Whether a deployment for development runs the same command, written in the same place."""
    place = place_of_command(deployment)
    return any(
        each.is_development and each.process is not None and place_of_command(each) == place
        for each in deployment.project.all_deployments
    )


def shown_command(process: Process) -> str:
    """The server's command as people call it: ``agentflow play``, ``uvicorn``."""
    return " ".join(filter(None, (process.program, process.subcommand)))


def place_of_word(deployment: Deployment, word: Word | None) -> Location:
    """Where a word of the command stands; the command, else the deployment's anchor, where it stands nowhere."""
    process = deployment.process
    span = (word.span if word else None) or (process.span if process else None)
    if process is None or span is None:
        return deployment.anchor
    return Location((word.path if word and word.span else None) or process.path, span)


def place_of_command(deployment: Deployment) -> Location:
    """Where it says what runs: the CLI's subcommand, else the program."""
    return place_of_word(deployment, deployment.process.decisive_word if deployment.process else None)


def symbol(deployment: Deployment, role: str) -> str:
    """The symbolic place of a part of the command; a file with several commands tells them apart by their names."""
    process = deployment.process
    shared = deployment.kind in _SHARE_A_FILE and process is not None and process.path == deployment.anchor.path
    return f"{deployment.name} {role}" if shared else role


def symbol_at(deployment: Deployment, location: Location, role: str) -> str:
    """The symbolic place of something else that is said about a deployment, in the file of ``location``."""
    shared = deployment.kind in _SHARE_A_FILE and location.path == deployment.anchor.path
    return f"{deployment.name} {role}" if shared else role


def proxy_beside(process: Process) -> str | None:
    """The proxy that the command starts before the server, if any."""
    names = [posixpath.basename(word.text) for words in process.preceding for word in words if word.text]
    return next((name for name in names if name in _PROXIES), None)
