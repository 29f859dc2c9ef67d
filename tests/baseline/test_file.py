"""The file of a baseline, and whatever can be wrong with one."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agentflow_lint.baseline.file import BaselineError, baseline_text, read_baseline
from agentflow_lint.engine.baseline import Entry
from agentflow_lint.engine.registry import Catalogue

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = Catalogue(cast("Any", (SimpleNamespace(code="XX301", name="wildcard-origins"),)))

ENTRIES = (
    Entry("", ".env", "XX301", "ORIGINS", "0123456789abcdef"),
    Entry("apps/api", "compose.yaml", "XX301", "services.web.ORIGINS", "0123456789abcdef"),
    Entry("apps/api", "名.env", "XX301", 'a "place"\n', "0123456789abcdef"),
)


def read(folder: Path, text: str) -> tuple[Entry, ...]:
    (folder / "known.json").write_bytes(text.encode("utf-8", "replace"))
    return read_baseline(str(folder / "known.json"), CATALOGUE)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, baseline_text(ENTRIES)) == ENTRIES
    assert read(tmp_path, baseline_text([])) == ()


def test_one_line_per_entry_in_an_order_that_does_not_depend_on_the_run() -> None:
    text = baseline_text(ENTRIES)
    assert text == baseline_text(ENTRIES[::-1])
    assert len(text.splitlines()) == len(ENTRIES) + 5
    assert json.loads(text)["version"] == 1
    assert "名.env" in text


def test_a_path_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    odd = Entry("", "\udcff.env", "XX301", "ORIGINS", "o")
    text = baseline_text([odd])
    assert read(tmp_path, text) == (odd,)


LINE = '{"rule": "XX301", "project": ".", "path": ".env", "place": "ORIGINS", "outline": "o"}'


def document(*lines: str, version: object = 1) -> str:
    return f'{{\n"version": {json.dumps(version)},\n"findings": [\n' + ",\n".join(lines) + "\n]\n}\n"


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "it is not a baseline, not even JSON: "),
        ('{\n"version": 1,\n<<<<<<< ours\n', 3, "it is not a baseline, not even JSON: "),
        ("[]", 1, "it is not a baseline: not a JSON object"),
        ("{}", 1, 'it is not a baseline: it has no "version"'),
        ('{"version": 1}', 1, 'it has no "findings"'),
        (document(version=2), 2, "its version is not 1"),
        (document(version=True), 2, "its version is not 1"),
        (document(version="1"), 2, "its version is not 1"),
        ('{"version": 1, "findings": {}}', 1, '"findings" is not a list'),
        ('{"version": 1, "findings": [],\n"finding": []}', 2, "unknown key 'finding'; did you mean 'findings'?"),
        (document(LINE, "1"), 5, "an entry is not an object"),
        (document(LINE.replace("XX301", "XX302")), 4, "unknown rule 'XX302'; did you mean 'XX301'?"),
        (document(LINE, LINE.replace('"place"', '"palce"')), 5, "unknown key 'palce'; did you mean 'place'?"),
        (document(LINE.replace('"ORIGINS"', "1")), 4, '"place" is not a string'),
        (document(LINE.replace(', "outline": "o"', "")), 4, 'an entry has no "outline"'),
        (document(LINE.replace('".env"', '"/etc/.env"')), 4, "relative to the repository's root"),
    ],
)
def test_whatever_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    with pytest.raises(BaselineError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/known.json:{line}: ")
    assert complaint in str(error.value)


def test_every_wrong_entry_is_told(tmp_path: Path) -> None:
    wrong = LINE.replace("XX301", "YY1")
    with pytest.raises(BaselineError) as error:
        read(tmp_path, document(wrong, LINE, wrong))
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["4", "6"]


def test_a_missing_file_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"cannot be read \(No such file or directory\); --write-baseline"):
        read_baseline(str(tmp_path / "known.json"), CATALOGUE)


def test_a_folder_or_another_encoding_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(str(tmp_path), CATALOGUE)
    (tmp_path / "latin.json").write_bytes(b'{\n"\xff"')
    with pytest.raises(BaselineError, match=r"latin\.json:2: .*not UTF-8"):
        read_baseline(str(tmp_path / "latin.json"), CATALOGUE)


def test_a_rule_is_read_by_its_name_too(tmp_path: Path) -> None:
    assert read(tmp_path, document(LINE.replace("XX301", "wildcard-origins")))[0].code == "XX301"


_WORDS = [*document(LINE).split(), LINE, "null", "[", "}", ","]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=4)).map(" ".join))
@example(document(LINE))
def test_no_text_gets_more_than_an_error(tmp_path: Path, text: str) -> None:
    try:
        read(tmp_path, text)
        said = []
    except BaselineError as error:
        said = str(error).split("\n")
    assert [line for line in said if not re.match(r".+known\.json:\d+: .", line)] == []
