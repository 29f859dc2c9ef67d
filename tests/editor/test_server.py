"""The server as an editor meets it: a real client over standard input and output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from tests.editor.client import connected, uri
from tests.editor.projects import ENV, leaky

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

CHANGED, CREATED, DELETED = types.FileChangeType.Changed, types.FileChangeType.Created, types.FileChangeType.Deleted

PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(
        diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    ),
)
UTF8 = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf8])
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return leaky(tmp_path / "desk")


def run(session: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(session())


def test_findings_of_files_that_are_not_open_are_published(project: Path) -> None:
    async def session() -> None:
        async with connected(project, process=True) as editor:
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))
            assert "AF501" in editor.codes(project / "graph" / "agent.py")
            assert "AF401" in editor.codes(project / "10xgraph.json")
            assert "AF228" in editor.codes(project / "Dockerfile")

    run(session)


def test_a_keystroke_in_the_env_file_changes_what_is_said_of_it_and_of_others(project: Path) -> None:
    async def session() -> None:
        env, config = project / ".env", project / "10xgraph.json"
        async with connected(project, process=True) as editor:
            editor.open(config)
            editor.open(env)
            await editor.until_version(env, 1)
            assert "AF301" in editor.codes(env)
            assert "AF402" not in editor.codes(config)
            editor.type(config, 2, '"jwt"', at=(3, 10, 3, 14))
            await editor.until_version(config, 2)
            assert "AF402" in editor.codes(config)  # JWT_SECRET_KEY is not set
            key = "JWT_SECRET_KEY=b7e1c2f0a95d4438b6f1d7c9e0a3522f\nJWT_ALGORITHM=HS256\n"
            editor.type(env, 2, key, at=(4, 0, 4, 0))
            await editor.until_version(env, 2)
            assert "AF402" not in editor.codes(config)
            editor.type(env, 3, "https://app.example.com", at=(2, 8, 2, 9))
            await editor.until_version(env, 3)
            assert not {"AF301", "AF302"} & editor.codes(env)

    run(session)


def test_a_diagnostic_says_all_there_is_to_say(project: Path) -> None:
    async def session() -> None:
        (project / "10xgraph.json").write_text('{\n  "agent": "graph.agent:app",\n  "env": ".env",\n  "agnet": 1\n}\n')
        async with connected(project) as editor:
            await editor.until(lambda: "AF104" in editor.codes(project / "10xgraph.json"))
            unknown = editor.at(project / "10xgraph.json", "AF104")
            assert unknown.severity == types.DiagnosticSeverity.Information
            assert list(unknown.tags or ()) == [types.DiagnosticTag.Unnecessary]
            assert unknown.source == "agentflow-lint"
            assert unknown.range.start == types.Position(3, 2)
            assert isinstance(unknown.data, dict)
            assert len(unknown.data["fingerprint"]) == 32
            assert "Help: " in unknown.message
            memory = editor.at(project / "graph" / "agent.py", "AF501")
            assert memory.severity == types.DiagnosticSeverity.Error
            assert memory.related_information is not None
            assert uri(project / "10xgraph.json") in {each.location.uri for each in memory.related_information}
            editor.open(
                project / "pyproject.toml",
                '[project]\nname = "desk"\nversion = "1"\ndependencies = ["10xscale-agentflow-cli"]\n',
            )
            await editor.until_version(project / "pyproject.toml", 1)
            renamed = editor.at(project / "pyproject.toml", "AF217")
            assert list(renamed.tags or ()) == [types.DiagnosticTag.Deprecated]

    run(session)


@pytest.mark.parametrize(("capabilities", "before"), [(None, 2 + 1), (UTF8, 4 + 2)])
def test_positions_are_counted_as_the_client_asks(
    project: Path, capabilities: types.ClientCapabilities | None, before: int
) -> None:
    """``# 😀é`` before the value: in UTF-16 the face is two units, in UTF-8 four bytes and é two."""

    async def session() -> None:
        agent = project / "graph" / "agent.py"
        async with connected(project, capabilities=capabilities) as editor:
            editor.open(agent)
            await editor.until_version(agent, 1)
            plain = editor.at(agent, "AF501").range
            editor.type(agent, 2, '"😀é"; ', at=(6, 0, 6, 0))
            await editor.until_version(agent, 2)
            moved = editor.at(agent, "AF501").range
            assert moved.start.line == plain.start.line
            assert moved.start.character == plain.start.character + before + len('""; ')
            # ... and so are those that the client sends
            unit = before + 1
            editor.type(agent, 3, "", at=(6, 0, 6, unit + len('"; ')))
            await editor.until_version(agent, 3)
            assert editor.at(agent, "AF501").range == plain

    run(session)


