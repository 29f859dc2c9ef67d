from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.model.command.process import Process, Word, combine, parse_command
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.dockerfile import LocatedText, read_dockerfile
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = "agentflow_cli.src.app.main:app"


def exec_form(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text) for text in texts)


def known(**values: str) -> dict[str, Value[str]]:
    return {name: Known(value, Origin("test")) for name, value in values.items()}


def value_of(value: Known[Any] | Unknown | Absent) -> object:
    if isinstance(value, Known):
        return value.value
    return "?" if isinstance(value, Unknown) else None


def shell(command: str, env: Mapping[str, Value[str]] | None = None) -> Process:
    return parse_command(command, env or {})


@pytest.mark.parametrize(
    "command",
    [
        f"gunicorn {TARGET} -b 0.0.0.0:8000",
        f"exec gunicorn {TARGET} -b 0.0.0.0:8000",
        f"/opt/venv/bin/gunicorn -b 0.0.0.0:8000 {TARGET}",
        f"python -m gunicorn --bind=0.0.0.0:8000 {TARGET}",
        f"python3.12 -u -m gunicorn -b0.0.0.0:8000 {TARGET}",
        f"sh -c 'gunicorn {TARGET} -b 0.0.0.0:8000'",
        f'/bin/bash -lc "exec gunicorn {TARGET} -b 0.0.0.0:8000"',
        f"tini -g -- gunicorn {TARGET} -b 0.0.0.0:8000",
        f"dumb-init gunicorn {TARGET} -b 0.0.0.0:8000",
        f"env MODE=production gunicorn {TARGET} -b 0.0.0.0:8000",
        f"MODE=production gunicorn {TARGET} -b 0.0.0.0:8000",
        f"uv run --no-sync --extra prod gunicorn {TARGET} -b 0.0.0.0:8000",
        f"uv run -m gunicorn {TARGET} -b 0.0.0.0:8000",
        f"uv --directory /x run gunicorn {TARGET} -b 0.0.0.0:8000",
        f"poetry run gunicorn {TARGET} -b 0.0.0.0:8000",
        f"pipenv run python -m gunicorn {TARGET} -b 0.0.0.0:8000",
        f"gosu app gunicorn {TARGET} -b 0.0.0.0:8000",
        f"timeout -s TERM 60 gunicorn {TARGET} -b 0.0.0.0:8000",
        f"alembic upgrade head && gunicorn {TARGET} -b 0.0.0.0:8000",
        f"echo hi; gunicorn {TARGET} -b 0.0.0.0:8000 >/dev/null 2>&1 # the server",
        f"if true; then echo; fi; exec gunicorn {TARGET} -b 0.0.0.0:8000",
        f"gunicorn {TARGET} --bin 0.0.0.0:8000",
        f"gunicorn {TARGET} -b 0.0.0.0:8000 | tee log",
    ],
)
def test_the_server_is_found_behind_launchers_and_in_chains(command: str) -> None:
    process = shell(command)
    assert (process.kind, process.target and process.target.text) == ("gunicorn", TARGET)
    assert (value_of(process.host), value_of(process.port)) == ("0.0.0.0", 8000)


def test_exec_and_shell_form_agree() -> None:
    words = exec_form("uvicorn", TARGET, "--host", "0.0.0.0", "--port", "80", "--reload")
    for process in (parse_command(words), shell(" ".join(word.text or "" for word in words))):
        assert process.kind == "uvicorn"
        assert (value_of(process.host), value_of(process.port), value_of(process.reload)) == ("0.0.0.0", 80, True)
        assert process.options["--port"].text == "80"
        assert process.options["--reload"].text == "--reload"


