from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentflow_lint.engine.editing.variables import written
from agentflow_lint.model.values import Known
from tests.engine.editing.settings_projects import COMMAND, DOCKERFILE, deployment, edited, project

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.project import Project

_DECORATED = f"services:\n  api:\n    image: python:3.12\n    command: {COMMAND}\n    environment:%s\n"
_POD = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: api}}
spec:
  containers:
    - name: api
      image: api:1
      command: [{COMMAND.replace(" ", ", ")}]
      env:
        - name: MODE
          value: %s
"""


def edit_of(found: Project, name: str, new: str, of: str = "project", *, by_entry: bool = False) -> Edit | None:
    value = deployment(found, of).settings.raw(name)
    assert isinstance(value, Known), value
    return written(found, value, new, by_entry=by_entry)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("MODE=dev\n", "production", "MODE=production\n"),
        ("MODE=dev", "production", "MODE=production"),
        (
            "A=1\r\nexport  MODE = dev # why\r\nB=2\r\n",
            "production",
            "A=1\r\nexport  MODE = production # why\r\nB=2\r\n",
        ),
        ("MODE='dev'\t# why\n", "production", "MODE='production'\t# why\n"),
        ('MODE="dev"\n', "", 'MODE=""\n'),
        ("MODE=dev\n", "", "MODE=\n"),
        ("MODE=dev\n", "two words", 'MODE="two words"\n'),
        ("MODE='dev'\n", "it's", 'MODE="it\'s"\n'),
        ("MODE=first\nMODE=last\n", "production", "MODE=first\nMODE=production\n"),
        ("mode=dev\n", "production", "mode=production\n"),
        ("MODE=\n", "production", "MODE=production\n"),
    ],
)
def test_an_env_file_keeps_what_is_around_the_value(tmp_path: Path, before: str, new: str, after: str) -> None:
    found = project(tmp_path, env=before)
    assert edited(found, edit_of(found, "MODE", new)) == after


@pytest.mark.parametrize(
    "before",
    [
        "BASE=dev\nMODE=${BASE}\n",  # put together from another
        "MODE=dev\nNAME=${MODE}-1\n",  # another is put together from it
        "MODE=dev\\nx\n",
    ],
)
def test_an_env_file_is_left_alone_where_something_is_put_in(tmp_path: Path, before: str) -> None:
    found = project(tmp_path, env=before)
    assert edit_of(found, "MODE", "production") is None


@pytest.mark.parametrize(
    ("instruction", "new", "after"),
    [
        ("ENV MODE=dev B=2", "production", "ENV MODE=production B=2"),
        ("ENV MODE dev", "production", "ENV MODE production"),
        ("ENV B=1 \\\n    MODE='dev' \\\n    C=3", "production", "ENV B=1 \\\n    MODE='production' \\\n    C=3"),
        ('ENV MODE="dev"', "", 'ENV MODE=""'),
        ("ENV MODE=dev", "two words", 'ENV MODE="two words"'),
    ],
)
def test_an_env_instruction_keeps_its_form(tmp_path: Path, instruction: str, new: str, after: str) -> None:
    found = project(tmp_path, Dockerfile=DOCKERFILE % instruction)
    assert edited(found, edit_of(found, "MODE", new, "Dockerfile")) == DOCKERFILE % after


@pytest.mark.parametrize(
    "instruction",
    [
        "ARG M=dev\nENV MODE=$M",
        "ENV MODE=dev\nENV NAME=${MODE}-1",
        "ENV MODE=de\\v",
        "ENV MODE=dev\nARG M=$MODE\nENV B=$M",
    ],
)
def test_an_env_instruction_is_left_alone_where_something_is_put_in(tmp_path: Path, instruction: str) -> None:
    found = project(tmp_path, Dockerfile=DOCKERFILE % instruction)
    assert edit_of(found, "MODE", "production", "Dockerfile") is None


@pytest.mark.parametrize(
    ("environment", "new", "after"),
    [
        ("\n      - MODE=dev # why\n      - B=1", "production", "\n      - MODE=production # why\n      - B=1"),
        ('\n      - "MODE=dev"', "", '\n      - "MODE="'),
        ("\n      MODE: dev", "production", "\n      MODE: production"),
        ("\n      MODE: dev", "true", '\n      MODE: "true"'),
        ("\n      MODE: dev", "", '\n      MODE: ""'),
        ("\n      MODE: 'dev'\n      B: 012", "it's", "\n      MODE: 'it''s'\n      B: 012"),
        (" [MODE=dev, B=1]", "production", " [MODE=production, B=1]"),
        (" {MODE: dev, B: 1}", "a,b", ' {MODE: "a,b", B: 1}'),
        ("\n      MODE: dev", "no", '\n      MODE: "no"'),
        ("\n      MODE: dev", "1e3", '\n      MODE: "1e3"'),
    ],
)
def test_compose_reads_a_string_again(tmp_path: Path, environment: str, new: str, after: str) -> None:
    found = project(tmp_path, compose__yaml=_DECORATED % environment)
    assert edited(found, edit_of(found, "MODE", new, "compose:api")) == _DECORATED % after


@pytest.mark.parametrize(
    "environment",
    [
        "\n      MODE: ${MODE:-dev}",
        "\n      - MODE=${MODE:-dev}",
        "\n      MODE: |-\n        dev",
        "\n      MODE: de$$v",
    ],
)
def test_compose_is_left_alone_where_something_is_put_in(tmp_path: Path, environment: str) -> None:
    found = project(tmp_path, compose__yaml=_DECORATED % environment)
    assert edit_of(found, "MODE", "production", "compose:api") is None


def test_a_value_that_an_alias_repeats_is_edited_where_it_stands(tmp_path: Path) -> None:
    shared = _DECORATED % "\n      MODE: &mode dev\n      OTHER: *mode"
    found = project(tmp_path, compose__yaml=shared)
    after = edited(found, edit_of(found, "MODE", "production", "compose:api"))
    assert after == shared.replace("&mode dev", "&mode production")


@pytest.mark.parametrize(("value", "new", "after"), [("dev # x", "production", "production # x"), ('"dev"', "", '""')])
def test_a_manifest_is_edited(tmp_path: Path, value: str, new: str, after: str) -> None:
    found = project(tmp_path, pod__yaml=_POD % value)
    assert edited(found, edit_of(found, "MODE", new, "Pod/api")) == _POD % after


def test_an_env_file_of_compose_is_edited_as_compose_reads_it(tmp_path: Path) -> None:
    compose = _DECORATED.replace("environment:%s", "env_file: prod.env")
    found = project(tmp_path, compose__yaml=compose, prod__env="MODE: dev # why\nB='$x'\n")
    assert edited(found, edit_of(found, "MODE", "production", "compose:api")) == "MODE: production # why\nB='$x'\n"


def test_a_raw_env_file_has_no_quotes(tmp_path: Path) -> None:
    compose = _DECORATED.replace("environment:%s", "env_file: [{path: prod.env, format: raw}]")
    found = project(tmp_path, compose__yaml=compose, prod__env="MODE=dev # all of it\n")
    assert edited(found, edit_of(found, "MODE", "two words", "compose:api")) == "MODE=two words\n"


@pytest.mark.parametrize(
    ("before", "new", "text", "columns"),
    [
        ("a/,b,c/", "a,b,c/", "a", (9, 11)),
        ("a/,b,c/", "a/,b,c", "c", (14, 16)),
        ('"a/, b/"', "a/, b", "b", (14, 16)),
        ("a/,b", "b", "b", (9, 13)),
        ("a,b/,c", "a,c", "c", (11, 15)),
    ],
)
def test_only_the_entry_that_changes_is_edited(
    tmp_path: Path, before: str, new: str, text: str, columns: tuple[int, int]
) -> None:
    found = project(tmp_path, env=f"ORIGINS={before}\n")
    edit = edit_of(found, "ORIGINS", new, by_entry=True)
    assert edit is not None
    assert (edit.text, (edit.location.span.column, edit.location.span.end_column)) == (text, columns)


_ENTRIES = st.lists(st.text("ab/ .", min_size=1, max_size=4).map(str.strip).filter(bool), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_ENTRIES, new=_ENTRIES, quote=st.sampled_from(["", "'", '"']), separator=st.sampled_from([",", ", "]))
def test_an_edit_by_entry_says_the_new_list(
    tmp_path: Path, old: list[str], new: list[str], quote: str, separator: str
) -> None:
    wanted = separator.join(new)
    found = project(tmp_path, env=f"A=1\nORIGINS={quote}{separator.join(old)}{quote} # x\nB=2\n")
    edit = edit_of(found, "ORIGINS", wanted, by_entry=True)
    if old == new:
        assert edit is None
        return
    after = edited(found, edit)
    again = project(tmp_path, env=after)
    value = deployment(again, "project").settings.raw("ORIGINS")
    assert isinstance(value, Known)
    assert value.value == wanted
    assert after.startswith("A=1\nORIGINS=")
    assert after.endswith(" # x\nB=2\n")


def test_what_stands_in_no_file_has_no_edit(tmp_path: Path) -> None:
    found = project(tmp_path, env="")
    mode = deployment(found, "project").settings["MODE"]
    assert isinstance(mode, Known)
    assert written(found, Known(str(mode.value), mode.origin), "production") is None
