"""Which variables a deployment needs, and who supplies them."""

from __future__ import annotations

import json

import pytest

from agentflow_lint.model.loading.contract import contract, is_written_out, need_of, supply
from agentflow_lint.model.project import ModelOptions, load_project

DOCKERFILE = """\
FROM python:3.12
WORKDIR /app
COPY . .
{env}
CMD ["uvicorn", "tenxgraph_api.src.app.main:app", "--host", "0.0.0.0"]
"""


@pytest.fixture
def deployment(tmp_path):
    def make(files, config=None, name="project", options=None):
        files = {"10xgraph.json": json.dumps({"agent": "main:app", **(config or {})}), **files}
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content)
        project = load_project(str(tmp_path), options or ModelOptions())
        return next(each for each in project.all_deployments if each.name == name)

    return make


def needs(found):
    return {need.name: need for need in contract(found).needs}


def required(found):
    return {name for name, need in needs(found).items() if need.required}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A = os.environ['A']\n", {"A"}),
        ("A = os.getenv('A')\n", set()),
        ("A = os.getenv('A')\nif not A:\n    raise SystemExit(1)\n", {"A"}),
        ("A = os.getenv('A') or os.environ['B']\n", {"B"}),
        ("A = os.environ.get('A')\nA.upper()\n", {"A"}),
        ("try:\n    A = os.environ['A']\nexcept KeyError:\n    A = ''\n", set()),
        ("if os.getenv('MODE') == 'production':\n    A = os.environ['A']\n", set()),
        ("A = int(os.environ['A'])\nB = os.environ['B']\n", {"A", "B"}),
        ("A, B = os.getenv('A'), os.getenv('B')\nassert A and B\n", {"A", "B"}),
    ],
)
def test_what_loading_cannot_do_without(deployment, source, expected):
    assert required(deployment({"main.py": f"import os\n{source}app = None\n"})) == expected


def test_it_does_not_depend_on_who_supplies_it(deployment):
    source = "import os\nA = os.getenv('A')\nif not A:\n    raise SystemExit(1)\nB = os.environ['B']\napp = None\n"
    files = {"main.py": source, ".env": "A=1\nB=2\n"}
    found = deployment(files, {"env": ".env"})
    assert required(found) == {"A", "B"}
    assert {supply(found, need).by for need in contract(found).needs} == {"env-file"}


def test_a_branch_that_production_takes(deployment):
    source = "import os\nif os.getenv('MODE') == 'production':\n    A = os.environ['A']\napp = None\n"
    files = {"main.py": source, "Dockerfile": DOCKERFILE.format(env="ENV MODE=production")}
    assert required(deployment(files, name="Dockerfile")) == {"A"}
    assert required(deployment(files)) == set()


def test_the_arguments_of_a_checkpointer(deployment):
    source = (
        "import os\n"
        "from tenxgraph.storage.checkpointer import PgCheckpointer\n"
        "dsn, cache, schema = os.getenv('DSN'), os.getenv('CACHE'), os.getenv('S') or 'x'\n"
        "c = PgCheckpointer(postgres_dsn=dsn, redis_url=cache, schema=schema)\n"
        "app = None\n"
    )
    assert required(deployment({"main.py": source})) == {"DSN", "CACHE"}
    assert required(deployment({".env": "DSN=postgresql://x\n"}, {"env": ".env"})) == {"DSN", "CACHE"}


def test_what_the_config_asks_for(deployment):
    config = {
        "auth": "jwt",
        "rate_limit": {"redis": {"url": "redis://${HOST}:${PORT:-6379}"}},
        "redis": "${NOT_EXPANDED}",
    }
    found = needs(deployment({"main.py": "app = None\n"}, config))
    assert set(found) == {"JWT_SECRET_KEY", "JWT_ALGORITHM", "HOST"}
    assert all(need.group == "setting" and need.required for need in found.values())
    assert found["HOST"].readers == ("rate_limit.redis.url",)