def test_lines_end_where_the_protocol_says(project: Path) -> None:
    async def session() -> None:
        agent = project / "graph" / "agent.py"
        text = agent.read_text().replace("\n", "\r\n")
        async with connected(project) as editor:
            editor.open(agent, text)
            await editor.until_version(agent, 1)
            assert editor.at(agent, "AF501").range.start.line == 6
            editor.type(agent, 2, "#\u2028 \x0c\x85 still line one\r#\n", at=(0, 0, 0, 0))
            await editor.until_version(agent, 2)
            assert editor.at(agent, "AF501").range.start.line == 8
            editor.type(agent, 3, "\t", at=(8, 400, 8, 500))  # behind the end of the line
            await editor.until_version(agent, 3)
            assert editor.at(agent, "AF501").range.start.line == 8

    run(session)


def test_several_folders_and_projects(tmp_path: Path) -> None:
    async def session() -> None:
        one, other = leaky(tmp_path / "mono" / "one"), leaky(tmp_path / "mono" / "other")
        far, later = leaky(tmp_path / "far"), leaky(tmp_path / "later")
        async with connected(tmp_path / "mono", far) as editor:
            await editor.until(lambda: "AF301" in editor.codes(far / ".env"))
            assert "AF301" in editor.codes(one / ".env")
            assert "AF301" in editor.codes(other / ".env")
            editor.wire.workspace_did_change_workspace_folders(
                types.DidChangeWorkspaceFoldersParams(
                    types.WorkspaceFoldersChangeEvent(
                        added=[types.WorkspaceFolder(uri(later), "later")],
                        removed=[types.WorkspaceFolder(uri(far), "far")],
                    )
                )
            )
            await editor.until(lambda: "AF301" in editor.codes(later / ".env"))
            assert not editor.codes(far / ".env")
            assert "AF301" in editor.codes(one / ".env")

    run(session)


def test_a_single_file_without_a_folder_brings_its_project(project: Path) -> None:
    async def session() -> None:
        async with connected() as editor:
            editor.open(project / "Dockerfile")
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))
            editor.close(project / "Dockerfile")
            await editor.until(lambda: not editor.codes(project / ".env"))

    run(session)


def test_what_happens_outside_of_the_editor(project: Path) -> None:
    async def session() -> None:
        env, agent = project / ".env", project / "graph" / "agent.py"
        async with connected(project) as editor:
            await editor.until(lambda: "AF301" in editor.codes(env))
            env.write_text(ENV.replace("ORIGINS=*", "ORIGINS=https://app.example.com"))
            editor.tell_of((env, CHANGED))
            await editor.until(lambda: "AF301" not in editor.codes(env))
            agent.rename(project / "graph" / "main.py")
            editor.tell_of((agent, DELETED), (project / "graph" / "main.py", CREATED))
            await editor.until(lambda: "AF202" in editor.codes(project / "10xgraph.json"))
            assert not editor.codes(agent)
            (project / "graph" / "main.py").rename(agent)
            editor.tell_of((agent, CREATED), (project / "graph" / "main.py", DELETED))
            await editor.until(lambda: "AF501" in editor.codes(agent))
            (project / "10xgraph.json").unlink()
            editor.tell_of((project / "10xgraph.json", DELETED))
            await editor.until(lambda: not any(editor.published.values()))

    run(session)


def test_a_project_that_is_not_saved_yet(tmp_path: Path) -> None:
    async def session() -> None:
        root = tmp_path / "new"
        root.mkdir()
        config = root / "agentflow.json"
        async with connected(root) as editor:
            editor.open(config, '{"agent": "nowhere:app"}')
            await editor.until(lambda: "AF202" in editor.codes(config))
            editor.open(root / "nowhere.py", "app = 1\n")
            await editor.until(lambda: "AF202" not in editor.codes(config))
            editor.close(config)
            await editor.until(lambda: not editor.codes(config))

    run(session)


