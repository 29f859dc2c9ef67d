"""Hover: what is said of variables, keys and findings, and of secrets nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from agentflow_lint.editor.hover import hover
from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.positions import Encoding
from tests.editor.client import connected, uri
from tests.editor.projects import full
from tests.editor.views import CATALOGUE, findings_of, position_of, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agentflow_lint.editor.view import View
    from agentflow_lint.engine.finding import Finding

COMPOSE = """services:
  web:
    build: .
    env_file: .env
    environment:
      ORIGINS: https://desk.example
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return full(tmp_path / "desk")


def answer(
    view: View, word: str, after: int = 1, findings: Sequence[Finding] = (), markdown: bool = True
) -> types.Hover | None:
    return hover(view, position_of(view, word, after), findings, CATALOGUE, Markup(markdown))


def said(view: View, word: str, after: int = 1, markdown: bool = True) -> str:
    found = answer(view, word, after, markdown=markdown)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


def test_a_setting_says_what_it_is_and_what_it_comes_to(project: Path) -> None:
    (project / "compose.yaml").write_text(COMPOSE)
    text = said(view_of(project, ".env"), "ORIGINS=")
    assert text.startswith("`ORIGINS`\n\nThe websites whose pages may call the API")
    assert "Default in 0.9.0: `*`" in text
    assert "**compose:web**: `https://desk.example`, from environment in compose.yaml line 6" in text
    assert "overrides `*` from env\\_file .env line 3" in text


def test_the_same_is_said_wherever_the_variable_is_set(project: Path) -> None:
    (project / "compose.yaml").write_text(COMPOSE)
    in_env = said(view_of(project, ".env"), "ORIGINS=")
    assert said(view_of(project, "compose.yaml"), "ORIGINS:") == in_env
    dockerfile = (project / "Dockerfile").read_text().replace("USER", "ENV ORIGINS=https://image.example\nUSER")
    in_image = said(view_of(project, "Dockerfile", dockerfile), "ORIGINS=")
    assert "`https://desk.example`" in in_image
    assert "overrides `https://image.example` from ENV in Dockerfile line 5" in in_image


def test_plain_text_has_no_marks(project: Path) -> None:
    text = said(view_of(project, ".env"), "ORIGINS=", markdown=False)
    assert "compose:web: *, from env_file .env line 3" in text
    assert "**" not in text
    assert "`" not in text


def test_a_setting_of_a_later_release_says_so(project: Path) -> None:
    pins = (project / "pyproject.toml").read_text().replace("==0.9.0", "==0.7.0")
    (project / "pyproject.toml").write_text(pins)
    text = said(view_of(project, ".env", "STRICT_PRODUCTION_CHECKS=true\n"), "STRICT")
    assert "10xgraph-api 0.7.0 does not know this setting; 0.8.0 is the first that does" in text


def test_a_variable_that_code_needs_says_who_supplies_it(project: Path) -> None:
    code = 'import os\n\nKEY = os.environ["SEARCH_PLACE"]\n\n\ndef look_up(query: str) -> str:\n    return KEY\n'
    (project / "compose.yaml").write_text(COMPOSE + "      SEARCH_PLACE: moon\n")
    text = said(view_of(project, "graph/tools.py", code), "SEARCH_PLACE")
    assert "**Required**: read by the project's code (`graph/tools.py:3`)." in text
    assert "**compose:web**: set (`compose.yaml:7`)" in text
    assert "**compose:web**: `moon`, from environment in compose.yaml line 7" in text
    (project / "compose.yaml").write_text(COMPOSE)
    assert "**compose:web**: set by nobody" in said(view_of(project, "graph/tools.py", code), "SEARCH_PLACE")


def test_an_optional_variable_says_its_default(project: Path) -> None:
    text = said(view_of(project, "graph/tools.py"), "SEARCH_URL")
    assert "**Optional**" in text
    assert "Without it: `https://search.example`." in text


