"""Which config a deployment names, and what its requirements bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.command.process import parse_command
from agentflow_lint.model.config_choice import named_config
from agentflow_lint.model.dependencies.pins import read_dependencies
from agentflow_lint.model.dependencies.requested import requested_distributions
from agentflow_lint.model.environment import EnvFileUse, Environment
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown, Value

if TYPE_CHECKING:
    from pathlib import Path

HERE = Origin("here")


def environment(**process: Value[str]) -> Environment:
    return Environment((process,))


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("10xgraph dev -c conf/agentflow.json --no-reload", "conf/agentflow.json"),
        ("10xgraph dev --config=agentflow.json", "agentflow.json"),
        ("10xgraph dev --no-open", None),
        ("agentflow api -c a.json -c b.json", "b.json"),
    ],
)
def test_the_command_line_names_it(command: str, named: str | None) -> None:
    value = named_config(parse_command(command), environment(GRAPH_PATH=Known("ignored.json", HERE)))
    assert (value.value if isinstance(value, Known) else value) == (ABSENT if named is None else named)


def test_a_name_that_is_not_known() -> None:
    assert isinstance(named_config(parse_command("10xgraph dev -c $CONFIG"), environment()), Unknown)
    assert isinstance(named_config(parse_command("./start.sh"), environment()), Unknown)


def test_the_asgi_target_takes_graph_path_as_it_is_at_the_start() -> None:
    process = parse_command("uvicorn tenxgraph_api.src.app.main:app")
    given = Known("/app/agentflow.json", HERE)
    assert named_config(process, environment(GRAPH_PATH=given)) == given
    assert named_config(None, environment(GRAPH_PATH=given)) == given
    assert named_config(process, environment(GRAPH_PATH=Known("", HERE))) is ABSENT
    assert named_config(process, environment()) is ABSENT
    in_env_file = Environment(env_file=EnvFileUse("loaded", ".env", ".env", values={"GRAPH_PATH": given}))
    assert named_config(process, in_env_file) is ABSENT
    assert isinstance(named_config(process, Environment(provided={"GRAPH_PATH": HERE})), Unknown)


@pytest.mark.parametrize(
    ("requirements", "brings"),
    [
        ("10xgraph-api[redis]==0.9.0", True),
        ("10xgraph-api==0.9.0\n10xgraph[PG_Checkpoint]", True),
        ("10xgraph-api==0.9.0\nRedis>=5", True),
        ("10xgraph-api[jwt]==0.9.0", False),
        ("10xgraph-api==0.9.0\ncelery[redis]", False),
    ],
)
def test_what_the_requirements_bring(tmp_path: Path, requirements: str, brings: bool) -> None:
    (tmp_path / "requirements.txt").write_text(requirements)
    dependencies = read_dependencies(ProjectFiles(str(tmp_path)))
    published = (load_release("0.9.0"), load_core("10xgraph", "0.10.3"))
    assert ("redis" in requested_distributions(dependencies, published)) is brings
