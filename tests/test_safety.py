"""What the linter must never do: run the project, reach beyond it, heed its own environment, or tell a secret.

The linter runs in a process of its own under an audit hook that writes down whatever it opens, starts, or connects to.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentflow_lint.cli.formats import FORMATS

EXAMPLES = Path(__file__).parent.parent / "examples"

#: Names of modules in a project that somebody careless would import.
TEMPTING = (
    *("setup", "conftest", "sitecustomize", "usercustomize", "noxfile", "json", "click", "libcst", "pydantic", "yaml"),
    *("dotenv", "packaging", "agentflow", "agentflow_lint_rules", "agentflow_rules"),
)

#: Nothing that is printed may hold this, wherever in the project it stands.
SECRET = "q7Zk" + "2Vx9Lr4Tn8Wb3Hd6Yf1Mc5"

_WATCH = """
import json, sys
log = open(sys.argv[1], "w", encoding="utf-8")
project = sys.argv[2]
busy = False
def note(event, arguments):
    global busy
    if busy:
        return
    if event == "open" or event.split(".")[0] in ("subprocess", "os", "socket", "shutil", "tempfile", "ctypes", "pty"):
        busy = True
        try:
            log.write(json.dumps([event, [str(item) for item in arguments]]) + "\\n")
        finally:
            busy = False
sys.addaudithook(note)
sys.argv = ["agentflow-lint", *sys.argv[3:]]
from agentflow_lint.cli.main import run
try:
    run()
