"""Suppressed findings, from the files to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.suppressions.errors import BadCommentsError

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.run import Report, Run

CATALOGUE = load_catalogue(["agentflow_rules"])
CONFIG = '{"agent": "graph.agent:app", "env": ".env"}\n'
DOCKERFILE = """FROM python:3.12
WORKDIR /app
COPY . .
RUN pip install 10xscale-agentflow-cli==0.6.1
CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-b", "0.0.0.0:80", "agentflow_cli.src.app.main:app"]
"""
RULES = ("AF301", "AF304", "AF306", "AF401", "AF902")


def write(folder: Path, **files: str) -> None:
    for name, text in {"agentflow.json": CONFIG, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def lint(folder: Path, *select: str, **request: object) -> Report:
    return check(Request(paths=(str(folder),), select=select or RULES, **request), CATALOGUE)  # type: ignore[arg-type]


def run(folder: Path, *select: str, **request: object) -> Run:
    (found,) = lint(folder, *select, **request).runs
    return found


def codes(found: Run) -> list[str]:
    return [each.code for each in found.findings]


def hidden(found: Run) -> list[tuple[str, str]]:
    return [(each.finding.code, each.by) for each in found.hidden]


def test_a_comment_holds_back_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*  # agentflow-lint: ignore[AF301] a demo\nALLOWED_HOST=*\nMODE=production\n"})
    found = run(tmp_path)
    assert codes(found) == ["AF304", "AF401"]
    assert hidden(found) == [("AF301", "suppressed")]


def test_what_is_held_back_keeps_its_rung_from_being_reached(tmp_path: Path) -> None:
    write(tmp_path, **{".env": "ORIGINS=*  # agentflow-lint: ignore[AF301]\nMODE=production\n"})
    report = lint(tmp_path, "AF301")
    closed = next(rung for rung in report.ladder if rung.name == "closed")
    assert (closed.findings, closed.hidden, closed.status) == (0, 1, "hidden")
    assert report.exit_code == 0


def test_none_counts_where_none_shall(tmp_path: Path) -> None:
    text = "# agentflow-lint: ignore[AF999] nonsense\nORIGINS=*  # agentflow-lint: ignore[AF301]\nMODE=production\n"
    config = '[[ignore]]\nrule = "AF401"\npath = "agentflow.json"\n'
    write(tmp_path, **{".env": text, "agentflow-lint.toml": config})
    found = run(tmp_path, "AF301", "AF401", no_suppressions=True)
    assert (codes(found), hidden(found)) == (["AF301", "AF401"], [])


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore[AF30]", "'AF30' is a family"),
        ("ignore[wildcart-origins]", "unknown rule 'wildcart-origins'; did you mean 'wildcard-origins'?"),
        ("ignore", "'ignore' names no rule"),
        ("disable[AF301]", "must stand on a line of its own"),
    ],
)
def test_a_bad_comment_ends_the_run(tmp_path: Path, comment: str, said: str) -> None:
    write(tmp_path, **{".env": f"A=1\nORIGINS=https://a.example.com  # agentflow-lint: {comment}\n"})
    with pytest.raises(BadCommentsError) as error:
        lint(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/.env:2: ")
    assert said in str(error.value)


def test_all_bad_comments_are_told(tmp_path: Path) -> None:
    text = "# agentflow-lint: ignore[AF999]\nA=1\n# agentflow-lint: off\n"
    write(tmp_path, **{".env": text, "graph/agent.py": "# agentflow-lint: on\n"})
    with pytest.raises(BadCommentsError) as error:
        check(Request(paths=(str(tmp_path),)), CATALOGUE)
    assert [line.split(": ")[0].rpartition("/")[2] for line in str(error.value).splitlines()] == [
        ".env:1", ".env:3", "agent.py:1",
    ]  # fmt: skip


def test_a_reason_may_be_required(tmp_path: Path) -> None:
    text = "ORIGINS=*  # agentflow-lint: ignore[AF301]\nALLOWED_HOST=*  # agentflow-lint: ignore[AF304] ours\n"
    write(tmp_path, **{".env": text + "MODE=production\n", "agentflow-lint.toml": "require-reason = true\n"})
    found = run(tmp_path, "AF301", "AF304", "AF902")
    assert codes(found) == ["AF301", "AF902"]
    assert "it gives no reason" in found.findings[1].message
    assert hidden(found) == [("AF304", "suppressed")]


class TestTheConfiguration:
    ENV = "ORIGINS=*\nALLOWED_HOST=*\nMODE=production\n"

    def lint(self, folder: Path, text: str, *select: str) -> Run:
        write(folder, **{".env": self.ENV, "agentflow-lint.toml": text})
        return run(folder, *select)

    def test_entries_and_rules_in_one_list(self, tmp_path: Path) -> None:
        text = 'ignore = ["AF304", {rule = "AF301", path = ".env", reason = "a demo"}]\n'
        write(tmp_path, **{".env": self.ENV, "agentflow-lint.toml": text})
        (found,) = check(Request(paths=(str(tmp_path),)), CATALOGUE).runs
        assert ("AF301", "ignored") in hidden(found)
        assert "AF304" not in {rule.code for rule in found.rules}

    def test_a_selection_on_the_command_line_leaves_entries_alone(self, tmp_path: Path) -> None:
        found = self.lint(tmp_path, '[[ignore]]\nrule = "wildcard-origins"\npath = ".env"\n', "AF301")
        assert hidden(found) == [("AF301", "ignored")]

    def test_families_and_globs(self, tmp_path: Path) -> None:
        found = self.lint(tmp_path, '[[ignore]]\nrule = "AF3"\npath = "*env"\n')
        assert codes(found) == ["AF401"]

    def test_per_file_ignores(self, tmp_path: Path) -> None:
        found = self.lint(tmp_path, 'per-file-ignores = { ".env" = ["AF301", "wildcard-hosts"] }\n')
        assert codes(found) == ["AF401"]
        assert hidden(found) == [("AF301", "ignored"), ("AF304", "ignored")]

    @pytest.mark.parametrize(
        ("narrowed", "expected"),
        [
            ('deployment = "project"', []),
            ('deployment = "Dockerfile"', ["AF301"]),
            ('place = "ORIGINS"', ["AF301"]),
            ('place = "DOCS_PATH"', []),
        ],
    )
    def test_narrower_than_a_file(self, tmp_path: Path, narrowed: str, expected: list[str]) -> None:
        text = f'[[ignore]]\nrule = "AF301"\npath = ".env"\n{narrowed}\n'
        write(tmp_path, Dockerfile=DOCKERFILE)
        found = self.lint(tmp_path, text, "AF301")
        assert [code for code, _ in hidden(found)] == expected

    def test_a_comment_comes_first(self, tmp_path: Path) -> None:
        write(tmp_path, **{"agentflow-lint.toml": 'per-file-ignores = { ".env" = ["AF301"] }\n'})
        write(tmp_path, **{".env": "ORIGINS=*  # agentflow-lint: ignore[AF301]\nMODE=production\n"})
        found = run(tmp_path, "AF301", "AF902")
        assert hidden(found) == [("AF301", "suppressed")]
        assert codes(found) == ["AF902"]

    def test_a_deployment_that_there_is_not(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError) as error:
            self.lint(tmp_path, '[[ignore]]\nrule = "AF301"\npath = ".env"\ndeployment = "projekt"\n')
        assert str(error.value).endswith(
            "agentflow-lint.toml:4: ignore: unknown deployment 'projekt'; did you mean 'project'?"
        )

    def test_globs_start_at_the_configuration(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        text = '[[ignore]]\nrule = "AF301"\npath = "services/a/.env"\n'
        (tmp_path / "agentflow-lint.toml").write_text(text)
        for name in ("a", "b"):
            write(tmp_path / "services" / name, **{".env": self.ENV})
        found = lint(tmp_path, "AF301", "AF902").runs
        assert [codes(each) for each in found] == [[], ["AF301"]]

    def test_of_a_configuration_elsewhere_at_the_project(self, tmp_path: Path) -> None:
        (tmp_path / "x").mkdir()
        config = tmp_path / "x" / "agentflow-lint.toml"
        config.write_text('[[ignore]]\nrule = "AF301"\npath = "./.env"\n')
        write(tmp_path / "y", **{".env": self.ENV})
        assert codes(run(tmp_path / "y", "AF301", config=str(config))) == []
