"""Go to definition, and the links in files."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from agentflow_lint.editor.definition import definition, links
from agentflow_lint.editor.positions import Encoding
from tests.editor.client import connected, uri
from tests.editor.projects import DOCKERFILE, full
from tests.editor.views import position_of, view_of

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.editor.view import View

READING = """import os

# 😀
PLACE = os.environ["SEARCH_PLACE"]


def look_up(query: str) -> str:
    return PLACE + os.getenv("SEARCH_KEY", "")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = full(tmp_path / "desk")
    (root / "graph" / "tools.py").write_text(READING, encoding="utf-8")
    return root


def leads_to(view: View, word: str, after: int = 1) -> list[tuple[str, int, str]]:
    """The places that a word leads to: path, line and what stands there."""
    found = definition(view, position_of(view, word, after))
    places = []
    for each in found[1] if found is not None else ():
        text = view.text_of(each.path)
        start, end = text.offset(*each.span[:2]), text.offset(*each.span[2:])
        places.append((each.path, each.span.line, text.content[start:end]))
    return places


# --- from the config -----------------------------------------------------------------------------------------------


def test_from_the_graph_to_where_its_name_is_bound(project: Path) -> None:
    ((path, line, written),) = leads_to(view_of(project, "10xgraph.json"), "graph.agent:app")
    assert path == "graph/agent.py"
    assert written.startswith("app = graph.compile(")
    assert view_of(project, path).text.line(line).startswith("app = ")


def test_through_re_exports(project: Path) -> None:
    (project / "serve.py").write_text("from graph import chosen as app\n")
    (project / "graph" / "__init__.py").write_text("from .agent import app as chosen\n")
    view = view_of(project, "10xgraph.json", '{"agent": "serve:app"}')
    ((path, _, written),) = leads_to(view, "serve:app")
    assert path == "graph/agent.py"
    assert written.startswith("app = graph.compile(")


def test_to_classes_functions_and_instances(project: Path) -> None:
    (project / "parts.py").write_text(
        "from tenxgraph_api import BaseAuth\n\n\nclass Auth(BaseAuth):\n    pass\n\n\ndef make():\n    return 1\n\n\n"
        "container = make()\n"
    )
    text = '{"agent": "parts:make", "auth": {"method": "custom", "path": "parts:Auth"}, "injectq": "parts:container"}'
    view = view_of(project, "10xgraph.json", text)
    assert [each[:2] for each in leads_to(view, "parts:make")] == [("parts.py", 8)]
    assert [each[:2] for each in leads_to(view, "parts:Auth")] == [("parts.py", 4)]
    assert [each[:2] for each in leads_to(view, "parts:container")] == [("parts.py", 12)]
    assert [each[:2] for each in leads_to(view, '"injectq"')] == [("parts.py", 12)]


def test_to_a_module_that_cannot_be_run(project: Path) -> None:
    (project / "broken.py").write_text("raise ValueError\n\n\ndef make():\n    return 1\n")
    view = view_of(project, "10xgraph.json", '{"agent": "broken:make"}')
    assert [each[:2] for each in leads_to(view, "broken:make")] == [("broken.py", 4)]
    view = view_of(project, "10xgraph.json", '{"agent": "broken:other"}')
    assert [each[:2] for each in leads_to(view, "broken:other")] == [("broken.py", 1)]
    (project / "broken.py").write_text("x = (\n\n\ndef make():\n    return 1\n")
    view = view_of(project, "10xgraph.json", '{"agent": "broken:make"}')
    assert [each[:2] for each in leads_to(view, "broken:make")] == [("broken.py", 4)]


def test_to_nothing(project: Path) -> None:
    view = view_of(
        project, "10xgraph.json", '{"agent": "no.such:app", "auth": "jwt", "env": "missing.env", "redis": 1}'
    )
    for word in ("no.such:app", '"jwt"', "missing.env", '"redis"'):
        assert leads_to(view, word) == []


def test_from_env_to_the_file(project: Path) -> None:
    assert leads_to(view_of(project, "10xgraph.json"), '".env"')[0][:2] == (".env", 1)
    view = view_of(project, "10xgraph.json", '{"agent": "graph.agent:app", "env": "../../secret"}')
    assert leads_to(view, "../secret") == []


# --- variables -----------------------------------------------------------------------------------------------------


def test_from_a_variable_to_where_code_reads_it(project: Path) -> None:
    read = [("graph/tools.py", 4, '"SEARCH_PLACE"')]
    assert leads_to(view_of(project, ".env", "SEARCH_PLACE=moon\n"), "SEARCH_PLACE") == read
    assert leads_to(view_of(project, ".env", "SEARCH_PLACE=moon\n"), "moon") == read
    image = DOCKERFILE.replace("USER", "ENV SEARCH_PLACE=moon\nUSER")
    assert leads_to(view_of(project, "Dockerfile", image), "SEARCH_PLACE") == read
    compose = "services:\n  web:\n    build: .\n    environment:\n      - SEARCH_KEY=sun\n"
    late = leads_to(view_of(project, "compose.yaml", compose), "SEARCH_KEY")
    assert late == [("graph/tools.py", 8, 'os.getenv("SEARCH_KEY", "")')]


