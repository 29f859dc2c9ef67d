"""What holds for every format there is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.formats import FORMATS, rendered
from agentflow_lint.engine.finding import Related
from agentflow_lint.engine.fix import Applicability
from agentflow_lint.engine.run import Report
from tests.report.samples import FILES, FINDINGS, at, fix, run_in

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.registry import Catalogue

SECRET = "hunter2hunter2"


@pytest.fixture(autouse=True)
def at_work(working: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(working)
    for name in ("GITHUB_WORKSPACE", "GITHUB_SERVER_URL", "CI_PROJECT_DIR", "CI_PROJECT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_secret(report: Report, odd_report: Report, name: str) -> None:
    for each in (report, odd_report):
        output = rendered(each, name, colored=False)
        assert "XX403" in output  # the finding about the secret is there
        assert SECRET not in output


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_commands_the_terminal_or_holds_what_cannot_be_written(
    report: Report, odd_report: Report, name: str
) -> None:
    for each in (report, odd_report):
        output = rendered(each, name, colored=False)
        assert output.encode("utf-8").decode("utf-8") == output
        assert all(char.isprintable() or char == "\n" for char in output)
        assert output.endswith("\n")
        assert not output.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_bytes_wherever_the_repository_is(
    report: Report, odd_report: Report, working: Path, name: str
) -> None:
    for each in (report, odd_report):
        output = rendered(each, name, colored=False)
        assert rendered(each, name, colored=False) == output
        assert str(working.parent) not in output


@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_is_in_every_format(report: Report, name: str) -> None:
    output = rendered(report, name, colored=False)
    for finding in report.runs[0].findings:
        assert finding.code in output
        assert finding.message.partition("\n")[0].partition("`")[0] in output


@pytest.mark.parametrize("name", [name for name in FORMATS if "sarif" in name or name == "json"])
@pytest.mark.parametrize(
    ("path", "span", "text", "shown"),
    [
        (".env", (2, 1, 2, 1), "# a comment\n", True),
        (".env", (4, 16, 4, 30), SECRET, False),
        (".env", (2, 16, 2, 16), f"\nAPI_KEY={SECRET}", False),
        (".env", (2, 16, 2, 16), f"\n{SECRET}", False),
        (".env", (2, 16, 2, 16), "\nJWT_SECRET_KEY=***", True),
        (".env", (4, 1, 4, 15), "SOME_KEY", True),
        (".env", (4, 1, 4, 30), f"JWT_SECRET_KEY={SECRET}2", False),
        (".env", (4, 1, 4, 30), "", True),
        ("Dockerfile", (2, 1, 2, 4), "ARG", True),
        ("Dockerfile", (2, 1, 2, 34), f"ENV A=b\nENV JWT_SECRET_KEY={SECRET}", False),
        ("new.py", (1, 1, 1, 1), f'API_KEY = "{SECRET}"\n', False),
        ("nginx.conf", (2, 1, 2, 1), "proxy_set_header Connection $connection;\n", True),
        ("nginx.conf", (2, 1, 2, 1), f"proxy_set_header Authorization {SECRET};\n", False),
        ("new.py", (1, 1, 1, 1), "# hunter2 is no more than a part of it", True),
        ("new.py", (1, 1, 1, 1), 'API_KEY = os.environ["API_KEY"]\n', True),
    ],
)
def test_a_fix_whose_text_holds_a_secret_is_shown_without_it(
    working: Path, catalogue: Catalogue, name: str, path: str, span: tuple[int, ...], text: str, shown: bool
) -> None:
    finding = replace(FINDINGS[0], fix=fix(Applicability.SAFE, (at(path, *span), text), description="Change it."))
    nginx = f"proxy_set_header Connection $connection;\nproxy_set_header Authorization {SECRET};\n"
    finding = replace(finding, related=(Related(at("nginx.conf", 1, 1, 1, 1), "here"),))
    run = run_in(working, catalogue, {**FILES, "nginx.conf": nginx}, findings=(finding,))
    output = rendered(Report((run,), catalogue), name, colored=False)
    assert ('"edits": null' not in output if name == "json" else '"fixes"' in output) is shown
    if not shown:
        assert SECRET not in output
