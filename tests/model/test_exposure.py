from __future__ import annotations

import json

import pytest

from agentflow_lint.model.exposure import is_open_to_all, ways_in
from agentflow_lint.model.project import load_project
from agentflow_lint.model.values import Known, Unknown

UVICORN = 'CMD ["uvicorn", "tenxgraph_api.src.app.main:app", "--host", "{host}"]'
EVERYWHERE = UVICORN.format(host="0.0.0.0")
PASSES = "location / { proxy_pass http://api:8000; }"
KEEPS_BACK = f"location = /docs {{ return 404; }} {PASSES}"
LOCAL = KEEPS_BACK.replace("api:8000", "127.0.0.1:8000")
PROXY_ONLY = "    build: ."
PUBLISHED = '    build: .\n    ports: ["8000:8000"]'


@pytest.fixture
def deployment(tmp_path):
    def make(nginx=None, service=None, command=EVERYWHERE):
        (tmp_path / "10xgraph.json").write_text(json.dumps({"agent": "a:b"}))
        if command is not None:
            (tmp_path / "Dockerfile").write_text(f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{command}\n")
        if service is not None:
            (tmp_path / "compose.yml").write_text(f"services:\n  api:\n{service}\n")
        if nginx is not None:
            (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{ server {{ listen 80; {nginx} }} }}\n")
        (found,) = load_project(str(tmp_path)).deployments
        return found

    return make


@pytest.mark.parametrize(
    ("service", "command", "ways"),
    [
        (None, None, None),
        (None, 'CMD ["supervisord", "-n"]', None),
        (None, EVERYWHERE, "any"),
        (None, UVICORN.format(host="127.0.0.1"), "proxy"),
        (None, 'CMD ["uvicorn", "tenxgraph_api.src.app.main:app", "--uds", "/run/api.sock"]', "proxy"),
        (PROXY_ONLY, EVERYWHERE, "proxy"),
        (PUBLISHED, EVERYWHERE, "any"),
        (PUBLISHED.replace("8000:8000", "127.0.0.1:8000:8000"), EVERYWHERE, "proxy"),
        (f"{PROXY_ONLY}\n    network_mode: host", EVERYWHERE, "any"),
    ],
)
def test_the_ways_in(deployment, service, command, ways):
    assert ways_in(deployment(None, service, command)) == ways


@pytest.mark.parametrize(
    ("nginx", "service", "is_open"),
    [
        (None, PROXY_ONLY, True),
        (PASSES, PROXY_ONLY, True),
        (KEEPS_BACK, PROXY_ONLY, False),
        (KEEPS_BACK, PUBLISHED, True),
        (f"deny all; {PASSES}", PROXY_ONLY, False),
        (f"auth_basic a; location /docs {{ auth_basic off; proxy_pass http://api:8000; }} {PASSES}", PROXY_ONLY, True),
        ("location /v1/ { proxy_pass http://api:8000; }", PROXY_ONLY, False),
        (f"location /docs {{ proxy_pass http://other:8000; }} {PASSES}", PROXY_ONLY, False),
    ],
)  # fmt: skip
def test_a_path_behind_a_proxy(deployment, nginx, service, is_open):
    answer = is_open_to_all(deployment(nginx, service), "/docs")
    assert isinstance(answer, Known)
    assert answer.value is is_open


@pytest.mark.parametrize("command", [None, 'CMD ["supervisord", "-n"]'])
def test_nobody_knows_whether_there_is_another_way(deployment, command):
    assert isinstance(is_open_to_all(deployment(LOCAL, None, command), "/docs"), Unknown)


def test_a_proxy_that_is_not_known_may_pass_it_on(deployment):
    nginx = f"location /docs {{ proxy_pass http://$backend; }} {PASSES}"
    assert isinstance(is_open_to_all(deployment(nginx, PROXY_ONLY), "/docs"), Unknown)
