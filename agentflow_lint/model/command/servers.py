"""What the server programs make of their arguments and variables.

uvicorn: uvicorn/main.py and config.py; gunicorn: gunicorn/config.py, util.py and app/base.py (the command line wins
over ``GUNICORN_CMD_ARGS``, which wins over the configuration file, which wins over variables such as ``PORT``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from agentflow_lint.model.command.gunicorn_config import (
    DEFAULT_NAME,
    NO_CONFIG,
    GunicornConfig,
    addresses,
    read_gunicorn_config,
)
from agentflow_lint.model.command.options import CLI, GUNICORN, UVICORN, Arguments, Option, OptionTable, read_arguments
from agentflow_lint.model.command.shell import Word, shell_commands
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from agentflow_lint.model.command.surroundings import Surroundings
    from agentflow_lint.sources.text import Span

T = TypeVar("T")

Env = Mapping[str, "Value[str]"]


@record(frozen=True)
class Source:
    """Where a command stands, for the origins of its values; and what lies beside it.

    ``folder`` is what it has changed into before, relative to where it starts.
    """

    path: str
    label: str
    has_gunicorn_conf: bool = False
    surroundings: Surroundings | None = None
    folder: Value[str] = ABSENT

    def origin(self, span: Span | None) -> Origin:
        """The origin of a value that stands in the command."""
        return Origin(self.label, Location(self.path, span) if span is not None else None)

    def text(self, word: Word) -> Value[str]:
        """A word as a value."""
        origin = self.origin_of(word)
        return Unknown(word.reason or "it is not known", origin) if word.text is None else Known(word.text, origin)

    def origin_of(self, word: Word) -> Origin:
        """The origin of a word, which a script may have passed on from elsewhere."""
        if word.path is None:
            return self.origin(word.span)
        return Origin(word.label or self.label, Location(word.path, word.span) if word.span is not None else None)


@record(frozen=True)
class ServerFacts:
    """What a server's arguments say; see :class:`agentflow_lint.model.command.process.Process`."""

    kind: Literal["cli", "uvicorn", "gunicorn", "other"]
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
    chdir: Value[str] = ABSENT
    env_files: tuple[Word, ...] = ()
    config_file: Word | None = None
    open_reason: str | None = None
    reason: str | None = None


@record(frozen=True)
class Server:
    """A program's options, and how its arguments are read."""

    table: OptionTable
    read: Callable[[Arguments, Env, Source], ServerFacts]


def _number(value: Value[str]) -> Value[int]:
    if not isinstance(value, Known):
        return value
    if re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", value.value):
        return Known(int(value.value), value.origin)
    return Unknown(f"{value.value[:40]!r} is not a number", value.origin)


def _flag(value: Value[str]) -> Value[bool]:
    if not isinstance(value, Known):
        return value
    text = value.value.strip().lower()
    if text in ("1", "true", "t", "yes", "y", "on"):
        return Known(True, value.origin)
    if text in ("0", "false", "f", "no", "n", "off", ""):
        return Known(False, value.origin)
    return Unknown(f"{value.value[:40]!r} is neither true nor false", value.origin)


def _of_option(option: Option | None, source: Source, open_reason: str | None) -> Value[str]:
    """The value of an option; Absent when it is not given."""
    if option is None:
        return Unknown(open_reason) if open_reason else ABSENT
    if option.value is None:
        return Unknown(f"{option.spelling} has no value", source.origin_of(option.word))
    return source.text(option.value)


def _or(value: Value[T], *others: Value[T]) -> Value[T]:
    """The first of several layers that says something."""
    for each in (value, *others):
        if isinstance(each, (Known, Unknown)):
            return each
    return ABSENT


def _cli(arguments: Arguments, env: Env, source: Source) -> ServerFacts:
    subcommand = arguments.positionals[0] if arguments.positionals else None
    if subcommand is None or subcommand.text is None:
        reason = subcommand.reason if subcommand else None
        return ServerFacts("cli", reason=reason)
    switch = arguments.last("reload", "no-reload")
    reload: Value[bool] = Unknown(arguments.open_reason) if arguments.open_reason else ABSENT
    if switch is not None:
        reload = Known(switch.name == "reload", source.origin_of(switch.word))
    return ServerFacts(
        kind="cli",
        subcommand=subcommand.text,
        host=_of_option(arguments.last("host"), source, arguments.open_reason),
        port=_number(_of_option(arguments.last("port"), source, arguments.open_reason)),
        reload=reload,
        chdir=_of_option(arguments.last("cwd"), source, None),
        config_file=_value_of(arguments.last("config")),
        open_reason=arguments.open_reason,
    )


