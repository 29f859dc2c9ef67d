"""The conformance tools themselves, without a registry: what they find, start, stop and take apart."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.conformance import image, interpreters, loopback_only, reasons, referees, server
from tests.conformance.cases import all_cases
from tests.conformance.outcomes import Answered
from tests.conformance.referees import REFEREES, Installed
from tests.conformance.server import NeitherError, Refused, Started, serve
from tests.conformance.variants import set_names
from tests.conformance.verdicts import Verdict

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the servers are stopped by process group")


def _script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


class TestInterpreters:
    def test_the_variable_wins_and_is_judged(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        new = _script(tmp_path / "new", "#!/bin/sh\necho 3 13 7\n")
        old = _script(tmp_path / "old", "#!/bin/sh\necho 3 11 7\n")
        monkeypatch.setenv(interpreters.VARIABLE, str(new))
        assert interpreters.find().label == "3.13.7"
        monkeypatch.setenv(interpreters.VARIABLE, str(old))
        with pytest.raises(interpreters.NoInterpreterError, match=r"3\.11\.7, older than 3\.12"):
            interpreters.find()
        monkeypatch.setenv(interpreters.VARIABLE, str(tmp_path / "none"))
        with pytest.raises(interpreters.NoInterpreterError, match="does not run"):
            interpreters.find()

    def test_a_name_that_does_not_run_is_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(interpreters.VARIABLE, raising=False)
        _script(tmp_path / "bin" / "python3.14", "#!/bin/sh\nexit 127\n")
        _script(tmp_path / "bin" / "python3", "#!/bin/sh\necho 3 11 2\n")
        _script(tmp_path / "bin" / "pyenv", f"#!/bin/sh\necho {tmp_path}\n")
        for version in ("3.9.18", "3.12.1", "3.12.10"):
            answer = version.replace(".", " ")
            _script(tmp_path / "versions" / version / "bin" / "python", f"#!/bin/sh\necho {answer}\n")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        assert interpreters.find().label == "3.12.10"

    def test_none_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(interpreters.VARIABLE, raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(interpreters.NoInterpreterError, match=interpreters.VARIABLE):
            interpreters.find()


class TestReferees:
    def test_a_failed_installation_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(referees.CACHE_VARIABLE, str(tmp_path / "cache"))
        broken = _script(tmp_path / "python", "#!/bin/sh\necho no module >&2\nexit 1\n")
        with pytest.raises(referees.UnavailableError, match=r"no environment for .*no module"):
            referees.install(REFEREES[0], interpreters.Interpreter(str(broken), (3, 12, 0)))
        assert list((tmp_path / "cache" / "referees").iterdir()) == []

    def test_names_and_cases_are_unique(self) -> None:
        assert len(referees.BY_NAME) == len(REFEREES) >= 4
        cases = all_cases()
        assert len({case.name for case in cases}) == len(cases) > 100


class TestLoopbackOnly:
    @pytest.mark.parametrize(
        ("attempt", "allowed"),
        [
            ("socket.create_connection(('127.0.0.1', 9), 0.2)", True),
            ("socket.create_connection(('192.0.2.1', 9), 0.2)", False),
            ("socket.getaddrinfo('registry.example', 443)", False),
            ("socket.getaddrinfo('localhost', 443)", True),
            ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))", False),
        ],
    )
    def test_only_loopback_is_let_through(self, attempt: str, allowed: bool) -> None:
        program = f"""
            import socket, loopback_only
            try:
                {attempt}
            except OSError as error:
                print(error)
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            env={"PYTHONPATH": str(Path(loopback_only.__file__).parent)},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        assert ("loopback only" in done.stdout) is not allowed