def test_the_cli_leaves_open_what_the_command_does_not_say() -> None:
    process = shell("agentflow api")
    assert (process.kind, process.subcommand, process.host, process.port, process.reload) == (
        "cli", "api", ABSENT, ABSENT, ABSENT,
    )  # fmt: skip
    full = shell("agentflow --cwd /srv dev -c conf/a.json -H 0.0.0.0 -p8080 --no-reload -vq")
    assert (full.subcommand, value_of(full.host), value_of(full.port), value_of(full.reload)) == (
        "dev",
        "0.0.0.0",
        8080,
        False,
    )
    assert full.config_file is not None
    assert (full.config_file.text, value_of(full.chdir)) == ("conf/a.json", "/srv")
    assert [option.spelling for option in full.given] == ["--cwd", "-c", "-H", "-p", "--no-reload", "-v", "-q"]
    last = shell("10xgraph dev --no-reload --reload")
    assert value_of(last.reload) is True


@pytest.mark.parametrize("module", ["agentflow_cli.cli.main", "tenxgraph_api.cli.main"])
def test_the_cli_as_a_module(module: str) -> None:
    assert shell(f"python -m {module} api --host 0.0.0.0").kind == "cli"


def test_a_package_without_main_module_is_not_the_cli() -> None:
    process = shell("python -m agentflow_cli api")
    assert (process.kind, process.reason) == ("unknown", "what the Python program runs is not known")


def test_defaults_and_variables_of_uvicorn() -> None:
    bare = shell(f"uvicorn {TARGET}")
    assert (value_of(bare.host), value_of(bare.port), value_of(bare.workers), value_of(bare.reload)) == (
        "127.0.0.1",
        8000,
        1,
        False,
    )
    assert isinstance(bare.host, Known)
    assert bare.host.origin == Origin("default of uvicorn")
    env = known(UVICORN_HOST="0.0.0.0", UVICORN_PORT="90", UVICORN_RELOAD="true", WEB_CONCURRENCY="3")
    by_variable = shell(f"uvicorn {TARGET}", env)
    assert (value_of(by_variable.host), value_of(by_variable.port)) == ("0.0.0.0", 90)
    assert (value_of(by_variable.reload), value_of(by_variable.workers)) == (True, 3)
    option_wins = shell(f"uvicorn {TARGET} --port 70 --workers 2 --env-file prod.env", env)
    assert (value_of(option_wins.port), value_of(option_wins.workers)) == (70, 2)
    assert [word.text for word in option_wins.env_files] == ["prod.env"]
    assert shell(f"uvicorn {TARGET} --uds /tmp/s").host == ABSENT


def test_defaults_variables_and_files_of_gunicorn() -> None:
    bare = shell(f"gunicorn {TARGET}")
    assert (value_of(bare.host), value_of(bare.port), value_of(bare.workers)) == ("127.0.0.1", 8000, 1)
    assert (value_of(bare.timeout), value_of(bare.graceful_timeout), value_of(bare.worker_class)) == (30, 30, "sync")
    env = known(PORT="9000", WEB_CONCURRENCY="4")
    by_port = shell(f"gunicorn {TARGET}", env)
    assert (value_of(by_port.host), value_of(by_port.port), value_of(by_port.workers)) == ("0.0.0.0", 9000, 4)
    env["GUNICORN_CMD_ARGS"] = Known("--bind 0.0.0.0:81 --workers=5 --reload", Origin("ENV"))
    by_args = shell(
        f"gunicorn {TARGET} -w 6 --timeout 660 --graceful-timeout 600 -k uvicorn.workers.UvicornWorker", env
    )
    assert (value_of(by_args.port), value_of(by_args.workers), value_of(by_args.reload)) == (81, 6, True)
    assert (value_of(by_args.timeout), value_of(by_args.graceful_timeout)) == (660, 600)
    assert value_of(by_args.worker_class) == "uvicorn.workers.UvicornWorker"
    by_file = shell(f"gunicorn -c gunicorn.conf.py {TARGET} -w 2")
    assert by_file.host == Unknown("the configuration file gunicorn.conf.py may set it")
    assert value_of(by_file.workers) == 2
    beside = parse_command(f"gunicorn {TARGET}", has_gunicorn_conf=True)
    assert beside.timeout == Unknown("gunicorn.conf.py may set it")


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ("-b :80", ("0.0.0.0", 80)),
        ("-b [::]:80", ("::", 80)),
        ("-b [::1]", ("::1", 8000)),
        ("-b localhost", ("localhost", 8000)),
        ("-b tcp://0.0.0.0:80", ("0.0.0.0", 80)),
        ("-b unix:/tmp/s", (None, None)),
        ("-b fd://3", (None, None)),
        ("-b 127.0.0.1:80 -b 0.0.0.0:81", ("0.0.0.0", 81)),
        ("-b 0.0.0.0:$PORT", ("0.0.0.0", "?")),
        ('--bind="0.0.0.0:$PORT"', ("0.0.0.0", "?")),
        ("-b 0.0.0.0:${PORT:-8080}", ("0.0.0.0", 8080)),
        ("-b $ADDRESS", ("?", "?")),
        ("-b 0.0.0.0:http", ("0.0.0.0", "?")),
        ("-b", ("?", "?")),
    ],
)
def test_addresses_of_gunicorn(bind: str, expected: tuple[object, object]) -> None:
    process = shell(f"gunicorn {TARGET} {bind}")
    assert (value_of(process.host), value_of(process.port)) == expected


