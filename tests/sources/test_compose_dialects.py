"""The small languages inside compose files, held against what compose-go itself made of generated texts.

``compose_go/dialects.json`` was written by a program around compose-go's own functions (template.Substitute,
shellwords.Parse, dotenv.UnmarshalWithLookup, ...): pairs of a text and the outcome, null where compose stops.
"""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.sources.compose import Undetermined, interpolate, read_env_file, seconds_of
from agentflow_lint.sources.compose.ports import read_port
from agentflow_lint.sources.compose.volumes import read_volume
from agentflow_lint.sources.compose.words import split_words
from agentflow_lint.sources.text import SourceText
from tests.bounded import bounded

ANSWERS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "compose_go" / "dialects.json").read_text(encoding="utf-8")
)
ENVIRONMENT: dict[str, str] = ANSWERS["environment"]


def nobody(name: str) -> None:
    """What compose looks up where nothing in the repository sets a variable."""


def answers(kind: str, at_least: int) -> list[Any]:
    found = ANSWERS[kind]
    assert len(found) >= at_least
    assert any(answer is None for _, answer in found)
    return [pytest.param(text, answer, id=repr(text)) for text, answer in found]


@pytest.mark.parametrize(("text", "expected"), answers("templates", 150))
def test_a_template_becomes_what_compose_makes_of_it(text, expected):
    assert interpolate(text, ENVIRONMENT.get).text == expected


@pytest.mark.parametrize(("text", "expected"), answers("words", 120))
def test_a_command_splits_as_compose_splits_it(text, expected):
    split = split_words(text)
    assert (None if split.is_broken else [word.text for word in split.words]) == expected
    for word in split.words:
        assert 0 <= word.start < word.end <= len(text)


@pytest.mark.parametrize(("text", "expected"), answers("durations", 60))
def test_a_duration_is_as_long_as_for_compose(text, expected):
    assert seconds_of(text) == (None if expected is None else pytest.approx(expected / 1e9))


@pytest.mark.parametrize(("text", "expected"), answers("ports", 60))
def test_a_port_maps_as_for_compose(text, expected):
    spec = read_port(text)
    if expected is None or spec is None:
        assert spec is expected is None
        return
    mapped = []
    for number, target in enumerate(spec.targets):
        first, last = spec.published or (None, None)
        if first is None:
            published = ""
        elif len(spec.targets) == 1 and first != last:
            published = f"{first}-{last}"
        else:
            published = str(first + number)
        mapped.append([spec.host_ip, published, target, spec.protocol])
    assert sorted(mapped) == sorted(expected)


@pytest.mark.parametrize(("text", "expected"), answers("volumes", 90))
def test_a_volume_mounts_as_for_compose(text, expected):
    spec = read_volume(text)
    if expected is None or spec is None:
        assert spec is expected is None
        return
    kind, source, target, read_only = expected
    assert (spec.type, spec.source or "", spec.read_only) == (kind, source, read_only)
    assert spec.target == posixpath.normpath(target).replace("//", "/")


@pytest.mark.parametrize(("text", "expected"), answers("env_files", 200))
def test_an_env_file_says_what_it_says_to_compose(text, expected):
    env_file = read_env_file(SourceText(text), ENVIRONMENT.get)
    if env_file.problem is not None:
        assert expected is None
        return
    known = {each.name: each.interpolation.text for each in env_file.values}
    unknown = {name for name, value in known.items() if value is None}
    said = {name: value for name, value in expected.items() if name}
    # A bare name and a reference that nobody sets are blank or missing to compose, and not known to us.
    assert {name: value for name, value in known.items() if name not in unknown} == {
        name: value for name, value in said.items() if name not in unknown
    }


def taken(text: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.name, each.taken) for each in interpolate(text, values.get).variables]


def test_what_nobody_in_the_repository_sets_is_not_known():
    value = interpolate("0.0.0.0:${PORT}/x", nobody)
    assert (value.text, value.prefix) == (None, "0.0.0.0:")
    assert value.reason == "PORT is set by whoever runs compose"
    assert taken("${PORT}", {}) == [("PORT", "unset")]


