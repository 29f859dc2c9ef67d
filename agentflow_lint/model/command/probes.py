"""What a probe's command asks the server: the request that curl, wget or Python makes in it.

Used for HEALTHCHECK, compose's ``healthcheck.test`` and the ``exec`` probes of Kubernetes.
"""

from __future__ import annotations

import posixpath
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.command.launchers import launch
from agentflow_lint.model.command.options import OptionTable, read_arguments
from agentflow_lint.model.command.shell import ShellCommand, Word, shell_commands
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown, Value
from agentflow_lint.model.workload import Probe, ProbeRole
from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NO_VALUES: Mapping[str, Value[str]] = MappingProxyType({})
_MAX_COMMANDS = 100
_MAX_DEPTH = 5

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*t?\Z")
_URL = re.compile(r"https?://[^\s'\"`\\)>]+", re.IGNORECASE)
_UNREAD = re.compile(r"[{}%+]|\$\(")
#: ``http.client``: HTTPConnection("localhost", 8000) and request("GET", "/ping").
_CONNECTION = re.compile(r"HTTPConnection\(\s*['\"]([^'\"]*)['\"](?:\s*,\s*(?:port\s*=\s*)?(\d{1,5}))?")
_REQUEST = re.compile(r"\.request\(\s*['\"](\w+)['\"]\s*,\s*['\"]([^'\"]*)['\"]")


def _table(*groups: str) -> OptionTable:
    return OptionTable({name: group.split()[-1].lstrip("-") for group in groups for name in group.split()}, {})


_CURL = _table(
    "-o --output", "-m --max-time", "-H --header", "-X --request", "-u --user", "-A --user-agent", "-w --write-out",
    "-d --data", "-b --cookie", "-c --cookie-jar", "-e --referer", "-x --proxy", "-E --cert", "-F --form", "-y", "-Y",
    "--retry", "--retry-delay", "--retry-max-time", "--connect-timeout", "--url", "--unix-socket", "--resolve",
    "--cacert", "--capath", "--key", "--interface", "--connect-to", "--stderr",
)  # fmt: skip
_WGET = _table(
    "-O --output-document", "-o --output-file", "-T --timeout", "-t --tries", "-U --user-agent", "--header",
    "--method", "--connect-timeout", "--read-timeout", "--dns-timeout", "-w --wait", "-e --execute", "-P", "-Y",
)  # fmt: skip

#: What ends a chain of commands after ``||``: whether the probe still fails.
_FAILING = frozenset({"false", "kill"})
_SUCCEEDING = frozenset({"true", ":", "echo", "printf"})


@record(frozen=True)
class _Request:
    """One request: its URL's text, or None and why; ``judges_status`` as in :class:`Probe`."""

    url: str | None
    reason: str | None = None
    host: str | None = None
    method: str = "GET"
    judges_status: bool | None = True
    on_socket: bool = False


def probe_of_command(
    command: Sequence[Word] | LocatedText | str,
    role: ProbeRole,
    location: Location,
    *,
    env: Mapping[str, Value[str]] = _NO_VALUES,
    timeout: Value[int] = ABSENT,
) -> Probe:
    """The probe that runs ``command``: words for the exec form, text for what a shell runs.

    ``env`` is the container's environment, which a shell puts into the text; ``location`` is where the command stands.
    Path and port are unknown where the command asks another machine, and absent where it makes no request that is
    understood. Never raises.
    """
    line = LocatedText(command) if isinstance(command, str) else command
    words = (line.text,) if isinstance(line, LocatedText) else tuple(word.text or "" for word in line)
    request = _first_request(list(_calls(line, env, 0)))
    if request is None:
        return Probe("exec", role, location, command=words, timeout=timeout)
    origin = Origin("the probe's command", location)
    path, port, host = _asked(request, origin)
    return Probe(
        "exec",
        role,
        location,
        path=path,
        port=port,
        host=host,
        command=words,
        timeout=timeout,
        method=request.method,
        judges_status=request.judges_status,
    )


def programs_of(probe: Probe) -> tuple[str, ...]:
    """The programs without which a probe's command fails, without folders, in order.

    None where a command behind ``||`` makes up for whatever fails before it.
    """
    line: Sequence[Word] | LocatedText = tuple(Word(text) for text in probe.command)
    if len(probe.command) == 1:
        line = LocatedText(probe.command[0])
    found: list[str] = []
    for call in _calls(line, _NO_VALUES, 0):
        name = posixpath.basename(call.words[0].text or "") if call.words else ""
        if not call.conditional and name:
            found.append(name)
        elif call.conditional and name not in ("echo", "printf", "") and not _is_failure(call):
            return ()
    return tuple(dict.fromkeys(found))


def _is_failure(command: ShellCommand) -> bool:
    """Whether a command behind ``||`` makes the probe fail for certain."""
    name = command.words[0].text or ""
    status = command.words[1].text if len(command.words) > 1 else None
    return name in _FAILING or (name == "exit" and status not in (None, "0"))


def _calls(line: Sequence[Word] | LocatedText, env: Mapping[str, Value[str]], depth: int) -> Iterator[ShellCommand]:
    """The simple commands, launchers taken off and shells entered."""
    commands = shell_commands(line, env) if isinstance(line, LocatedText) else iter((ShellCommand(tuple(line)),))
    for number, command in enumerate(commands):
        if number == _MAX_COMMANDS:
            return
        launched = launch(command.words)
        script = launched.script
        if script is None:
            yield ShellCommand(launched.words, command.assignments, command.conditional)
        elif script.text is not None and depth < _MAX_DEPTH:
            yield from _calls(script.located or LocatedText(script.text), env, depth + 1)


