"""AF902: which suppressions hold nothing back, and when that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.engine.fixing import apply_fixes
from tests.suppressions.test_holding_back import CATALOGUE, DOCKERFILE, codes, hidden, lint, run, write

if TYPE_CHECKING:
    from pathlib import Path

UNUSED = "# agentflow-lint: ignore[AF301] why\nORIGINS=https://a.example.com\nMODE=production\n"


def test_it_stands_at_the_comment_and_can_be_deleted(tmp_path: Path) -> None:
    write(tmp_path, **{".env": UNUSED})
    found = run(tmp_path, "AF301", "AF902")
    (finding,) = found.findings
    assert finding.message == "`ignore[AF301]` suppresses nothing: `AF301` finds nothing here."
    assert (finding.location.path, *finding.location.span) == (".env", 1, 1, 1, 36)
    contents = apply_fixes(found.project.files, found.findings).contents
    assert contents == {".env": b"ORIGINS=https://a.example.com\nMODE=production\n"}


@pytest.mark.parametrize("select", [("AF902",), ("AF304", "AF902"), ("AF301",)])
def test_not_judged_when_its_rule_or_this_one_is_not_asked(tmp_path: Path, select: tuple[str, ...]) -> None:
    write(tmp_path, **{".env": UNUSED})
    assert "AF902" not in codes(run(tmp_path, *select))


def test_not_judged_when_a_deployment_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, **{".env": UNUSED, "a.Dockerfile": DOCKERFILE, "b.Dockerfile": DOCKERFILE})
    assert codes(run(tmp_path, "AF301", "AF902")) == ["AF902"]
    assert codes(run(tmp_path, "AF301", "AF902", deployments=("a.Dockerfile",))) == []


def test_not_judged_in_files_of_development(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    environment:\n      MODE: production\n"
    dev = compose.replace("production", "development # agentflow-lint: ignore[AF306] it is for development")
    files = {"Dockerfile": DOCKERFILE, "compose.yml": compose, "compose.dev.yml": dev}
    write(tmp_path, **files)
    assert codes(run(tmp_path, "AF306", "AF902")) == []
    config = 'per-file-ignores = { "compose.dev.yml" = ["AF306"] }\n'
    write(tmp_path, **files, **{"agentflow-lint.toml": config})
    assert codes(run(tmp_path, "AF306", "AF902")) == []


def test_not_judged_where_its_rule_is_undecided(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    environment:\n      MODE: production\n      ORIGINS: ${ORIGINS}"
    write(tmp_path, Dockerfile=DOCKERFILE, **{"compose.yml": f"{compose} # agentflow-lint: ignore[AF301]\n"})
    found = run(tmp_path, "AF301", "AF902")
    assert [(each.code, each.location.path) for each in found.undecided] == [("AF301", "compose.yml")]
    assert codes(found) == []


def test_of_two_for_one_finding_the_wider_one_is_unused(tmp_path: Path) -> None:
    text = (
        "# agentflow-lint: ignore-file[AF301] all\nORIGINS=*  # agentflow-lint: ignore[AF301] this\nMODE=production\n"
    )
    write(tmp_path, **{".env": text})
    found = run(tmp_path, "AF301", "AF902")
    assert [(each.code, each.location.span.line) for each in found.findings] == [("AF902", 1)]


def test_it_can_be_suppressed_itself_and_that_can_be_unused(tmp_path: Path) -> None:
    text = UNUSED.replace("ignore[AF301]", "ignore[AF301, AF902]")
    write(tmp_path, **{".env": text})
    found = run(tmp_path, "AF301", "AF902")
    assert (codes(found), hidden(found)) == ([], [("AF902", "suppressed")])
    write(tmp_path, **{".env": "# agentflow-lint: ignore[AF902] why\nMODE=production\nORIGINS=https://a.example.com\n"})
    found = run(tmp_path, "AF301", "AF902")
    assert [each.message for each in found.findings] == [
        "`ignore[AF902]` suppresses nothing: `AF902` finds nothing here."
    ]


def test_what_two_projects_share_is_judged_by_both(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    config = 'per-file-ignores = { ".env" = ["AF301", "AF304"] }\n'
    (tmp_path / "agentflow-lint.toml").write_text(config)
    for name, origins in (("a", "https://a.example.com"), ("b", "*")):
        write(tmp_path / name, **{".env": f"ORIGINS={origins}\nMODE=production\nALLOWED_HOST=a.example.com\n"})
    report = lint(tmp_path, "AF301", "AF304", "AF902")
    assert [[each.message for each in found.findings] for found in report.runs] == [
        ["The entry `AF304 for .env` ignores nothing: `AF304` finds nothing there."], [],
    ]  # fmt: skip
    finding = report.runs[0].findings[0]
    assert (finding.location.path, finding.location.span[:2]) == ("../agentflow-lint.toml", (1, 20))


def test_an_entry_for_a_project_that_this_run_is_not_about(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    text = '[[ignore]]\nrule = "AF301"\npath = "b/.env"\n\n[[ignore]]\nrule = "AF301"\npath = "a/.env"\n'
    (tmp_path / "agentflow-lint.toml").write_text(text)
    for name in ("a", "b"):
        write(tmp_path / name, **{".env": "MODE=production\nORIGINS=https://a.example.com\n"})
    (found,) = lint(tmp_path / "a", "AF301", "AF902").runs
    assert [each.location.span.line for each in found.findings] == [5]


def test_a_file_of_a_project_inside_this_one_is_that_ones(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, **{"compose.yml": "services:\n  web:\n    build: ./b\n", ".env": "MODE=production\n"})
    dockerfile = DOCKERFILE.replace("COPY", "# agentflow-lint: ignore[AF229] why\nCOPY")
    write(tmp_path / "b", Dockerfile=dockerfile)
    report = check(Request(paths=(str(tmp_path),), select=("AF229", "AF902")), CATALOGUE)
    assert len(report.runs) == 2
    told = [each for found in report.runs for each in found.findings if each.code == "AF902"]
    assert len(told) <= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1  # agentflow-lint: ignore[AF301]\n", "A=1\n"),
        ("A=1  # words # agentflow-lint: ignore[AF301] why\n", "A=1  # words\n"),
        ("A=1  # agentflow-lint: ignore[AF301] why  # words\n", "A=1  # words\n"),
        ("A=1\r\n# agentflow-lint: ignore[AF301]\r\nB=1\r\n", "A=1\r\nB=1\r\n"),
        ("A=1\n# agentflow-lint: ignore[AF301]", "A=1"),
        ("# agentflow-lint: ignore[AF301]", ""),
        ("A=1 # agentflow-lint: ignore[ AF301 ,AF304]\n", "A=1\n"),
        ("# agentflow-lint: disable[AF301]\nA=1\n# agentflow-lint: enable[AF301]\n", "A=1\n"),
        ("# agentflow-lint: ignore-file[AF301]\nA=1\n", "A=1\n"),
    ],
)
def test_the_fix_leaves_the_rest_alone(tmp_path: Path, before: str, after: str) -> None:
    write(tmp_path, **{".env": before + "MODE=production" * before.endswith("]\n\x00")})
    found = run(tmp_path, "AF301", "AF304", "AF902")
    assert set(codes(found)) >= {"AF902"}
    of_rule = [each for each in found.findings if each.code == "AF902"]
    assert apply_fixes(found.project.files, of_rule).contents == {".env": after.encode()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('fail-on = "error"\n\n[[ignore]]\nrule = "AF301"\npath = ".env"\n', 'fail-on = "error"\n'),
        (
            '[[ignore]]\nrule = "AF301"\npath = ".env"\n\n# about exclude\n[severity]\nAF301 = "info"\n',
            '# about exclude\n[severity]\nAF301 = "info"\n',
        ),
        ('ignore = ["AF409", {rule = "AF301", path = ".env"}]\n', 'ignore = ["AF409"]\n'),
        ('ignore = [{rule = "AF301", path = ".env"}, "AF409"] # x\n', 'ignore = ["AF409"] # x\n'),
        ('ignore = [\n  {rule = "AF301", path = ".env"},\n]\nexclude = []\n', "exclude = []\n"),
        ('[per-file-ignores]\n".env" = ["AF301"]\n', "[per-file-ignores]\n"),
    ],
)
def test_the_fix_of_an_entry_leaves_the_rest_alone(tmp_path: Path, before: str, after: str) -> None:
    write(tmp_path, **{".env": "ORIGINS=https://a.example.com\nMODE=production\n", "agentflow-lint.toml": before})
    found = run(tmp_path, "AF301", "AF902")
    assert codes(found) == ["AF902"]
    assert apply_fixes(found.project.files, found.findings).contents == {"agentflow-lint.toml": after.encode()}


def test_an_entry_in_pyproject(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[[tool.agentflow-lint.ignore]]\nrule = "AF301"\npath = ".env"\n\n[tool.other]\n'
    write(tmp_path, **{".env": "ORIGINS=https://a.example.com\nMODE=production\n", "pyproject.toml": text})
    found = run(tmp_path, "AF301", "AF902")
    assert [(each.code, each.location.path, each.location.span.line) for each in found.findings] == [
        ("AF902", "pyproject.toml", 4)
    ]
    contents = apply_fixes(found.project.files, found.findings).contents
    assert contents == {"pyproject.toml": b'[project]\nname = "x"\n\n[tool.other]\n'}
