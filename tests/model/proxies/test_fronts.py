from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.proxies.fronts import fronts_of
from agentflow_lint.model.proxies.requests import pass_on
from agentflow_lint.model.proxies.version import passes_http_1_1
from agentflow_lint.model.values import Known
from tests.bounded import bounded

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
    assert len(fronts_of(deployment, {"api": frozenset({"project"})}).fronts) == 1
    assert fronts_of(deployment, {"api": frozenset({"compose:worker"})}).fronts == ()


def test_a_name_of_a_known_network_that_is_nobodys_is_not_ours(project):
    (deployment,) = project({"nginx/default.conf": site("http://web:8000")}).deployments
    assert len(fronts_of(deployment).fronts) == 1
    assert fronts_of(deployment, {"api": frozenset({"project"})}).fronts == ()


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


COMPOSE = """\
services:
  api:
    build: .
    container_name: Agent-API
    networks: {default: {aliases: [agents]}}
  web:
    image: node:22
    command: node server.js
  proxy:
    image: nginx:1.27-alpine
"""


@pytest.mark.parametrize(
    ("host", "is_ours"), [("api", True), ("agents", True), ("agent-api", True), ("web", False), ("other", False)]
)
def test_the_hosts_of_a_compose_network(project, host, is_ours):
    found = project(
        {
            "docker-compose.yml": COMPOSE,
            "Dockerfile": image("uvicorn", TARGET, "--host", "0.0.0.0"),
            "nginx/default.conf": site(f"http://{host}:8000"),
        }
    )
    composed = [each for each in found.deployments if each.kind == "compose"]
    assert [bool(each.fronts.fronts) for each in composed] == [is_ours]


@pytest.mark.parametrize(
    ("image_of_nginx", "speaks_1_1"),
    [
        ("nginx:1.27-alpine", False),
        ("nginx:1.29.6", False),
        ("docker.io/library/nginx:1.29.7@sha256:abc", True),
        ("nginxinc/nginx-unprivileged:1.30", True),
        ("nginx:1.29", None),
        ("nginx:alpine", None),
        ("httpd:1.2", None),
    ],
)
@pytest.mark.parametrize("where", ["docker-compose.yml", "nginx/Dockerfile"])
def test_the_version_of_nginx(project, image_of_nginx, speaks_1_1, where):
    text = (
        f"services:\n  proxy:\n    image: {image_of_nginx}\n" if where.endswith("yml") else f"FROM {image_of_nginx}\n"
    )
    value = passes_http_1_1(project({where: text}))
    assert (value.value if isinstance(value, Known) else None) is speaks_1_1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "server {",
                    "location / {",
                    "location ~ ^/(v1 {",
                    "location = /ping {",
                    "upstream a {",
                    "map $x $y {",
                ),
                *("}", "}", "}", "proxy_pass http://a;", "proxy_pass $x;", "proxy_set_header X $y;", "set $x $y;"),
                *("server a:1;", "rewrite ^/(.*)$ /$2 last;", "try_files x @y;", "include *;", "default $x;", "listen"),
                *("proxy_read_timeout;", "client_max_body_size x y;", "proxy_set_header;", "location {", "if {"),
            ]
        ),
        max_size=14,
    )
)
def test_no_configuration_breaks_it(project, pieces):
    closed = [*pieces, *["}"] * max(0, sum(each.endswith("{") for each in pieces) - pieces.count("}"))]
    (deployment,) = project({"nginx/default.conf": "\n".join(closed)}).deployments
    for each in deployment.fronts.fronts:
        for proxied in each.proxied:
            proxied.passed.header("X")
            proxied.passed.block.size("client_max_body_size")


@pytest.mark.parametrize(
    "text",
    [
        "server { " + "location /a { proxy_pass http://a:8000; } " * 6_000 + "}",
        "server { location / { proxy_pass http://a:8000; } }" * 4_000,
        "server { " + "location ~ ^/v./x$ { } " * 400 + "location / { proxy_pass http://a:8000; } }",
        "map $a $b {" + "~^x y; " * 30_000 + "} " + site("http://a:8000; proxy_set_header X $b"),
        "#" * 300_000 + "\n" + site("http://a:8000"),
    ],
    ids=["locations", "servers", "patterns", "map", "length"],
)
def test_a_configuration_of_any_size_ends(project, text):
    with bounded():
        (deployment,) = project({"nginx/default.conf": text}).deployments
        for front in deployment.fronts.fronts[:10]:
            front.proxied[0].passed.header("X")
        assert deployment.fronts.fronts or deployment.fronts.open


def test_more_directives_than_are_followed_leave_it_open(project):
    includes = "include big.inc; " * 20
    found = project(
        {"nginx/default.conf": f"server {{ {includes} }}", "nginx/big.inc": "if (x) { set $a b; } " * 3_000}
    )
    (deployment,) = found.deployments
    assert "directives" in deployment.fronts.open[0].reason


def test_many_deployments_ask_the_proxy_once(project, monkeypatch):
    asked = []

    def counted(server, *request):
        asked.append((id(server), *request))
        return pass_on(server, *request)

    monkeypatch.setattr("agentflow_lint.model.proxies.routing.pass_on", counted)
    services = "".join(f"  s{number}: {{build: .}}\n" for number in range(20))
    sites = "".join(site(f"http://s{number}:8000", f"/{number}/") for number in range(20))
    found = project(
        {
            "Dockerfile": image("uvicorn", "--host", "0.0.0.0", TARGET),
            "compose.yaml": f"services:\n{services}",
            "nginx/default.conf": sites,
        }
    ).deployments
    assert [len(each.fronts.fronts) for each in found] == [1] * 20
    assert len(asked) == len(set(asked)) > 100
