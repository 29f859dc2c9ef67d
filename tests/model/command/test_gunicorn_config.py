from __future__ import annotations

import pytest

from agentflow_lint.model.command.process import Process, parse_command
from agentflow_lint.model.command.surroundings import ProjectFolder
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.text import Span

TARGET = "tenxgraph_api.src.app.main:app"


class Folder:
    """A project's folder, and what a gunicorn that is started in it reads."""

    def __init__(self, root):
        self.root = root

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return self

    def process(self, command=f"gunicorn {TARGET}", **env: str | Unknown) -> Process:
        values: dict[str, Value[str]] = {
            name: value if isinstance(value, Unknown) else Known(value, Origin("ENV")) for name, value in env.items()
        }
        return parse_command(command, values, surroundings=ProjectFolder(ProjectFiles(str(self.root))))


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)


def value_of(value):
    return value.value if isinstance(value, Known) else value


def test_what_the_file_says(folder):
    folder.write(
        "gunicorn.conf.py",
        """\
import os
port = os.environ.get("PORT", "8000")
bind = f"0.0.0.0:{port}"
workers = int(os.getenv("WEB_CONCURRENCY", "2"))
timeout = 120
graceful_timeout = "0x1e"
worker_class = "uvicorn_worker.UvicornWorker"
reload = False
forwarded_allow_ips = "*"
chdir = "/srv"
Timeout = 5
""",
    )
    process = folder.process(WEB_CONCURRENCY="6")
    assert (value_of(process.host), value_of(process.port)) == ("0.0.0.0", 8000)
    assert (value_of(process.workers), value_of(process.timeout), value_of(process.graceful_timeout)) == (6, 120, 30)
    assert value_of(process.worker_class) == "uvicorn_worker.UvicornWorker"
    assert (value_of(process.reload), value_of(process.forwarded_allow_ips)) == (False, "*")
    assert value_of(process.chdir) == "/srv"
    assert process.timeout == Known(
        120, Origin("timeout in gunicorn.conf.py", Location("gunicorn.conf.py", Span(5, 1, 5, 14)))
    )
    assert process.open_reason is None


def test_the_command_line_wins_over_the_variable_and_both_over_the_file(folder):
    folder.write("gunicorn.conf.py", "bind = ':1'\ntimeout = 1\nworkers = 1\ngraceful_timeout = 1\n")
    process = folder.process(
        f"gunicorn -b 0.0.0.0:3 --timeout 3 {TARGET}", GUNICORN_CMD_ARGS="-b 0.0.0.0:2 --timeout 2 --workers 2"
    )
    assert (value_of(process.port), value_of(process.timeout)) == (3, 3)
    assert (value_of(process.workers), value_of(process.graceful_timeout)) == (2, 1)


def test_the_file_wins_over_the_variables_of_defaults(folder):
    folder.write("gunicorn.conf.py", "bind = '0.0.0.0:1'\nworkers = 3\nforwarded_allow_ips = '10.0.0.1'\n")
    process = folder.process(PORT="9", WEB_CONCURRENCY="9", FORWARDED_ALLOW_IPS="*")
    assert (value_of(process.port), value_of(process.workers)) == (1, 3)
    assert value_of(process.forwarded_allow_ips) == "10.0.0.1"


@pytest.mark.parametrize(
    ("option", "path"),
    [("-c conf/prod.py", "conf/prod.py"), ("-c file:prod.conf", "prod.conf"), ("-c python:conf.prod", "conf/prod.py")],
)
def test_a_file_that_the_command_names(folder, option, path):
    folder.write("gunicorn.conf.py", "timeout = 1\n").write(path, "timeout = 77\n")
    assert value_of(folder.process(f"gunicorn {option} {TARGET}").timeout) == 77


def test_a_file_that_the_variable_names(folder):
    folder.write("gunicorn.conf.py", "timeout = 1\n").write("prod.py", "timeout = 77\n")
    assert value_of(folder.process(GUNICORN_CMD_ARGS="-c prod.py").timeout) == 77


def test_a_file_that_is_not_there_leaves_everything_open(folder):
    process = folder.process(f"gunicorn -c /etc/gunicorn.py -w 2 {TARGET}")
    assert isinstance(process.timeout, Unknown)
    assert isinstance(process.host, Unknown)
    assert value_of(process.workers) == 2


def test_where_the_shell_has_gone_to(folder):
    folder.write("gunicorn.conf.py", "timeout = 1\n").write("app/gunicorn.conf.py", "timeout = 77\n")
    assert value_of(folder.process(f"cd app && gunicorn {TARGET}").timeout) == 77
    assert value_of(folder.process(f"gunicorn --chdir app {TARGET}").timeout) == 1  # the file is read before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n", "workers"),
        ("workers = 2.5\n", "workers"),
        ("workers = -1\n", "workers"),
        ("timeout = None\n", "timeout"),
        ("reload = 1\n", "reload"),
        ("worker_class = object\n", "worker_class"),
        ("import secrets_of_mine\ntimeout = secrets_of_mine.TIMEOUT\n", "timeout"),
        ("if unknown():\n    timeout = 5\n", "timeout"),
        ("timeout = (\n", "timeout"),
        ("raise SystemExit\n", "timeout"),
    ],
)
def test_what_is_not_followed_stays_unknown(folder, text, name):
    folder.write("gunicorn.conf.py", text)
    assert isinstance(getattr(folder.process(), name), Unknown)


def test_of_several_addresses_one_that_others_reach(folder):
    folder.write("gunicorn.conf.py", "bind = ['127.0.0.1:9001', '0.0.0.0:9002']\n")
    process = folder.process()
    assert (value_of(process.host), value_of(process.port)) == ("0.0.0.0", 9002)


@pytest.mark.parametrize(
    "bind", ["f'0.0.0.0:{port}'", "'0.0.0.0:' + port", "'0.0.0.0:%s' % port"], ids=["f-string", "plus", "percent"]
)
def test_the_host_is_known_where_only_the_port_is_not(folder, bind):
    folder.write("gunicorn.conf.py", f"import os\nport = os.environ['PORT']\nbind = {bind}\n")
    process = folder.process(PORT=Unknown("provided at deploy time"))
    assert value_of(process.host) == "0.0.0.0"
    assert isinstance(process.port, Unknown)


def test_a_module_beside_the_file_is_followed(folder):
    folder.write("gunicorn.conf.py", "from limits import SECONDS as timeout\n").write("limits.py", "SECONDS = 9\n")
    assert value_of(folder.process().timeout) == 9
