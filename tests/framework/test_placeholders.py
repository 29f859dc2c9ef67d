import pytest

from agentflow_lint.framework.placeholders import is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "changeme",
        "change-me-in-production",
        "your-secret-key-here",
        "your_super_secret_jwt_key_change_this_in_production",
        "<your secret>",
        "{{ JWT_SECRET_KEY }}",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "00000000000000000000000000000000",
        "secret123",
        "supersecret",
        "TODO",
        " changeme ",
    ],
)
def test_a_stand_in_is_a_placeholder(text):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "8f14e45fceea167a5a36dedd4bea2543",
        "correct horse battery staple",
        "my-secret-for-acme",
        "secret-9Xk2vQ",
        "PzL1tXj6o0Vn3sWc",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_may_be_a_real_secret_is_not(text):
    assert not is_placeholder(text)
