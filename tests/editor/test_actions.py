"""Code actions, applied by the client as it would: what they fix is then gone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from agentflow_lint.editor.paths import path_of
from tests.editor.client import Editor, connected, uri
from tests.editor.projects import leaky

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

CAPABLE = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, resource_operations=[types.ResourceOperationKind.Create]
        )
    )
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return leaky(tmp_path / "desk")


def run(session: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(session())


async def offered(editor: Editor, path: Path, code: str, kind: str | None = None) -> list[types.CodeAction]:
    """What is offered for the published diagnostic of a code."""
    diagnostic = editor.at(path, code)
    answer = await editor.wire.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri(path)),
            diagnostic.range,
            types.CodeActionContext([diagnostic], only=None if kind is None else [kind]),
        )
    )
    return [each for each in answer or () if isinstance(each, types.CodeAction)]


def apply(editor: Editor, edit: types.WorkspaceEdit | None, texts: dict[str, tuple[int, str]]) -> None:
    """Do to the open texts (version and content by address), and to the disk, what an edit says."""
    assert edit is not None
    for change in edit.document_changes or ():
        if isinstance(change, types.CreateFile):
            path = path_of(change.uri)
            assert path is not None
            assert not Path(path).exists()
            Path(path).write_text("")
            continue
        assert isinstance(change, types.TextDocumentEdit)
        address = change.text_document.uri
        path = path_of(address)
        assert path is not None
        version, content = texts.get(address) or (None, Path(path).read_bytes().decode())
        assert change.text_document.version == version
        for each in sorted(change.edits, key=lambda each: (each.range.start.line, each.range.start.character))[::-1]:
            assert isinstance(each, types.TextEdit)
            lines = content.splitlines(keepends=True) or [""]
            start, end = (
                sum(len(line) for line in lines[: at.line]) + at.character for at in (each.range.start, each.range.end)
            )
            content = content[:start] + each.new_text + content[end:]
        if version is None:
            Path(path).write_bytes(content.encode())
            editor.tell_of((Path(path), types.FileChangeType.Changed))
        else:
            texts[address] = version + 1, content
            editor.type(Path(path), version + 1, content)


def test_a_safe_fix_makes_its_finding_go_away(project: Path) -> None:
    dockerfile = project / "Dockerfile"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(dockerfile)
            await editor.until_version(dockerfile, 1)
            (fix,) = (each for each in await offered(editor, dockerfile, "AF228") if each.title.startswith("AF228"))
            assert fix.kind == types.CodeActionKind.QuickFix
            assert fix.is_preferred
            assert [each.code for each in fix.diagnostics or ()] == ["AF228"]
            texts = {uri(dockerfile): (1, dockerfile.read_text())}
            apply(editor, fix.edit, texts)
            await editor.until_version(dockerfile, 2)
            assert "AF228" not in editor.codes(dockerfile)
            assert "--graceful-timeout" in texts[uri(dockerfile)][1]

    run(session)


def test_an_unsafe_fix_may_edit_several_files_and_make_one(project: Path) -> None:
    agent = project / "graph" / "agent.py"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(agent)
            await editor.until_version(agent, 1)
            (fix,) = (each for each in await offered(editor, agent, "AF501") if each.title.startswith("AF501"))
            assert not fix.is_preferred
            assert "may change more" in fix.title
            texts = {uri(agent): (1, agent.read_text())}
            apply(editor, fix.edit, texts)
            await editor.until(lambda: "AF501" not in editor.codes(agent))
            assert "PgCheckpointer" in texts[uri(agent)][1]
            assert (project / ".env.example").read_text().startswith("POSTGRES_DSN=")
            assert "pg-checkpoint" in (project / "pyproject.toml").read_text()

    run(session)


def test_a_suppression_is_a_comment_with_room_for_a_reason(project: Path) -> None:
    env = project / ".env"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(env)
            await editor.until_version(env, 1)
            actions = await offered(editor, env, "AF301")
            (action,) = (each for each in actions if each.title == "Suppress AF301 (wildcard-origins) here")
            texts = {uri(env): (1, env.read_text())}
            apply(editor, action.edit, texts)
            await editor.until_version(env, 2)
            assert "AF301" not in editor.codes(env)
            assert "AF302" in editor.codes(env)
            assert "ignore[AF301] TODO: say why" in texts[uri(env)][1]

    run(session)


def test_json_has_no_comments_so_the_configuration_takes_the_entry(project: Path) -> None:
    config = project / "10xgraph.json"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            await editor.until(lambda: "AF401" in editor.codes(config))
            actions = await offered(editor, config, "AF401")
            (action,) = (each for each in actions if each.title.startswith("Suppress AF401"))
            assert action.title.endswith("in the configuration")
            apply(editor, action.edit, {})
            await editor.until(lambda: "AF401" not in editor.codes(config))
            assert 'rule = "AF401"' in (project / "agentflow-lint.toml").read_text()

    run(session)


def test_a_client_that_makes_no_files_is_offered_none(project: Path) -> None:
    config = project / "10xgraph.json"

    async def session() -> None:
        async with connected(project) as editor:
            await editor.until(lambda: "AF401" in editor.codes(config))
            actions = await offered(editor, config, "AF401")
            assert all(each.edit is not None and each.edit.changes for each in actions)
            assert not any(each.title.startswith("Suppress AF401") for each in actions)

    run(session)


def test_all_safe_fixes_of_a_file_at_once(project: Path) -> None:
    dockerfile = project / "Dockerfile"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(dockerfile)
            await editor.until_version(dockerfile, 1)
            assert {"AF228", "AF331"} <= editor.codes(dockerfile)
            (action,) = await offered(editor, dockerfile, "AF228", "source.fixAll")
            assert action.kind == "source.fixAll.agentflow-lint"
            assert {each.kind for each in await offered(editor, dockerfile, "AF228", "quickfix")} == {"quickfix"}
            texts = {uri(dockerfile): (1, dockerfile.read_text())}
            apply(editor, action.edit, texts)
            await editor.until_version(dockerfile, 2)
            assert not {"AF228", "AF331"} & editor.codes(dockerfile)  # both insert at one place

    run(session)


def test_all_safe_fixes_where_only_another_project_has_the_deployment_asked_for(project: Path) -> None:
    config = project.parent / "other" / "10xgraph.json"
    config.parent.mkdir()
    config.write_text('{"agent": "main:app", "auth": null, "injectqq": null}\n')

    async def session() -> None:
        settings = {"deployments": ["Dockerfile"]}
        async with connected(project.parent, capabilities=CAPABLE, settings=settings) as editor:
            editor.open(config)
            await editor.until_version(config, 1)
            (action,) = await offered(editor, config, "AF104", "source.fixAll")
            texts = {uri(config): (1, config.read_text())}
            apply(editor, action.edit, texts)
            await editor.until_version(config, 2)
            assert "AF104" not in editor.codes(config)

    run(session)


def test_all_safe_fixes_that_can_be_made_at_once_are_among_the_actions(project: Path) -> None:
    dockerfile = project / "Dockerfile"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(dockerfile)
            await editor.until_version(dockerfile, 1)
            (action,) = (each for each in await offered(editor, dockerfile, "AF228") if each.kind != "quickfix")
            texts = {uri(dockerfile): (1, dockerfile.read_text())}
            apply(editor, action.edit, texts)
            await editor.until_version(dockerfile, 2)
            assert len({"AF228", "AF331"} & editor.codes(dockerfile)) == 1  # at one place: the other one has to wait

    run(session)


def test_edits_are_written_with_the_files_own_newlines(project: Path) -> None:
    env = project / ".env"

    async def session() -> None:
        async with connected(project, capabilities=CAPABLE) as editor:
            editor.open(env, env.read_text().replace("\n", "\r\n"))
            await editor.until_version(env, 1)
            actions = await offered(editor, env, "AF301")
            (action,) = (each for each in actions if each.title.startswith("Suppress AF301"))
            assert action.edit is not None
            (change,) = action.edit.document_changes or ()
            assert isinstance(change, types.TextDocumentEdit)
            texts = [each.new_text for each in change.edits if isinstance(each, types.TextEdit)]
            assert not any("\n" in text.replace("\r\n", "") for text in texts)

    run(session)
