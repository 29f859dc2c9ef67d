"""What the code behind the config's import paths may do."""

import json

import pytest

from agentflow_lint.model.loading.serving import intended_names
from agentflow_lint.model.project import load_project

CONFIG = {
    "agent": "graph.agent:app",
    "injectq": "graph.container:container",
    "rate_limit": {"backend": "redis", "redis": {"url": "${REDIS_URL}"}},
    "env": ".env",
}


@pytest.fixture
def rejections(tmp_path):
    def found(container):
        (tmp_path / "graph").mkdir()
        (tmp_path / "10xgraph.json").write_text(json.dumps(CONFIG))
        (tmp_path / ".env").write_text("REDIS_URL=\n")
        if container is not None:
            (tmp_path / "graph" / "container.py").write_text(container)
        (deployment,) = load_project(str(tmp_path)).deployments
        return [(rejection.rule, rejection.uncertain) for rejection in deployment.config_rejections]

    return found


def test_a_container_whose_code_never_speaks_of_redis_binds_no_client(rejections):
    assert rejections("from injectq import InjectQ\n\ncontainer = InjectQ.get_instance()\n") == [("AF106", False)]


def test_one_whose_code_does_may(rejections):
    code = "from injectq import InjectQ\nimport store\n\ncontainer = InjectQ()\ncontainer['redis'] = store.client\n"
    assert rejections(code) == [("AF106", True)]


def test_so_may_one_that_is_not_seen(rejections):
    assert rejections(None) == [("AF106", True)]


@pytest.fixture
def names(tmp_path):
    def found(files, module="main"):
        (tmp_path / "10xgraph.json").write_text('{"agent": "main:app"}')
        for path, content in files.items():
            (tmp_path / path).write_text(content)
        (deployment,) = load_project(str(tmp_path)).deployments
        return intended_names(deployment, module)

    return found


def test_the_names_of_a_module(names):
    found = names(
        {"main.py": "import os\nfrom other import made as app\n_hidden = 1\n", "other.py": "made = object()\n"}
    )
    assert set(found.targets) == {"os", "app"}
    assert found.problem is None
    first, last = (step.location for step in found.bindings["app"])
    assert (first.path, first.span.line) == ("main.py", 2)
    assert (last.path, last.span.line) == ("other.py", 1)


def test_names_behind_a_variable_that_is_not_set(names):
    found = names({"main.py": "import os\nA = os.environ['A']\nB = os.environ['B']\nclass Late:\n    pass\n"})
    assert set(found.targets) == {"os", "A", "B", "Late"}
    assert found.targets["Late"].what == "class"


def test_names_of_a_module_that_raises(names):
    found = names({"main.py": "A = 1\nraise ValueError('no')\n"})
    assert found.targets == {}
    assert found.problem is not None


def test_names_of_what_is_no_module_of_the_project(names):
    for module in ("os", "no.such", "", "main:", "tenxgraph"):
        assert names({"main.py": ""}, module).targets == {}