def test_what_raw_env_sets_is_said_not_to_count(project: Path) -> None:
    text = said(view_of(project, "gunicorn.conf.py", 'raw_env = ["ORIGINS=https://a.example"]\n'), "ORIGINS")
    assert "**compose:web**: `*`" in text
    assert text.endswith("What raw\\_env sets is not part of these values.")


def test_a_variable_that_nothing_reads(project: Path) -> None:
    assert "does not read it" in said(view_of(project, ".env", "SEACRH_URL=x\n"), "SEACRH")


def test_a_config_key(project: Path) -> None:
    text = '{"agent": "graph.agent:app", "rate_limit": {"by": "ip"}, "agnet": 1}'
    view = view_of(project, "10xgraph.json", text)
    shown = said(view, '"by"', 2)
    assert shown.startswith("`rate_limit.by`\n\n")
    assert "Since 0.3.2." in shown
    assert 'Takes: `"ip"`, `"user"`, `"global"`' in shown
    assert 'Default: `"ip"`' in shown
    assert said(view, '"ip"', 2) == shown
    assert "No known release reads this key." in said(view, '"agnet"', 2)


def test_a_key_that_this_release_ignores(project: Path) -> None:
    view = view_of(project, "10xgraph.json", '{"agent": "graph.agent:app", "checkpointer": "a:b"}')
    assert "pass the checkpointer to compile()" in said(view, "checkpointer")


def test_a_finding_shows_its_page_after_the_rest(project: Path) -> None:
    view = view_of(project, ".env")
    found = answer(view, "ORIGINS", findings=findings_of(view))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    first, _, page = found.contents.value.partition("\n\n---\n\n")
    assert first.startswith("`ORIGINS`")
    assert page.startswith("# AF301 wildcard-origins\n\nDecides whether")
    assert "## Why it matters" in page
    assert "## Fix" in page


def test_a_page_is_shown_without_the_examples_that_test_it(project: Path) -> None:
    text = said(view_of(project, ".env", "# agentflow-lint: ignore[AF301] why\nORIGINS=*\n"), "AF301")
    assert "## Does not fire" not in text
    assert 'title="findings"' not in text
    assert "](../" not in text  # nothing to follow in a hover
    assert text.endswith("`agentflow-lint explain AF301` shows the page with its examples.")


def test_a_rule_in_a_suppression_shows_its_page(project: Path) -> None:
    view = view_of(project, ".env", "# agentflow-lint: ignore[wildcard-origins] why\nORIGINS=*\n")
    assert said(view, "wildcard-origins").startswith("# AF301")


def test_nothing_is_said_of_nothing(project: Path) -> None:
    assert answer(view_of(project, ".env", "# a comment\nMODE=production\n"), "comment") is None


@pytest.mark.parametrize("encoding", list(Encoding))
def test_ranges_are_in_the_units_of_the_client(project: Path, encoding: Encoding) -> None:
    text = '{"agent": "graph.agent:app", "auth": {"😀": 1, "path": "a:b"}}'
    view = view_of(project, "10xgraph.json", text, encoding)
    found = answer(view, '"path"', 2)
    assert found is not None
    assert found.range is not None
    before = text[: text.index('"path"')]
    assert found.range.start == types.Position(0, encoding.units(before))
    assert found.range.end == types.Position(0, encoding.units(before) + len('"path"'))


def test_the_server_answers(project: Path) -> None:
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown])
        )
    )

    async def asked(**options: Any) -> types.MarkupContent:
        async with connected(project, **options) as editor:
            assert editor.result.capabilities.hover_provider
            editor.open(project / ".env", "MODE=production\nORIGINS=*\n")
            params = types.HoverParams(types.TextDocumentIdentifier(uri(project / ".env")), types.Position(1, 2))
            found = await editor.wire.text_document_hover_async(params)
            assert found is not None
            assert isinstance(found.contents, types.MarkupContent)
            return found.contents

    rich = asyncio.run(asked(capabilities=capabilities))
    assert rich.kind == types.MarkupKind.Markdown
    assert "# AF301" in rich.value
    plain = asyncio.run(asked(process=True))
    assert plain.kind == types.MarkupKind.PlainText
    assert "compose:web: *" in plain.value