def test_variables_of_the_shell() -> None:
    env: dict[str, Value[str]] = {
        **known(HOST="0.0.0.0", EMPTY="", OPTS="--host 0.0.0.0 --port 80"),
        "SECRET": Unknown("from outside"),
    }
    assert value_of(shell(f"uvicorn {TARGET} --host $HOST", env).host) == "0.0.0.0"
    assert value_of(shell(f"uvicorn {TARGET} --host '$HOST'", env).host) == "$HOST"
    assert value_of(shell(f"uvicorn {TARGET} --port ${{EMPTY:-81}}", env).port) == 81
    assert value_of(shell(f"uvicorn {TARGET} --port ${{NOPE:-${{ALSO:-82}}}}", env).port) == 82
    assert shell(f"uvicorn {TARGET} --port=$SECRET", env).port == Unknown("from outside", Origin("the command"))
    split = shell(f"uvicorn {TARGET} $OPTS", env)
    assert (value_of(split.host), value_of(split.port)) == ("0.0.0.0", 80)
    unset = shell(f"uvicorn {TARGET} --port $PORT", env).port
    assert unset == Unknown("PORT is not set here: whoever runs the command may set it", Origin("the command"))
    assert value_of(shell(f"export PORT=83 && uvicorn {TARGET} --port $PORT").port) == 83
    assert value_of(shell(f"uvicorn {TARGET} --workers $(nproc)").workers) == "?"


def test_unknown_arguments_make_what_is_not_given_unknown_and_keep_what_is() -> None:
    process = shell(f"uvicorn {TARGET} --port 80 $EXTRA")
    assert process.kind == "uvicorn"
    assert value_of(process.port) == 80
    assert (value_of(process.host), value_of(process.reload)) == ("?", "?")


@pytest.mark.parametrize("command", ["10xgraph dev --port", f"uvicorn {TARGET} --port", f"gunicorn {TARGET} --bind"])
def test_there_may_be_more_options_only_where_an_argument_is_unknown(command: str) -> None:
    assert shell(f"{command} $PORT").open_reason is None
    assert shell(f"{command} 80 $EXTRA").open_reason is not None


