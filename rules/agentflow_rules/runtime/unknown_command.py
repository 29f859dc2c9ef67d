"""AF224 unknown-command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import part_replaced, word_replaced
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.names import nearest
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import did_you_mean, quoted, server, subject
from agentflow_lint.framework.cli_history import (
    command_at,
    releases_with_command,
    releases_with_option,
    releases_with_script,
)
from agentflow_lint.model.command.cli_usage import unknown_word
from agentflow_rules.runtime.command import place_of_command, place_of_word, symbol, undecided_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import Option
    from agentflow_lint.model.command.cli_usage import UnknownWord
    from agentflow_lint.model.command.process import Process, Word
    from agentflow_lint.model.deployment import Deployment

#: The commands that start a server.
_SERVING = ("api", "play", "dev")


class UnknownCommand(DeploymentRule):
    """The command uses a subcommand or an option that the release's CLI does not have."""

    code = "AF224"
    name = "unknown-command"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Read the command line as the release's own CLI does."""
        process = deployment.process
        if process is None or process.kind != "cli":
            yield from undecided_start(self, deployment)
            return
        if not _is_installed(deployment, process):
            yield self._no_program(deployment, process)
            return
        found = unknown_word(deployment.release, process.argv[1:])
        if found is None:
            return
        if found.role == "open":
            reason = f"whether the release's CLI takes the whole command is not known: {found.word.reason}"
            at = place_of_word(deployment, found.word) if found.word.span else place_of_command(deployment)
            yield self.undecided(at, reason, deployment=deployment)
            return
        said = _EXPLAIN[found.role](deployment, found)
        fix = _corrected(deployment, process, found)
        yield self._said(deployment, found.word, f"{found.role} {found.name}", *said, fix)

    def _no_program(self, deployment: Deployment, process: Process) -> Verdict:
        program, release = process.program or "", deployment.release
        history = "" if "." in program else releases_with_script(program)
        names = " or ".join(quoted(name) for name in release.scripts)
        return self._said(
            deployment,
            process.argv[0],
            f"program {program}",
            f"runs {quoted(program)}, which {server(deployment)} does not install{_since(history)}",
            f"Call {names}, or upgrade the server.",
            _renamed(deployment, process),
        )

    def _said(
        self, deployment: Deployment, word: Word, role: str, fault: str, way_out: str, fix: Fix | None
    ) -> Verdict:
        return self.finding(
            at=place_of_word(deployment, word),
            place=symbol(deployment, role),
            message=f"{subject(deployment)} {fault}: the command exits with an error and nothing is served.",
            help=way_out,
            deployment=deployment,
            fix=fix,
        )


def _is_installed(deployment: Deployment, process: Process) -> bool:
    program, release = process.program or "", deployment.release
    return release.has_module(program) if "." in program else program in release.scripts


def _command(deployment: Deployment, found: UnknownWord) -> tuple[str, str]:
    release = deployment.release
    words = (*found.path, found.name)
    parent = command_at(release, found.path)
    known = parent.commands if parent else release.commands
    hint = _guess(found.name, known)
    fault = f"runs {quoted(' '.join(words))}, a command that {server(deployment)} does not have"
    fault += _since(releases_with_command(words))
    if words[0] not in _SERVING:
        return fault, f"{hint}Run one of its own commands: {', '.join(known)}."
    instead = next((name for name in ("api", "dev") if name in release.commands), None)
    cli = f"; `{next(iter(release.scripts))} {instead}` starts the development server" if instead else ""
    target = release.asgi_targets[0]
    return fault, (
        f"{hint}Run the ASGI target in production: `uvicorn {target} --host 0.0.0.0 --port 8000`, or gunicorn with "
        f"uvicorn workers{cli}."
    )


def _option(deployment: Deployment, found: UnknownWord) -> tuple[str, str]:
    release = deployment.release
    command = command_at(release, found.path)
    options = command.options if command else release.root_options
    spellings = _spellings(options)
    owner = quoted(" ".join(found.path)) if found.path else "the CLI itself"
    fault = f"gives {quoted(found.name)} to {owner}, which does not take it in {server(deployment)}"
    fault += _since(releases_with_option(found.path, found.name))
    if found.path and release.root_option(found.name):
        return fault, f"Put {quoted(found.name)} before {quoted(found.path[0])}: it is an option of the CLI itself."
    if not found.path and any(each.option(found.name) for each in release.commands.values()):
        return fault, f"Put {quoted(found.name)} behind the command that it belongs to."
    if found.name in ("--workers", "-w"):
        return fault, (
            "The CLI runs a single process; for several run gunicorn with uvicorn workers, or "
            f"`uvicorn {release.asgi_targets[0]} --workers 2`."
        )
    return fault, f"{_guess(found.name, spellings)}Remove {quoted(found.name)}, or pin a release that takes it."


def _spellings(options: Iterable[Option]) -> list[str]:
    return [spelling for option in options for spelling in (*option.names, *option.negative)]


def _corrected(deployment: Deployment, process: Process, found: UnknownWord) -> Fix | None:
    """The nearest name that the release has, in place of a misspelt command or long option."""
    release = deployment.release
    command = command_at(release, found.path)
    if found.role == "command":
        known = list(command.commands if command else release.commands)
    elif found.role == "option" and found.name.startswith("--"):
        known = [name for name in _spellings(command.options if command else release.root_options) if name[:2] == "--"]
    else:
        return None
    candidate = nearest(found.name, known)
    if candidate is None:
        return None
    edit = part_replaced(deployment.project.files, process, found.word, found.name, candidate)
    description = f"Write {candidate} in place of {found.name}"
    return Fix(description, Applicability.UNSAFE, (edit,)) if edit else None


def _renamed(deployment: Deployment, process: Process) -> Fix | None:
    """The program that the release installs."""
    scripts = list(deployment.release.scripts)
    if len(scripts) != 1 or "." in (process.program or ""):
        return None
    edit = word_replaced(deployment.project.files, process, process.argv[0], scripts[0])
    description = f"Call {scripts[0]}, which {server(deployment)} installs"
    return Fix(description, Applicability.UNSAFE, (edit,)) if edit else None


def _guess(name: str, known: Iterable[str]) -> str:
    """``Did you mean `x`? `` to begin the way out with, where a known name is near."""
    text = did_you_mean(name, known).removeprefix("; ")
    return f"{text[:1].upper()}{text[1:]} " if text else ""


def _argument(deployment: Deployment, found: UnknownWord) -> tuple[str, str]:
    words = (*found.path, found.name)
    fault = (
        f"gives {quoted(found.name)} to {quoted(' '.join(found.path))}, which takes no argument in {server(deployment)}"
    )
    history = releases_with_command(words)
    fault += f" (as a command of its own {history} have it)" if history else ""
    return fault, f"Remove {quoted(found.name)}; the config file is named with --config."


_EXPLAIN = {"command": _command, "option": _option, "argument": _argument}


def _since(history: str) -> str:
    return f" ({history} do)" if history else " (no release does)"