def test_the_linters_own_configuration(project: Path) -> None:
    async def session() -> None:
        own = project / "agentflow-lint.toml"
        async with connected(project) as editor:
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))
            editor.open(own, 'ignore = ["AF3"]\n')
            await editor.until(lambda: not {"AF301", "AF302"} & editor.codes(project / ".env"))
            assert "AF501" in editor.codes(project / "graph" / "agent.py")
            editor.type(own, 2, 'ignore = ["AF3"]\nselct = []\n')
            await editor.until(lambda: bool(editor.codes(own)))
            (problem,) = editor.published[uri(own)]
            assert "did you mean `select`" in problem.message or "select" in problem.message
            assert problem.range.start.line == 1
            assert not editor.codes(project / "graph" / "agent.py")
            editor.close(own)
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))

    run(session)


def test_one_bad_configuration_leaves_the_other_projects_alone(tmp_path: Path) -> None:
    async def session() -> None:
        good, bad = leaky(tmp_path / "good"), leaky(tmp_path / "bad")
        (bad / "agentflow-lint.toml").write_text("select = [\n")
        async with connected(tmp_path) as editor:
            await editor.until(lambda: "AF301" in editor.codes(good / ".env"))
            assert editor.codes(bad / "agentflow-lint.toml") == {"configuration"}
            assert not editor.codes(bad / ".env")

    run(session)


def test_settings_of_the_client(project: Path) -> None:
    async def session() -> None:
        settings = {"select": ["AF301"]}
        async with connected(project, settings=settings) as editor:
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))
            assert not editor.codes(project / "graph" / "agent.py")
            changed = types.DidChangeConfigurationParams({"agentflow-lint": {"args": ["--select", "AF501,AF401"]}})
            editor.wire.workspace_did_change_configuration(changed)
            await editor.until(lambda: "AF501" in editor.codes(project / "graph" / "agent.py"))
            assert not editor.codes(project / ".env")
            wrong = types.DidChangeConfigurationParams({"agentflow-lint": {"targetRelase": "0.8.0"}})
            editor.wire.workspace_did_change_configuration(wrong)
            await editor.until(lambda: any("targetRelease" in message for message in editor.messages))
            unknown = types.DidChangeConfigurationParams({"agentflow-lint": {"targetRelease": "0.99"}})
            editor.wire.workspace_did_change_configuration(unknown)
            await editor.until(lambda: any("0.99" in message for message in editor.messages))
            again = types.DidChangeConfigurationParams({"agentflow-lint": None})
            editor.wire.workspace_did_change_configuration(again)
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))

    run(session)


def test_settings_that_the_server_asks_for(project: Path) -> None:
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        )
    )

    async def session() -> None:
        async with connected(project, capabilities=capabilities) as editor:
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))
            assert {each.method for each in editor.registered} == {
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            }
            editor.settings["agentflow-lint"] = {"ignore": ["AF301"]}
            editor.wire.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: "AF301" not in editor.codes(project / ".env"))
            assert "AF302" in editor.codes(project / ".env")
            editor.settings.clear()  # taken out again: the client answers null
            editor.wire.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: "AF301" in editor.codes(project / ".env"))

    run(session)


def test_settings_that_are_taken_out_leave_the_initialization_options(project: Path) -> None:
    capabilities = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(configuration=True))
    env = project / ".env"

    async def session() -> None:
        async with connected(project, capabilities=capabilities, settings={"ignore": ["AF301"]}) as editor:
            await editor.until(lambda: "AF302" in editor.codes(env))
            assert "AF301" not in editor.codes(env)
            editor.settings["agentflow-lint"] = {"ignore": ["AF302"]}
            editor.wire.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: "AF302" not in editor.codes(env))
            assert "AF301" in editor.codes(env)
            editor.settings.clear()
            editor.wire.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: "AF302" in editor.codes(env))
            assert "AF301" not in editor.codes(env)

    run(session)


def test_a_configuration_that_is_not_there_is_told(project: Path) -> None:
    """No client shows what is wrong in a file that nobody can open."""

    async def session() -> None:
        async with connected(project, settings={"configuration": "nowhere.toml"}) as editor:
            await editor.until(lambda: bool(editor.messages))
            assert "nowhere.toml" in editor.messages[0]
            assert "cannot be read" in editor.messages[0]

    run(session)


