from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.sources.procfile import read_procfile
from agentflow_lint.sources.text import SourceText, Span


def test_processes_with_their_places():
    found = read_procfile(SourceText("# all\nrelease: alembic upgrade head\n\nweb:   gunicorn app:app  \r\n"))
    assert [(entry.name, entry.command) for entry in found.entries] == [
        ("release", "alembic upgrade head"),
        ("web", "gunicorn app:app"),
    ]
    assert found.entries[1].name_span == Span(4, 1, 4, 4)
    assert found.entries[1].command_span == Span(4, 8, 4, 24)
    assert found.entries[1].span == Span(4, 1, 4, 24)
    assert found.problems == ()


@pytest.mark.parametrize("line", ["web gunicorn app:app", "web:", "  web: indented", ": x", "we b: x"])
def test_a_line_that_is_no_process_runs_nothing(line):
    found = read_procfile(SourceText(f"{line}\n"))
    assert found.entries == ()
    assert [problem.span.line for problem in found.problems] == [1]


def test_of_two_lines_with_one_name_the_last_counts():
    found = read_procfile(SourceText("web: a\nworker: b\nweb: c\n"))
    assert [(entry.name, entry.command) for entry in found.entries] == [("worker", "b"), ("web", "c")]
    assert [problem.span for problem in found.problems] == [Span(1, 1, 1, 4)]


@given(st.text(max_size=80))
def test_what_is_found_stands_where_it_says(content):
    text = SourceText(content)
    for entry in read_procfile(text).entries:
        line = text.line(entry.span.line)
        assert line[entry.command_span.column - 1 : entry.command_span.end_column - 1] == entry.command
        assert line[: len(entry.name) + 1] == f"{entry.name}:"
