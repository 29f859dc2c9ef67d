"""Which dotted names stand for calls that block, or that ask a language model."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.blocking_calls import FUNCTIONS, METHODS, blocking_call, is_model_call


@pytest.mark.parametrize(
    "dotted",
    [
        *("time.sleep", "requests.get", "requests.Session().post", "httpx.Client().stream", "builtins.input"),
        *("redis.Redis().get", "redis.from_url().hgetall", "redis.Redis().pipeline().execute"),
        *("psycopg2.connect", "psycopg2.connect().cursor().execute", "sqlite3.connect().execute"),
        *("openai.OpenAI().chat.completions.create", "openai.OpenAI().responses.stream", "boto3.client().put_object"),
        "concurrent.futures.ThreadPoolExecutor().submit().result",
        "google.genai.Client().models.generate_content",
    ],
)
def test_what_blocks(dotted: str) -> None:
    found = blocking_call(dotted)
    assert found is not None
    assert found.waits_for
    assert found.instead


@pytest.mark.parametrize(
    "dotted",
    [
        *("asyncio.sleep", "requests.Session", "requests.Session().headers.update", "requests.Session().close"),
        *("httpx.AsyncClient().get", "openai.AsyncOpenAI().chat.completions.create", "redis.asyncio.Redis().get"),
        *("redis.Redis", "redis.Redis().pipeline", "sqlite3.connect().cursor", "psycopg2.connect().close"),
        *("google.genai.Client().aio.models.generate_content", "boto3.client", "boto3.Session().client", ""),
        *("mytime.sleep", "time.monotonic", "subprocess.Popen", "openai.OpenAI().with_options"),
    ],
)
def test_what_does_not(dotted: str) -> None:
    assert blocking_call(dotted) is None


@pytest.mark.parametrize(
    ("dotted", "is_one"),
    [
        ("openai.OpenAI().chat.completions.create", True),
        ("openai.AsyncOpenAI().chat.completions.create", True),
        ("litellm.acompletion", True),
        ("litellm.completion", True),
        ("google.genai.Client().aio.models.generate_content", True),
        ("openai.AsyncOpenAI().files.list", False),
        ("openai.AsyncOpenAI", False),
        ("requests.get", False),
    ],
)
def test_what_asks_a_model(dotted: str, is_one: bool) -> None:
    assert is_model_call(dotted) is is_one


def test_every_entry_says_what_to_write_instead() -> None:
    families = {*FUNCTIONS.values(), *(blocking for _, blocking in METHODS.values())}
    assert len(families) > 10
    assert all(family.instead and family.waits_for for family in families)
