"""What is said of one key of the config."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.config_schema.lookup import NO_DEFAULT, key_facts, keys_below
from agentflow_lint.framework.config_schema.texts import DESCRIPTIONS
from agentflow_lint.framework.release import known_releases


def test_words_that_can_be_listed_are() -> None:
    facts = key_facts("0.9.0", ("rate_limit", "by"))
    assert facts is not None
    assert facts.values == ("ip", "user", "global")
    assert facts.default == "ip"


def test_a_switch_takes_true_and_false() -> None:
    facts = key_facts("0.9.0", ("ag_ui", "enabled"))
    assert facts is not None
    assert facts.values == (True, False)
    assert facts.default is False


def test_an_import_path_is_one() -> None:
    for path in (("agent",), ("injectq",), ("store",), ("auth", "path"), ("thread_name_generator",)):
        facts = key_facts("0.9.0", path)
        assert facts is not None
        assert facts.takes_import_path, path
        assert facts.default is NO_DEFAULT
    jwt = key_facts("0.9.0", ("auth",))
    assert jwt is not None
    assert "jwt" in jwt.values
    assert not jwt.takes_import_path


def test_a_key_of_another_release_says_which() -> None:
    facts = key_facts("0.4.0", ("ag_ui",))
    assert facts is not None
    assert not facts.is_read
    assert "from 0.6.0 on" in facts.description


def test_a_key_that_no_release_knows_has_no_facts() -> None:
    assert key_facts("0.9.0", ("agnet",)) is None
    assert key_facts("0.9.0", ("auth", "method", "deeper")) is None
    assert key_facts("0.9.0", ()) is None
    assert keys_below("0.9.0", ("agnet",)) == ()


@pytest.mark.parametrize("version", known_releases())
def test_every_key_of_every_release_has_facts(version: str) -> None:
    todo: list[tuple[str, ...]] = [(key,) for key in keys_below(version, ())]
    seen = 0
    while todo:
        path = todo.pop()
        facts = key_facts(version, path)
        assert facts is not None
        assert facts.description, path
        seen += facts.is_read
        todo += [(*path, key) for key in keys_below(version, path)]
    assert 5 < seen <= len(DESCRIPTIONS)


def test_the_keys_of_the_objects_in_a_list_are_found() -> None:
    assert "node" in keys_below("0.9.0", ("remote_tools",))