def _value_of(option: Option | None) -> Word | None:
    return option.value if option else None


def _uvicorn(arguments: Arguments, env: Env, source: Source) -> ServerFacts:
    default = Origin("default of uvicorn")
    open_reason = arguments.open_reason

    def option(name: str) -> Value[str]:
        variable = env.get(f"UVICORN_{name.upper().replace('-', '_')}", ABSENT)
        return _or(
            _of_option(arguments.last(name), source, None), variable, Unknown(open_reason) if open_reason else ABSENT
        )

    switch = arguments.last("reload")
    reload = Known(True, source.origin_of(switch.word)) if switch else _flag(option("reload"))
    env_file = _value_of(arguments.last("env-file"))
    on_socket = any(isinstance(option(name), Known) for name in ("uds", "fd"))
    headers = arguments.last("proxy-headers", "--no-proxy-headers")
    ignores_headers = headers is not None and headers.name == "--no-proxy-headers"
    return ServerFacts(
        kind="uvicorn",
        target=arguments.positionals[0] if arguments.positionals else None,
        host=ABSENT if on_socket else _or(option("host"), Known("127.0.0.1", default)),
        port=ABSENT if on_socket else _or(_number(option("port")), Known(8000, default)),
        reload=_or(reload, Known(False, default)),
        workers=_or(_number(option("workers")), _number(env.get("WEB_CONCURRENCY", ABSENT)), Known(1, default)),
        graceful_timeout=_number(option("timeout-graceful-shutdown")),
        forwarded_allow_ips=ABSENT if ignores_headers else _or(option("forwarded-allow-ips"), *_trusted(env, default)),
        env_files=(env_file,) if env_file else (),
        open_reason=open_reason,
    )


def _gunicorn(arguments: Arguments, env: Env, source: Source) -> ServerFacts:
    default = Origin("default of gunicorn")
    extra, extra_source, open_reason = _gunicorn_variable(env, source)
    open_reason = arguments.open_reason or open_reason
    config = arguments.last("config") or extra.last("config")
    file = _configuration(config, env, source)
    unset: Value[str] = Unknown(open_reason) if open_reason else ABSENT

    def option(name: str) -> Value[str]:
        return _or(
            _of_option(arguments.last(name), source, None), _of_option(extra.last(name), extra_source, None), unset
        )

    def number(name: str, otherwise: Known[int], *between: Value[int]) -> Value[int]:
        return _or(_number(option(name)), file.number(name.replace("-", "_")), *between, otherwise)

    given = [(option, source) for option in arguments.all("bind")] or [
        (each, extra_source) for each in extra.all("bind")
    ]
    host, port = _addresses(given, unset, file, env, default)
    switch = arguments.last("reload")
    also = extra.last("reload")
    reload: Value[bool] = Unknown(open_reason) if open_reason else _or(file.flag("reload"), Known(False, default))
    if switch or also:
        word = (switch or also or given[0][0]).word
        reload = Known(True, (source if switch else extra_source).origin_of(word))
    open_reason = open_reason or file.open_reason
    return ServerFacts(
        kind="gunicorn",
        target=arguments.positionals[0] if arguments.positionals else None,
        host=host,
        port=port,
        reload=reload,
        workers=number("workers", Known(1, default), _number(env.get("WEB_CONCURRENCY", ABSENT))),
        timeout=number("timeout", Known(30, default)),
        graceful_timeout=number("graceful-timeout", Known(30, default)),
        worker_class=_or(option("worker-class"), file.text("worker_class"), Known("sync", default)),
        forwarded_allow_ips=_or(
            option("forwarded-allow-ips"), file.text("forwarded_allow_ips"), *_trusted(env, default)
        ),
        chdir=_or(_of_option(arguments.last("chdir") or extra.last("chdir"), source, None), _changed_by(file)),
        config_file=_value_of(config),
        open_reason=open_reason,
    )


def _configuration(option: Option | None, env: Env, source: Source) -> GunicornConfig:
    """The configuration file that gunicorn reads; it wins over defaults and their variables only."""
    name = option.value.text if option and option.value else None
    if option is not None and name is None:
        return GunicornConfig(open_reason="the configuration file may set it")
    if source.surroundings is not None:
        return read_gunicorn_config(source.surroundings, name, source.folder, env)
    if name is not None:
        return GunicornConfig(open_reason=f"the configuration file {name} may set it")
    return GunicornConfig(open_reason=f"{DEFAULT_NAME} may set it") if source.has_gunicorn_conf else NO_CONFIG


def _changed_by(file: GunicornConfig) -> Value[str]:
    """The ``chdir`` of a configuration file; one that could not be read is not taken for one that sets it."""
    return file.text("chdir") if "chdir" in file.values else ABSENT


