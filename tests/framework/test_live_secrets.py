"""Which values are taken for secrets that work. The samples are put together here, so that no scanner finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.framework.live_secrets import live_secret
from agentflow_lint.report.masking import masked

MIXED = "q7Lw2ZxR9mKt4VbN8sYc1HdF6gJp3TeA5uWiXoQk0BvM"
HEX = "4f8a1c9e7b3d2065af18c7d9e0b4362f9d5a1e7c8b3f"

SAMPLES = [
    ("sk-" + "ant-api03-" + MIXED, "an Anthropic API key"),
    ("sk-" + "proj-" + MIXED, "an OpenAI API key"),
    ("sk-" + MIXED, "an OpenAI API key"),
    ("AI" + "za" + MIXED[:35], "a Google API key"),
    ("AK" + "IA" + "Q7LW2ZXR9MKT4VBN", "an AWS access key id"),
    ("gh" + "p_" + MIXED[:36], "a GitHub token"),
    ("gl" + "pat-" + MIXED[:20], "a GitLab token"),
    ("xo" + "xb-" + MIXED[:30], "a Slack token"),
    ("sk_" + "live_" + MIXED[:30], "a Stripe key"),
    ("lsv2_" + "pt_" + HEX[:32] + "_" + HEX[:10], "a LangSmith API key"),
    ("h" + "f_" + "qLwZxRmKtVbNsYcHdFgJpTeAuWiXoQkBvM", "a Hugging Face token"),
    ("gs" + "k_" + MIXED + MIXED[:8], "a Groq API key"),
    ("tv" + "ly-" + MIXED[:32], "a Tavily API key"),
    ("r" + "8_" + MIXED[:37], "a Replicate token"),
    ("-----BEGIN RSA " + "PRIVATE KEY-----\n" + MIXED + MIXED, "a private key"),
    ("postgresql://agent:Vq7wLr2p" + "@db.internal:5432/agent", "a URL with a password"),
]


@pytest.mark.parametrize(("text", "kind"), SAMPLES, ids=[kind for _, kind in SAMPLES])
def test_formats_count_whatever_their_name(text: str, kind: str) -> None:
    assert live_secret("", text) == kind
    assert live_secret("NOTE", f"see {text} here" if "BEGIN" not in text else text) == kind


@pytest.mark.parametrize(("text", "kind"), SAMPLES, ids=[kind for _, kind in SAMPLES])
def test_what_is_found_is_never_shown(text: str, kind: str) -> None:
    secret = text.splitlines()[0] if "BEGIN" in text else text.partition("@")[0].rpartition(":")[2]
    if "BEGIN" not in text:
        assert secret not in masked(f'    client(note="{text}")')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_SECRET_KEY", MIXED),
        ("JWT_SECRET_KEY", HEX),
        ("db_password", "Vq7wLr2p9XkT4mZs"),
        ("TICKETS_TOKEN", "b7c1f2d4-9a3e-4c55-8f60-1d2e3f4a5b6c"),
        ("api_key", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA=="),
    ],
)
def test_random_values_of_secret_names(name: str, value: str) -> None:
    assert live_secret(name, value) == "a random secret"
    assert live_secret("BUILD", value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", ""),
        ("OPENAI_API_KEY", "sk-..."),
        ("OPENAI_API_KEY", "your-key-here"),
        ("OPENAI_API_KEY", "sk-your-openai-api-key-goes-right-here-please"),
        ("OPENAI_API_KEY", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("OPENAI_API_KEY", "sk-1111111111111111111111111111111111111111"),
        ("OPENAI_API_KEY", "${OPENAI_API_KEY}"),
        ("OPENAI_API_KEY", "$(cat /run/secrets/key)"),
        ("AWS_ACCESS_KEY_ID", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("JWT_SECRET_KEY", "changeme"),
        ("JWT_SECRET_KEY", "change-me-to-something-of-32-characters"),
        ("JWT_SECRET_KEY", "<a random secret of 32 bytes>"),
        ("JWT_ALGORITHM", MIXED),
        ("JWT_SECRET_KEY", "short1"),
        ("POSTGRES_PASSWORD", "postgres"),
        ("API_KEY_FILE", "/run/secrets/api-key-1234567890abcdef"),
        ("SECRET_KEY", "/run/secrets/api-key-1234567890abcdef"),
        ("auth", "auth.backend:Backend"),
        ("STRIPE_PUBLIC_KEY", "p" + "k_live_" + MIXED),
        ("DATABASE_URL", "postgresql://agent:agent@db/agent"),
        ("DATABASE_URL", "postgresql://user:password@localhost:5432/db"),
        ("DATABASE_URL", "postgresql://agent:${PASSWORD}@db/agent"),
        ("DATABASE_URL", "postgresql://agent:Vq7wLr2p@localhost/agent"),
        ("REDIS_URL", "redis://redis:6379/0"),
        ("CACHE_KEY", "tickets:by-number:v2"),
    ],
)
def test_stand_ins_references_and_words(name: str, value: str) -> None:
    assert live_secret(name, value) is None


@given(st.text(max_size=40), st.text(max_size=200))
def test_no_text_makes_it_fail(name: str, value: str) -> None:
    live_secret(name, value)


def test_a_long_text_is_not_read() -> None:
    assert live_secret("TOKEN", "a1B2" * 10_000) is None
