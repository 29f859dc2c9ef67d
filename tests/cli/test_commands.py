"""The commands besides check, and the process around all of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agentflow_lint import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result


def in_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentflow_lint", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def test_explain_prints_the_page_by_code_and_by_name(cli: Callable[..., Result]) -> None:
    by_code = cli("explain", "xx101")
    assert (by_code.code, by_code.out.splitlines()[0]) == (0, "# XX101 marked")
    assert cli("explain", "marked") == by_code


def test_explain_makes_headings_bold_and_comments_not(cli: Callable[..., Result]) -> None:
    out = cli("explain", "marked", "--color", "always").out
    assert "\x1b[1m## Fires\x1b[0m" in out
    assert "\n# comment\n" in out


def test_explain_says_when_the_page_is_missing(cli: Callable[..., Result]) -> None:
    result = cli("explain", "XX201")
    assert result.code == 2
    assert "the page of XX201 cannot be read" in result.err


def test_rules_lists_the_catalogue(cli: Callable[..., Result]) -> None:
    lines = cli("rules").out.splitlines()
    assert [line.split()[:4] for line in lines] == [
        ["XX101", "marked", "degrades", "warning"],
        ["XX201", "anchored", "confuses", "info"],
        ["XX904", "undecided", "confuses", "info"],
    ]
    assert lines[0].endswith("What XX101 decides")
    assert cli("rules", "--select", "XX1").out.split() == lines[0].split()


def test_rules_as_json(cli: Callable[..., Result]) -> None:
    rules = json.loads(cli("rules", "--output-format", "json").out)["rules"]
    assert rules[0] == {
        "code": "XX101",
        "name": "marked",
        "consequence": "degrades",
        "severity": "warning",
        "summary": "What XX101 decides",
        "opt_in": False,
        "options": [],
    }


def test_the_list_of_commands_cuts_nothing_off(cli: Callable[..., Result]) -> None:
    assert "..." not in cli("--help").out.split("Commands:")[1]


def test_help_names_every_command(cli: Callable[..., Result]) -> None:
    for option in ("-h", "--help"):
        result = cli(option)
        assert result.code == 0
        assert [line.split()[0] for line in result.out.split("Commands:")[1].splitlines() if line.strip()] == [
            "check",
            "show",
            "env",
            "explain",
            "rules",
            "config",
            "schema",
            "server",
        ]
    assert "--select" in cli("check", "-h").out


def test_version(cli: Callable[..., Result]) -> None:
    assert cli("--version") == (0, f"agentflow-lint {__version__}\n", "")


def test_a_failure_of_the_linter_itself_is_told_as_a_bug(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr("agentflow_lint.report.text.text_report", fail)
    result = cli()
    assert result.code == 2
    assert "this is a bug in agentflow-lint" in result.err
    assert "hunter2" not in result.err


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--version"], "libcst pydantic yaml dotenv tomllib importlib.metadata agentflow_rules agentflow_lint.model"),
        (["explain", "AF301"], "libcst pydantic yaml dotenv tomllib"),
        (["rules"], "libcst pydantic yaml dotenv tomllib"),
        (["check", "."], "pydantic tomllib"),
    ],
)
def test_nothing_is_imported_before_it_is_needed(project: Path, arguments: list[str], forbidden: str) -> None:
    code = (
        "import sys; from agentflow_lint.cli.main import main; main(sys.argv[1:]);"
        f"print([name for name in {forbidden.split()!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert result.stderr.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "agentflow_lint", "rules"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_an_output_that_is_full_is_an_error(project: Path) -> None:
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "agentflow_lint", "rules"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert process.returncode == 2
    assert "standard output: No space left" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX shell")
def test_an_output_that_is_closed_is_no_obstacle(project: Path) -> None:
    command = f'"{sys.executable}" -m agentflow_lint rules >&-'
    process = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False, text=True)
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interruption_is_130_and_silent(project: Path) -> None:
    code = (
        "import os, signal, sys; import agentflow_lint.check;"
        "agentflow_lint.check.check = lambda *_: os.kill(os.getpid(), signal.SIGINT);"
        "from agentflow_lint.cli.main import run; sys.argv = ['agentflow-lint']; run()"
    )
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout, process.stderr.strip()) == (130, "", "")


def test_an_output_that_knows_no_unicode_is_no_obstacle(project: Path) -> None:
    (project / "agentflow.json").write_text('{"名": 1}', encoding="utf-8")
    result = in_process(env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert result.returncode in (0, 1)
    assert "Traceback" not in result.stderr


def test_the_linter_runs_as_a_module(project: Path) -> None:
    assert in_process("--version").stdout == f"agentflow-lint {__version__}\n"
