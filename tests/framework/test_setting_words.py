"""Every setting of every release has words, and no words are left over."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.release import known_releases, load_release
from agentflow_lint.framework.setting_values import Accepted, parse_setting, start_rejections
from agentflow_lint.framework.setting_words import (
    DESCRIPTIONS,
    first_release_with,
    kind_in_words,
    known_values,
    meaning,
)

RELEASES = known_releases()


def test_the_words_are_those_of_the_settings() -> None:
    known = {name for version in RELEASES for name in load_release(version).settings}
    assert len(known) >= 60
    assert set(DESCRIPTIONS) == known


def test_the_words_are_sentences() -> None:
    for name, words in DESCRIPTIONS.items():
        assert words.endswith("."), name
        assert words[0].isupper(), name
        assert "`" not in words, name  # clients without Markdown show them too


@pytest.mark.parametrize("version", RELEASES)
def test_what_is_offered_is_what_the_release_takes(version: str) -> None:
    for setting in load_release(version).settings.values():
        for value in known_values(setting):
            assert isinstance(parse_setting(setting, value), Accepted), (setting.name, value)
            assert not list(start_rejections(version, {setting.name: value})), (setting.name, value)


def test_since_when() -> None:
    assert first_release_with("MODE") is None
    assert first_release_with("STRICT_PRODUCTION_CHECKS") == "0.8.0"
    assert first_release_with("NO_SUCH_SETTING") is None
    assert meaning("STRICT_PRODUCTION_CHECKS", "0.9.0").endswith(" Since 0.8.0.")
    assert "Since" not in meaning("MODE", "0.9.0")


def test_what_a_setting_takes_in_words() -> None:
    settings = load_release("0.9.0").settings
    assert kind_in_words(settings["IS_DEBUG"]) == "true or false"
    assert kind_in_words(settings["MEDIA_STORAGE_TYPE"]) == "one of cloud, local, memory"
    assert kind_in_words(settings["SENTRY_TRACES_SAMPLE_RATE"]) == "a number from 0 to 1"
