from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.nginx import directives_added, headers_added, set_in_location, value_replaced
from tests.engine.editing.projects import deployment, edited

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.requests import Passed


def behind(folder: Path, conf: str, **more: str) -> tuple[Deployment, Passed]:
    files = {"nginx/default.conf": conf, **{f"nginx/{name}": content for name, content in more.items()}}
    one = deployment(folder, files)
    return one, one.fronts.fronts[0].proxied[0].passed


PASS = "proxy_pass http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            f"server {{\n  location / {{\n    {PASS};\n  }}\n}}\n",
            f"server {{\n  location / {{\n    {PASS};\n    a 1;\n    b 2;\n  }}\n}}\n",
        ),
        (
            f"server {{\r\n\tlocation / {{\r\n\t\t{PASS} ; # x\r\n\t}}\r\n}}",
            f"server {{\r\n\tlocation / {{\r\n\t\t{PASS} ; # x\r\n\t\ta 1;\r\n\t\tb 2;\r\n\t}}\r\n}}",
        ),
        (f"server {{ location / {{ {PASS}; }} }}\n", f"server {{ location / {{ {PASS}; a 1; b 2; }} }}\n"),
        (
            f"server {{\n  location / {{ {PASS};\n  }}\n}}\n",
            f"server {{\n  location / {{ {PASS};\n{' ' * 15}a 1;\n{' ' * 15}b 2;\n  }}\n}}\n",
        ),
    ],
)
def test_directives_go_behind_proxy_pass(tmp_path: Path, written: str, expected: str) -> None:
    one, passed = behind(tmp_path, written)
    assert edited(one, directives_added(one.project.files, passed, ["a 1", "b 2"])) == expected


def test_a_proxy_pass_that_other_locations_may_include_stays(tmp_path: Path) -> None:
    conf = "server {\n  location / {\n    include pass.inc;\n  }\n}\n"
    one, passed = behind(tmp_path, conf, **{"pass.inc": "proxy_pass http://127.0.0.1:8000;\n"})
    assert directives_added(one.project.files, passed, ["a 1"]) is None


def location(outer: str, inner: str = "") -> str:
    return f"server {{\n{outer}  location / {{\n{inner}    proxy_pass http://127.0.0.1:8000;\n  }}\n}}\n"


def test_headers_of_the_server_come_along(tmp_path: Path) -> None:
    outer = '  proxy_set_header Host $host;\n  proxy_set_header X-A\n    "a b";\n'
    one, passed = behind(tmp_path, location(outer))
    assert edited(one, headers_added(one.project.files, passed, ["X-B 1"])) == location(outer).replace(
        "8000;\n",
        '8000;\n    proxy_set_header Host $host;\n    proxy_set_header X-A "a b";\n    proxy_set_header X-B 1;\n',
    )


def test_an_include_of_the_distribution_comes_along_once(tmp_path: Path) -> None:
    one, passed = behind(tmp_path, location("  include proxy_params;\n"))
    assert edited(one, headers_added(one.project.files, passed, ["X-B 1"])).endswith(
        "8000;\n    include proxy_params;\n    proxy_set_header X-B 1;\n  }\n}\n"
    )


def test_headers_of_the_location_need_no_copy(tmp_path: Path) -> None:
    conf = location("  proxy_set_header X-A 1;\n", "    proxy_set_header Host $host;\n")
    one, passed = behind(tmp_path, conf)
    assert edited(one, headers_added(one.project.files, passed, ["X-B 1"])) == conf.replace(
        "8000;\n", "8000;\n    proxy_set_header X-B 1;\n"
    )


def test_headers_that_are_not_known_keep_the_location_as_it_is(tmp_path: Path) -> None:
    one, passed = behind(tmp_path, location("  include elsewhere.conf;\n"))
    assert headers_added(one.project.files, passed, ["X-B 1"]) is None


def test_a_value_is_replaced_where_it_stands(tmp_path: Path) -> None:
    conf = location("", '    proxy_read_timeout "30s"; # x\n')
    one, passed = behind(tmp_path, conf)
    edit = set_in_location(one.project.files, passed, "proxy_read_timeout", "600s")
    assert edited(one, edit) == conf.replace('"30s"', "600s")


def test_what_the_distribution_says_cannot_be_replaced(tmp_path: Path) -> None:
    one, passed = behind(tmp_path, location("  include proxy_params;\n"))
    node = passed.header("Host").node
    assert node is not None
    assert value_replaced(one.project.files, node, "$http_host", argument=1) is None
