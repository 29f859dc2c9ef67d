"""What of a value may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.framework.secrets import HIDDEN, is_secret_name, redact, redact_url, shown
from tests.bounded import bounded

SECRET_NAMES = [
    "OPENAI_API_KEY",
    "JWT_SECRET_KEY",
    "GEMINI_API_KEY",
    "SENTRY_DSN",
    "POSTGRES_PASSWORD",
    "PGPASSWORD",
    "DBPASSWORD",
    "DB_PASS_PHRASE_PASSPHRASE",
    "GITHUB_TOKEN",
    "MyApiToken",
    "apiKey",
    "secretKey",
    "MEDIA_CLOUD_ACCESS_KEY_ID",
    "MEDIA_CLOUD_SECRET_ACCESS_KEY",
    "MEDIA_CLOUD_SESSION_TOKEN",
    "MEDIA_CLOUD_CREDENTIALS_JSON",
    "LOGFIRE_TOKEN",
    "LANGSMITH_API_KEY",
    "AUTHORIZATION",
    "CONNECTION_STRING",
    "SLACK_WEBHOOK_URL",
    " password ",
]
OPEN_NAMES = [
    "ORIGINS",
    "MODE",
    "ALLOWED_HOST",
    "DOCS_PATH",
    "REDOCS_PATH",
    "ROOT_PATH",
    "REDIS_URL",
    "DATABASE_URL",
    "LOG_LEVEL",
    "IS_DEBUG",
    "CORS_ALLOW_CREDENTIALS",
    "MAX_REQUEST_SIZE",
    "HSTS_MAX_AGE",
    "JWT_ALGORITHM",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
    "MEDIA_STORAGE_TYPE",
    "SNOWFLAKE_NODE_ID",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "TOKENIZERS_PARALLELISM",
    "max_tokens",
    "token_revocation",
    "config_keys",
    "ACCESS_TOKEN_TTL_SECONDS",
    "SECRET_NAME",
    "KEYCLOAK_HOST",
    "MONKEY",
    "",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)
    assert redact(name, "hunter2") == HIDDEN


@pytest.mark.parametrize("name", OPEN_NAMES)
def test_names_that_show_their_value(name: str) -> None:
    assert not is_secret_name(name)
    assert redact(name, "https://app.example.com") == "https://app.example.com"


@pytest.mark.parametrize("text", ["", "$JWT_SECRET_KEY", "${JWT_SECRET_KEY}"])
def test_nothing_and_a_reference_are_no_secret(text: str) -> None:
    assert redact("JWT_SECRET_KEY", text) == text


def test_a_reference_with_a_default_is_hidden() -> None:
    assert redact("JWT_SECRET_KEY", "${JWT_SECRET_KEY:-hunter2}") == HIDDEN


REDACTED = [
    ("postgresql://app:hunter2@db:5432/app", "postgresql://***@db:5432/app"),
    ("redis://:hunter2@cache:6379/0", "redis://***@cache:6379/0"),
    ("redis://hunter2@cache", "redis://***@cache"),
    ("postgres://u:hunter/2@db/app", "postgres://***@db/app"),
    ("postgres://u:hunter#2@db/app", "postgres://***@db/app"),
    ("postgres://u:hun@ter2@db/app", "postgres://***@db/app"),
    ("postgres://u:9999@db/app", "postgres://***@db/app"),
    ("9postgres://u:hunter2@db", "9postgres://***@db"),
    ("jdbc:postgresql://u:hunter2@db/x", "jdbc:postgresql://***@db/x"),
    ("amqp://a:hunter2@h,amqp://b:hunter2@i", None),
    ("app:hunter2@tcp(db)/app", "***@tcp(db)/app"),
    ("host=db user=app password=hunter2 dbname=x", "host=db user=*** password=*** dbname=x"),
    ("host=db password='hunter2 x'", "host=db password=***"),
    ("Server=db;Password=hunter2;Port=1", "Server=db;Password=***;Port=1"),
    ("https://h/cb?token=hunter2&next=/a", "https://h/cb?token=***&next=/a"),
    ("https://h/cb?api_key=hunter2", "https://h/cb?api_key=***"),
    ("postgresql://db/app?user=app&password=hunter2", "postgresql://db/app?user=***&password=***"),
    ("sk-proj-hunter2hunter2hunter2", "***"),
    ("key is AKIAHUNTER2HUNTER2AB", "key is ***"),
    ("Bearer hunter2hunter2", "Bearer ***"),
    ("${REDIS_PASSWORD:-hunter2}", "${REDIS_PASSWORD:-***}"),
    ("redis-host,${DB_SECRET-hunter2}", "redis-host,${DB_SECRET-***}"),
    ("eyJhbGciOiJIUzI1NiJ9.hunter2hunter2.sig", "***"),
    ("-----BEGIN PRIVATE KEY-----\nhunter2", "***"),
]


@pytest.mark.parametrize(("text", "expected"), REDACTED)
def test_credentials_inside_a_value(text: str, expected: str | None) -> None:
    hidden = redact_url(text)
    assert "hunter" not in hidden.lower()
    if expected is not None:
        assert hidden == expected


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://app.example.com,https://admin.example.com",
        "http://localhost:3000,http://localhost:5173",
        "http://localhost:3000/@scope/x",
        "redis://cache:6379/0?db=1",
        "postgresql://db:5432/app?sslmode=require",
        "graph.agent:app",
        "/docs",
        "task-management-service-one",
        "a.example.com, b.example.com",
        "default-src 'self'; img-src *",
        "${STAGE:-staging}",
        "${REDIS_PASSWORD}",
        "production",
    ],
)
def test_what_holds_no_credentials_stays_as_it_is(text: str) -> None:
    assert redact_url(text) == text


@given(
    scheme=st.sampled_from(["redis", "postgresql", "https", "mongodb+srv"]),
    password=st.text("abcXYZ019!$%&*+-=:@/#?.", min_size=1, max_size=20),
)
@settings(max_examples=300, deadline=None)
def test_no_password_of_any_shape_is_shown(scheme: str, password: str) -> None:
    assert f"Q7{password}7Q" not in redact_url(f"{scheme}://user:Q7{password}7Q@host/db")


@pytest.mark.parametrize("text", ["a" * 100_000, "://a:b" * 20_000, "a=" * 50_000, "eyJ" * 30_000, "a:b@" * 25_000])
def test_long_text_is_hidden_at_once(text: str) -> None:
    with bounded():
        assert redact_url(text) == HIDDEN


@pytest.mark.parametrize("unit", ["a", "://a:b", "a=", "eyJ", "a:b@", "sk-", " a", "?a"])
def test_the_longest_text_that_is_read_takes_no_time(unit: str) -> None:
    with bounded():
        redact_url((unit * 8192)[:8192])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", '"x"'),
        ("redis://u:hunter2@h", '"redis://***@h"'),
        ("a\nb", '"a\\nb"'),
        ("\ud800", '"\\ud800"'),
        ("y" * 81, '"' + "y" * 80 + '..."'),
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (1.5, "1.5"),
        pytest.param(10**5000, "this number", id="huge"),
        ({"password": "hunter2"}, "an object"),
        (["hunter2"], "a list"),
    ],
)
def test_values_in_messages(value: object, expected: str) -> None:
    assert shown(value) == expected
