"""What the config rules say: the way out that fits, and never a secret. Where they speak, their pages test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.runner import lint
from agentflow_lint.model.project import ModelOptions, load_project

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.run import Run

CATALOGUE = load_catalogue(["agentflow_rules"])
AGENT = {"agent": "graph.agent:app"}


def run(folder: Path, code: str, data: object, release: str = "0.9.0", name: str = "10xgraph.json") -> Run:
    (folder / name).write_text(json.dumps(data))
    return lint(load_project(str(folder), ModelOptions(target_release=release)), [CATALOGUE.known(code)])


def helps(found: Run) -> list[str]:
    return [finding.help for finding in found.findings]


@pytest.mark.parametrize(
    ("extra", "release", "way_out"),
    [
        ({"runs": {}}, "0.5.1", "is read from 0.8.0 on"),
        ({"rate_limit": {"trusted_proxies": []}}, "0.5.1", "`rate_limit.trusted_proxies` is read from 0.6.0 on"),
        ({"rateLimit": {}}, "0.9.0", "Did you mean `rate_limit`?"),
        ({"rate_limit": {"windows": 5}}, "0.9.0", "Did you mean `rate_limit.window`?"),
        ({"Origins": "*"}, "0.9.0", "ORIGINS is an environment variable"),
        ({"fail_open": True}, "0.9.0", "The server reads `rate_limit.fail_open`"),
        ({"rate_limit": {"redis": {"hostname": "h"}}}, "0.9.0", "the server reads `prefix` and `url`"),
        ({"": 1}, "0.9.0", "an underscore is taken for a comment"),
    ],
)
def test_an_unknown_key_gets_the_help_that_fits(
    tmp_path: Path, extra: dict[str, object], release: str, way_out: str
) -> None:
    (found,) = helps(run(tmp_path, "AF104", {**AGENT, **extra}, release, "agentflow.json"))
    assert way_out in found


def test_a_misspelt_variable_is_offered_the_one_that_is_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDIS_URI=redis://cache\n")
    data = {**AGENT, "env": ".env", "rate_limit": {"redis": "${REDIS_URL}"}}
    (found,) = helps(run(tmp_path, "AF106", data))
    assert "did you mean `REDIS_URI`?" in found


def test_an_empty_variable_is_shown_where_it_is_set_and_not_offered_itself(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nREDIS_URL=\n")
    data = {**AGENT, "env": ".env", "rate_limit": {"backend": "redis", "redis": "${REDIS_URL}"}}
    (finding,) = run(tmp_path, "AF106", data).findings
    assert "did you mean" not in finding.help
    assert [(place.location.path, place.location.span.line) for place in finding.related] == [(".env", 2)]


@pytest.mark.parametrize(
    "data",
    [
        {"rate_limit": {"backend": "redis", "redis": "${REDIS_URL:-redis://:hunter2@cache}"}},
        {"rate_limit": {"backend": "redis", "redis": "redis://${REDIS_PASSWORD:-hunter2}@$HOST"}},
        {"rate_limit": {"backend": "redis", "redis": "https://u:hunter2@cache"}},
        {"redis": "${REDIS_PASSWORD:-hunter2}"},
        {"redis": "redis://${REDIS_PASSWORD:-hunter2}@cache"},
        {"redis": "http://:hunter2@cache"},
        {"auth": "jwt", "token_revocation": "redis://:hunter2@cache/0"},
        {"agent": "redis://:hunter2@cache"},
    ],
)
@pytest.mark.parametrize("release", ["0.6.1", "0.9.0"])
def test_no_rule_tells_a_secret(tmp_path: Path, data: dict[str, object], release: str) -> None:
    (tmp_path / "agentflow.json").write_text(json.dumps({**AGENT, **data}))
    (tmp_path / ".env").write_text("HOST=cache\n")
    rules = [rule for rule in CATALOGUE.rules if rule.code in {"AF102", "AF103", "AF104", "AF106", "AF108"}]
    assert len(rules) == 5
    found = lint(load_project(str(tmp_path), ModelOptions(target_release=release)), rules)
    spoken = [(f.message, f.help, f.place, f.related) for f in found.findings] + [u.reason for u in found.undecided]
    assert "hunter2" not in repr(spoken)


def test_what_is_true_of_the_project_is_said_once_whoever_deploys_it(tmp_path: Path) -> None:
    for name in ("Dockerfile", "Dockerfile.edge"):
        (tmp_path / name).write_text('FROM python:3.12\nCMD ["uvicorn", "tenxgraph_api.src.app.main:app"]\n')
    limit = {"requests": 0, "redis": "${REDIS_URL}"}
    data = {**AGENT, "rate_limit": limit}
    once = run(tmp_path, "AF103", data)
    assert len(once.deployments) == 2
    assert [(f.place, f.deployment) for f in once.findings] == [("rate_limit.requests", None)]
    each = run(tmp_path, "AF106", data)
    assert [(f.place, f.deployment) for f in each.findings] == [
        ("rate_limit.redis", "Dockerfile"),
        ("rate_limit.redis", "Dockerfile.edge"),
    ]


def test_a_project_without_any_config_is_left_alone(tmp_path: Path) -> None:
    rules = [rule for rule in CATALOGUE.rules if rule.code.startswith("AF10")]
    found = lint(load_project(str(tmp_path)), rules)
    assert (found.findings, found.undecided, found.crashes) == ((), (), ())


@pytest.mark.parametrize(
    ("line", "mode", "way_out"),
    [
        ("IS_DEBUG=maybe", "development", "or remove it, and it is `true`."),
        ("IS_DEBUG=maybe", "production", "or remove it, and it is `false`."),
        ("DOCS_PATH=docs", "development", "or remove it, and it is `/docs`."),
        ("REDIS_URL=cache:6379", "production", "or remove it."),
    ],
)
def test_a_refused_setting_says_what_it_is_without_a_value(tmp_path: Path, line: str, mode: str, way_out: str) -> None:
    (tmp_path / ".env").write_text(f"MODE={mode}\n{line}\n")
    (found,) = helps(run(tmp_path, "AF118", {**AGENT, "env": ".env"}))
    assert found.endswith(way_out)