def test_from_a_variable_that_the_config_takes(project: Path) -> None:
    config = '{"agent": "graph.agent:app", "rate_limit": {"backend": "redis", "redis": "${LIMITS}"}}'
    (project / "10xgraph.json").write_text(config)
    assert leads_to(view_of(project, ".env", "LIMITS=redis://r\n"), "LIMITS") == [("10xgraph.json", 1, '"${LIMITS}"')]


def test_from_a_read_to_where_it_is_set(project: Path) -> None:
    (project / ".env").write_text("SEARCH_PLACE=moon\n")
    (project / "compose.yaml").write_text(
        "services:\n  web:\n    build: .\n    env_file: .env\n    environment:\n      SEARCH_PLACE: sun\n"
        "  second:\n    build: .\n    environment:\n      SEARCH_PLACE: mars\n"
    )
    found = leads_to(view_of(project, "graph/tools.py"), "SEARCH_PLACE")
    # Those that count come first, in the order of the deployments: compose:second, compose:web.
    assert found == [("compose.yaml", 10, "mars"), ("compose.yaml", 6, "sun"), (".env", 1, "moon")]


def test_from_a_read_to_the_template_that_names_it(project: Path) -> None:
    (project / ".env").unlink()
    (project / "compose.yaml").unlink()
    (project / ".env.example").write_text("SEARCH_PLACE=\n")
    assert [each[:2] for each in leads_to(view_of(project, "graph/tools.py"), "SEARCH_PLACE")] == [(".env.example", 1)]


def test_from_a_setting_that_no_code_reads_to_the_values_that_count(project: Path) -> None:
    (project / "compose.yaml").write_text(
        "services:\n  web:\n    build: .\n    env_file: .env\n    environment:\n      ORIGINS: https://a.example\n"
    )
    found = leads_to(view_of(project, ".env"), "ORIGINS")
    assert found == [("compose.yaml", 6, "https://a.example")]


# --- links ---------------------------------------------------------------------------------------------------------


def linked(view: View) -> list[tuple[str, str]]:
    found = []
    for each in links(view):
        line = view.text.line(each.range.start.line + 1)
        found.append((line[each.range.start.character : each.range.end.character], each.target or ""))
    return found


def test_links_to_files(project: Path) -> None:
    env, dockerfile = uri(project / ".env"), uri(project / "Dockerfile")
    compose = "services:\n  web:\n    build: {context: ., dockerfile: Dockerfile}\n    env_file: [.env, missing.env]\n"
    assert linked(view_of(project, "10xgraph.json")) == [(".env", env)]
    assert linked(view_of(project, "compose.yaml", compose)) == [("Dockerfile", dockerfile), (".env", env)]
    copying = "FROM x\nCOPY 10xgraph.json missing.json /app/\n"
    assert linked(view_of(project, "Dockerfile", copying)) == [("10xgraph.json", uri(project / "10xgraph.json"))]


def test_links_to_pages(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["agentflow_rules"], "PAGES_URL", "https://pages.example/rules", raising=False)
    view = view_of(project, ".env", "# agentflow-lint: ignore[AF301, nonsense] why\nORIGINS=*\n")
    assert linked(view) == [("AF301", "https://pages.example/rules/network/wildcard_origins.md")]


# --- the wire ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("can_link", [True, False])
def test_the_server_leads_there(project: Path, can_link: bool) -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            definition=types.DefinitionClientCapabilities(link_support=can_link)
        )
    )
    config, agent = project / "10xgraph.json", project / "graph" / "agent.py"

    async def session() -> None:
        async with connected(project, capabilities=capabilities) as editor:
            assert editor.result.capabilities.definition_provider
            text = '{"😀": 1, "agent": "graph.agent:app", "env": ".env"}'
            editor.open(config, text)
            column = Encoding.UTF16.units(text[: text.index("graph.agent")])
            place = types.TextDocumentIdentifier(uri(config))
            found = await editor.wire.text_document_definition_async(
                types.DefinitionParams(place, types.Position(0, column))
            )
            assert isinstance(found, list)
            (target,) = found
            if isinstance(target, types.LocationLink):
                assert can_link
                assert target.target_uri == uri(agent)
                assert target.origin_selection_range is not None
                assert target.origin_selection_range.start == types.Position(0, column - 1)
            else:
                assert not can_link
                assert target.uri == uri(agent)
            shown = await editor.wire.text_document_document_link_async(types.DocumentLinkParams(place))
            assert [each.target for each in shown or ()] == [uri(project / ".env")]

    asyncio.run(session())
