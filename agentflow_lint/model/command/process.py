"""The process that a command starts: which server, with which options, on which address.

A command comes from a Dockerfile, a compose service, a Kubernetes container or a Procfile. Launchers and shells are
looked through (see :mod:`agentflow_lint.model.command.launchers`); of a chain of commands the last server counts.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from agentflow_lint.model.command.launchers import SHELLS, Launched, launch
from agentflow_lint.model.command.options import Arguments, Option, read_arguments, tail
from agentflow_lint.model.command.servers import MODULES, PROGRAMS, ServerFacts, Source
from agentflow_lint.model.command.shell import ShellCommand, Word, shell_commands
from agentflow_lint.model.command.surroundings import FoundText, find_program, find_text
from agentflow_lint.model.values import ABSENT, Known, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile import LocatedText
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agentflow_lint.model.command.surroundings import Surroundings
    from agentflow_lint.sources.text import SourceText

__all__ = ["CommandLine", "Process", "Word", "combine", "parse_command", "words_of"]

Kind = Literal["cli", "uvicorn", "gunicorn", "other", "unknown"]
"""``other``: a known program that is not the server; ``unknown``: not decidable, ``reason`` says why."""

CommandLine: TypeAlias = "tuple[Word, ...] | LocatedText"
"""The exec form as words, or the shell form as text."""

_NO_VALUES: Mapping[str, Value[str]] = MappingProxyType({})
_NO_OPTIONS: Mapping[str, Word] = MappingProxyType({})
_SHEBANG = re.compile(r"#![ \t]*(?:/\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:\S*/)?([^\s/]+)")
#: Programs that are certainly no script of the project.
_INTERPRETER = re.compile(r"-|python|pypy")
_MAX_DEPTH = 5
_MAX_COMMANDS = 1000

#: Programs that are certainly not the server.
_OTHERS = frozenset(
    [
        "alembic",
        "bash",
        "cat",
        "celery",
        "cp",
        "dash",
        "date",
        "echo",
        "false",
        "find",
        "git",
        "grep",
        "jupyter",
        "ls",
        "migrate",
        "mkdir",
        "mv",
        "nginx",
        "node",
        "npm",
        "npx",
        "pip",
        "postgres",
        "printenv",
        "pwd",
        "pytest",
        "redis-server",
        "rm",
        "rq",
        "sh",
        "sleep",
        "streamlit",
        "tail",
        "test",
        "touch",
        "true",
        "uname",
        "yarn",
        "[",
        ":",
    ]
)


@record(frozen=True)
class Process:
    """What one command runs.

    ``argv`` is the server's own command line, launchers taken off; ``program`` its first word without folders (for
    ``python -m`` the module). ``subcommand`` belongs to the CLI, ``target`` (``module:app``) to uvicorn and gunicorn.
    What the command leaves open is Absent for the CLI, whose defaults depend on the release; uvicorn's and
    gunicorn's own defaults and variables (``WEB_CONCURRENCY``, ``PORT``, ``UVICORN_*``, ``GUNICORN_CMD_ARGS``) are
    applied. ``timeout`` and ``graceful_timeout`` are in seconds. ``forwarded_allow_ips`` are the peers whose
    X-Forwarded-For replaces the caller's address, comma-separated; absent where nobody's does. ``options`` maps each
    spelling as given to its value, or to the option's own word for a flag; ``given`` has them in order, and
    ``open_reason`` says why there may be more of them. ``preceding`` are the commands that run before it;
    ``env_files`` are files that a launcher or uvicorn loads into its environment. ``path`` is the file that holds the
    command: a start script's where that says what runs. ``scripts`` are the start scripts that were read on the way.
    ``executable`` is the word by which the program is looked up (of ``python -m`` the interpreter's), ``runner`` the
    package manager that runs it in the project's environment (``uv run``), with its ``runner_options``.
    """

    kind: Kind
    argv: tuple[Word, ...] = ()
    program: str | None = None
    subcommand: str | None = None
    target: Word | None = None
    host: Value[str] = ABSENT
    port: Value[int] = ABSENT
    reload: Value[bool] = ABSENT
    workers: Value[int] = ABSENT
    timeout: Value[int] = ABSENT
    graceful_timeout: Value[int] = ABSENT
    worker_class: Value[str] = ABSENT
    forwarded_allow_ips: Value[str] = ABSENT
    options: Mapping[str, Word] = field(default_factory=lambda: _NO_OPTIONS)
    given: tuple[Option, ...] = ()
    open_reason: str | None = None
    chdir: Value[str] = ABSENT
    env_assignments: Mapping[str, Value[str]] = field(default_factory=lambda: _NO_VALUES)
    env_files: tuple[Word, ...] = ()
    config_file: Word | None = None
    preceding: tuple[tuple[Word, ...], ...] = ()
    reason: str | None = None
    span: Span | None = None
    path: str = ""
    scripts: tuple[str, ...] = ()
    executable: Word | None = None
    runner: Word | None = None
    runner_options: tuple[Option, ...] = ()

    def option(self, *names: str) -> Option | None:
        """The last option with one of these canonical names (``bind``, ``host``, ``config``, ``no-reload``)."""
        return next((option for option in reversed(self.given) if option.name in names), None)

    @property
    def decisive_word(self) -> Word | None:
        """The word that says what runs: the CLI's subcommand, else the program."""
        words = self.argv if self.subcommand is None else self.argv[1:]
        return next((word for word in words if self.subcommand in (None, word.text)), None)


def parse_command(
    command: Sequence[Word] | LocatedText | str,
    env: Mapping[str, Value[str]] = _NO_VALUES,
    *,
    path: str = "",
    label: str = "the command",
    has_gunicorn_conf: bool = False,
    surroundings: Surroundings | None = None,
) -> Process:
    """What ``command`` runs: words for the exec form, text for the shell form.

    ``env`` is the environment that it starts with; ``path`` and ``label`` say where it stands, for the origins of
    the values. ``surroundings`` are the files that it sees: a start script and gunicorn's configuration file are read
    there. ``has_gunicorn_conf`` says of a command without surroundings that ``gunicorn.conf.py`` lies in its working
    directory.
    """
    source = Source(path, label, has_gunicorn_conf, surroundings)
    line = LocatedText(command) if isinstance(command, str) else command
    if isinstance(line, LocatedText):
        process, span = _in_shell(line, dict(env), source, line.span(), 0), line.span()
    else:
        words = tuple(line)
        process, span = _simple(ShellCommand(words), dict(env), source, 0), _span_of(words)
    return process if process.path else replace(process, span=span, path=path)


def combine(
    entrypoint: CommandLine | None, command: CommandLine | None, shell: Sequence[str] = ("/bin/sh", "-c")
) -> CommandLine | None:
    """ENTRYPOINT and CMD by Docker's rules: a shell form entrypoint never sees the command.

    ``shell`` is what runs a shell form command that an exec form entrypoint gets as arguments. None or no words
    means that there is none.
    """
    if isinstance(entrypoint, LocatedText):
        return entrypoint
    if not entrypoint:
        return command or None
    if isinstance(command, LocatedText):
        return (*entrypoint, *(Word(each) for each in shell), Word(command.text, command.span(), located=command))
    return (*entrypoint, *(command or ()))


def words_of(texts: Iterable[tuple[str, Span | None]]) -> tuple[Word, ...]:
    """Words of an exec form from their texts and places."""
    return tuple(Word(text, span) for text, span in texts)


def _in_shell(
    line: LocatedText,
    env: dict[str, Value[str]],
    source: Source,
    fallback: Span | None,
    depth: int,
    arguments: tuple[Word, ...] | None = None,
) -> Process:
    """The last server of a shell's commands, else the last command."""
    if depth > _MAX_DEPTH:
        return Process("unknown", reason="it starts shells in shells")
    preceding: list[tuple[Word, ...]] = []
    assigned: dict[str, Value[str]] = {}
    chdir: Value[str] = ABSENT
    last: Process | None = None
    server: Process | None = None
    for command in shell_commands(line, env, fallback, arguments):
        if len(preceding) == _MAX_COMMANDS:
            return Process("unknown", reason=f"it is a chain of more than {_MAX_COMMANDS} commands")
        name = command.words[0].text if command.words else None
        if not command.words or name in ("export", "set", "declare", "readonly", "local", "unset"):
            found = {key: source.text(word) for key, word in (*command.assignments, *_exports(command))}
            if command.conditional:
                found = {key: Unknown(f"{key} is set only under a condition") for key in found}
            assigned.update(found)
            env.update(found)
        elif name == "cd":
            folder = source.text(command.words[1]) if len(command.words) > 1 else Unknown("cd goes home")
            chdir = _join(chdir, Unknown("cd runs only under a condition") if command.conditional else folder)
        else:
            last = _simple(command, dict(env), replace(source, folder=_join(source.folder, chdir)), depth)
            if last.kind != "other":
                last = replace(
                    last,
                    chdir=_join(chdir, last.chdir),
                    env_assignments=MappingProxyType({**assigned, **last.env_assignments}),
                    preceding=(*preceding, *last.preceding),
                )
            if last.kind in ("cli", "uvicorn", "gunicorn"):
                if command.conditional:
                    last = replace(last, kind="unknown", reason="it runs only under a condition of the script")
                server = last
            elif last.kind == "unknown" and last.path and not command.conditional:
                server = last  # a script that runs nobody knows what
            if name == "exec" and len(command.words) > 1 and not command.conditional:
                return last
        preceding.append(command.words)
    if server is not None:
        return server
    return last or Process("other", reason="it runs nothing")


def _join(base: Value[str], then: Value[str]) -> Value[str]:
    if isinstance(base, Known) and isinstance(then, Known):
        return Known(posixpath.normpath(posixpath.join(base.value, then.value)), then.origin)
    if isinstance(base, Unknown) and isinstance(then, Known) and not then.value.startswith("/"):
        return base
    return then if isinstance(then, (Known, Unknown)) else base


def _exports(command: ShellCommand) -> list[tuple[str, Word]]:
    found = []
    for word in command.words[1:] if command.words and command.words[0].text == "export" else ():
        name, equals, _ = (word.prefix if word.text is None else word.text).partition("=")
        if equals:
            found.append((name, tail(word, len(name) + 1)))
    return found


def _simple(command: ShellCommand, env: dict[str, Value[str]], source: Source, depth: int) -> Process:
    launched = launch(command.words)
    assigned = {name: source.text(word) for name, word in (*command.assignments, *launched.assignments)}
    env.update(assigned)
    process = _launched(launched, env, source, depth)
    chdir = source.text(launched.chdir) if launched.chdir else ABSENT
    return replace(
        process,
        chdir=_join(chdir, process.chdir),
        env_assignments=MappingProxyType({**assigned, **process.env_assignments}),
        env_files=(*launched.env_files, *process.env_files),
        runner=process.runner or launched.runner,
        runner_options=(*process.runner_options, *launched.runner_options),
    )


def _launched(launched: Launched, env: dict[str, Value[str]], source: Source, depth: int) -> Process:
    words = launched.words
    if launched.script is not None:
        script = launched.script
        if script.text is None:
            return Process("unknown", words, reason=script.reason)
        return _in_shell(_located(script), env, source, script.span, depth + 1, _named(launched.arguments, source))
    if launched.script_file is not None:
        return _in_file(launched.script_file, launched.arguments, words, env, source, depth)
    program = words[0].text if words else None
    if program is not None and not launched.module:
        program = posixpath.basename(program)
    if launched.reason is not None or not words:
        return Process("unknown", words, program, reason=launched.reason or "it runs nothing")
    server = (MODULES if launched.module else PROGRAMS).get(program or "")
    if server is None:
        other = _not_a_server(words, program, launched.module)
        if other.kind == "unknown" and not launched.module and not _INTERPRETER.match(program or "-"):
            return _in_file(words[0], words[1:], words, env, source, depth, otherwise=other)
        return other
    arguments = read_arguments(words[1:], server.table)
    process = _server(server.read(arguments, env, source), words, program, arguments)
    return replace(process, executable=launched.interpreter or words[0])


def _in_file(
    name: Word,
    arguments: tuple[Word, ...],
    words: tuple[Word, ...],
    env: dict[str, Value[str]],
    source: Source,
    depth: int,
    otherwise: Process | None = None,
) -> Process:
    """What a start script runs.

    ``otherwise`` is the answer where no file of that name is found, for a program that need not be a script.
    """
    unread = otherwise or Process("unknown", words, name.text, reason=f"{name.text} is a script")
    if source.surroundings is None or not name.text or depth > _MAX_DEPTH:
        return unread
    find = find_text if otherwise is None else find_program
    found = find(source.surroundings, name.text, source.folder)
    if isinstance(found, Unknown) and otherwise is None:
        return replace(unread, reason=f"{name.text} is a script, and {found.reason}")
    if not isinstance(found, FoundText):
        return unread
    interpreter = _SHEBANG.match(found.text.content)
    if (interpreter or otherwise) and not (interpreter and interpreter[1] in SHELLS):
        reason = f"{name.text} is a script that no shell runs"
        return Process("unknown", words, name.text, reason=reason, span=_span_of(words), path=source.path)
    inside = replace(source, path=found.path, label=f"start script {found.path}")
    text = _lines(found.text)
    process = _in_shell(text, env, inside, text.span(), depth + 1, _named(arguments, source))
    decisive = process.decisive_word
    if process.kind == "other":
        return replace(process, scripts=(found.path, *process.scripts))
    passed_on = decisive is not None and decisive.path is not None
    return replace(
        process,
        path=process.path or (decisive.path if decisive and decisive.path else found.path),
        span=process.span or (decisive.span if decisive else None),
        reason=f"{found.path}: {process.reason}" if process.reason and not passed_on else process.reason,
        scripts=(found.path, *process.scripts),
    )


def _named(words: tuple[Word, ...], source: Source) -> tuple[Word, ...]:
    """Words that keep where they come from when a script passes them on."""
    return tuple(
        word if word.path is not None else replace(word, path=source.path, label=source.label) for word in words
    )


def _lines(text: SourceText) -> LocatedText:
    r"""A script's text with its places; ``\r\n`` ends a line like ``\n``."""
    lines = [text.line(number) for number in range(1, text.line_count + 1)]
    anchors, at = [], 0
    for number, line in enumerate(lines, start=1):
        anchors.append((at, number, 1))
        at += len(line) + 1
    return LocatedText("\n".join(lines), tuple(anchors))


def _located(word: Word) -> LocatedText:
    """The text of ``sh -c`` with its places, where it is written as it reads."""
    if word.located is not None:
        return word.located
    text, span = word.text or "", word.span
    if span is not None and span.line == span.end_line:
        quotes = span.end_column - span.column - len(text)
        if quotes in (0, 2):
            return LocatedText(text, ((0, span.line, span.column + quotes // 2),))
    return LocatedText(text)


def _server(facts: ServerFacts, words: tuple[Word, ...], program: str | None, arguments: Arguments) -> Process:
    return Process(
        kind=facts.kind,
        argv=words,
        program=program,
        subcommand=facts.subcommand,
        target=facts.target,
        host=facts.host,
        port=facts.port,
        reload=facts.reload,
        workers=facts.workers,
        timeout=facts.timeout,
        graceful_timeout=facts.graceful_timeout,
        worker_class=facts.worker_class,
        forwarded_allow_ips=facts.forwarded_allow_ips,
        options=MappingProxyType({option.spelling: option.value or option.word for option in arguments.options}),
        given=arguments.options,
        open_reason=facts.open_reason,
        chdir=facts.chdir,
        env_files=facts.env_files,
        config_file=facts.config_file,
        reason=facts.reason,
    )


def _not_a_server(words: tuple[Word, ...], program: str | None, module: bool) -> Process:
    known = program in _OTHERS or ((program or "").startswith("python") and len(words) == 1)
    if known and not module:
        return Process("other", words, program)
    if module and program in ("http.server", "pytest", "alembic", "celery", "pip", "compileall", "venv"):
        return Process("other", words, program)
    if (program or "").endswith((".sh", ".bash")):
        return Process("unknown", words, program, reason=f"{words[0].text} is a script")
    if module or (program or "").startswith("python"):
        return Process("unknown", words, program, reason="what the Python program runs is not known")
    if program in ("hypercorn", "granian", "daphne", "fastapi", "supervisord", "honcho", "circusd"):
        return Process("unknown", words, program, reason=f"how {program} runs the server is not modelled")
    if (words[0].text or "").startswith("-"):
        return Process("unknown", words, program, reason="it depends on the entrypoint of the base image")
    return Process("unknown", words, program, reason=f"{program or 'the program'} is not a program that is known here")


def _span_of(words: tuple[Word, ...]) -> Span | None:
    spans = [word.span for word in words if word.span is not None]
    if not spans:
        return None
    return Span(spans[0].line, spans[0].column, spans[-1].end_line, spans[-1].end_column)