finally:
    for name, module in sorted(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(project):
            note("os.imported", [name, module.__file__])
    log.flush()
"""


@dataclass(frozen=True)
class Watched:
    """A finished run: what it printed, and each audited event with its arguments as text."""

    code: int
    output: str
    errors: str
    events: tuple[tuple[str, tuple[str, ...]], ...]

    def named(self, *prefixes: str) -> list[tuple[str, tuple[str, ...]]]:
        """The events whose name begins so."""
        return [event for event in self.events if event[0].startswith(prefixes)]


def _lint(project: Path, *options: str, environment: dict[str, str] | None = None) -> Watched:
    outside = project.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "watch.py").write_text(_WATCH, encoding="utf-8")
    log = outside / "events"
    done = subprocess.run(
        [sys.executable, str(outside / "watch.py"), str(log), str(project), "check", str(project), *options],
        cwd=project,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    lines = log.read_text(encoding="utf-8").splitlines()
    events = tuple((event, tuple(arguments)) for event, arguments in map(json.loads, lines))
    return Watched(done.returncode, done.stdout, done.stderr, events)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every file that somebody might import leaves a mark, under tempting names too."""
    project = tmp_path_factory.mktemp("trapped") / "project"
    shutil.copytree(EXAMPLES / "leaky-agent", project)
    mark = f"open({str(project.parent / 'RAN')!r}, 'a').write(__file__ + chr(10))\n"
    for module in project.rglob("*.py"):
        module.write_text(mark + module.read_text(encoding="utf-8"), encoding="utf-8")
    tempting = (
        "setup conftest sitecustomize usercustomize noxfile click libcst pydantic yaml dotenv packaging json agentflow"
    )
    for name in (*tempting.split(), "agentflow_rules", "agentflow_lint_rules"):
        (project / f"{name}.py").write_text(mark, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def watched(trapped: Path) -> Watched:
    """One run over the trapped project."""
    return _lint(trapped, "--output-format", "json", "--show-undecided")


def test_the_run_is_a_real_one(watched: Watched, trapped: Path) -> None:
    assert watched.code == 1, watched.errors
    assert json.loads(watched.output)["diagnostics"]
    opened = {arguments[0] for event, arguments in watched.events if event == "open"}
    assert {str(trapped / "agentflow.json"), str(trapped / ".env"), str(trapped / "Dockerfile")} <= opened


def test_no_project_code_is_imported_or_run(watched: Watched, trapped: Path) -> None:
    assert not (trapped.parent / "RAN").exists(), (trapped.parent / "RAN").read_text()
    assert watched.named("os.imported") == []


def test_no_project_code_is_run_by_the_module_form(trapped: Path) -> None:
    ran = trapped.parent / "RAN"
    command = [sys.executable, "-m", "agentflow_lint", "check", "."]
    try:
        subprocess.run(command, cwd=trapped, capture_output=True, timeout=60, check=False)
        assert not ran.exists(), ran.read_text()
    finally:
        ran.unlink(missing_ok=True)


def test_no_process_is_started_and_no_connection_made(watched: Watched) -> None:
    assert (
        watched.named("subprocess", "socket", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "pty")
        == []
    )


def test_nothing_is_written(watched: Watched) -> None:
    writing = [
        arguments
        for event, arguments in watched.events
        if event == "open" and any(letter in arguments[1] for letter in "wax+")
    ]
    assert [arguments for arguments in writing if not _is_bytecode(arguments[0])] == []
    changing = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link", "os.symlink")
    assert [event for event in watched.named(*changing) if not _is_bytecode(event[1][0])] == []


def test_only_the_project_and_the_installation_are_read(watched: Watched, trapped: Path) -> None:
    own = (EXAMPLES.parent / "agentflow_lint", EXAMPLES.parent / "rules")
    installation = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values())
    allowed = tuple(os.path.realpath(str(folder)) for folder in (trapped, *own, *installation))
    read = {os.path.realpath(arguments[0]) for event, arguments in watched.events if event == "open"}
    ours = {path for path in read if not path.startswith(allowed) and not path.isdigit()}
    expected = {os.path.realpath(trapped.parent / "outside" / "watch.py")}
    assert {path for path in ours if not _is_system(path)} <= expected


def test_the_environment_of_the_run_decides_nothing(watched: Watched, trapped: Path) -> None:
    theirs = {
        "ORIGINS": "https://app.example.com",
        "MODE": "production",
        "GRAPH_PATH": "/nowhere.json",
        "GEMINI_API_KEY": SECRET,
        "TICKETS_FILE": "x",
        "JWT_SECRET_KEY": SECRET,
    }
    again = _lint(trapped, "--output-format", "json", "--show-undecided", environment=theirs)
    assert (again.code, again.output) == (watched.code, watched.output)


_LEAKING_DEPLOYMENTS = {
    "docker-compose.yml": """
services:
  api:
    build: {context: ., args: {TOKEN: <S>}}
    environment: [JWT_SECRET_KEY=<S>, ORIGINS=*, "DATABASE_URL=postgresql://u:<S>@localhost/x"]
    command: sh -c "PGPASSWORD=<S> agentflow api --host 127.0.0.1 --api-key <S>"
    ports: ["8000:9000"]
    healthcheck: {test: [CMD, curl, -u, "a:<S>", "http://a:<S>@localhost:9/ping?token=<S>"]}
    volumes: ["https://u:<S>@nowhere:/x"]
""",
    "k8s.yaml": """
apiVersion: v1
kind: Secret
metadata: {name: agent}
stringData: {JWT_SECRET_KEY: <S>, DATABASE_URL: "postgresql://u:<S>@db/x"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: agent}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: agent
          image: agent
          command: [sh, -c, "API_KEY=<S> exec gunicorn --env PASSWORD=<S> agentflow_cli.src.app.main:app"]
          envFrom: [{secretRef: {name: agent}}]
          env:
            - {name: REDIS_URL, value: "redis://:<S>@localhost:6379/0"}
            - {name: OPENAI_API_KEY, value: <S>}
          livenessProbe: {httpGet: {path: "/x?token=<S>", port: 9}}
""",
    "nginx.conf": """
events {}
http {
  server {
    location / {
      proxy_set_header Authorization "Basic <S>";
      proxy_set_header X-Api-Key <S>;
      proxy_pass http://u:<S>@localhost:8000;
    }
    location /b { proxy_set_header Authorization "Bearer <S>"; proxy_pass http://localhost:8000; }
  }
}
""",
    "Procfile": "web: JWT_SECRET_KEY=<S> agentflow api --token <S>\n",
}


def _leaking(folder: Path) -> Path:
    """A project with the secret in every place that a finding might quote."""
    project = folder / "project"
    shutil.copytree(EXAMPLES / "leaky-agent", project)
    dsn = f"postgresql://support:{SECRET}@localhost:5432/tickets"
    with (project / ".env").open("a", encoding="utf-8") as stream:
        stream.write(f"JWT_SECRET_KEY={SECRET}\nDATABASE_URL={dsn}\nREDIS_URL=redis://:{SECRET}@localhost:6379/0\n")
        stream.write(f"GEMINI_API_KEY={SECRET}\nORIGINS=https://u:{SECRET}@x.example/,*\n")
    config = json.loads((project / "agentflow.json").read_text(encoding="utf-8"))
    config |= {
        "auth": {"method": "jwt", "secret": SECRET},
        "redis": f"redis://:{SECRET}@localhost:6379/0",
        "rate_limit": {"backend": "redis", "redis": {"url": f"rediss://:{SECRET}@$HOST:6379/0"}, "requests": 0},
    }
    (project / "agentflow.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    dockerfile = (project / "Dockerfile").read_text(encoding="utf-8")
    lines = [
        f"RUN pip install https://ci:{SECRET}@pypi.example/agent.whl",
        f"ARG JWT_SECRET_KEY={SECRET}",
        f"ENV GEMINI_API_KEY={SECRET} MODE=prod",
    ]
    dockerfile = dockerfile.replace("EXPOSE", "\n".join([*lines, "EXPOSE"]))
    (project / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    memory = project / "graph" / "memory.py"
    memory.write_text(f'DSN = "{dsn}"\nAPI_KEY = "{SECRET}"\n' + memory.read_text(encoding="utf-8"), encoding="utf-8")
    for path, text in _LEAKING_DEPLOYMENTS.items():
        (project / path).write_text(text.replace("<S>", SECRET), encoding="utf-8")
    return project


@pytest.mark.parametrize("form", FORMATS)
def test_no_secret_is_printed(form: str, tmp_path: Path) -> None:
    run = _lint(_leaking(tmp_path), "--output-format", form, "--show-undecided")
    assert run.code == 1, run.errors
    assert "AF301" in run.output
    assert SECRET not in run.output + run.errors


@pytest.mark.parametrize("form", ["text", "json", "mermaid"])
def test_no_secret_is_shown(form: str, tmp_path: Path) -> None:
    project = _leaking(tmp_path)
    command = [sys.executable, "-m", "agentflow_lint", "show", "--all", "--output-format", form]
    shown = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=True)
    assert "Deployment/agent" in shown.stdout
    assert SECRET not in shown.stdout + shown.stderr


@pytest.mark.parametrize("line", [f"= {SECRET}", f"'JWT_SECRET_KEY {SECRET}"])
def test_no_secret_of_a_skipped_statement_is_printed(line: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "leaky-agent", project)
    with (project / ".env").open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    run = _lint(project, "--output-format", "text")
    assert "AF114" in run.output
    assert SECRET not in run.output + run.errors


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "leaky-agent", project)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs.env").write_text("ORIGINS=https://app.example.com\n", encoding="utf-8")
    (elsewhere / "memory.py").write_text("raise SystemExit\n", encoding="utf-8")
    for name, target in ((".env", "theirs.env"), ("graph/memory.py", "memory.py")):
        (project / name).unlink()
        (project / name).symlink_to(elsewhere / target)
    run = _lint(project, "--output-format", "json")
    assert run.code in (0, 1), run.errors
    opened = {os.path.realpath(arguments[0]) for event, arguments in run.events if event == "open"}
    assert str(project / "agentflow.json") in opened
    assert not {path for path in opened if path.startswith(str(elsewhere))}


def test_git_tracks_every_file_of_the_examples() -> None:
    """Env files are easily lost to somebody's ignore rule, and then the examples prove nothing."""
    git = shutil.which("git")
    if git is None or not (EXAMPLES.parent / ".git").exists():
        pytest.skip("not a git clone")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=EXAMPLES, capture_output=True, text=True, check=True)
    tracked = {name for name in listed.stdout.split("\0") if name}
    assert {"leaky-agent/.env", "leaky-agent/Dockerfile", "sound-agent/.env.example"} <= tracked
    there = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*") if path.is_file()}
    assert {name for name in there if "__pycache__" not in name} == tracked


def _is_bytecode(path: str) -> bool:
    return "__pycache__" in path


def _is_system(path: str) -> bool:
    """What the interpreter and the C library read for themselves (time zone, locale, certificates' absence)."""
    return path.startswith(("/usr/", "/etc/", "/lib", "/proc/", "/sys/", "/dev/"))
