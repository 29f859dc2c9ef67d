"""What the server makes of a settings variable's text: a value, or a refusal to start.

The settings classes are pydantic models (``src/app/core/config/settings.py`` and ``media_settings.py``), so pydantic
is the referee: plain spellings are decided here, everything else by pydantic itself, which is imported only then.
Values that the model accepts and the code behind it does not are in :func:`start_rejections`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.secrets import redact, shown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.framework.facts import Setting

LOG_LEVELS = ("CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET")
"""The names that ``logging`` knows, exactly as they have to be written."""

TRACE = "TRACE"
"""uvicorn's own level (uvicorn/config.py), known once uvicorn is set up: before it imports the server."""

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})
# Deliberately narrow: whatever does not match is pydantic's to decide.
_PLAIN_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_PLAIN_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})", re.ASCII)
_EXPECTED = {
    "str": "text",
    "bool": "1/0, true/false, yes/no, on/off, t/f or y/n in any case and without blanks around it",
    "int": "a whole number (digits, with _ between them if you like)",
    "float": "a number",
}
_NO_VALUE: Any = object()
_REDIS_URL_AT_START = Version("0.8.0")
# The settings of kind str that start_rejections looks at.
_JUDGED = frozenset({"APP_NAME", "APP_VERSION", "DOCS_PATH", "REDOCS_PATH", "LOG_LEVEL", "REDIS_URL"})


@record(frozen=True)
class Accepted:
    """The value that the server reads."""

    value: str | int | float | bool


@record(frozen=True)
class Rejected:
    """The server refuses to start; ``message`` names the variable and what it takes, and shows no secret."""

    message: str


def parse_setting(setting: Setting, raw: str) -> Accepted | Rejected:
    """What ``raw``, the text of an environment variable, is for this setting.

    An empty text is a value like any other: fine for text, refused for numbers, switches and choices.
    """
    value: Any
    if setting.kind == "str":
        value = raw if _is_unicode(raw) else _NO_VALUE
    elif setting.kind == "choice":
        value = raw if raw in setting.choices else _NO_VALUE
    else:
        value = _plain(setting, raw)
        value = _by_pydantic(setting, raw) if value is _NO_VALUE else value
    if value is _NO_VALUE:
        return Rejected(_refusal(setting, raw))
    return Accepted(value)


def _is_unicode(raw: str) -> bool:
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _plain(setting: Setting, raw: str) -> Any:
    if setting.kind == "bool":
        word = raw.lower() if raw.isascii() else raw
        return True if word in _TRUE else False if word in _FALSE else _NO_VALUE
    if setting.kind == "int" and _PLAIN_INTEGER.fullmatch(raw):
        return _within(setting, int(raw))
    if setting.kind == "float" and _PLAIN_FLOAT.fullmatch(raw):
        return _within(setting, float(raw))
    return _NO_VALUE


def _within(setting: Setting, number: float) -> Any:
    if setting.minimum is not None and not number >= setting.minimum:
        return _NO_VALUE
    if setting.maximum is not None and not number <= setting.maximum:
        return _NO_VALUE
    return number


def _by_pydantic(setting: Setting, raw: str) -> Any:
    from pydantic import TypeAdapter, ValidationError

    kinds: dict[str, type] = {"bool": bool, "int": int, "float": float}
    try:
        value: Any = TypeAdapter(kinds[setting.kind]).validate_python(raw)
    except ValidationError:
        return _NO_VALUE
    return value if setting.kind == "bool" else _within(setting, value)


def _refusal(setting: Setting, raw: str) -> str:
    expected = _EXPECTED.get(setting.kind) or f"exactly one of {', '.join(setting.choices)}"
    if setting.minimum is not None and setting.maximum is not None:
        expected += f" from {setting.minimum:g} to {setting.maximum:g}"
    if raw == "":
        return f"{setting.name} is empty, which is not the same as leaving it out; it takes {expected}"
    return f"{setting.name} is {shown(redact(setting.name, raw))}; it takes {expected}"


def may_be_refused(setting: Setting, version: str) -> bool:
    """Whether some text of this setting keeps server release ``version`` from starting.

    Text is taken as it is, except where :func:`start_rejections` judges it.
    """
    return setting.kind != "str" or (
        setting.name in _JUDGED and (setting.name != "REDIS_URL" or Version(version) >= _REDIS_URL_AT_START)
    )


def check_log_level(raw: str) -> str | None:
    """Why every release refuses to start with this LOG_LEVEL, or None.

    The text goes to ``logging`` unchanged (``src/app/core/config/setup_logs.py``, 0.1.7 to 0.9.0), which knows
    eight names in capitals and no numbers written as text. :data:`TRACE` hangs on what runs the server.
    """
    if raw in (*LOG_LEVELS, TRACE):
        return None
    meant = raw.strip().upper()
    hint = f" (write {meant})" if meant in LOG_LEVELS else ""
    state = "is empty" if raw == "" else f"is {shown(raw)}"
    return f"LOG_LEVEL {state}; it takes one of {', '.join(LOG_LEVELS)} in capitals{hint}"


