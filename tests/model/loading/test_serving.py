"""What the code behind the config's import paths may do."""

import json

import pytest

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
