"""How the programs of a deployment's command read their options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.command.shell import Word
from agentflow_lint.records import record
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@record(frozen=True)
class Option:
    """An option as given: its canonical ``name``, the ``spelling`` used, and its value, if it takes one.

    ``word`` is the argument that holds the option.
    """

    name: str
    spelling: str
    value: Word | None
    word: Word


@record(frozen=True)
class OptionTable:
    """The options of one program: spelling to canonical name.

    ``abbreviates`` says that a unique beginning of a long option is enough (argparse), ``interspersed`` that
    options may follow positional arguments.
    """

    valued: Mapping[str, str]
    flags: Mapping[str, str]
    abbreviates: bool = False
    interspersed: bool = True

    def find(self, spelling: str) -> tuple[str, bool] | None:
        """(canonical name, takes a value) of a spelling; None for one that the program does not have."""
        if spelling in self.valued:
            return self.valued[spelling], True
        if spelling in self.flags:
            return self.flags[spelling], False
        if self.abbreviates and spelling.startswith("--") and len(spelling) > 2:
            found = {name: (self.valued[name], True) for name in self.valued if name.startswith(spelling)}
            found.update({name: (self.flags[name], False) for name in self.flags if name.startswith(spelling)})
            if len(set(found.values())) == 1:
                return next(iter(found.values()))
        return None


@record(frozen=True)
class Arguments:
    """A program's arguments, read: options in order, the rest, and why more may be there (``open_reason``)."""

    options: tuple[Option, ...]
    positionals: tuple[Word, ...]
    open_reason: str | None = None

    def last(self, *names: str) -> Option | None:
        """The last option with one of these canonical names."""
        return next((option for option in reversed(self.options) if option.name in names), None)

    def all(self, name: str) -> tuple[Option, ...]:
        """Every option with that canonical name."""
        return tuple(option for option in self.options if option.name == name)


def read_arguments(words: Sequence[Word], table: OptionTable) -> Arguments:
    """Split a program's arguments into options and positionals."""
    options: list[Option] = []
    positionals: list[Word] = []
    open_reason: str | None = None
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        text = word.prefix if word.text is None else word.text
        if word.text is None and "=" not in text and not (len(text) > 1 and text[0] == "-"):
            open_reason = open_reason or word.reason
            positionals.append(word)
            if not table.interspersed:
                positionals.extend(words[at:])
                break
        elif text == "--" or not text.startswith("-") or text == "-":
            rest = () if text == "--" else (word,)
            if text == "--" or not table.interspersed:
                positionals.extend((*rest, *words[at:]))
                break
            positionals.append(word)
        elif text.startswith("--"):
            spelling, equals, _ = text.partition("=")
            name, takes_value = table.find(spelling) or (spelling, False)
            value: Word | None = None
            if equals:
                value = tail(word, len(spelling) + 1)
            elif takes_value and at < len(words):
                value = words[at]
                at += 1
            options.append(Option(name, spelling, value, word))
        else:
            at = _short(word, text, words, at, table, options)
    return Arguments(tuple(options), tuple(positionals), open_reason)


def _short(word: Word, text: str, words: Sequence[Word], at: int, table: OptionTable, options: list[Option]) -> int:
    """Read ``-b``, ``-bVALUE`` or a bundle of flags; the index of the next word."""
    for index in range(1, len(text)):
        spelling = f"-{text[index]}"
        name, takes_value = table.find(spelling) or (spelling, False)
        if not takes_value:
            options.append(Option(name, spelling, None, word))
            continue
        attached = index + 1 < len(text) or word.text is None
        if attached:
            start = index + 1 + (text[index + 1 : index + 2] == "=" and table.abbreviates)
            options.append(Option(name, spelling, tail(word, start), word))
        elif at < len(words):
            options.append(Option(name, spelling, words[at], word))
            at += 1
        else:
            options.append(Option(name, spelling, None, word))
        break
    return at