def test_assignments_folders_and_what_runs_before() -> None:
    process = shell(f"cd /srv && export A=1; alembic upgrade head && B=$A C=$X uvicorn {TARGET}")
    assert value_of(process.chdir) == "/srv"
    assert {name: value_of(value) for name, value in process.env_assignments.items()} == {"A": "1", "B": "1", "C": "?"}
    assert [[word.text for word in words] for words in process.preceding][-1] == ["alembic", "upgrade", "head"]
    assert value_of(shell(f"cd /srv && gunicorn --chdir app {TARGET}").chdir) == "/srv/app"
    assert [word.text for word in shell(f"uv run --env-file .env uvicorn {TARGET}").env_files] == [".env"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("./start.sh", "./start.sh is a script"),
        ("bash start.sh", "start.sh is a script"),
        ("python main.py", "what the Python program runs is not known"),
        ("python -c 'import x'", "what the Python program runs is not known"),
        ("$SERVER app", "SERVER is not set here: whoever runs the command may set it"),
        (f"if [ $X ]; then uvicorn {TARGET}; else sleep 1; fi", "it runs only under a condition of the script"),
        (f"true || uvicorn {TARGET}", "it runs only under a condition of the script"),
        ("hypercorn x:app", "how hypercorn runs the server is not modelled"),
        ("--port 80", "it depends on the entrypoint of the base image"),
        ("launch-it", "launch-it is not a program that is known here"),
        (f"env -i uvicorn {TARGET}", "env -i clears the variables"),
        ("sh -c 'sh -c $X'", "X is not set here: whoever runs the command may set it"),
    ],
)
def test_what_cannot_be_decided_says_why(command: str, reason: str) -> None:
    process = shell(command)
    assert (process.kind, process.reason) == ("unknown", reason)


@pytest.mark.parametrize(
    "command",
    ["python3", "sleep infinity", "tail -f /dev/null", "celery worker", "python -m http.server", "bash", "/bin/sh"],
)
def test_known_programs_that_are_not_the_server(command: str) -> None:
    assert shell(command).kind == "other"


@pytest.mark.parametrize(
    ("entrypoint", "command", "expected"),
    [
        (None, exec_form("uvicorn", "a:b"), ["uvicorn", "a:b"]),
        (exec_form("tini", "--"), exec_form("uvicorn", "a:b"), ["uvicorn", "a:b"]),
        (exec_form("tini", "--"), LocatedText("uvicorn a:b"), ["uvicorn", "a:b"]),
        (LocatedText("uvicorn a:b"), exec_form("ignored"), ["uvicorn", "a:b"]),
        (exec_form("uvicorn"), exec_form("a:b"), ["uvicorn", "a:b"]),
        ((), exec_form("uvicorn", "a:b"), ["uvicorn", "a:b"]),
        (exec_form("uvicorn", "a:b"), None, ["uvicorn", "a:b"]),
    ],
)
def test_entrypoint_and_command(
    entrypoint: tuple[Word, ...] | None, command: tuple[Word, ...] | LocatedText | None, expected: list[str]
) -> None:
    combined = combine(entrypoint, command)
    assert combined is not None
    assert [word.text for word in parse_command(combined).argv] == expected


def test_nothing_to_run() -> None:
    assert combine(None, None) is None
    assert combine((), ()) is None


def process_of(dockerfile: str) -> Process:
    cmd = read_dockerfile(SourceText(dockerfile)).stages[-1].cmd
    assert cmd is not None
    instruction = cmd.instruction
    command = instruction.command or tuple(Word(word.text, word.span) for word in instruction.words)
    return parse_command(command, path="Dockerfile", label="CMD in Dockerfile")


