from typing import Any

import pytest

from agentflow_lint.check import Request
from agentflow_lint.cli.server import _parsed
from agentflow_lint.editor.settings import Settings, SettingsError, read_settings


def read(given: Any, **base: Any) -> Settings:
    return read_settings(given, Request(**base), _parsed)


def test_nothing_leaves_what_the_server_was_started_with() -> None:
    nothings: list[Any] = [None, {}, {"select": None, "args": []}, {"agentflow-lint": {}}]
    for given in nothings:
        assert read(given, select=("AF3",)).request == Request(select=("AF3",))


def test_each_key_is_an_option() -> None:
    settings = read(
        {
            "select": ["AF3"],
            "ignore": ["AF301"],
            "targetRelease": "0.9.0",
            "deployments": ["Dockerfile"],
            "showUndecided": True,
            "configuration": "lint.toml",
            "inlayHints": False,
        }
    )
    assert settings.request == Request(
        select=("AF3",),
        ignore=("AF301",),
        target_release="0.9.0",
        deployments=("Dockerfile",),
        show_undecided=True,
        config="lint.toml",
    )
    assert settings.features == {"inlayHints": False}


def test_arguments_are_read_as_on_the_command_line_and_come_first() -> None:
    settings = read({"args": ["--select", "AF3,AF4", "--target-release", "0.8.0"], "targetRelease": "0.9.0"})
    assert settings.request.select == ("AF3", "AF4")
    assert settings.request.target_release == "0.9.0"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"selct": []}, "did you mean 'select'"),
        ({"select": "AF3"}, "select is not a list of strings"),
        ({"select": [1]}, "select is not a list of strings"),
        ({"showUndecided": "yes"}, "showUndecided is not true or false"),
        ({"inlayHints": 1}, "inlayHints is not true or false"),
        ({"args": ["--selct", "AF3"]}, "--selct"),
        ([], "not an object"),
    ],
)
def test_what_cannot_be_used_is_named(given: Any, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(given)
    assert words in str(caught.value)