def tail(word: Word, start: int) -> Word:
    """The rest of a word from a character on, with its own place where the word is written as it reads."""
    text = None if word.text is None else word.text[start:]
    span = word.span
    if span is not None and word.text is not None and span.line == span.end_line:
        quotes = span.end_column - span.column - len(word.text)
        if quotes in (0, 2):
            span = Span(span.line, span.column + quotes // 2 + start, span.line, span.end_column - quotes // 2)
    return Word(text, span, word.reason, word.prefix[start:], path=word.path, label=word.label)


def _names(*spellings: str) -> dict[str, str]:
    """Each group ``-b --bind`` maps to its last spelling without dashes."""
    return {spelling: group.split()[-1].lstrip("-") for group in spellings for spelling in group.split()}


#: uvicorn's options (uvicorn/main.py). ``--no-...`` spellings stay names of their own.
UVICORN = OptionTable(
    _names(
        "--host", "--port", "--uds", "--fd", "--reload-dir", "--reload-include", "--reload-exclude", "--reload-delay",
        "--workers", "--loop", "--http", "--ws", "--ws-max-size", "--ws-max-queue", "--ws-ping-interval",
        "--ws-ping-timeout", "--ws-per-message-deflate", "--lifespan", "--interface", "--env-file", "--log-config",
        "--log-level", "--forwarded-allow-ips", "--root-path", "--limit-concurrency", "--backlog",
        "--limit-max-requests", "--limit-max-requests-jitter", "--timeout-keep-alive", "--timeout-graceful-shutdown",
        "--timeout-worker-healthcheck", "--ssl-keyfile", "--ssl-certfile", "--ssl-keyfile-password", "--ssl-version",
        "--ssl-cert-reqs", "--ssl-ca-certs", "--ssl-ciphers", "--header", "--app-dir",
        "--h11-max-incomplete-event-size",
    ),
    _names("--reload", "--factory", "--use-colors", "--access-log", "--proxy-headers", "--server-header"),
)  # fmt: skip

#: gunicorn's options (gunicorn/config.py).
GUNICORN = OptionTable(
    _names(
        "-b --bind", "-c --config", "-w --workers", "-k --worker-class", "--threads", "--worker-connections",
        "--max-requests", "--max-requests-jitter", "-t --timeout", "--graceful-timeout", "--keep-alive", "--chdir",
        "-e --env", "-p --pid", "--worker-tmp-dir", "-u --user", "-g --group", "-m --umask", "--backlog",
        "--forwarded-allow-ips", "--access-logfile", "--access-logformat", "--log-file --error-logfile", "--log-level",
        "--logger-class", "--log-config", "--log-config-json", "--log-syslog-to", "--log-syslog-prefix",
        "--log-syslog-facility", "--statsd-host", "--statsd-prefix", "--dogstatsd-tags", "-n --name", "--pythonpath",
        "--paster --paste", "--paste-global", "--proxy-allow-from", "--keyfile", "--certfile", "--ssl-version",
        "--cert-reqs", "--ca-certs", "--ciphers", "--reload-engine", "--reload-extra-file", "--limit-request-line",
        "--limit-request-fields", "--limit-request-field_size", "--header-map", "--forwarder-headers",
    ),
    _names(
        "--reload", "-D --daemon", "--preload", "--check-config", "--print-config", "--spew", "--capture-output",
        "--reuse-port", "--no-sendfile", "-R --enable-stdio-inheritance", "--initgroups", "--log-syslog",
        "--proxy-protocol", "--do-handshake-on-connect", "--suppress-ragged-eofs", "-h --help", "-v --version",
        "--disable-redirect-access-to-syslog",
    ),
    abbreviates=True,
)  # fmt: skip

#: The framework's CLI: the valued options of every release; what is not here is taken for a flag.
CLI = OptionTable(
    _names("-c --config", "-H --host", "-p --port", "--cwd", "--format", "--color", "--progress"),
    _names("--reload", "--no-reload", "--open", "--no-open", "-v --verbose", "-q --quiet"),
)
