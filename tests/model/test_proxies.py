from __future__ import annotations

import pytest

from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.proxies import fronts_of
from agentflow_lint.model.values import Known

TARGET = "tenxgraph_api.src.app.main:app"


@pytest.fixture
def project(tmp_path):
    def write(files, **options):
        for path, text in {"10xgraph.json": '{"agent": "graph.agent:app"}', **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return load_project(str(tmp_path), ModelOptions(**options))

    return write


def site(target, location="/"):
    return f"server {{ location {location} {{ proxy_pass {target}; }} }}\n"


def image(*command):
    words = ", ".join(f'"{word}"' for word in command)
    return f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD [{words}]\n"


def seen(deployment):
    return [
        (each.route.path, each.passed.public, each.arrives)
        for front in deployment.fronts.fronts
        for each in front.proxied
        if each.route.kind == "run"
    ]


@pytest.mark.parametrize("target", ["http://127.0.0.1:8000", "http://localhost:8000/", "http://app:8000"])
def test_an_nginx_in_front_of_the_bare_project(project, target):
    (deployment,) = project({"nginx/default.conf": site(target)}).deployments
    assert seen(deployment) == [("/v1/graph/invoke", "/v1/graph/invoke", True)]
    assert deployment.fronts.open == ()


@pytest.mark.parametrize("target", ["http://127.0.0.1:3000", "http://app", "https://api.openai.com"])
def test_an_nginx_in_front_of_something_else(project, target):
    (deployment,) = project({"nginx/default.conf": site(target)}).deployments
    assert deployment.fronts.fronts == ()


def test_the_port_that_the_command_binds(project):
    found = project(
        {
            "Dockerfile": image("uvicorn", TARGET, "--host", "0.0.0.0", "--port", "9000"),
            "nginx/a.conf": site("http://app:8000"),
            "nginx/b.conf": site("http://app:9000"),
        }
    )
    (deployment,) = found.deployments
    (front,) = deployment.fronts.fronts
    assert front.server.node is not None
    assert front.server.node.path == "nginx/b.conf"


def test_a_socket(project):
    found = project(
        {
            "Procfile": f"web: gunicorn -b unix:/run/app.sock {TARGET}\n",
            "nginx/a.conf": site("http://unix:/run/app.sock"),
            "nginx/b.conf": site("http://unix:/run/other.sock"),
        }
    )
    (deployment,) = found.deployments
    assert len(deployment.fronts.fronts) == 1


def test_an_unknown_port_is_ours_where_there_is_nothing_else(project):
    one = {"Procfile": f"web: gunicorn {TARGET}\n", "nginx/a.conf": site("http://app:5000")}
    (deployment,) = project(one).deployments
    assert len(deployment.fronts.fronts) == 1
    (deployment,) = project({**one, "nginx/b.conf": site("http://web:3000")}).deployments
    assert deployment.fronts.fronts == ()
    assert [each.location.path for each in deployment.fronts.open] == ["nginx/a.conf", "nginx/b.conf"]


def test_an_address_from_the_environment_is_ours_where_there_is_nothing_else(project):
    template = {"nginx/templates/default.conf.template": site("http://${API_HOST}:${API_PORT}")}
    (deployment,) = project(template).deployments
    assert len(deployment.fronts.fronts) == 1


def test_names_of_hosts_can_be_given(project):
    found = project({"nginx/default.conf": site("http://api:5000")})
    (deployment,) = found.deployments
    assert fronts_of(deployment).fronts == ()
    assert len(fronts_of(deployment, {"api": "project"}).fronts) == 1
    assert fronts_of(deployment, {"api": "compose:worker"}).fronts == ()


def test_a_name_of_a_known_network_that_is_nobodys_is_not_ours(project):
    (deployment,) = project({"nginx/default.conf": site("http://web:8000")}).deployments
    assert len(fronts_of(deployment).fronts) == 1
    assert fronts_of(deployment, {"api": "project"}).fronts == ()


@pytest.mark.parametrize(
    ("config", "root", "expected"),
    [
        (site("http://a:8000/", "/api/"), "/", [("/api/v1/graph/invoke", True)]),
        (site("http://a:8000", "/api/"), "/", [("/api/v1/graph/invoke", False)]),
        (site("http://a:8000", "/api/"), "/api", [("/api/v1/graph/invoke", True)]),
        (site("http://a:8000", "/api/"), "/api/", [("/api/v1/graph/invoke", False)]),
        (
            site("http://a:8000/v1/", "/agents/"),
            "/",
            [("/agents/graph/invoke", True), ("/agents/v1/graph/invoke", False)],
        ),
        (site("http://a:8000", "/v1/"), "/", [("/v1/graph/invoke", True)]),
        (site("http://a:8000/$1", "~ ^/api/(.*)$"), "/", [("/api/v1/graph/invoke", True)]),
        (site("http://a:8000"), "/api", [("/v1/graph/invoke", True)]),
    ],
)
def test_the_paths_under_which_callers_reach_a_route(project, config, root, expected):
    found = project({"nginx/default.conf": config, "Procfile": f"web: ROOT_PATH={root} uvicorn --port 8000 {TARGET}\n"})
    (deployment,) = found.deployments
    assert [(public, arrives) for _, public, arrives in seen(deployment)] == expected


def test_a_root_path_from_outside_leaves_it_open(project):
    found = project({"nginx/default.conf": site("http://a:8000", "/api/")}, provided_env=("ROOT_PATH",))
    (deployment,) = found.deployments
    assert seen(deployment) == []
    assert "ROOT_PATH" in deployment.fronts.open[0].reason or "provided" in deployment.fronts.open[0].reason


def test_a_file_that_nginx_refuses_leaves_everything_open(project):
    (deployment,) = project({"nginx/default.conf": "server { location / { proxy_pass http://app:8000 } }"}).deployments
    assert deployment.fronts.fronts == ()
    assert "not terminated" in deployment.fronts.open[0].reason


def test_without_nginx_there_is_nothing(project):
    (deployment,) = project({}).deployments
    assert (deployment.fronts.fronts, deployment.fronts.open) == ((), ())


def test_each_server_is_a_front_of_its_own(project):
    redirect = "server { listen 80; return 301 https://$host$request_uri; location / { proxy_pass http://a:8000; } }\n"
    config = (
        redirect
        + site("http://a:8000")
        + site("http://a:8000").replace("location", "client_max_body_size 5m; location")
    )
    (deployment,) = project({"nginx/default.conf": config}).deployments
    sizes = [front.proxied[0].passed.block.size("client_max_body_size") for front in deployment.fronts.fronts]
    assert [isinstance(size, Known) for size in sizes] == [False, True]