def _first_request(calls: list[ShellCommand]) -> _Request | None:
    for number, call in enumerate(calls):
        request = _request(call)
        if request is not None:
            rest = [each for each in calls[number + 1 :] if each.words]
            return _after(request, rest)
    return None


def _after(request: _Request, rest: list[ShellCommand]) -> _Request:
    """What the commands behind the request make of its exit status."""
    verdict = request.judges_status
    for command in rest:
        name = command.words[0].text or ""
        status = command.words[1].text if len(command.words) > 1 else None
        if command.conditional and _is_failure(command):
            break
        if command.conditional and (name in _SUCCEEDING or (name == "exit" and status == "0")):
            verdict = False
            if name not in ("echo", "printf"):  # a failing exit may still follow a message
                break
            continue
        verdict = None
    return _Request(request.url, request.reason, request.host, request.method, verdict, request.on_socket)


def _request(call: ShellCommand) -> _Request | None:
    name = posixpath.basename(call.words[0].text or "") if call.words else ""
    if name == "curl":
        return _curl(call.words[1:])
    if name == "wget":
        return _wget(call.words[1:])
    return _python(call.words[1:]) if _PYTHON.match(name) else None


def _curl(words: tuple[Word, ...]) -> _Request | None:
    arguments = read_arguments(words, _CURL)
    names = {option.name for option in arguments.options}
    given = [option.value for option in arguments.all("url") if option.value] or list(arguments.positionals)
    if not given:
        return None
    judges: bool | None = bool(names & {"-f", "--fail", "--fail-with-body"})
    if not judges and "write-out" in names:
        judges = None
    method = "HEAD" if names & {"-I", "--head"} else _text(arguments.last("request")) or "GET"
    host = _host_header([option.value for option in arguments.all("header")])
    return _of_word(given[0], host, method.upper(), judges, on_socket="unix-socket" in names)


def _wget(words: tuple[Word, ...]) -> _Request | None:
    arguments = read_arguments(words, _WGET)
    if not arguments.positionals:
        return None
    names = {option.name for option in arguments.options}
    method = "HEAD" if "--spider" in names else _text(arguments.last("method")) or "GET"
    host = _host_header([option.value for option in arguments.all("header")])
    return _of_word(arguments.positionals[0], host, method.upper(), True)


def _of_word(word: Word, host: str | None, method: str, judges: bool | None, *, on_socket: bool = False) -> _Request:
    if word.text is None:
        return _Request(None, word.reason or "its URL is not known", host, method, judges, on_socket)
    url = word.text if "://" in word.text else f"http://{word.text}"
    return _Request(url, None, host, method, judges, on_socket)


def _python(words: tuple[Word, ...]) -> _Request | None:
    code = next(
        (words[at + 1] for at, word in enumerate(words[:-1]) if word.text in ("-c", "-Sc", "-Ic", "-ISc")), None
    )
    if code is None:
        return None
    text = code.text
    if text is None:
        return _Request(None, code.reason or "its code is not known", judges_status=None)
    url = _URL.search(text)
    if url is not None:
        if _UNREAD.search(url[0]) or re.match(r"['\"]\s*(?:\+|%|\.format|f['\"])", text[url.end() :]):
            return _Request(None, "the code puts its URL together", judges_status=_judges(text))
        return _Request(url[0], judges_status=_judges(text))
    connection, asked = _CONNECTION.search(text), _REQUEST.search(text)
    if connection is None or asked is None or _UNREAD.search(asked[2]):
        return None
    port = connection[2] or "80"
    return _Request(f"http://{connection[1]}:{port}{asked[2]}", method=asked[1].upper(), judges_status=_judges(text))


def _judges(code: str) -> bool | None:
    """Whether Python code fails for an answer of 400 or more: ``urlopen`` raises, other clients have to be told."""
    if "except" in code or ".status" in code or "getcode" in code or "assert" in code:
        return None
    if "urlopen" in code or "urlretrieve" in code or "raise_for_status" in code:
        return True
    return None if "exit" in code else False


def _text(option: object) -> str | None:
    value = getattr(option, "value", None)
    return value.text if isinstance(value, Word) else None


def _host_header(headers: list[Word | None]) -> str | None:
    for header in headers:
        name, colon, value = ((header.text or "") if header else "").partition(":")
        if colon and name.strip().lower() == "host":
            return value.strip()
    return None


def _asked(request: _Request, origin: Origin) -> tuple[Value[str], Value[int], Value[str]]:
    """Path, port and Host header of a request to the container itself."""
    named: Value[str] = Known(request.host, origin) if request.host is not None else ABSENT
    if request.url is None:
        unknown = Unknown(request.reason or "its URL is not known", origin)
        return unknown, unknown, named if request.host is not None else unknown
    from urllib.parse import urlsplit  # only images with such a probe pay for it

    try:
        url = urlsplit(request.url)
        host, port = url.hostname or "", url.port
    except ValueError:
        unknown = Unknown("its URL cannot be read", origin)
        return unknown, unknown, named
    if not is_loopback(host) and host not in ("0.0.0.0", "::"):
        unknown = Unknown(f"it asks {host[:80] or 'a host that is not named'}", origin)
        return unknown, unknown, named
    path = Known(url.path or "/", origin)
    if request.on_socket:
        return path, ABSENT, named
    number = port if port is not None else 443 if url.scheme.lower() == "https" else 80
    return path, Known(number, origin), Known(host, origin) if request.host is None else named
