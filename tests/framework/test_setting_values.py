"""What the settings models and the code behind them make of a variable's text."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from agentflow_lint.framework.facts import Setting
from agentflow_lint.framework.release import load_release
from agentflow_lint.framework.setting_values import (
    Accepted,
    Rejected,
    check_log_level,
    may_be_refused,
    parse_setting,
    start_rejections,
)

SWITCH = Setting("IS_DEBUG", "bool", True)
WHOLE = Setting("MAX_REQUEST_SIZE", "int", 1)
SHARE = Setting("SENTRY_TRACES_SAMPLE_RATE", "float", 0.1, minimum=0.0, maximum=1.0)
SIZE = Setting("MEDIA_MAX_SIZE_MB", "float", 25.0)
STORAGE = Setting("MEDIA_STORAGE_TYPE", "choice", "local", choices=("memory", "local", "cloud"))
TEXT = Setting("SUMMARY", "str", "")
SECRET = Setting("JWT_SECRET_KEY", "str", None, optional=True)

# Seen on the real Settings and MediaSettings of 0.6.1 and 0.9.0.
OBSERVED: list[tuple[Setting, str, Any]] = [
    *((SWITCH, text, True) for text in ("1", "true", "TRUE", "t", "yes", "Y", "on")),
    *((SWITCH, text, False) for text in ("0", "False", "f", "no", "N", "OFF")),
    *((SWITCH, text, None) for text in ("", " ", " true", "true ", "true\n", "2", "1.0", "maybe", "enabled", "null")),
    (WHOLE, "10", 10),
    (WHOLE, " 10 ", 10),
    (WHOLE, "\n5", 5),
    (WHOLE, "\u00a05", 5),
    (WHOLE, "1_000", 1000),
    (WHOLE, "1000.0", 1000),
    (WHOLE, "+5", 5),
    (WHOLE, "-5", -5),
    (WHOLE, "010", 10),
    (WHOLE, "-0.0", 0),
    (WHOLE, "9" * 30, int("9" * 30)),
    *(
        (WHOLE, text, None)
        for text in ("", " ", "10MB", "1y", "1e3", "1000.5", "1__0", "_1", "1,000", "0x10", "- 5", "٣", "true", "1.")
    ),
    (WHOLE, "9" * 5000, None),
    (SHARE, "0.1", 0.1),
    (SHARE, ".5", 0.5),
    (SHARE, "1.", 1.0),
    (SHARE, "1", 1.0),
    *((SHARE, text, None) for text in ("", "1.01", "-0.1", "nan", "inf", "10%", "0,1", "1e3")),
    (SIZE, "1e3", 1000.0),
    (SIZE, "1_0.5", 10.5),
    (SIZE, "Infinity", float("inf")),
    (SIZE, "1e400", float("inf")),
    (SIZE, "25MB", None),
    (STORAGE, "local", "local"),
    *((STORAGE, text, None) for text in ("", "Local", " local", "pg", "MediaStorageType.LOCAL")),
    (TEXT, "", ""),
    (TEXT, " x ", " x "),
    (TEXT, "\ud800", None),
    (SECRET, "", ""),
    (SECRET, "null", "null"),
]


@pytest.mark.parametrize(("setting", "raw", "value"), OBSERVED, ids=[f"{s.name}-{r[:12]!r}" for s, r, _ in OBSERVED])
def test_what_the_real_settings_do(setting: Setting, raw: str, value: object) -> None:
    outcome = parse_setting(setting, raw)
    if value is None:
        assert isinstance(outcome, Rejected)
        assert setting.name in outcome.message
    else:
        assert outcome == Accepted(value)  # type: ignore[arg-type]
        assert type(outcome.value) is type(value)


ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "IS_DEBUG": TypeAdapter(bool),
    "MAX_REQUEST_SIZE": TypeAdapter(int),
    "SENTRY_TRACES_SAMPLE_RATE": TypeAdapter(Annotated[float, Field(ge=0.0, le=1.0)]),
    "MEDIA_MAX_SIZE_MB": TypeAdapter(float),
}


@given(raw=st.text("0123456789+-._eExXnaif trueyso\n٣\u00a0", max_size=8) | st.text(max_size=6))
@example("-0")
@example("+0.0")
@example("0" * 18)
@example("9" * 19)
@example("ON")
@settings(max_examples=400, deadline=None)
def test_pydantic_agrees(raw: str) -> None:
    for setting in (SWITCH, WHOLE, SHARE, SIZE):
        try:
            expected = repr(ADAPTERS[setting.name].validate_python(raw))
        except ValidationError:
            expected = "rejected"
        outcome = parse_setting(setting, raw)
        assert (repr(outcome.value) if isinstance(outcome, Accepted) else "rejected") == expected


def test_plain_spellings_do_not_load_pydantic() -> None:
    code = (
        "import sys; from agentflow_lint.framework.facts import Setting; "
        "from agentflow_lint.framework.setting_values import parse_setting as p; "
        "p(Setting('A', 'bool', True), 'off'); p(Setting('A', 'int', 1), '10'); p(Setting('A', 'float', 1), '2.5'); "
        "print('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_messages_say_what_is_taken_and_show_no_secret() -> None:
    assert parse_setting(WHOLE, "") == Rejected(
        "MAX_REQUEST_SIZE is empty, which is not the same as leaving it out; "
        "it takes a whole number (digits, with _ between them if you like)"
    )
    assert parse_setting(SHARE, "2") == Rejected('SENTRY_TRACES_SAMPLE_RATE is "2"; it takes a number from 0 to 1')
    assert parse_setting(STORAGE, "pg") == Rejected(
        'MEDIA_STORAGE_TYPE is "pg"; it takes exactly one of memory, local, cloud'
    )
    secret = Setting("ACCESS_KEY", "int", 1)
    assert parse_setting(secret, "hunter2") == Rejected(
        'ACCESS_KEY is "***"; it takes a whole number (digits, with _ between them if you like)'
    )


@pytest.mark.parametrize("raw", ["CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET"])
def test_log_levels(raw: str) -> None:
    assert check_log_level(raw) is None


@pytest.mark.parametrize("raw", ["", "info", "INFO ", "20", "trace", "VERBOSE"])
def test_log_levels_that_end_the_start(raw: str) -> None:
    assert "LOG_LEVEL" in (check_log_level(raw) or "")
    for version in ("0.1.7", "0.4.0", "0.9.0"):
        assert [r.name for r in start_rejections(version, {"LOG_LEVEL": raw})] == ["LOG_LEVEL"]


def test_the_level_of_uvicorn_hangs_on_what_imports_the_server_first() -> None:
    settings = {"LOG_LEVEL": "TRACE"}
    assert not list(start_rejections("0.9.0", settings))
    [certain] = start_rejections("0.9.0", settings, registers_trace=False)
    [open_question] = start_rejections("0.9.0", settings, registers_trace=None)
    assert certain.only_if is None
    assert open_question.only_if


def test_a_log_level_in_small_letters_gets_a_hint() -> None:
    assert "(write INFO)" in (check_log_level("info ") or "")


# (releases, variables, names refused in order), each seen on the real app of 0.5.1 and 0.9.0.
STARTS: list[tuple[tuple[str, ...], dict[str, str], list[str]]] = [
    (("0.1.8", "0.5.1", "0.9.0"), {}, []),
    (("0.5.1", "0.9.0"), {"SUMMARY": "", "ROOT_PATH": "api", "MAX_REQUEST_SIZE": "-1", "OTEL_LEVEL": "x"}, []),
    (("0.1.7", "0.5.1", "0.9.0"), {"APP_NAME": ""}, ["APP_NAME"]),
    (("0.5.1", "0.9.0"), {"APP_NAME": " "}, []),
    (("0.5.1", "0.9.0"), {"APP_VERSION": "", "APP_NAME": ""}, ["APP_NAME", "APP_VERSION"]),
    (("0.5.1",), {"APP_NAME": "", "DOCS_PATH": "", "REDOCS_PATH": ""}, ["APP_NAME"]),
    (("0.6.0", "0.9.0"), {"APP_NAME": "", "DOCS_PATH": "", "REDOCS_PATH": ""}, []),
    (("0.5.1",), {"APP_NAME": "", "MODE": "production"}, ["APP_NAME"]),
    (("0.6.0", "0.9.0"), {"APP_NAME": "", "MODE": "PRODUCTION"}, []),
    (("0.9.0",), {"APP_NAME": "", "MODE": "production", "DOCS_PATH": "/docs"}, ["APP_NAME"]),
    (("0.1.8", "0.5.1", "0.9.0"), {"DOCS_PATH": "docs"}, ["DOCS_PATH"]),
    (("0.1.7",), {"DOCS_PATH": "docs"}, []),
    (("0.5.1", "0.9.0"), {"REDOCS_PATH": "redocs", "MODE": "production"}, ["REDOCS_PATH"]),
    (("0.5.1", "0.9.0"), {"DOCS_PATH": " "}, ["DOCS_PATH"]),
    (("0.5.1", "0.9.0"), {"DOCS_PATH": "/{x}/{x}"}, ["DOCS_PATH"]),
    (("0.5.1", "0.9.0"), {"DOCS_PATH": "/{x:foo}"}, ["DOCS_PATH"]),
    (("0.5.1", "0.9.0"), {"DOCS_PATH": "/{x:int}/{y}"}, []),
    (("0.6.0", "0.9.0"), {"MEDIA_MAX_SIZE_MB": "nan"}, ["MEDIA_MAX_SIZE_MB"]),
    (("0.6.0", "0.9.0"), {"MEDIA_MAX_SIZE_MB": "1e308"}, ["MEDIA_MAX_SIZE_MB"]),
    (("0.6.0", "0.9.0"), {"MEDIA_MAX_SIZE_MB": "1e300"}, []),
    (("0.6.0", "0.9.0"), {"MEDIA_MAX_SIZE_MB": "much"}, []),
    (("0.5.1",), {"MEDIA_MAX_SIZE_MB": "inf"}, []),
    (("0.7.0",), {"REDIS_URL": "cache:6379"}, []),
    (("0.8.0", "0.9.0"), {"REDIS_URL": "cache:6379"}, ["REDIS_URL"]),
    (("0.8.0", "0.9.0"), {"REDIS_URL": ""}, []),
]


@pytest.mark.parametrize(("versions", "variables", "names"), STARTS)
def test_values_that_only_the_code_refuses(
    versions: tuple[str, ...], variables: dict[str, str], names: list[str]
) -> None:
    for version in versions:
        found = list(start_rejections(version, variables))
        assert [rejection.name for rejection in found] == names
        assert not any(rejection.only_if for rejection in found)


def test_an_unknown_mode_leaves_the_empty_title_open() -> None:
    [rejection] = start_rejections("0.9.0", {"APP_NAME": ""}, frozenset({"MODE"}))
    assert rejection.only_if
    [certain] = start_rejections("0.5.1", {"APP_NAME": ""}, frozenset({"MODE"}))
    assert not certain.only_if


def test_a_bad_redis_url_needs_the_package_and_hides_the_password() -> None:
    [rejection] = start_rejections("0.9.0", {"REDIS_URL": "http://u:hunter2@cache"})
    assert rejection.requires == "redis"
    assert "hunter2" not in rejection.message


BAD_TEXTS = {"APP_NAME": "", "APP_VERSION": "", "DOCS_PATH": "docs", "REDOCS_PATH": "x", "LOG_LEVEL": "info"}


@pytest.mark.parametrize("version", ["0.1.9", "0.5.1", "0.6.0", "0.8.0", "0.9.0"])
def test_only_text_that_nothing_judges_is_always_taken(version: str) -> None:
    known = load_release(version).settings
    settings = {**BAD_TEXTS, "REDIS_URL": "http://x"}
    refused = {rejection.name for rejection in start_rejections(version, settings) if rejection.name in known}
    judged = {name for name, setting in known.items() if setting.kind == "str" and may_be_refused(setting, version)}
    assert judged == refused
    assert {"MODE", "ORIGINS", "JWT_SECRET_KEY"}.isdisjoint(judged)
    assert may_be_refused(known["IS_DEBUG"], version)
