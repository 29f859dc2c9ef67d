"""``--add-suppressions``: the files afterwards."""

from __future__ import annotations

import os
import stat
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.add_suppressions import Added, add_suppressions
from agentflow_lint.check import Request, check
from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.engine.suppressions.adding import suppress
from agentflow_lint.engine.suppressions.applying import Rules
from agentflow_lint.engine.suppressions.config_entries import ConfigTarget, add_entries
from agentflow_lint.engine.suppressions.errors import CannotAddError, MissingReasonError
from agentflow_lint.fix import write_fixes
from agentflow_lint.sources.text import SourceText
from agentflow_lint.sources.toml import read_toml
from tests.suppressions.test_holding_back import CATALOGUE, DOCKERFILE, codes, hidden, lint, run, write

if TYPE_CHECKING:
    from pathlib import Path

RULES = ("AF301", "AF304", "AF306", "AF401", "AF902")


def add(folder: Path, *select: str, reason: str = "", **request: object) -> Added:
    asked = Request(paths=(str(folder),), select=select or RULES, **request)  # type: ignore[arg-type]
    added = add_suppressions(asked, reason, CATALOGUE)
    write_fixes(added.files)
    return added


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_finding_gets_one_and_the_run_is_clean(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*\nMODE=development\n"})
    added = add(tmp_path, reason="known")
    assert (added.comments, added.entries, len(added.files)) == (2, 2, 2)
    assert (tmp_path / ".env").read_text() == (
        "# agentflow-lint: ignore[AF301] known\nORIGINS=*\n# agentflow-lint: ignore[AF306] known\nMODE=development\n"
    )
    found = run(tmp_path)
    assert codes(found) == codes(added.report.runs[0]) == []
    assert Counter(hidden(found)) == Counter(hidden(added.report.runs[0]))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*\nMODE=development\n", "Dockerfile": DOCKERFILE})
    add(tmp_path)
    before = everything(tmp_path)
    again = add(tmp_path)
    assert (again.files, again.comments, again.entries) == ((), 0, 0)
    assert everything(tmp_path) == before


def test_json_goes_to_the_configuration(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "MODE=production\n"})
    add(tmp_path, "AF401", reason='the "gateway" asks')
    assert (tmp_path / "agentflow-lint.toml").read_text() == (
        '[[ignore]]\nrule = "AF401"\npath = "./agentflow.json"\nplace = "auth"\nreason = "the \\"gateway\\" asks"\n'
    )
    assert hidden(run(tmp_path, "AF401")) == [("AF401", "ignored")]


PYPROJECT = '[project]\nname = "x"\n'
ENTRY = 'rule = "AF401"\npath = "./agentflow.json"\nplace = "auth"\n'
ITEM = '{ rule = "AF401", path = "./agentflow.json", place = "auth" }'


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("agentflow-lint.toml", 'fail-on = "error" # why\n', f'fail-on = "error" # why\n\n[[ignore]]\n{ENTRY}'),
        ("agentflow-lint.toml", 'fail-on = "error"', f'fail-on = "error"\n\n[[ignore]]\n{ENTRY}'),
        (
            "agentflow-lint.toml",
            '[[ignore]]\nrule = "AF5"\npath = "x"\n\n[severity]\n',
            f'[[ignore]]\nrule = "AF5"\npath = "x"\n\n[severity]\n\n[[ignore]]\n{ENTRY}',
        ),
        ("agentflow-lint.toml", 'ignore = ["AF409"] # why\n', f'ignore = ["AF409",\n    {ITEM}] # why\n'),
        ("agentflow-lint.toml", 'ignore = [\n  "AF409", # why\n]\n', f'ignore = [\n  "AF409",\n    {ITEM}, # why\n]\n'),
        ("agentflow-lint.toml", "ignore = []\n", f"ignore = [\n    {ITEM},\n]\n"),
        ("agentflow-lint.toml", "", f"[[ignore]]\n{ENTRY}"),
        (
            "pyproject.toml",
            f"{PYPROJECT}\n[tool.agentflow-lint]\nfail-on = 'error'\n\n[tool.x] # why\na = 1\n",
            f"{PYPROJECT}\n[tool.agentflow-lint]\nfail-on = 'error'\n\n[tool.x] # why\na = 1\n"
            f"\n[[tool.agentflow-lint.ignore]]\n{ENTRY}",
        ),
        (
            "pyproject.toml",
            f"{PYPROJECT}[tool]\nagentflow-lint.fail-on = 'error'\n",
            f"{PYPROJECT}[tool]\nagentflow-lint.fail-on = 'error'\n\n[[tool.agentflow-lint.ignore]]\n{ENTRY}",
        ),
    ],
)
def test_configurations_keep_what_they_have(tmp_path: Path, name: str, before: str, after: str) -> None:
    write(tmp_path, **{".env": "MODE=production\n", name: before})
    add(tmp_path, "AF401")
    assert (tmp_path / name).read_text() == after
    assert codes(run(tmp_path, "AF401", "AF902")) == []


