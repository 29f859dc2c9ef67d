"""Where setup() is called, whether that is live, and which steps of a repository run a file."""

from __future__ import annotations

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.sources import Sources
from agentflow_lint.model.schema_creation.calls import names_used, setup_calls
from agentflow_lint.model.schema_creation.steps import Repository
from agentflow_lint.model.schema_creation.verdict import creates_tables_by_itself


@pytest.fixture
def written(tmp_path):
    def write(files):
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                (tmp_path / name).write_bytes(content)
            else:
                (tmp_path / name).write_text(content)
        return ProjectFiles(str(tmp_path))

    return write


def calls(written, text, used=()):
    return [(call.is_certain, call.is_live) for call in setup_calls(Sources(written({"m.py": text})), "m.py", used)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("await_me(checkpointer.asetup())\n", [(True, True)]),
        ("app.on_event('startup', checkpointer.asetup)\n", [(True, True)]),
        ("checkpointer.setup()\n", [(True, True)]),
        ("my_checkpointer.setup()\n", [(True, True)]),
        ("backend = PgCheckpointer()\nbackend.setup()\n", [(True, True)]),
        ("# the checkpointer: heckpointer\nbackend.setup()\n", [(False, True)]),
        ("logging_tools.setup()\n", []),
        ("checkpointer.setup(1)\n", []),
        ("store.asetup()\n", []),
        ("checkpoint_store.asetup()\n", [(True, True)]),
        ("getattr(backend, 'asetup')  # heckpointer\n", [(False, True)]),
        ("class Mine(PgCheckpointer):\n    async def asetup(self):\n        await super().asetup()\n", []),
        ("if __name__ == '__main__':\n    checkpointer.setup()\n", [(True, False)]),
        ("def make():\n    checkpointer.setup()\n", [(True, False)]),
        ("def make():\n    checkpointer.setup()\nmake()\n", [(True, True)]),
        ("def make():\n    checkpointer.setup()\nif __name__ == '__main__':\n    make()\n", [(True, False)]),
        ("def a():\n    b()\ndef b():\n    checkpointer.setup()\ngraph.add_node('x', a)\n", [(True, True)]),
        ("@app.on_startup\ndef make():\n    checkpointer.setup()\n", [(True, True)]),
        ("checkpointer.setup(\n", []),
    ],
)
def test_calls(written, text, expected):
    assert calls(written, text) == expected


def test_a_function_that_another_module_uses_is_live(written):
    text = "def make():\n    checkpointer.setup()\n"
    assert calls(written, text, {"make"}) == [(True, True)]
    sources = Sources(written({"other.py": "from m import make as build\nimport n\nn.go(x)\n"}))
    assert names_used(sources, "other.py") == {"make", "go", "n", "x"}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/setup.py", "python -m app.setup"),
        ("app/setup.py", 'command: ["python", "-m", "app.setup"]'),
        ("app/setup.py", "RUN python app/setup.py"),
        ("app/setup.py", "cd app && python setup.py"),
        ("app/setup.py", "python -c 'import app.setup; app.setup.main()'"),
        ("app/setup.py", "uvicorn app.setup:server"),
        ("app/__main__.py", "python -m app"),
        ("src/app/setup.py", "python -m app.setup"),
        ("migrate.py", "python -m migrate"),
        ("migrate.py", "./migrate.py --all"),
    ],
)
def test_a_line_that_runs_a_file(written, path, line):
    repository = Repository(written({path: "", "entrypoint.sh": f"#!/bin/sh\n{line}\n"}))
    assert [(step.path, step.line) for step in repository.running(path)] == [("entrypoint.sh", 2)]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/setup.py", "# python -m app.setup"),
        ("app/setup.py", "python -m app.setup_all"),
        ("app/setup.py", "python -m my.app.setup"),
        ("app/setup.py", "python presetup.py"),
        ("migrate.py", "echo migrate the data"),
        ("migrate.py", "alembic migrate"),
    ],
)
def test_a_line_that_does_not(written, path, line):
    repository = Repository(written({path: "", "entrypoint.sh": f"#!/bin/sh\n{line}\n"}))
    assert list(repository.running(path)) == []


def test_where_steps_are_looked_for(written):
    line = "python -m app.setup\n"
    steps = ["Makefile", "Procfile", ".github/workflows/deploy.yml", "k8s/job.yaml", "bin/release", "fly.toml"]
    files = dict.fromkeys([*steps, "README.md", "node_modules/x/a.sh", ".venv/bin/a.sh"], line)
    repository = Repository(written({**files, ".github/workflows/ci.yml": line, "app/setup.py": ""}))
    found = {step.path: step.is_for_development for step in repository.running("app/setup.py")}
    assert found == {**dict.fromkeys(steps, False), ".github/workflows/ci.yml": True}


def test_a_console_script_is_a_step_where_it_is_run(written):
    project = '[project.scripts]\ncreate-tables = "app.setup:main"\n'
    files = {"pyproject.toml": project, "app/setup.py": ""}
    assert list(Repository(written(files)).running("app/setup.py")) == []
    run = Repository(written({**files, "Procfile": "release: create-tables\n"}))
    assert [step.path for step in run.running("app/setup.py")] == ["Procfile"]


def test_what_cannot_be_read_is_left_alone(written):
    files = written({"a.py": b"\xff\xfe\x00", "b.py": "", "x.sh": b"\xff\xfe asetup(", "tests/c.py": ""})
    repository = Repository(files)
    assert repository.modules == ("b.py",)
    assert list(repository.inline()) == []
    assert files.unreadable == ()


def test_the_cores_that_need_it():
    assert creates_tables_by_itself("0.4.5")
    assert not creates_tables_by_itself("0.5.0")
    assert not creates_tables_by_itself("0.10.3")