def test_a_plugin_counts_like_the_graph(deployment):
    files = {"main.py": "app = None\n", "names.py": "import os\nA = os.environ['A']\nclass Names: ...\n"}
    found = needs(deployment(files, {"thread_name_generator": "names:Names"}))
    assert found["A"].required
    assert found["A"].first.path == "names.py"


def test_one_place_that_two_import_paths_read_counts_once(deployment):
    files = {
        "main.py": "import shared\napp = None\n",
        "shared.py": "import os\nA = os.environ['A']\ncontainer = None\n",
    }
    assert needs(deployment(files, {"injectq": "shared:container"}))["A"].count == 1


def test_there_may_be_more(deployment):
    found = contract(deployment({"main.py": "import os\nimport unseen\nA = os.environ['A']\napp = unseen.make()\n"}))
    assert found.open_reason
    assert [need.name for need in found.needs] == ["A"]


def test_names_that_are_left_out(deployment):
    source = "import os\nA = os.environ['A']\nB = os.environ['B']\napp = None\n"
    found = contract(deployment({"main.py": source}), besides=("A",))
    assert [need.name for need in found.needs] == ["B"]


def test_one_variable_has_the_same_need_by_itself(deployment):
    source = (
        "import os\nA = os.environ['A']\nB = os.getenv('B', 'b')\nC = os.getenv('C')\nif not C:\n    raise ValueError\n"
        "def late():\n    return os.environ['D']\napp = None\n"
    )
    config = {"auth": "jwt", "rate_limit": {"backend": "redis", "redis": "${LIMITS}"}}
    found = deployment({"main.py": source}, config)
    all_of_them = needs(found)
    assert set(all_of_them) == {"A", "B", "C", "D", "JWT_SECRET_KEY", "JWT_ALGORITHM", "LIMITS"}
    assert {name: need_of(found, name) for name in all_of_them} == all_of_them
    assert need_of(found, "E") is None


def test_a_provider_needs_any_of_its_variables(deployment):
    source = "from tenxgraph.core.graph import Agent\napp = Agent(model='gpt-4o')\n"
    found = deployment({"main.py": source})
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        assert need_of(found, name) == needs(found)["OPENAI_API_KEY"]


def test_what_a_description_writes_out(deployment):
    source = "import os\nfor name in ('A', 'B', 'C', 'D'):\n    os.environ[name]\napp = None\n"
    files = {
        "main.py": source,
        "Dockerfile": DOCKERFILE.format(env="ENV A=1"),
        "prod.env": "B=2\n",
        "compose.yml": (
            "services:\n  web:\n    build: .\n    env_file: prod.env\n    environment:\n      C: '3'\n      D:\n"
        ),
    }
    found = deployment(files, name="compose:web")
    given = {need.name: supply(found, need) for need in contract(found).needs}
    assert {name: is_written_out(each) for name, each in given.items()} == {
        "A": True,
        "B": False,
        "C": True,
        "D": False,
    }
    assert given["B"].by == "process"


def test_an_empty_value_is_no_supply_where_another_name_will_do(deployment):
    files = {
        "main.py": "from tenxgraph.core.graph import Agent\nAgent(model='gemini-2.5-flash')\napp = None\n",
        ".env": "GEMINI_API_KEY=\nGOOGLE_API_KEY=x\n",
    }
    found = deployment(files, {"env": ".env"})
    (need,) = contract(found).needs
    assert need.required
    given = supply(found, need)
    assert (given.by, given.is_empty) == ("env-file", False)


def test_an_env_file_that_git_leaves_out_may_hold_anything(deployment):
    files = {"main.py": "import os\nA = os.environ['A']\napp = None\n", ".gitignore": ".env\n"}
    found = deployment(files, {"env": ".env"})
    (need,) = contract(found).needs
    assert supply(found, need).by == "unknown"