@record(frozen=True)
class StartRejection:
    """A settings variable that the settings model accepts and with which the server does not start all the same.

    ``requires`` is the import name of the package without which the server only warns; ``only_if`` is a condition that
    is not known to hold, as a clause.
    """

    name: str
    message: str
    requires: str | None = None
    only_if: str | None = None


def start_rejections(
    version: str,
    settings: Mapping[str, str],
    unknown: frozenset[str] = frozenset(),
    registers_trace: bool | None = True,
) -> Iterator[StartRejection]:
    """What ends the start of server release ``version`` although the settings model accepts it, in start-up order.

    ``settings`` holds the text of the variables that are set and known, by upper-case name; ``unknown`` the names
    that are set to something that is not known; ``registers_trace`` whether uvicorn is set up before the server is
    imported. Not in here, because rules of their own decide it: the CORS refusal
    and what STRICT_PRODUCTION_CHECKS refuses.
    """
    release = Version(version)
    yield from _app(release, settings, unknown)
    if release >= Version("0.6.0") and "MEDIA_MAX_SIZE_MB" in settings:
        yield from _media_size(settings["MEDIA_MAX_SIZE_MB"])
    if "LOG_LEVEL" in settings:
        problem = check_log_level(settings["LOG_LEVEL"])
        if problem:
            yield StartRejection("LOG_LEVEL", problem)
        elif settings["LOG_LEVEL"] == TRACE and registers_trace is not True:
            text = "LOG_LEVEL is TRACE, a level that uvicorn registers"
            if registers_trace is None:
                yield StartRejection("LOG_LEVEL", text, only_if="if something else imports the server first")
            else:
                yield StartRejection("LOG_LEVEL", f"{text} only after this command has imported the server")
    url = settings.get("REDIS_URL")
    if release >= _REDIS_URL_AT_START and url:
        problem = redis_url_problem(url)
        if problem:
            # src/app/loader.py, _bind_shared_concurrency: the config's ``redis`` key comes first.
            yield StartRejection("REDIS_URL", f"REDIS_URL {problem}", requires="redis")


def _app(release: Version, settings: Mapping[str, str], unknown: frozenset[str]) -> Iterator[StartRejection]:
    served = _schema_is_served(release, settings, unknown)
    doubt = "if MODE lets the docs be served" if served is None else None
    if served is not False:
        for name, part in (("APP_NAME", "title"), ("APP_VERSION", "version")):
            if settings.get(name) == "":
                text = f"{name} is empty, and FastAPI refuses to describe an API without a {part}; leave it out instead"
                yield StartRejection(name, text, only_if=doubt)
    if release >= Version("0.1.8"):
        for name in ("DOCS_PATH", "REDOCS_PATH"):
            problem = _route_problem(settings.get(name, ""))
            if problem:
                yield StartRejection(name, f"{name} is {shown(settings[name])}{problem}")


def _schema_is_served(release: Version, settings: Mapping[str, str], unknown: frozenset[str]) -> bool | None:
    """Whether the app gets an OpenAPI schema: always up to 0.5.1, with docs or ReDoc from 0.6.0 (src/app/main.py)."""
    if release < Version("0.6.0"):
        return True
    open_question = False
    for name in ("DOCS_PATH", "REDOCS_PATH"):
        if name in settings:
            served: bool | None = bool(settings[name])
        elif name in unknown or "MODE" in unknown:
            served = None
        else:
            served = settings.get("MODE", "").lower() != "production"
        if served:
            return True
        open_question = open_question or served is None
    return None if open_question else False


def _route_problem(path: str) -> str | None:
    """Why Starlette refuses a non-empty path as a route, in words that follow the value."""
    if not path:
        return None
    if not path.startswith("/"):
        return "; the path of a page starts with a slash (an empty value turns the page off)"
    names = set()
    for name, kind in re.findall(r"\{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?\}", path):
        if kind and kind not in ("str", "path", "int", "float", "uuid"):
            return f", in which {kind} is no kind of path parameter"
        if name in names:
            return f", in which the path parameter {name} comes twice"
        names.add(name)
    return None


def _media_size(raw: str) -> Iterator[StartRejection]:
    """The upload limit in bytes has to be an integer (setup_middleware.py, ``_upload_path_limits``)."""
    try:
        number = float(raw)
    except ValueError:
        return  # the settings model refuses it
    if number != number or abs(number * 1024 * 1024) == float("inf"):
        text = f"MEDIA_MAX_SIZE_MB is {shown(raw)}, which is no size in bytes; it takes a finite number of megabytes"
        yield StartRejection("MEDIA_MAX_SIZE_MB", text)