def test_a_configuration_that_cannot_take_an_entry(tmp_path: Path) -> None:
    text = PYPROJECT + "[tool]\nagentflow-lint = { fail-on = 'error' }\n"
    write(tmp_path, **{".env": "MODE=production\n", "pyproject.toml": text})
    with pytest.raises(CannotAddError) as error:
        add(tmp_path, "AF401")
    assert ITEM in str(error.value)
    assert (tmp_path / "pyproject.toml").read_text() == text


def test_entries_are_quoted_as_toml_wants_it() -> None:
    entry = (("rule", "AF1"), ("path", 'a"\\\x7f\té'))
    edit = add_entries(ConfigTarget("/x", None), "x", [entry])
    assert read_toml(SourceText(edit.text)).data == {"ignore": [dict(entry)]}


def test_files_stay_what_they_are(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "A=é\r\nORIGINS=*\r\n", "agentflow.json": '{"agent": "a:b", "env": ".env"}'})
    (tmp_path / "Dockerfile").write_bytes(b"\xef\xbb\xbf" + DOCKERFILE.replace("\n", "\r\n").encode())
    os.chmod(tmp_path / ".env", 0o640)
    (tmp_path / "real").write_text("#!/bin/sh\n")
    add(tmp_path, "AF301", "AF229", reason="known")
    assert (tmp_path / ".env").read_bytes() == (
        "A=é\r\n# agentflow-lint: ignore[AF301] known\r\nORIGINS=*\r\n"
    ).encode()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o640
    data = (tmp_path / "Dockerfile").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# agentflow-lint: ignore[AF229] known\r\nFROM ")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert not list(tmp_path.glob("*.tmp"))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    write(tmp_path, **{"real.env": "ORIGINS=*\nMODE=production\n"})
    (tmp_path / ".env").symlink_to("real.env")
    add(tmp_path, "AF301")
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real.env").read_text().startswith("# agentflow-lint: ignore[AF301]\n")


def test_into_a_comment_that_is_there(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "MODE=development\n# agentflow-lint: ignore[AF301] a demo\nORIGINS=*\n"})
    added = add(tmp_path, "AF301", "AF306", reason="new")
    assert added.comments == 1
    assert (tmp_path / ".env").read_text() == (
        "# agentflow-lint: ignore[AF306] new\nMODE=development\n# agentflow-lint: ignore[AF301] a demo\nORIGINS=*\n"
    )


def test_a_required_reason(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*\nMODE=production\n", "agentflow-lint.toml": "require-reason = true\n"})
    with pytest.raises(MissingReasonError):
        add(tmp_path, "AF301", "AF401")
    add(tmp_path, "AF301", "AF401", "AF902", reason="known")
    assert codes(run(tmp_path, "AF301", "AF401", "AF902")) == []


def test_unused_suppressions_are_left_to_be_told(tmp_path: Path) -> None:
    text = "# agentflow-lint: ignore[AF301]\nORIGINS=https://a.example.com\nMODE=production\n"
    write(tmp_path, **{".env": text})
    assert add(tmp_path, "AF301", "AF902").files == ()
    assert codes(run(tmp_path, "AF301", "AF902")) == ["AF902"]


def test_several_projects_with_one_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "agentflow-lint.toml").write_text('fail-on = "error"\n')
    for name in ("a", "b"):
        write(tmp_path / name, **{".env": "MODE=production\n"})
    added = add(tmp_path, "AF401", "AF902")
    assert added.entries == 2
    text = (tmp_path / "agentflow-lint.toml").read_text()
    assert [line for line in text.splitlines() if line.startswith("path")] == [
        'path = "./a/agentflow.json"', 'path = "./b/agentflow.json"',
    ]  # fmt: skip
    assert [codes(each) for each in lint(tmp_path, "AF401", "AF902").runs] == [[], []]


def test_nothing_to_suppress(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=https://a.example.com\nMODE=production\n"})
    assert add(tmp_path, "AF301").files == ()


def test_one_finding_alone_for_the_editor(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*\nMODE=production\nALLOWED_HOST=*\n"})
    found = run(tmp_path)
    (finding,) = [each for each in found.findings if each.code == "AF301"]
    target = ConfigTarget(str(tmp_path / "agentflow-lint.toml"))
    suppressing = suppress(found.project, [finding], Rules(CATALOGUE), target, "why")
    text = SourceText((tmp_path / ".env").read_text())
    assert apply_edits(text, suppressing.edits).startswith("# agentflow-lint: ignore[AF301] why\nORIGINS=*\nMODE")


def test_without_a_project_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert add_suppressions(Request(paths=(str(tmp_path),)), "", CATALOGUE).files == ()
    assert check(Request(paths=(str(tmp_path),)), CATALOGUE).runs == ()