_SERVES = """
    import http.server, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("X-Seen", self.headers.get("Origin", ""))
            self.end_headers()
        def log_message(self, *arguments):
            pass
    port = int(sys.argv[sys.argv.index("--port") + 1])
    http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


class TestServer:
    def _installed(self, folder: Path, program: str) -> Installed:
        """A referee whose server is the given program."""
        (folder / "venv" / "bin").mkdir(parents=True)
        (folder / "venv" / "bin" / "python").symlink_to(sys.executable)
        (folder / "venv" / "bin" / "uvicorn").write_text(textwrap.dedent(program), encoding="utf-8")
        return Installed(REFEREES[0], folder / "venv")

    def _serve(self, folder: Path, program: str, environment: dict[str, str] | None = None) -> object:
        with serve(self._installed(folder, program), folder, folder, environment) as outcome:
            return outcome

    def test_a_server_that_answers(self, tmp_path: Path) -> None:
        with serve(self._installed(tmp_path, _SERVES), tmp_path, tmp_path) as outcome:
            assert isinstance(outcome, Started)
            assert outcome.ping == 200
            assert outcome.get("/docs", {"Origin": "https://a.example"})[1]["x-seen"] == "https://a.example"
        with pytest.raises(OSError):
            outcome.get("/ping")

    def test_a_server_that_refuses(self, tmp_path: Path) -> None:
        program = "import sys\nclass Refusal(Exception): pass\ndef go():\n    raise Refusal('no origins')\ngo()"
        outcome = self._serve(tmp_path, program)
        assert isinstance(outcome, Refused)
        assert outcome.exit_code == 1
        assert outcome.reason.endswith("Refusal: no origins")

    def test_a_server_that_does_neither(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server, "START_SECONDS", 0.5)
        began = time.monotonic()
        with pytest.raises(NeitherError, match="still thinking"):
            self._serve(tmp_path, "import time\nprint('still thinking', flush=True)\ntime.sleep(60)")
        assert time.monotonic() - began < 20

    def test_nothing_outlives_the_block(self, tmp_path: Path) -> None:
        program = f"""
            import subprocess, sys, pathlib
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            pathlib.Path("child").write_text(str(child.pid))
            {textwrap.indent(textwrap.dedent(_SERVES), " " * 12).strip()}
        """
        assert isinstance(self._serve(tmp_path, program), Started)
        child = int((tmp_path / "child").read_text())
        for _ in range(100):
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                return
            if _is_zombie(child):
                return
            time.sleep(0.05)
        pytest.fail(f"process {child} is still there")

    def test_the_environment_is_clean(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ORIGINS", "https://ours.example")
        outcome = self._serve(tmp_path, "import os\nprint(sorted(os.environ))\nraise SystemExit(3)", {"MODE": "x"})
        assert isinstance(outcome, Refused)
        assert outcome.exit_code == 3
        assert "'MODE'" in outcome.output
        assert "ORIGINS" not in outcome.output


def _is_zombie(process: int) -> bool:
    """Dead, and waiting for whoever adopted it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


class TestImage:
    def test_the_ignore_file_is_anchored_at_the_root(self, tmp_path: Path) -> None:
        project = tmp_path / "project"
        for name in (".env", "a.pyc", "store/x.py", "graph/store/x.py", "graph/.env", "graph/agent.py"):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text("x", encoding="utf-8")
        (project / ".dockerignore").write_text("# secrets\n.env\n*.py[cod]\nstore/\n", encoding="utf-8")
        (project / "Dockerfile").write_text(
            'FROM a AS b\nENV X=1\nFROM a\nENV PYTHONPATH=/app\nENV PATH="/v:$PATH"\nENV A=1 B="two words"\nCOPY . .\n',
            encoding="utf-8",
        )
        found = image.unpack(project, tmp_path / "image")
        assert found == {"PYTHONPATH": str(tmp_path / "image"), "A": "1", "B": "two words"}
        kept = sorted(path.relative_to(tmp_path / "image").as_posix() for path in (tmp_path / "image").rglob("*.*"))
        assert kept == [".dockerignore", "graph/.env", "graph/agent.py", "graph/store/x.py"]


def test_env_names_are_replaced_removed_and_appended() -> None:
    text = 'A="1" # one\n# A=2\nB=2\nC=3\n'
    assert set_names(text, {"A": "9", "B": None, "D": "4"}) == "A=9\n# A=2\nC=3\nD=4\n"


class TestComparison:
    _CASE = all_cases()[0]
    _CORS = Refused(1, "Traceback (most recent call last):\n  File\na.InsecureCorsConfigError: Refusing to start")

    def _disagreement(self, truth: Started | Refused, *codes: str) -> str | None:
        return Answered(self._CASE, truth, Verdict(frozenset(codes), codes)).disagreement

    def test_agreements(self) -> None:
        assert self._disagreement(Started(1, 200)) is None
        assert self._disagreement(self._CORS, "AF302", "AF402") is None

    def test_disagreements(self) -> None:
        assert "server starts" in (self._disagreement(Started(1, 200), "AF302") or "")
        assert "finds no reason" in (self._disagreement(self._CORS) or "")
        assert "that is AF302" in (self._disagreement(self._CORS, "AF402") or "")
        unheard_of = Refused(1, "Traceback (most recent call last):\n  File\nException: new in this release")
        assert "no pattern" in (self._disagreement(unheard_of, "AF302") or "")

    def test_the_reason_is_the_last_error_with_all_its_lines(self) -> None:
        output = """
Traceback (most recent call last):
  File "a.py", line 1
KeyError: 'x'

During handling of the above exception, another exception occurred:

ERROR:    Traceback (most recent call last):
  File "b.py", line 2
    settings = Settings()
               ~~~~~~~~^^
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
IS_DEBUG
  Input should be a valid boolean

ERROR:    Application startup failed. Exiting.
"""
        assert Refused(3, output).reason == (
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\n"
            "IS_DEBUG\n  Input should be a valid boolean"
        )
        assert reasons.codes(Refused(3, output).reason) == {"AF118"}
