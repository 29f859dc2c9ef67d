"""What the rules about the proxy in front say: how loudly, to whom, and nothing secret."""

from __future__ import annotations

import json

import pytest

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.runner import lint
from agentflow_lint.model.project import ModelOptions, load_project

CODES = [f"AF32{n}" for n in range(1, 8)]
RULES = [rule for rule in load_catalogue().rules if rule.code in CODES]
GOOD = "proxy_read_timeout 1h; client_max_body_size 0;"


@pytest.fixture
def findings(tmp_path):
    """The findings for an nginx with these directives in its one location, by code."""

    def ask(directives, release="0.9.0", files=(), **config):
        site = f"server {{\n listen 80;\n location / {{\n {directives}\n proxy_pass http://127.0.0.1:8000;\n }}\n}}\n"
        written = {"agentflow.json": json.dumps({"agent": "a:b", **config}), "nginx/default.conf": site, **dict(files)}
        for path, text in written.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return {each.code: each for each in lint(load_project(str(tmp_path), ModelOptions(release)), RULES).findings}

    return ask


def test_there_are_these_rules():
    assert sorted(rule.code for rule in RULES) == CODES


def test_all_is_well(findings):
    assert findings(GOOD) == {}


@pytest.mark.parametrize(
    ("directives", "severity"), [("", Severity.ERROR), ("proxy_read_timeout 5m;", Severity.WARNING)]
)
def test_a_timeout_that_somebody_chose_is_a_warning(findings, directives, severity):
    assert findings(f"client_max_body_size 0; {directives}")["AF321"].severity is severity


def test_how_long_a_run_may_take_comes_from_the_project(findings):
    by_config = findings("client_max_body_size 0; proxy_read_timeout 20m;", runs={"timeout": 1800})["AF321"]
    assert "a run may take 1800 seconds (agentflow.json line 1)" in by_config.message
    assert "waits 1200 s" in by_config.message
    before_there_was_one = findings("client_max_body_size 0;", release="0.7.0", runs={"timeout": 1})["AF321"]
    assert "one call of the model may last 600 seconds" in before_there_was_one.message


@pytest.mark.parametrize(
    ("directives", "severity"), [("", Severity.ERROR), ("client_max_body_size 2m;", Severity.WARNING)]
)
def test_a_body_limit_that_somebody_chose_is_a_warning(findings, directives, severity):
    assert findings(f"proxy_read_timeout 1h; {directives}")["AF325"].severity is severity


def test_credentials_of_nginx_are_not_printed(findings):
    found = findings(f'{GOOD} proxy_set_header Authorization "Basic aHVudGVyMg=="; ', auth="jwt")["AF323"]
    assert found.severity is Severity.ERROR
    assert "aHVudGVyMg" not in found.message + found.help + found.place
    assert "sends one of its own in place of" in found.message


def test_a_backend_of_the_projects_own_may_read_another_header(findings):
    auth = {"method": "custom", "path": "auth.backend:Backend"}
    found = findings(f'{GOOD} proxy_set_header Authorization "";', auth=auth)["AF323"]
    assert found.severity is Severity.WARNING


def test_callers_who_write_their_own_address(findings):
    limit = {"requests": 5, "trusted_proxy_headers": True}
    found = findings(GOOD, rate_limit=limit)["AF326"]
    assert found.consequence is Consequence.EXPOSES
    assert "counted as whom they like" in found.message
    cleared = findings(f'{GOOD} proxy_set_header X-Forwarded-For "";', rate_limit=limit)["AF326"]
    assert cleared.consequence is Consequence.FAILS_REQUESTS
    assert "counted as whom they like" not in cleared.message


def test_a_finding_stays_the_same_when_lines_move(findings):
    before = findings("")
    after = findings("\n\n # a comment\n")
    assert {code: each.place for code, each in before.items()} == {code: each.place for code, each in after.items()}
    assert {"AF321", "AF325"} <= set(before)
    assert before["AF321"].place == "listen 80 location / proxy_read_timeout"


def test_one_finding_names_all_routes_with_the_same_cause(findings):
    message = findings("proxy_read_timeout 1h;", release="0.9.0")["AF325"].message
    assert "`POST /v1/graph/invoke` and `POST /v1/files/upload`" in message
    assert "25 MB (the default of 10xgraph-api 0.9.0)" in message


def test_an_nginx_in_the_same_container_is_believed(findings):
    image = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD service nginx start && exec uvicorn x:app --host 127.0.0.1\n"
    directives = f"{GOOD} proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
    assert "AF326" not in findings(directives, files={"Dockerfile": image}, rate_limit={"requests": 5})