def _trusted(env: Env, default: Origin) -> tuple[Value[str], Value[str]]:
    """Whose X-Forwarded-For counts without an option: the variable of both programs, else the machine itself."""
    return env.get("FORWARDED_ALLOW_IPS", ABSENT), Known("127.0.0.1,::1", default)


def _gunicorn_variable(env: Env, source: Source) -> tuple[Arguments, Source, str | None]:
    """The options in ``GUNICORN_CMD_ARGS``, their source, and why more may be there."""
    value = env.get("GUNICORN_CMD_ARGS", ABSENT)
    nothing = Arguments((), ())
    if isinstance(value, Unknown):
        return nothing, source, value.reason
    if not isinstance(value, Known):
        return nothing, source, None
    location = value.origin.location
    span = location.span if location else None
    words: list[Word] = []
    for command in shell_commands(LocatedText(value.value), {}, span):
        words.extend(command.words)
    place = Source(location.path if location else source.path, f"GUNICORN_CMD_ARGS, {value.origin.label}")
    return read_arguments(words, GUNICORN), place, None


def _addresses(
    given: list[tuple[Option, Source]], unset: Value[str], file: GunicornConfig, env: Env, default: Origin
) -> tuple[Value[str], Value[int]]:
    """Host and port of the address that gunicorn binds; of several, the first that is not the loopback."""
    if not given:
        if isinstance(unset, Unknown):
            return unset, unset
        bound = file.get("bind")
        if not isinstance(bound, Absent):
            return _addresses_of_file(bound, file)
        port = env.get("PORT", ABSENT)
        if isinstance(port, (Known, Unknown)):
            return Known("0.0.0.0", port.origin or default), _number(port)
        return Known("127.0.0.1", default), Known(8000, default)
    return _reachable([_address(option, source) for option, source in given])


def _addresses_of_file(bound: Known[object] | Unknown, file: GunicornConfig) -> tuple[Value[str], Value[int]]:
    origin = bound.origin
    if origin is None:
        return Unknown(file.open_reason or ""), Unknown(file.open_reason or "")
    if isinstance(bound, Unknown):
        return _parsed_address(Word(None, None, bound.reason, file.bind_prefix), origin)
    found = addresses(bound.value)
    if found is None:
        unknown = Unknown("gunicorn does not take this value of bind", origin)
        return unknown, unknown
    return _reachable([_parsed_address(Word(text), origin) for text in found])


def _reachable(found: list[tuple[Value[str], Value[int]]]) -> tuple[Value[str], Value[int]]:
    reachable = [each for each in found if not (isinstance(each[0], Known) and _is_loopback(each[0].value))]
    return (reachable or found)[0]


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _address(option: Option, source: Source) -> tuple[Value[str], Value[int]]:
    word = option.value
    if word is None:
        unknown = Unknown(f"{option.spelling} has no value", source.origin_of(option.word))
        return unknown, unknown
    return _parsed_address(word, source.origin_of(word))


def _parsed_address(word: Word, origin: Origin) -> tuple[Value[str], Value[int]]:
    unknown = Unknown(word.reason or "it is not known", origin)
    text = word.prefix if word.text is None else word.text
    text = text.removeprefix("tcp://")
    if text.startswith(("unix:", "fd://")):
        return ABSENT, ABSENT
    bracketed = re.match(r"\[([^]]*)\](?::(.*))?\Z", text)
    if bracketed:
        host, port = bracketed[1], bracketed[2]
    else:
        host, colon, rest = text.partition(":")
        port = rest.partition(":")[0] if colon else None
    if word.text is None:
        # 0.0.0.0:$PORT tells the host, $ADDRESS nothing.
        return (Known(host.lower() or "0.0.0.0", origin) if port is not None else unknown), unknown
    number: Value[int] = Known(8000, origin) if port is None else _number(Known(port, origin))
    return Known(host.lower() or "0.0.0.0", origin), number


#: The programs that start the server, by name.
PROGRAMS: Mapping[str, Server] = {
    "agentflow": Server(CLI, _cli),
    "10xgraph": Server(CLI, _cli),
    "uvicorn": Server(UVICORN, _uvicorn),
    "gunicorn": Server(GUNICORN, _gunicorn),
}

#: The modules that do so under ``python -m``.
MODULES: Mapping[str, Server] = {
    "agentflow_cli.cli.main": PROGRAMS["agentflow"],
    "tenxgraph_api.cli.main": PROGRAMS["10xgraph"],
    "uvicorn": PROGRAMS["uvicorn"],
    "gunicorn": PROGRAMS["gunicorn"],
}
