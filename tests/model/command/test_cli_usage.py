"""The first word of a command line that a release's CLI refuses."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.cli_history import releases_with_command, releases_with_option, releases_with_script
from agentflow_lint.framework.release import load_release
from agentflow_lint.model.command.cli_usage import unknown_word
from agentflow_lint.model.command.shell import Word


def _refused(version: str, line: str) -> tuple[str, str, tuple[str, ...]] | None:
    words = [Word(text) for text in line.split()]
    found = unknown_word(load_release(version), words)
    return (found.role, found.name, found.path) if found else None


@pytest.mark.parametrize(
    ("version", "line", "expected"),
    [
        ("0.9.0", "api --host 0.0.0.0", ("command", "api", ())),
        ("0.8.0", "api --host 0.0.0.0", None),
        ("0.8.0", "API", ("command", "API", ())),
        ("0.5.0", "dev", ("command", "dev", ())),
        ("0.9.0", "dev --host api --port play", None),
        ("0.9.0", "dev --work 2", ("option", "--work", ("dev",))),
        ("0.9.0", "dev --hos=0.0.0.0", ("option", "--hos", ("dev",))),
        ("0.9.0", "dev --no-host", ("option", "--no-host", ("dev",))),
        ("0.9.0", "dev --no-reload --no-open -vq -p80 -H0.0.0.0", None),
        ("0.9.0", "dev -vz", ("option", "-z", ("dev",))),
        ("0.9.0", "dev -preload --x", ("option", "--x", ("dev",))),
        ("0.9.0", "dev -- --x", None),
        ("0.9.0", "--port 80 dev", ("option", "--port", ())),
        ("0.9.0", "--cwd api dev", None),
        ("0.9.0", "-Vy dev", None),
        ("0.9.0", "test --x --y", None),
        ("0.9.0", "eval --x", ("option", "--x", ("eval",))),
        ("0.5.1", "config get x", None),
        ("0.5.1", "config nope", ("command", "nope", ("config",))),
        ("0.6.0", "config validate", ("argument", "validate", ("config",))),
        ("0.8.0", "api agentflow.json", ("argument", "agentflow.json", ("api",))),
        ("0.9.0", "eval evals extra", None),
        ("0.9.0", "", None),
        ("0.9.0", "dev --host", None),
    ],
)
def test_the_first_word_that_is_refused(
    version: str, line: str, expected: tuple[str, str, tuple[str, ...]] | None
) -> None:
    assert _refused(version, line) == expected


def test_an_unknown_word_leaves_the_rest_open() -> None:
    words = [Word("dev"), Word(None, reason="$X is not known"), Word("--workers")]
    found = unknown_word(load_release("0.9.0"), words)
    assert found is not None
    assert found.role == "open"


def test_the_name_of_an_option_is_known_where_its_value_is_not() -> None:
    words = [Word("dev"), Word(None, reason="$N is not known", prefix="--workers=")]
    found = unknown_word(load_release("0.9.0"), words)
    assert found is not None
    assert (found.role, found.name) == ("option", "--workers")


def test_the_value_of_an_option_may_be_unknown() -> None:
    words = [Word("dev"), Word("--port"), Word(None, reason="$PORT is not known"), Word("--nope")]
    found = unknown_word(load_release("0.9.0"), words)
    assert found is not None
    assert (found.role, found.name) == ("option", "--nope")


def test_history_in_words() -> None:
    assert releases_with_command(("api",)) == "0.1.8 to 0.8.0"
    assert releases_with_command(("dev",)) == "0.5.1 and newer"
    assert releases_with_command(("config", "validate")) == "0.5.1"
    assert releases_with_option(("dev",), "--workers") == ""
    assert releases_with_option((), "--cwd") == "0.5.1 and newer"
    assert releases_with_script("10xgraph") == "0.7.0 and newer"
