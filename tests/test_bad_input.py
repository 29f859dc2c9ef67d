"""Whatever a project's files hold, the run ends soon, says what is wrong and where, and never with a traceback."""

import os

import pytest

from agentflow_lint.cli.main import main
from tests.bounded import bounded

CONFIG = '{"agent": "graph.agent:app", "env": ".env", "auth": "jwt"}'
GRAPH = """\
from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END, START

workflow = StateGraph()
workflow.add_node("answer", print)
workflow.add_edge(START, "answer")
workflow.add_edge("answer", END)
app = workflow.compile()
"""

#: Seconds; the slowest case takes a tenth of it on two slow cores.
BOUND = 20


@pytest.fixture
def lint(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for path, content in {"agentflow.json": CONFIG, ".env": "MODE=production\n", "graph/agent.py": GRAPH}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)

    def run(*arguments):
        with bounded():
            code = main(["check", "--output-format", "concise", "--fail-on", "info", *arguments])
        captured = capsys.readouterr()
        output = captured.out + captured.err
        assert "Traceback" not in output
        assert "is a bug in agentflow-lint" not in output, output
        assert code == 1, output
        return output

    return run


def write(tmp_path, path, data):
    (tmp_path / path).write_bytes(data)


def test_a_broken_config(lint, tmp_path):
    write(tmp_path, "agentflow.json", b'{\n  "agent": "graph.agent:app",\n}\n')
    assert "agentflow.json:2:" in lint()
    assert "AF101" in lint()


def test_a_config_nested_a_hundred_thousand_deep(lint, tmp_path):
    write(tmp_path, "agentflow.json", b'{"agent": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert "AF101" in lint()


@pytest.mark.parametrize("path", ["agentflow.json", ".env", "graph/agent.py"])
def test_a_binary_file(lint, tmp_path, path):
    write(tmp_path, path, bytes(range(256)) * 40)
    assert any(code in lint() for code in ("AF101", "AF114", "AF901", "AF205"))


@pytest.mark.parametrize(
    "path", ["agentflow.json", ".env", "graph/agent.py", "Dockerfile", "pyproject.toml", "compose.yaml"]
)
def test_a_file_of_fifty_megabytes(lint, tmp_path, path):
    with open(tmp_path / path, "wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    output = lint()
    assert f"{path}:1:1: AF901" in output


@pytest.mark.parametrize("path", ["agentflow.json", ".env", "graph/agent.py"])
def test_a_link_that_points_at_itself(lint, tmp_path, path):
    (tmp_path / path).unlink()
    (tmp_path / path).symlink_to(os.path.basename(path))
    assert any(code in lint() for code in ("AF901", "AF202"))


@pytest.mark.parametrize("path", ["agentflow.json", ".env", "graph/agent.py"])
@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(lint, tmp_path, path):
    (tmp_path / path).chmod(0)
    assert f"{path}:1:1: AF901" in lint()


def test_a_broken_env_line(lint, tmp_path):
    write(tmp_path, ".env", b"MODE=production\n'unfinished\nJWT_SECRET_KEY=\n")
    assert ".env:2:" in lint()


def test_a_module_that_does_not_parse(lint, tmp_path):
    write(tmp_path, "graph/agent.py", b"def broken(:\n    pass\n")
    output = lint()
    assert "graph/agent.py:1:" in output
    assert "AF205" in output


@pytest.mark.parametrize(
    "source",
    [
        b"(" * 100_000,
        b"app = " + b"[" * 50_000 + b"]" * 50_000,
        b"x = 1" + b" + 1" * 100_000,
        b"app = not " * 20_000 + b"x",
        b"\0",
        b"# -*- coding: nonsense -*-\n",
        b"if True:\n" + b"".join(b" " * n + b"if True:\n" for n in range(1, 200)),
        b"a.b" + b".c" * 50_000,
        b"f" + b"()" * 50_000,
        b"while True: pass\n",
        b"def f(): return f()\napp = f()\n",
        b"from .agent import *\nfrom graph.agent import app\n",
        b"x = 'a' * 10**12\napp = x\n",
        b"x = 2 ** 10 ** 10\n",
    ],
    ids=range(14),
)
def test_hostile_source(lint, tmp_path, source):
    write(tmp_path, "graph/agent.py", source)
    lint()


@pytest.mark.parametrize(
    "data",
    [
        b"FROM\n",
        b"NOTHING here\n",
        b"FROM a AS a\nFROM a AS b\nCOPY --from=b / /\n",
        b"RUN <<EOF\nnever ends\n",
        b"\xff\xfe",
    ],
    ids=range(5),
)
def test_a_broken_dockerfile(lint, tmp_path, data):
    write(tmp_path, "Dockerfile", data)
    lint()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"FROM python:3.13\nFROB x\nCMD agentflow api\n", 2),
        (b"NOTHING here\n", 1),
        (b"# only a comment\n", 1),
        (b"FROM\n", 1),
        (b"FROM python:3.13\nCMD agentflow api\nRUN <<EOF\nnever ends\n", 3),
    ],
)
def test_a_dockerfile_that_docker_refuses(lint, tmp_path, data, line):
    write(tmp_path, "Dockerfile", data)
    assert f"Dockerfile:{line}:1: AF901" in lint("--select", "AF901")


@pytest.mark.parametrize(
    "data", [b"[project\n", b"[project]\ndependencies = 5\n", b"\xff", b"[tool.poetry.dependencies]\nx = [[[[\n"]
)
def test_a_broken_pyproject(lint, tmp_path, data):
    write(tmp_path, "pyproject.toml", data)
    lint()


