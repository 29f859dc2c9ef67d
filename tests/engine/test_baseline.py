"""What a baseline knows again, and what it takes for new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.engine.baseline import Entry, Match, match, mistakes
from tests.engine.stubs import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.finding import Finding


def entry(
    path: str = ".env", code: str = "XX001", place: str = "ORIGINS", outline: str = "o", project: str = ""
) -> Entry:
    return Entry(project, path, code, place, outline)


def compare(
    entries: Sequence[Entry], findings: Sequence[Finding], *, gone: Sequence[str] = (), judged: bool = True
) -> Match:
    found = mistakes(findings, "", lambda _: "o")
    return match(entries, found, gone=lambda each: each.path in gone, judged=lambda _: judged)


def new(result: Match) -> list[tuple[str, int]]:
    return [(each.entry.path, each.findings[0].location.span.line) for each in result.new]


def test_a_known_finding_is_known_wherever_its_line_has_moved() -> None:
    result = compare([entry()], [finding(line=40)])
    assert (len(result.known), result.new, result.removable) == (1, (), ())


def test_another_place_file_or_rule_is_new_and_leaves_the_entry_behind() -> None:
    for other in (finding(place="MODE"), finding(path="b.env"), finding(code="XX002")):
        result = compare([entry()], [other])
        assert (len(result.new), result.removable) == (1, (entry(),))


def test_a_second_deployment_makes_no_second_mistake() -> None:
    result = compare([entry()], [finding(deployment="web"), finding(deployment="worker")])
    assert [len(each.findings) for each in result.known] == [2]
    assert result.new == ()


def test_a_second_line_with_the_same_place_is_a_second_mistake() -> None:
    both = [finding(line=3), finding(line=9)]
    assert new(compare([entry()], both)) == [(".env", 9)]
    assert new(compare([entry(), entry()], both)) == []
    assert compare([entry(), entry()], both[:1]).removable == (entry(),)


def test_of_two_lines_with_the_same_place_the_one_that_looks_alike_is_known() -> None:
    found = mistakes([finding(line=3), finding(line=9)], "", lambda each: str(each.location.span.line))
    result = match([entry(outline="9")], found, gone=lambda _: False, judged=lambda _: True)
    assert new(result) == [(".env", 3)]


def test_a_renamed_file_keeps_its_known_findings() -> None:
    result = compare([entry()], [finding(path="prod.env", line=7)], gone=[".env"])
    assert (new(result), result.removable) == ([], ())
    assert result.known[0].entry.path == "prod.env"


def test_a_file_that_is_still_there_was_not_renamed() -> None:
    assert new(compare([entry()], [finding(path="prod.env")])) == [("prod.env", 1)]


def test_a_file_with_other_content_is_not_the_renamed_one() -> None:
    result = compare([entry(outline="other")], [finding(path="prod.env")], gone=[".env"])
    assert (new(result), result.removable) == ([("prod.env", 1)], (entry(outline="other"),))


def test_a_place_that_names_its_own_file_does_not_prevent_a_renaming() -> None:
    known = entry("a/reqs.txt", place="a/reqs.txt fastapi")
    moved = finding(path="b/reqs.txt", place="b/reqs.txt fastapi")
    assert new(compare([known], [moved], gone=["a/reqs.txt"])) == []


def test_one_entry_of_a_renamed_file_hides_one_finding_and_that_of_the_file_of_its_name() -> None:
    found = [finding(path="a.env"), finding(path="deploy/.env")]
    assert new(compare([entry()], found, gone=[".env"])) == [("a.env", 1)]


def test_what_the_run_did_not_ask_is_not_removable() -> None:
    result = compare([entry()], [], judged=False)
    assert (result.removable, result.unjudged) == ((), (entry(),))


_ENTRIES = st.builds(entry, st.sampled_from(["a", "b", "c"]), st.sampled_from(["XX1", "XX2"]), st.sampled_from("PQ"))
_FINDINGS = st.builds(
    finding,
    path=st.sampled_from(["a", "b", "c"]),
    code=st.sampled_from(["XX1", "XX2"]),
    place=st.sampled_from("PQ"),
    line=st.integers(1, 3),
)


@given(st.lists(_ENTRIES, max_size=8), st.lists(_FINDINGS, max_size=8, unique=True), st.sets(st.sampled_from("abc")))
def test_nothing_is_lost_or_counted_twice(entries: list[Entry], findings: list[Finding], gone: set[str]) -> None:
    result = compare(entries, findings, gone=sorted(gone))
    assert len(result.known) + len(result.removable) == len(entries)
    told = [each for mistake in (*result.known, *result.new) for each in mistake.findings]
    assert sorted(map(repr, told)) == sorted(map(repr, findings))
    accepted = [mistake.entry for mistake in (*result.known, *result.new)]
    again = compare(accepted, findings)
    assert (again.new, again.removable) == ((), ())


@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_of_entries_does_not_matter(reverse: bool) -> None:
    entries = [entry(outline="x"), entry(outline="o"), entry("b")]
    result = compare(entries[::-1] if reverse else entries, [finding()])
    assert result.removable == (entry(outline="x"), entry("b"))


def test_an_entry_is_found_in_its_own_project_only() -> None:
    found = mistakes([finding()], "api", lambda _: "o")
    result = match([entry(project="web")], found, gone=lambda _: False, judged=lambda _: True)
    assert len(result.new) == 1
    assert replace(entry(project="web"), project="api") == result.new[0].entry
