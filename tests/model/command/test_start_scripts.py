from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, build_image
from agentflow_lint.model.values import Known, Location, Unknown
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from agentflow_lint.model.command.process import Process

TARGET = "tenxgraph_api.src.app.main:app"
HEAD = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"


@pytest.fixture
def start(tmp_path):
    """What a container runs whose Dockerfile ends so, with these scripts in the project."""

    def run(ending: str, **scripts: str) -> Process:
        (tmp_path / "Dockerfile").write_text(HEAD + ending + "\n")
        for name, text in scripts.items():
            (tmp_path / f"{name}.sh").write_text(text)
        image = build_image(ProjectFiles(str(tmp_path)), "Dockerfile")
        assert isinstance(image, Image)
        assert image.process is not None
        return image.process

    return run


def value_of(value):
    return value.value if isinstance(value, Known) else value


@pytest.mark.parametrize(
    "ending",
    [
        'ENTRYPOINT ["./start.sh"]',
        'CMD ["/app/start.sh"]',
        'CMD ["sh", "start.sh"]',
        'CMD ["bash", "-e", "/app/start.sh"]',
        "CMD ./start.sh",
        "CMD cd /app && exec ./start.sh",
        'ENTRYPOINT ["tini", "--", "/app/start.sh"]',
        'COPY start.sh /usr/local/bin/\nENTRYPOINT ["start.sh"]',
    ],
)
def test_a_script_that_starts_the_server(start, ending):
    process = start(
        ending, start=f"#!/bin/sh\nset -e\nexport PORT=9000\nexec gunicorn -w 4 -b 0.0.0.0:$PORT {TARGET}\n"
    )
    assert (process.kind, value_of(process.host), value_of(process.port)) == ("gunicorn", "0.0.0.0", 9000)
    assert process.path == "start.sh"
    assert process.scripts == ("start.sh",)
    assert isinstance(process.workers, Known)
    assert process.workers.origin.location == Location("start.sh", Span(4, 18, 4, 19))
    assert value_of(process.env_assignments["PORT"]) == "9000"


@pytest.mark.parametrize("passed_on", ['exec "$@"', "exec $@", '"$@"', 'exec gosu app "$@"', "exec $*", 'exec "${@}"'])
def test_an_entrypoint_that_passes_the_command_on(start, passed_on):
    process = start(
        f'ENTRYPOINT ["./entrypoint.sh"]\nCMD ["uvicorn", "{TARGET}", "--host", "0.0.0.0"]',
        entrypoint=f"#!/usr/bin/env bash\nset -euo pipefail\nalembic upgrade head\n{passed_on}\n",
    )
    assert (process.kind, value_of(process.host)) == ("uvicorn", "0.0.0.0")
    assert process.path == "Dockerfile"
    assert isinstance(process.host, Known)
    assert process.host.origin.location is not None
    assert process.host.origin.location.path == "Dockerfile"
    assert process.decisive_word is not None
    assert process.decisive_word.span == Span(5, 6, 5, 15)
    assert [words[0].text for words in process.preceding] == ["set", "alembic"]


def test_options_from_both_places(start):
    process = start(
        'ENTRYPOINT ["./entrypoint.sh"]\nCMD ["--workers", "3"]',
        entrypoint=f'#!/bin/sh\nexec gunicorn -b 0.0.0.0:8000 {TARGET} "$@"\n',
    )
    assert (process.kind, process.path, value_of(process.workers)) == ("gunicorn", "entrypoint.sh", 3)
    assert isinstance(process.workers, Known)
    assert process.workers.origin.label == "CMD in Dockerfile"
    assert process.workers.origin.location == Location("Dockerfile", Span(5, 19, 5, 22))
    assert isinstance(process.host, Known)
    assert process.host.origin.location == Location("entrypoint.sh", Span(2, 18, 2, 30))


def test_positional_parameters(start):
    script = f'#!/bin/sh\nPORT="$1"\nshift\nset -- --workers 2 "$@"\nexec gunicorn -b "0.0.0.0:$PORT" "$@" {TARGET}\n'
    process = start('CMD ["./start.sh", "9001", "--timeout", "70"]', start=script)
    assert [value_of(each) for each in (process.port, process.workers, process.timeout)] == [9001, 2, 70]