def test_a_client_that_pulls(project: Path) -> None:
    async def session() -> None:
        env, config = project / ".env", project / "10xgraph.json"
        async with connected(project, capabilities=PULLING) as editor:
            provider = editor.result.capabilities.diagnostic_provider
            assert isinstance(provider, types.DiagnosticOptions)
            assert provider.inter_file_dependencies
            assert provider.workspace_diagnostics
            await editor.until(lambda: "AF301" in editor.codes(env))  # not open: pushed
            editor.open(env)
            await editor.until(lambda: not editor.codes(env))  # open: the client pulls
            identifier = types.TextDocumentIdentifier(uri(env))
            report = await editor.wire.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier))
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            assert "AF301" in {each.code for each in report.items}
            again = await editor.wire.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(identifier, previous_result_id=report.result_id)
            )
            assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
            editor.open(config)
            editor.type(env, 2, "https://app.example.com", at=(2, 8, 2, 9))
            fresh = await editor.wire.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(identifier, previous_result_id=report.result_id)
            )
            assert isinstance(fresh, types.RelatedFullDocumentDiagnosticReport)
            assert "AF301" not in {each.code for each in fresh.items}
            await editor.until(lambda: editor.refreshed > 0)

    run(session)


def test_a_client_that_pulls_everything(project: Path) -> None:
    async def session() -> None:
        env = project / ".env"
        async with connected(project, capabilities=PULLING) as editor:
            first = await editor.wire.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
            by_uri = {item.uri: item for item in first.items}
            full = by_uri[uri(env)]
            assert isinstance(full, types.WorkspaceFullDocumentDiagnosticReport)
            assert "AF301" in {each.code for each in full.items}
            await editor.until(lambda: not any(editor.published.values()))  # what it pulls is pushed no longer
            env.write_text(ENV.replace("ORIGINS=*", "ORIGINS=https://app.example.com"))
            editor.tell_of((env, CHANGED))
            await editor.until(lambda: editor.refreshed > 0)
            previous = [
                types.PreviousResultId(item.uri, item.result_id) for item in first.items if item.result_id is not None
            ]
            second = await editor.wire.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous))
            kinds = {item.uri: item.kind for item in second.items}
            assert kinds[uri(env)] == "full"
            assert kinds[uri(project / "graph" / "agent.py")] == "unchanged"

    run(session)


def test_edits_that_come_faster_than_they_are_looked_at(project: Path) -> None:
    async def session() -> None:
        env = project / ".env"
        async with connected(project, process=True) as editor:
            editor.open(env)
            for number in range(2, 60):
                editor.type(env, number, "x", at=(0, 0, 0, 0))
            editor.type(env, 60, ENV)
            await editor.until_version(env, 60)
            assert "AF301" in editor.codes(env)
            assert len([each for each in editor.messages if "bug" in each]) == 0

    run(session)


def test_without_pygls_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pygls'] = None\n")
    done = subprocess.run(
        [sys.executable, "-c", "import sitecustomize; from agentflow_lint.cli.main import run; run()", "server"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'agentflow-lint[lsp]'" in done.stderr


def test_comments_and_baselines_hold_back_as_on_the_command_line(project: Path) -> None:
    async def session() -> None:
        env, own = project / ".env", project / "agentflow-lint.toml"
        async with connected(project) as editor:
            editor.open(env)
            await editor.until_version(env, 1)
            assert {"AF301", "AF302"} <= editor.codes(env)
            editor.type(env, 2, "# agentflow-lint: ignore[AF301] the gateway checks it\n", at=(2, 0, 2, 0))
            await editor.until_version(env, 2)
            assert "AF301" not in editor.codes(env)
            assert "AF302" in editor.codes(env)
            editor.type(env, 3, "ignroe", at=(2, 18, 2, 24))
            await editor.until_version(env, 3)
            assert {"suppression", "AF301"} <= editor.codes(env)
            assert editor.at(env, "suppression").range.start.line == 2
            editor.open(own, 'baseline = "known.json"\n')
            await editor.until_version(own, 1)
            assert editor.codes(own) == {"configuration"}  # there is no such file
            editor.open(project / "known.json", '{"version": 1, "findings": []}\n')
            await editor.until_version(project / "known.json", 1)
            assert not editor.codes(own)
            editor.type(project / "known.json", 2, '{"version": 2}')
            await editor.until_version(project / "known.json", 2)
            assert editor.codes(project / "known.json") == {"configuration"}
            assert "AF301" in editor.codes(env)

    run(session)
