"""Inlay hints: only where a variable comes to something else than its file says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from agentflow_lint.editor.inlay import inlay_hints
from agentflow_lint.editor.positions import Encoding
from tests.editor.client import connected, uri
from tests.editor.projects import DOCKERFILE, ENV, full
from tests.editor.views import view_of

if TYPE_CHECKING:
    from pathlib import Path

ALL = types.Range(types.Position(0, 0), types.Position(999, 0))
COMPOSE = """services:
  web:
    build: .
    env_file: .env
    environment:
      ORIGINS: https://desk.example
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = full(tmp_path / "desk")
    (root / "compose.yaml").write_text(COMPOSE)
    return root


def hints(root: Path, path: str, text: str | None = None, within: types.Range = ALL) -> list[tuple[str, str]]:
    """The line, as far as the hint, and the hint."""
    view = view_of(root, path, text, Encoding.UTF32)
    found = []
    for each in inlay_hints(view, within):
        assert isinstance(each.label, str)
        found.append((view.text.line(each.position.line + 1)[: each.position.character], each.label))
    return found


def test_a_value_that_compose_overrides(project: Path) -> None:
    assert hints(project, ".env") == [("ORIGINS=*", "→ https://desk.example in compose:web")]
    assert hints(project, "compose.yaml") == []


def test_the_whole_way_is_in_the_tooltip(project: Path) -> None:
    (hint,) = inlay_hints(view_of(project, ".env"), ALL)
    assert hint.tooltip == (
        "compose:web: https://desk.example, from environment in compose.yaml line 6; "
        "overrides * from env_file .env line 3"
    )


def test_a_file_that_a_deployment_does_not_load(project: Path) -> None:
    (project / "compose.yaml").write_text(COMPOSE + "  second:\n    build: .\n")
    (project / ".dockerignore").write_text(".env\n")
    text = "MODE=production\nIS_DEBUG=true\nSEARCH_URL=x\nALLOWED_HOST=*\n"
    assert hints(project, ".env", text) == [
        ("MODE=production", "→ development in compose:second"),
        ("IS_DEBUG=true", "→ false in compose:web"),
        ("SEARCH_URL=x", "→ not set in compose:second"),
    ]


def test_deployments_with_the_same_value_share_a_hint(project: Path) -> None:
    (project / "compose.yaml").write_text(COMPOSE + COMPOSE.partition("\n")[2].replace("web:", "second:"))
    assert hints(project, ".env") == [("ORIGINS=*", "→ https://desk.example in compose:second, compose:web")]


def test_a_value_of_the_image(project: Path) -> None:
    image = DOCKERFILE.replace("USER", 'ENV ORIGINS="https://image.example" LOG_LEVEL=INFO\nUSER')
    assert hints(project, "Dockerfile", image) == [
        ('ENV ORIGINS="https://image.example"', "→ https://desk.example in compose:web")
    ]


def test_an_earlier_line_of_the_same_file(project: Path) -> None:
    text = "LOG_LEVEL=DEBUG\nLOG_LEVEL=INFO\n"
    assert hints(project, ".env", text) == [("LOG_LEVEL=DEBUG", "→ INFO in compose:web")]


def test_what_the_server_reads_as_the_same_is_the_same(project: Path) -> None:
    assert hints(project, ".env", "MODE=PRODUCTION\nIS_DEBUG=off\nMAX_REQUEST_SIZE=1_000\n") == []


def test_a_value_that_is_not_known(project: Path) -> None:
    (project / "compose.yaml").write_text(COMPOSE.replace("https://desk.example", "${WHERE}"))
    assert hints(project, ".env") == [("ORIGINS=*", "→ a value that is not known in compose:web")]


def test_what_compose_puts_into_a_value(project: Path) -> None:
    text = COMPOSE.replace("https://desk.example", "https://${WHERE:-desk}.example")
    written = "      ORIGINS: https://${WHERE:-desk}.example"
    assert hints(project, "compose.yaml", text) == [(written, "→ https://desk.example in compose:web")]


def test_a_manifest_and_its_config_map(project: Path) -> None:
    (project / "compose.yaml").unlink()
    (project / "k8s").mkdir()
    manifest = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  ORIGINS: https://map.example
  LOG_LEVEL: INFO
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: desk
          envFrom: [{configMapRef: {name: settings}}]
          env:
            - name: ORIGINS
              value: https://pod.example
"""
    (project / "k8s" / "web.yaml").write_text(manifest)
    assert hints(project, "k8s/web.yaml") == [
        ("  ORIGINS: https://map.example", "→ https://pod.example in Deployment/web")
    ]


def test_files_that_no_deployment_reads_have_none(project: Path) -> None:
    assert hints(project, ".env.example", "ORIGINS=sample\n") == []
    assert hints(project, "other.env", "ORIGINS=sample\n") == []


def test_long_values_are_cut(project: Path) -> None:
    long = ",".join(f"https://{number}.example" for number in range(20))
    (project / "compose.yaml").write_text(COMPOSE.replace("https://desk.example", long))
    ((_, label),) = hints(project, ".env")
    assert label.startswith("→ https://0.example,https://1.example")
    assert len(label) < 70


def test_only_the_asked_range(project: Path) -> None:
    assert hints(project, ".env", ENV, types.Range(types.Position(0, 0), types.Position(1, 3))) == []
    assert len(hints(project, ".env", ENV, types.Range(types.Position(2, 0), types.Position(3, 0)))) == 1


@pytest.mark.parametrize("encoding", list(Encoding))
def test_positions_are_in_the_units_of_the_client(project: Path, encoding: Encoding) -> None:
    text = "ORIGINS=https://😀.example\n"
    (hint,) = inlay_hints(view_of(project, ".env", text, encoding), ALL)
    assert hint.position == types.Position(0, encoding.units(text.rstrip()))


REFRESHING = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(inlay_hint=types.InlayHintWorkspaceClientCapabilities(True))
)


def test_the_client_asks_again_after_an_edit_elsewhere(project: Path) -> None:
    env, compose = project / ".env", project / "compose.yaml"

    async def session() -> None:
        async with connected(project, capabilities=REFRESHING) as editor:
            refreshed = 0

            def refresh(_params: None) -> None:
                nonlocal refreshed
                refreshed += 1
                editor.news.set()

            editor.wire.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(refresh)
            editor.open(env)
            params = types.InlayHintParams(types.TextDocumentIdentifier(uri(env)), ALL)
            found = await editor.wire.text_document_inlay_hint_async(params)
            assert [each.label for each in found or ()] == ["→ https://desk.example in compose:web"]
            editor.open(compose)
            await editor.until_version(compose, 1)
            before = refreshed
            editor.type(compose, 2, COMPOSE.replace("desk.example", "moon.example"))
            await editor.until(lambda: refreshed > before)
            found = await editor.wire.text_document_inlay_hint_async(params)
            assert [each.label for each in found or ()] == ["→ https://moon.example in compose:web"]

    asyncio.run(session())


def test_they_can_be_turned_off(project: Path) -> None:
    env = project / ".env"

    async def session() -> None:
        async with connected(project, settings={"inlayHints": False}) as editor:
            editor.open(env)
            params = types.InlayHintParams(types.TextDocumentIdentifier(uri(env)), ALL)
            assert not await editor.wire.text_document_inlay_hint_async(params)
            settings = types.DidChangeConfigurationParams({"inlayHints": True})
            editor.wire.workspace_did_change_configuration(settings)
            assert len(await editor.wire.text_document_inlay_hint_async(params) or ()) == 1

    asyncio.run(session())
