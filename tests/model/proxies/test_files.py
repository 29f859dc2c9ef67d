from __future__ import annotations

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.proxies.files import find_nginx
from tests.bounded import bounded

SITE = "server { listen 80; location / { proxy_pass http://app:8000; } }\n"


@pytest.fixture
def found(tmp_path):
    """What is found in a project of these files."""

    def find(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return find_nginx(ProjectFiles(str(tmp_path)))

    return find


def outline(nodes):
    """Each directive's name and file, blocks as nested lists."""
    return [
        (node.name, node.path) if node.children is None else (node.name, node.path, outline(node.children))
        for node in nodes
    ]


@pytest.mark.parametrize(
    "path",
    [
        "nginx.conf",
        "default.nginx",
        "nginx.prod.conf",
        "my-nginx.conf",
        "nginx/default.conf",
        "nginx/site.conf.template",
        "deploy/nginx/api.conf",
        "nginx/templates/default.conf.template",
        "docker/nginx/conf.d/api.conf",
        "etc/nginx/sites-enabled/api",
        "conf.d/api.conf",
        "infra/nginx-proxy/app.conf",
    ],
)
def test_where_configurations_lie(found, path):
    assert [context.path for context in found({path: SITE}).contexts] == [path]


@pytest.mark.parametrize(
    "path",
    [
        "supervisord.conf",
        "config/redis.conf",
        "nginx/default.conf.bak",
        "nginx/nginx.dev.conf",
        "nginx/local.conf",
        "templates/default.conf",
        "docs/nginx/example.conf",
        "node_modules/nginx/x.conf",
        "nginx/README.md",
    ],
)
def test_what_is_none(found, path):
    assert found({path: SITE}).contexts == ()


def test_a_whole_configuration_with_what_it_includes(found):
    nginx = found(
        {
            "nginx/nginx.conf": "events {}\nhttp {\n  include mime.types;\n  include /etc/nginx/conf.d/*.conf;\n}\n",
            "nginx/conf.d/a.conf": "upstream a { server app:1; }\n",
            "nginx/conf.d/b.conf": "server { location / { include snippets/proxy.conf; } }\n",
            "nginx/snippets/proxy.conf": "proxy_set_header A b;\n",
        }
    )
    (context,) = nginx.contexts
    assert outline(context.nodes) == [
        ("upstream", "nginx/conf.d/a.conf", [("server", "nginx/conf.d/a.conf")]),
        (
            "server",
            "nginx/conf.d/b.conf",
            [("location", "nginx/conf.d/b.conf", [("proxy_set_header", "nginx/snippets/proxy.conf")])],
        ),
    ]


def test_sites_beside_nginx_conf_are_those_that_its_pattern_takes(found):
    nginx = found(
        {"nginx/nginx.conf": "http { include /etc/nginx/conf.d/*.conf; }", "nginx/app.conf": SITE, "nginx/x.conf": "a;"}
    )
    (context,) = nginx.contexts
    assert [(node.name, node.path) for node in context.nodes] == [("server", "nginx/app.conf")]


def test_files_of_conf_d_are_one_configuration_and_others_each_their_own(found):
    nginx = found(
        {
            "nginx/conf.d/a.conf": "proxy_read_timeout 1h;\n",
            "nginx/conf.d/b.conf": SITE,
            "deploy/nginx/one.conf": SITE,
            "deploy/nginx/two.conf": SITE,
        }
    )
    assert [[node.name for node in context.nodes] for context in nginx.contexts] == [
        ["server"],
        ["server"],
        ["proxy_read_timeout", "server"],
    ]


def test_only_enabled_sites_count_where_some_are(found):
    sites = {"nginx/sites-available/a": SITE, "nginx/sites-available/b": SITE, "nginx/sites-enabled/b": SITE}
    assert [context.path for context in found(sites).contexts] == ["nginx/sites-enabled/b"]


def test_an_include_that_is_not_there_stays_where_it_matters(found):
    site = "server { include mime.types; include other/*.conf; include other/timeouts.inc; include proxy_params; }"
    (context,) = found({"nginx/default.conf": site}).contexts
    assert outline(context.nodes) == [
        (
            "server",
            "nginx/default.conf",
            [("include", "nginx/default.conf"), *[("proxy_set_header", "nginx/default.conf")] * 4],
        )
    ]


def test_nothing_outside_the_project_is_read(found, tmp_path):
    (tmp_path.parent / "outside.conf").write_text("proxy_read_timeout 1h;\n")
    (context,) = found({"nginx/default.conf": "server { include ../../outside.conf; }"}).contexts
    assert outline(context.nodes) == [("server", "nginx/default.conf", [("include", "nginx/default.conf")])]


def test_includes_in_a_circle_end(found):
    with bounded():
        nginx = found(
            {
                "nginx/default.conf": "server { include a.conf; include a.conf; }\n",
                "nginx/a.conf": "include b.conf; include b.conf; include b.conf; include b.conf;\n",
                "nginx/b.conf": "include a.conf; include a.conf; include a.conf; include a.conf; proxy_buffering on;\n",
            }
        )
        assert nginx.contexts


def test_a_file_that_nginx_refuses_is_a_problem_and_no_configuration(found):
    nginx = found({"nginx/default.conf": "server {\n  listen 80\n}\n"})
    assert nginx.contexts == ()
    (problem,) = nginx.problems
    assert (problem.location.path, problem.location.span.line) == ("nginx/default.conf", 2)