def test_a_folder_where_a_file_should_be(lint, tmp_path):
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    assert "AF111" in lint()  # the server takes it for nothing


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("services:\n  web: [\n", 3),
        ("services:\n  web:\n    image: ${\n", 3),
        ("services:\n  a: {extends: b}\n  b: {extends: a}\n", 2),
        ("include: [compose.yaml]\n", 1),
        ("services: " + "{a: " * 100_000 + "}" * 100_000 + "\n", 1),
        ("a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)), 18),
        ("services:\n  web:\n    image: x\n    ports: {a: b}\n", 4),
        ("services:\n  web:\n    image: x\n    command: [" + "a, " * 120_000 + "b]\n", 4),
        ("web:\n  image: x\n", 1),
    ],
)
def test_a_compose_file_that_compose_refuses(lint, tmp_path, text, line):
    write(tmp_path, "compose.yaml", text.encode())
    assert f"compose.yaml:{line}:" in lint("--select", "AF901")


def test_a_compose_file_that_is_made_to_exhaust_the_reader(lint, tmp_path):
    services = "".join(f"  s{n}: {{image: 'x${{A:-' , build: ., environment: [{'A=b, ' * 50}]}}\n" for n in range(1000))
    write(tmp_path, "compose.yaml", ("services:\n" + services).encode())
    lint()
    defaults = "'" + "${A:-" * 3000 + "}" * 3000 + "'"
    write(tmp_path, "compose.yaml", f"services:\n  web: {{build: ., image: {defaults}}}\n".encode())
    write(tmp_path, "Dockerfile", b"FROM python:3.12\nCMD agentflow api\n")
    lint()
    many = "".join(
        f"  s{n}: {{build: ., volumes: [{', '.join(f'./a{v}:/b{v}' for v in range(50))}]}}\n" for n in range(120)
    )
    write(tmp_path, "compose.yaml", ("services:\n" + many).encode())
    lint()


READ = (
    *(
        "agentflow.json",
        ".env",
        "Dockerfile",
        ".dockerignore",
        "compose.yaml",
        "k8s/web.yaml",
        "nginx.conf",
        "Procfile",
    ),
    *("Procfile", "requirements.txt", "pyproject.toml", "uv.lock", ".gitignore", "gunicorn.conf.py", "graph/agent.py"),
)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
@pytest.mark.parametrize("path", READ)
def test_a_named_pipe_is_not_waited_for(lint, tmp_path, path):
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).unlink(missing_ok=True)
    os.mkfifo(tmp_path / path)
    lint()


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("data", [b"\0" * 50, "services: {}\n".encode("utf-16"), bytes(range(256)) * 20], ids=range(3))
def test_no_file_is_text_for_sure(lint, tmp_path, path, data):
    (tmp_path / path).parent.mkdir(exist_ok=True)
    write(tmp_path, path, data)
    lint()


@pytest.mark.parametrize(
    "text",
    [
        "events {}\nhttp { server { location / { proxy_pass http://api:8000; \n",
        "events {}\nhttp { server { location / { proxy_pass http://api:8000; } } } } }\n",
        'events {}\nhttp { server { server_name "unfinished; location / { proxy_pass http://api; } } }\n',
        "events {}\nhttp {" + " if ($x) {" * 20_000 + "}" * 20_000 + "}\n",
        "events {}\nhttp { include nginx.conf; server { location / { proxy_pass http://api:8000; } } }\n",
        "events {}\nhttp { include /etc/*; server { location ~ ^/(a+)+$ { proxy_pass http://api:8000; } } }\n",
        "events {}\nhttp { server { location / { rewrite ^/((.*)*)*!$ /$1 last; proxy_pass http://api:8000; } } }\n",
        "events {}\nhttp { server { location / { rewrite ^/(.*)$ /x/$1 last; proxy_pass http://api:8000; } } }\n",
        "events {}\nhttp {"
        + "".join(f"server {{ listen {port}; location / {{ proxy_pass http://api; }} }}" for port in range(1, 3000))
        + "}\n",
    ],
    ids=range(9),
)
def test_hostile_proxy(lint, tmp_path, text):
    write(tmp_path, "nginx.conf", text.encode())
    lint()


def test_an_unbalanced_nginx_file_is_undecided_at_its_line(lint, tmp_path):
    write(tmp_path, "nginx.conf", b"events {}\nhttp { server { location / { proxy_pass http://api:8000; \n")
    assert "nginx.conf:2:" in lint("--select", "AF321,AF904", "--show-undecided")


def test_two_hundred_services_behind_two_hundred_proxies(lint, tmp_path):
    write(tmp_path, "Dockerfile", b"FROM python:3.13\nCMD uvicorn agentflow_cli.src.app.main:app\n")
    services = "".join(f"  s{number}: {{build: .}}\n" for number in range(200))
    write(tmp_path, "compose.yaml", f"services:\n{services}".encode())
    sites = "".join(
        f"server {{ listen {9000 + number}; location / {{ proxy_pass http://s{number}:8000; }} }}\n"
        for number in range(200)
    )
    write(tmp_path, "nginx.conf", f"events {{}}\nhttp {{\n{sites}}}\n".encode())
    lint()


def test_thousands_of_yaml_files_that_are_none_of_ours(lint, tmp_path):
    for folder in range(20):
        (tmp_path / "data" / str(folder)).mkdir(parents=True)
        for number in range(100):
            (tmp_path / "data" / str(folder) / f"{number}.yaml").write_text("a: [1, 2]\n")
    lint()