def test_values_point_at_the_words_in_the_dockerfile() -> None:
    text = 'FROM x\nCMD ["gunicorn", "a:b", \\\n  "--bind=127.0.0.1:80", "-w", "2"]\n'
    process = process_of(text)
    assert isinstance(process.host, Known)
    assert process.host.origin == Origin("CMD in Dockerfile", Location("Dockerfile", Span(3, 11, 3, 23)))
    assert process.options["-w"].span == Span(3, 32, 3, 35)
    assert process.span == Span(2, 6, 3, 35)

    in_shell = process_of("FROM x\nCMD cd /a && \\\n   uvicorn a:b --reload\n")
    assert isinstance(in_shell.reload, Known)
    assert in_shell.reload.origin.location == Location("Dockerfile", Span(3, 16, 3, 24))
    assert in_shell.span == Span(2, 5, 3, 24)

    in_string = process_of('FROM x\nCMD ["sh", "-c", "uvicorn a:b --host 127.0.0.1"]\n')
    assert isinstance(in_string.host, Known)
    assert in_string.host.origin.location == Location("Dockerfile", Span(2, 38, 2, 47))

    escaped = process_of('FROM x\nCMD ["sh", "-c", "uvicorn \\"a:b\\" --host 127.0.0.1"]\n')
    assert isinstance(escaped.host, Known)
    assert escaped.host.origin.location == Location("Dockerfile", Span(2, 18, 2, 52))


@pytest.mark.parametrize(
    ("command", "word", "column"),
    [
        ('CMD ["10xgraph", "dev", "--no-open"]', "dev", 18),
        ('CMD ["python", "-m", "agentflow_cli.cli.main", "--cwd", "/app", "play"]', "play", 65),
        ("CMD cd /app && exec uvicorn a:b", "uvicorn", 21),
        ('CMD ["uv", "run", "gunicorn", "a:b"]', "gunicorn", 19),
        ('CMD ["10xgraph"]', "10xgraph", 6),
    ],
)
def test_the_word_that_says_what_runs(command: str, word: str, column: int) -> None:
    process = process_of(f"FROM x\n{command}\n")
    assert process.path == "Dockerfile"
    found = process.decisive_word
    assert found is not None
    assert found.span is not None
    assert (found.text, found.span.column) == (word, column)


PIECES = st.sampled_from(
    [
        "uvicorn",
        "gunicorn",
        "agentflow",
        "python",
        "-m",
        "sh",
        "-c",
        "env",
        "uv",
        "run",
        "-b",
        "--bind=",
        "$X",
        "${X:-",
        "}",
        "$(",
        ")",
        "'",
        '"',
        "\\",
        " ",
        "  ",
        "\n",
        ";",
        "&&",
        "||",
        "|",
        ">",
        "2>&1",
        "if",
        "then",
        "fi",
        "a:b",
        "80",
        "A=1",
        "#",
        "`",
        "cd",
        "export",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=16).map("".join) | st.lists(PIECES, max_size=16).map(" ".join) | st.text(max_size=80))
def test_any_command_is_read(command: str) -> None:
    env = known(X="a b")
    process = shell(command, env)
    assert process.kind != "unknown" or process.reason
    parse_command(tuple(Word(piece) for piece in command.split(" ")), env)


@pytest.mark.parametrize(
    "command",
    [
        "sh -c " * 5000 + "x",
        "${A:-" * 5000,
        "$(" * 20000,
        "env " * 5000 + "uvicorn",
        "uvicorn " + "-b 0 " * 20000,
        "x;" * 20000,
        "'" * 20001,
        "$X" * 20000,
        "$Y" * 20000,
        '"' + "$X" * 20000 + '"',
    ],
)
def test_hostile_commands_take_bounded_time(command: str) -> None:
    with bounded():
        shell(command, known(X="y" * 4000, Y=" y "))


@pytest.mark.parametrize(
    ("command", "runner", "executable"),
    [
        ("uv run gunicorn m:app", "uv", "gunicorn"),
        ("exec poetry run sh -c 'uvicorn m:app'", "poetry", "uvicorn"),
        ("/v/bin/python -m uvicorn m:app", None, "/v/bin/python"),
        ("tini -- gunicorn m:app", None, "gunicorn"),
    ],
)
def test_where_the_program_is_looked_up(command, runner, executable):
    process = parse_command(command)
    assert (process.runner.text if process.runner else None) == runner
    assert process.executable is not None
    assert process.executable.text == executable