def test_a_default_is_the_answer_of_the_file():
    assert interpolate("${MODE:-production}", nobody).text == "production"
    assert taken("${MODE:-production}", {}) == [("MODE", "default")]
    assert taken("${MODE:-production}", {"MODE": "x"}) == [("MODE", "value")]
    assert taken("${MODE+x}", {}) == [("MODE", "default")]


def test_a_default_may_itself_be_unknown():
    value = interpolate("${MODE:-${OTHER}}", nobody)
    assert value.text is None
    assert value.reason == "OTHER is set by whoever runs compose"


def test_a_required_variable_is_left_to_who_runs_compose():
    value = interpolate("${KEY:?set it}", {"KEY": ""}.get)
    assert (value.text, value.problem) == (None, None)
    assert "unless whoever runs it sets KEY" in (value.reason or "")


def test_an_unknown_value_makes_every_use_of_it_unknown():
    def unknown(name: str) -> Undetermined:
        return Undetermined("why")

    for text in ("${X}", "${X:-d}", "${X-d}", "${X:+d}", "${X?}"):
        assert interpolate(text, unknown).reason == "why"


@pytest.mark.parametrize("text", ["${}", "${1}", "a ${A", "${A:-x", "${A!x}", "${A:-a\nb}"])
def test_an_invalid_reference_stops_compose(text):
    problem = interpolate(text, {"A": "x"}.get).problem
    assert problem is not None
    assert "no valid reference" in problem


def test_variables_that_grow_each_other_are_bounded():
    with bounded():
        assert interpolate("$A" * 20_000, {"A": "x" * 5000}.get).text is None
        assert interpolate("${A:-" * 5000 + "}" * 5000, nobody).text is None
        assert interpolate("${A:-{" * 5000 + "}", nobody).text is None
        assert interpolate("${A:-x}" * 9000, nobody).text == "x" * 9000


@given(st.text(alphabet="${}:-+?AB_1 \n\\'\"x"), st.dictionaries(st.sampled_from("AB"), st.text(max_size=3)))
def test_any_template_has_an_outcome(text, values):
    value = interpolate(text, values.get)
    assert (value.text is None) == (value.reason is not None)
    if value.text is not None:
        assert value.text.startswith(value.prefix)
    if "$" not in text:
        assert value.text == text


@given(st.text())
def test_any_text_is_a_command_an_env_file_a_port_and_a_volume_or_none(text):
    split_words(text)
    read_port(text)
    read_volume(text)
    seconds_of(text)
    for raw in (False, True):
        env_file = read_env_file(SourceText(text), nobody, raw=raw)
        for each in env_file.values:
            assert each.span.line <= SourceText(text).line_count


def test_where_an_env_files_values_stand():
    text = SourceText('export MODE = production # no\nKEY="a b"\nBARE\n')
    found = [
        (each.name, each.interpolation.text, each.inherits, each.span) for each in read_env_file(text, nobody).values
    ]
    assert found == [
        ("MODE", "production", False, (1, 15, 1, 25)),
        ("KEY", "a b", False, (2, 5, 2, 10)),
        ("BARE", None, True, (3, 1, 3, 5)),
    ]


def test_a_raw_env_file_keeps_its_values_as_they_are():
    text = SourceText("# c\n  KEY='a $B' # x\n\nBARE\nEMPTY=\n")
    env_file = read_env_file(text, {"BARE": "from compose"}.get, raw=True)
    assert [(each.name, each.interpolation.text, each.inherits) for each in env_file.values] == [
        ("KEY", "'a $B' # x", False),
        ("BARE", "from compose", True),
        ("EMPTY", "", False),
    ]
    assert read_env_file(SourceText("A B=c\n"), nobody, raw=True).problem is not None


def test_an_env_file_that_compose_refuses_says_where():
    problem = read_env_file(SourceText("A=1\nB='unclosed\n"), nobody).problem
    assert problem is not None
    assert (problem.message, problem.span.line) == ("a quote is not closed", 2)


def test_an_env_file_never_shows_its_values():
    assert "hunter2" not in repr(read_env_file(SourceText("PASSWORD=hunter2\n"), nobody))


def test_what_compose_drops_of_a_command():
    split = split_words("alembic upgrade head && gunicorn app:app")
    assert [word.text for word in split.words] == ["alembic", "upgrade", "head"]
    assert split.dropped_at == 21
