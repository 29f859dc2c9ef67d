"""Programs that only start another one: ``exec``, ``env``, ``uv run``, ``tini --``, ``sh -c``, ``python -m``."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.command.options import Option, OptionTable, read_arguments, tail
from agentflow_lint.model.command.shell import Word
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=", re.ASCII)
_PYTHON = re.compile(r"python(?:[0-9](?:\.[0-9]+)?)?t?\Z|pypy3?\Z")


def _table(*valued: str) -> OptionTable:
    return OptionTable({name: name.lstrip("-") for name in valued}, {}, interspersed=False)


_RUN_OPTIONS = _table(
    "--with", "--with-editable", "--with-requirements", "--python", "-p", "--env-file", "--extra", "--no-extra",
    "--group", "--no-group", "--only-group", "--package", "--project", "--directory", "--index", "--default-index",
    "--index-url", "--extra-index-url", "--find-links", "--cache-dir", "--config-file", "--index-strategy",
    "--keyring-provider", "--link-mode", "--resolution", "--prerelease", "-P", "-C",
)  # fmt: skip

#: Programs whose arguments start with the command that they run, and their options that take a value.
_PLAIN: Mapping[str, OptionTable] = {
    "exec": _table("-a"),
    "command": _table(),
    "nohup": _table(),
    "time": _table("-f", "-o"),
    "nice": _table("-n", "--adjustment"),
    "ionice": _table("-c", "-n"),
    "stdbuf": _table("-i", "-o", "-e"),
    "setsid": _table(),
    "sudo": _table("-u", "-g", "--user", "--group"),
    "tini": _table("-p", "-e"),
    "tini-static": _table("-p", "-e"),
    "docker-init": _table("-p", "-e"),
    "catatonit": _table(),
    "dumb-init": _table("-r", "--rewrite"),
    "ddtrace-run": _table(),
    "opentelemetry-instrument": _table(),
}

#: Launchers that want one more argument before the command (a user, a number of seconds).
_WITH_ARGUMENT: Mapping[str, OptionTable] = {
    "gosu": _table(),
    "su-exec": _table(),
    "timeout": _table("-s", "-k", "--signal", "--kill-after"),
}

#: Package managers that run a command of the project's environment: ``<manager> run <command>``.
_RUNNERS = ("uv", "poetry", "pipenv", "pdm", "hatch", "rye", "pixi")

_NOTHING = "sh -c has nothing to run"
#: Programs that run a shell's text.
SHELLS = ("sh", "bash", "ash", "dash", "zsh", "ksh")


@record(frozen=True)
class Launched:
    """The words left when the launchers are taken away, and what they set on the way.

    ``script`` is text for a shell, ``script_file`` a file for it, both with ``arguments``. ``runner`` is the package
    manager that runs them in the project's environment (``uv run``), with its ``runner_options``; ``interpreter`` the
    Python of ``python -m``.
    """

    words: tuple[Word, ...]
    assignments: tuple[tuple[str, Word], ...] = ()
    chdir: Word | None = None
    env_files: tuple[Word, ...] = ()
    script: Word | None = None
    script_file: Word | None = None
    arguments: tuple[Word, ...] = ()
    module: bool = False
    reason: str | None = None
    runner: Word | None = None
    runner_options: tuple[Option, ...] = ()
    interpreter: Word | None = None


def launch(words: tuple[Word, ...]) -> Launched:
    """Take launchers off the front of a command.

    ``script`` is the text of ``sh -c``, ``script_file`` the file of ``sh file``; ``module`` says that the first word
    left is a module (``python -m``);
    ``reason`` why what runs in the end is not known.
    """
    assignments: list[tuple[str, Word]] = []
    env_files: list[Word] = []
    chdir: Word | None = None
    runner: Word | None = None
    options: tuple[Option, ...] = ()

    def left(found: Launched) -> Launched:
        return replace(
            found,
            assignments=tuple(assignments),
            chdir=chdir,
            env_files=tuple(env_files),
            runner=runner,
            runner_options=options,
        )

    while words:
        program = words[0]
        if program.text is None:
            return left(Launched(words, reason=program.reason))
        name = posixpath.basename(program.text)
        if name == "env":
            words, found, cleared = _env(words[1:])
            assignments.extend(found)
            if cleared:
                return left(Launched(words, reason="env -i clears the variables"))
        elif name in _PLAIN:
            words = _after_options(words, _PLAIN[name])
        elif name in _WITH_ARGUMENT:
            words = _after_options(words, _WITH_ARGUMENT[name])[1:]
        elif name in _RUNNERS and len(words) > 1:
            after = _runner(words)
            if after is None:
                break
            words, options = after
            directory = next((each.value for each in options if each.spelling in ("--directory", "-C")), None)
            chdir = directory or chdir
            runner = program
            env_files.extend(each.value for each in options if each.spelling == "--env-file" and each.value)
        elif name in SHELLS:
            return left(_shell(words))
        elif _PYTHON.match(name):
            inner = _python(words)
            if inner is None:
                break
            return left(Launched(inner, module=True, interpreter=program))
        else:
            break
    return left(Launched(words))


def _after_options(words: tuple[Word, ...], table: OptionTable) -> tuple[Word, ...]:
    return read_arguments(words[1:], table).positionals


def _env(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], list[tuple[str, Word]], bool]:
    arguments = read_arguments(words, _table("-u", "--unset", "-C", "--chdir"))
    cleared = arguments.last("-i", "--ignore-environment") is not None
    found: list[tuple[str, Word]] = []
    rest = arguments.positionals
    while rest:
        match = _ASSIGNMENT.match(rest[0].prefix if rest[0].text is None else rest[0].text)
        if not match:
            break
        found.append((match[1], tail(rest[0], match.end())))
        rest = rest[1:]
    return rest, found, cleared


def _runner(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Option, ...]] | None:
    """What ``uv run [options] command`` runs, and the options; None when it is another subcommand."""
    outer = read_arguments(words[1:], _RUN_OPTIONS)
    if not outer.positionals or outer.positionals[0].text != "run":
        return None
    inner = read_arguments(outer.positionals[1:], _RUN_OPTIONS)
    rest = inner.positionals
    module = next((option for option in inner.options if option.spelling in ("-m", "--module")), None)
    if module is not None:
        rest = (Word("python", module.word.span), Word("-m", module.word.span), *rest)
    return rest, (*outer.options, *inner.options)


def _shell(words: tuple[Word, ...]) -> Launched:
    """The text or the file that a shell runs, or the reason why that is not known."""
    for index, word in enumerate(words[1:], start=1):
        rest = words[index + 1 :]
        if word.text is None:
            return Launched(words, reason=word.reason)
        if word.text.startswith("-") and not word.text.startswith("--"):
            if "c" in word.text[1:]:
                # The word after the text is $0.
                return Launched(words, script=rest[0], arguments=rest[2:]) if rest else Launched(words, reason=_NOTHING)
            continue
        if not word.text.startswith("-"):
            return Launched(words, script_file=word, arguments=rest)
    return Launched(words)


def _python(words: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Module and arguments of ``python -m module``; None for a script or the prompt."""
    for index, word in enumerate(words[1:], start=1):
        text = word.text or ""
        if not text.startswith("-") or text == "-":
            return None
        if text == "-m":
            return words[index + 1 :] or None
        if re.match(r"-[A-Za-z]*m", text) and "X" not in text and "W" not in text and "c" not in text:
            place = text.index("m") + 1
            return (tail(word, place), *words[index + 1 :]) if place < len(text) else words[index + 1 :] or None
        if "c" in text and not text.startswith("--"):
            return None
        if text in ("-X", "-W"):
            return _python((words[0], *words[index + 2 :]))
    return None