def test_a_default_that_the_script_sets(start):
    script = f'#!/bin/sh\n: "${{PORT:=7000}}"\nexec uvicorn {TARGET} --port $PORT --host ${{HOST:-0.0.0.0}}\n'
    process = start('CMD ["./start.sh"]', start=script)
    assert (value_of(process.port), value_of(process.host)) == (7000, "0.0.0.0")


def test_a_script_that_calls_another(start):
    process = start(
        'ENTRYPOINT ["./entrypoint.sh"]\nCMD ["./serve.sh"]',
        entrypoint='#!/bin/sh\nexec "$@"\n',
        serve=f"#!/bin/sh\nuvicorn {TARGET}\n",
    )
    assert (process.kind, process.path, process.scripts) == ("uvicorn", "serve.sh", ("entrypoint.sh", "serve.sh"))


def test_what_follows_exec_never_runs(start):
    process = start('CMD ["./start.sh"]', start=f"#!/bin/sh\nexec uvicorn {TARGET}\ngunicorn {TARGET}\n")
    assert process.kind == "uvicorn"


def test_waiting_for_the_database_changes_nothing(start):
    heredoc = "cat <<EOF > /tmp/x\ngunicorn no:app\nEOF\n"
    script = f"#!/bin/sh\nuntil nc -z db 5432; do\n  sleep 1\ndone\n{heredoc}exec uvicorn {TARGET}\n"
    assert start('CMD ["./start.sh"]', start=script).kind == "uvicorn"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (f'case "$1" in\n  web) exec uvicorn {TARGET} ;;\n  worker) exec celery worker ;;\nesac\n', "condition"),
        (f'if [ "$RUN" = web ]; then\n  exec uvicorn {TARGET}\nfi\n', "condition"),
        (f"serve() {{\n  uvicorn {TARGET}\n}}\n", "condition"),
        ('exec "$SERVER"\n', "SERVER is not set here"),
        ('if [ "$1" = x ]; then set -- uvicorn; fi\nexec "$@"\n', "parameter of the shell"),
    ],
)
def test_what_depends_on_a_condition_stays_unknown(start, script, reason):
    process = start('CMD ["./start.sh", "web"]', start=f"#!/bin/sh\n{script}")
    assert process.kind == "unknown"
    assert reason in (process.reason or "")


def test_a_variable_that_is_set_under_a_condition(start):
    script = f"#!/bin/sh\nPORT=1\nif [ -f x ]; then export PORT=2; fi\nexec uvicorn {TARGET} --port $PORT\n"
    assert start('CMD ["./start.sh"]', start=script).port == Unknown(
        "PORT is set only under a condition", start('CMD ["./start.sh"]', start=script).port.origin
    )


@pytest.mark.parametrize(
    ("ending", "script"),
    [
        ('CMD ["./missing.sh"]', ""),
        ('CMD ["./start.sh"]', f"#!/usr/bin/env python3\nexec uvicorn {TARGET}\n"),
        ('CMD ["./start.sh"]', f"exec uvicorn {TARGET}\n"),  # the kernel runs no file without #!
        ('CMD ["./start.sh"]', "#!/bin/sh\nexec ./start.sh\n"),
        ('RUN chmod +x start.sh && sed -i s/a/b/ start.sh\nCMD ["/opt/start.sh"]', "#!/bin/sh\nexec uvicorn x:y\n"),
    ],
)
def test_what_cannot_be_read_stays_unknown(start, ending, script):
    process = start(ending, start=script)
    assert process.kind == "unknown"
    assert process.reason


def test_a_script_that_runs_something_else(start):
    process = start('CMD ["./start.sh"]', start="#!/bin/sh\nalembic upgrade head\n")
    assert process.kind == "other"


def test_windows_newlines(start):
    # Linux refuses such a script by its first line, but a shell that is given the file reads on.
    assert start('CMD ["sh", "start.sh"]', start=f"set -e\r\nexec uvicorn {TARGET}\r\n").kind == "uvicorn"
