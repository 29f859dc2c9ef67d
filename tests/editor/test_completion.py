"""Completion: what is offered at a cursor, and what the file is once it is taken."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from agentflow_lint.editor.completion import TRIGGERS, completion
from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.positions import Encoding, offset_at
from agentflow_lint.sources.text import SourceText
from tests.editor.client import connected, uri
from tests.editor.projects import full
from tests.editor.views import CURSOR, at_cursor

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return full(tmp_path / "desk")


def offered(root: Path, path: str, marked: str, encoding: Encoding = Encoding.UTF16) -> dict[str, types.CompletionItem]:
    """What is offered at the cursor, by label and in order."""
    view, position = at_cursor(root, path, marked, encoding)
    found = completion(view, position, Markup(True)).items
    in_order = sorted(found, key=lambda each: each.sort_text or "")
    return {each.label: each for each in in_order}


def taken(root: Path, path: str, marked: str, label: str, encoding: Encoding = Encoding.UTF16) -> str:
    """The text once a proposal is taken, as a client does: with the cursor behind it."""
    item = offered(root, path, marked, encoding)[label]
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    text = SourceText(marked.replace(CURSOR, ""))
    start, end = (offset_at(text, each, encoding) for each in (edit.range.start, edit.range.end))
    cursor = marked.index(CURSOR)
    assert start <= cursor <= end
    typed = text.content[start:cursor]
    assert (item.filter_text or item.label).startswith(typed) or typed in (item.filter_text or "")
    return text.content[:start] + edit.new_text + CURSOR + text.content[end:]


# --- the config ----------------------------------------------------------------------------------------------------


def test_keys_that_are_not_there_yet(project: Path) -> None:
    found = offered(project, "10xgraph.json", '{"env": ".env", "‸')
    assert next(iter(found)) == "agent"
    assert "env" not in found
    assert {"auth", "injectq", "rate_limit", "store"} <= set(found)
    assert found["rate_limit"].detail == "Since 0.3.2"
    assert found["rate_limit"].documentation is not None
    assert found["checkpointer"].tags == [types.CompletionItemTag.Deprecated]


def test_keys_are_those_of_the_release(project: Path) -> None:
    pins = (project / "pyproject.toml").read_text().replace("10xgraph-api==0.9.0", "10xscale-agentflow-cli==0.4.0")
    (project / "pyproject.toml").write_text(pins)
    found = offered(project, "agentflow.json", "{‸")
    assert "auth" in found
    assert "ag_ui" not in found


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        ("{‸", "agent", '{"agent": ‸'),
        ("{ag‸", "agent", '{"agent": ‸'),
        ('{"ag‸', "agent", '{"agent": ‸'),
        ('{"ag‸"}', "agent", '{"agent": ‸}'),
        ('{"ag‸": 1}', "agent", '{"agent"‸: 1}'),
        ('{"rate_limit": {"b‸"}}', "by", '{"rate_limit": {"by": ‸}}'),
        ('{"rate_limit": {"by": "‸"}}', "user", '{"rate_limit": {"by": "user‸"}}'),
        ('{"rate_limit": {"by": ‸', "user", '{"rate_limit": {"by": "user"‸'),
        ('{"rate_limit": {"enabled": t‸}}', "true", '{"rate_limit": {"enabled": true‸}}'),
        ('{"auth": "‸', "jwt", '{"auth": "jwt‸'),
        ('{"rate_limit": {"‸}}', "by", '{"rate_limit": {"by": ‸}}'),
        ('{"auth": "‸}', "jwt", '{"auth": "jwt‸}'),
        ('{"agent": "graph.agent:a‸pp, "env": 1}', "app", '{"agent": "graph.agent:app‸, "env": 1}'),
        ('{"‸: null,\n"agent": 1}', "auth", '{"auth"‸: null,\n"agent": 1}'),
        ('{"env": "‸"}', ".env", '{"env": ".env‸"}'),
        ('{"agent": "‸', "graph.agent", '{"agent": "graph.agent:‸'),
        ('{"agent": "graph.‸"}', "graph.agent", '{"agent": "graph.agent:‸"}'),
        ('{"agent": "graph.agent:‸"}', "app", '{"agent": "graph.agent:app‸"}'),
        ('{"agent": "graph.agent:a‸x"}', "app", '{"agent": "graph.agent:app‸"}'),
        ('{"😀": 1, "agent": "graph.agent:‸', "app", '{"😀": 1, "agent": "graph.agent:app‸'),
        ('{"remote_tools": [{"‸', "node", '{"remote_tools": [{"node": ‸'),
    ],
)
@pytest.mark.parametrize("encoding", [Encoding.UTF8, Encoding.UTF16])
def test_what_is_taken_in_the_config(project: Path, marked: str, label: str, expected: str, encoding: Encoding) -> None:
    assert taken(project, "10xgraph.json", marked, label, encoding) == expected


def test_a_default_is_told(project: Path) -> None:
    assert offered(project, "10xgraph.json", '{"rate_limit": {"by": "‸')["ip"].detail == "default"


def test_only_texts_are_offered_between_quotes(project: Path) -> None:
    assert set(offered(project, "10xgraph.json", '{"rate_limit": {"enabled": "‸"}}')) == set()
    assert {"true", "false"} <= set(offered(project, "10xgraph.json", '{"rate_limit": {"enabled": ‸}}'))


def test_modules_that_exist(project: Path) -> None:
    (project / "deep" / "er").mkdir(parents=True)
    (project / "deep" / "er" / "mod.py").write_text("x = 1\n")
    found = list(offered(project, "10xgraph.json", '{"agent": "‸'))
    assert found == ["deep", "deep.er", "deep.er.mod", "graph", "graph.agent", "graph.tools"]


def test_folders_without_python_are_no_modules(project: Path) -> None:
    (project / "k8s" / "base").mkdir(parents=True)
    (project / "k8s" / "base" / "web.yaml").write_text("kind: Service\n")
    assert not [each for each in offered(project, "10xgraph.json", '{"agent": "‸') if each.startswith("k8s")]


def test_a_list_is_offered_as_a_whole_and_its_items_within_it(project: Path) -> None:
    whole = offered(project, "10xgraph.json", '{"rate_limit": {"exclude_paths": ‸}}')
    assert {"[]", '["/ping"]'} <= set(whole)
    assert set(offered(project, "10xgraph.json", '{"rate_limit": {"exclude_paths": [‸]}}')) == {"/ping"}


def test_of_too_many_modules_the_deepest_are_left_out(project: Path) -> None:
    deep = project / "a" / "b"
    deep.mkdir(parents=True)
    for number in range(600):
        (deep / f"m{number}.py").write_text("")
    found = offered(project, "10xgraph.json", '{"agent": "‸')
    assert {"a", "a.b", "graph.agent"} <= set(found)
    assert len(found) == 500


def test_compiled_graphs_come_first(project: Path) -> None:
    (project / "graph" / "agent.py").write_text(
        "import os\n"
        "from tenxgraph.core.graph import StateGraph\n\n"
        "LIMIT = 5\n_private = 1\n\n\ndef node(state):\n    return state\n\n\n"
        'graph = StateGraph()\ngraph.add_node("MAIN", node)\ngraph.set_entry_point("MAIN")\nzebra = graph.compile()\n'
    )
    found = offered(project, "10xgraph.json", '{"agent": "graph.agent:‸"}')
    assert next(iter(found)) == "zebra"
    assert found["zebra"].detail == "a compiled graph"
    assert list(found)[1] == "node"
    assert "_private" not in found
    assert "LIMIT" in found
    other = offered(project, "10xgraph.json", '{"store": "graph.agent:‸"}')
    assert list(other).index("node") > list(other).index("graph")


def test_names_of_a_module_that_fails_are_read_off_its_text(project: Path) -> None:
    (project / "graph" / "agent.py").write_text("KEY = 1\nraise ValueError(KEY)\n\n\ndef make():\n    return 1\n")
    assert set(offered(project, "10xgraph.json", '{"agent": "graph.agent:‸"}')) == {"KEY", "make"}


def test_names_of_a_module_that_is_half_typed_are_read_off_its_lines(project: Path) -> None:
    (project / "graph" / "agent.py").write_text(
        "KEY: int = 1\nif KEY == 2:\n    inner = 3\n_private = 4\nKEY.real = 5\nclass Maker:\n    pass\n\n\n"
        "async def make():\n    return 1\n\n\napp = make(\n"
    )
    assert set(offered(project, "10xgraph.json", '{"agent": "graph.agent:‸"}')) == {"KEY", "Maker", "make", "app"}


def test_a_variable_that_is_not_set_hides_no_graph(project: Path) -> None:
    found = offered(project, "10xgraph.json", '{"agent": "graph.agent:‸"}')  # its agent wants OPENAI_API_KEY
    assert found["app"].detail == "a compiled graph"


def test_attributes_of_no_module(project: Path) -> None:
    assert offered(project, "10xgraph.json", '{"agent": "no.such:‸"}') == {}
    assert offered(project, "10xgraph.json", '{"agent": "os:‸"}') == {}
    assert offered(project, "10xgraph.json", '{"agnet": "‸"}') == {}


# --- variables -----------------------------------------------------------------------------------------------------

_SERVICE = "services:\n  web:\n    build: .\n    environment:\n"
_CONTAINER = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          env:\n"


@pytest.mark.parametrize(
    ("path", "marked", "label", "expected"),
    [
        (".env", "ORIGINS=*\nMO‸", "MODE", "ORIGINS=*\nMODE=‸"),
        (".env", "export M‸", "MODE", "export MODE=‸"),
        (".env", "MO‸=x\n", "MODE", "MODE‸=x\n"),
        (".env", "MODE=‸\n", "production", "MODE=production‸\n"),
        (".env", "mode='pr‸'\n", "production", "mode='production‸'\n"),
        ("prod.env", "IS_DEBUG=‸", "false", "IS_DEBUG=false‸"),
        ("Dockerfile", "FROM x\nENV MO‸\n", "MODE", "FROM x\nENV MODE=‸\n"),
        ("Dockerfile", "FROM x\nENV A=b \\\n    LOG_LEVEL=‸", "INFO", "FROM x\nENV A=b \\\n    LOG_LEVEL=INFO‸"),
        ("Dockerfile", "FROM x\nARG A MO‸\n", "MODE", "FROM x\nARG A MODE=‸\n"),
        ("Dockerfile", 'FROM x\nENV A=b IS_DEBUG="‸"', "true", 'FROM x\nENV A=b IS_DEBUG="true‸"'),
        ("Dockerfile", "FROM x\nENV LOG_LEVEL ‸\n", "INFO", "FROM x\nENV LOG_LEVEL INFO‸\n"),
        ("Dockerfile", 'FROM x\nENV LOG_LEVEL "DE‸"\n', "DEBUG", 'FROM x\nENV LOG_LEVEL "DEBUG‸"\n'),
        ("compose.yaml", _SERVICE + "      MO‸", "MODE", _SERVICE + "      MODE: ‸"),
        ("compose.yaml", _SERVICE + "      - MO‸", "MODE", _SERVICE + "      - MODE=‸"),
        ("compose.yaml", _SERVICE + "    - MO‸", "MODE", _SERVICE + "    - MODE=‸"),
        ("compose.yaml", _SERVICE + "      ‸\n  other:\n", "MODE", _SERVICE + "      MODE: ‸\n  other:\n"),
        ("compose.yaml", _SERVICE + "      MODE: ‸", "production", _SERVICE + "      MODE: production‸"),
        ("compose.yaml", _SERVICE + "      IS_DEBUG: ‸", "false", _SERVICE + '      IS_DEBUG: "false"‸'),
        ("compose.yaml", _SERVICE + '      IS_DEBUG: "‸"', "false", _SERVICE + '      IS_DEBUG: "false‸"'),
        ("compose.yaml", _SERVICE + "      - IS_DEBUG=‸", "false", _SERVICE + "      - IS_DEBUG=false‸"),
        ("k8s/web.yaml", _CONTAINER + "            - name: MO‸", "MODE", _CONTAINER + "            - name: MODE‸"),
        (
            "k8s/web.yaml",
            _CONTAINER + "            - name: IS_DEBUG\n              value: ‸",
            "false",
            _CONTAINER + '            - name: IS_DEBUG\n              value: "false"‸',
        ),
        ("k8s/c.yaml", "kind: ConfigMap\ndata:\n  MO‸", "MODE", "kind: ConfigMap\ndata:\n  MODE: ‸"),
    ],
)
def test_what_is_taken_where_variables_are_set(
    project: Path, path: str, marked: str, label: str, expected: str
) -> None:
    assert taken(project, path, marked, label) == expected


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        (".env", "ORIGINS=*\nMODE=development\n‸"),
        ("Dockerfile", "FROM x\nENV MODE=production\nENV ‸\n"),
        ("compose.yaml", _SERVICE + "      MODE: production\n      ‸\n  other:\n    environment: {ORIGINS: 1}\n"),
        ("compose.yaml", _SERVICE + "      - ‸\n      - MODE=production\n"),
        ("k8s/web.yaml", _CONTAINER + "            - name: MODE\n              value: x\n            - name: ‸"),
        ("k8s/c.yaml", "kind: ConfigMap\ndata:\n  MODE: production\n  ‸"),
    ],
)
def test_variables_that_are_set_there_are_not_offered(project: Path, path: str, marked: str) -> None:
    found = offered(project, path, marked)
    assert "MODE" not in found
    assert "ALLOWED_HOST" in found
    assert found["ALLOWED_HOST"].detail == "text"
    assert found["ALLOWED_HOST"].documentation is not None


def test_a_wildcard_is_a_default_that_is_not_offered(project: Path) -> None:
    for path, before in ((".env", ""), ("Dockerfile", "FROM x\nENV ")):
        for name in ("ORIGINS", "ALLOWED_HOST"):
            assert offered(project, path, f"{before}{name}=‸") == {}


def test_variables_that_the_code_reads_come_first(project: Path) -> None:
    (project / "graph" / "tools.py").write_text(
        'import os\n\n\ndef look_up(query: str) -> str:\n    return os.environ["SEARCH_URL"]\n'
    )
    found = offered(project, ".env", "‸")
    assert next(iter(found)) == "SEARCH_URL"
    assert found["SEARCH_URL"].detail == "required"


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        (".env", "# MO‸"),
        (".env", "SEARCH=‸"),
        ("Dockerfile", "FROM x\nENV LOG_LEVEL INFO ‸"),
        ("Dockerfile", "FROM x\nRUN MO‸"),
        ("Dockerfile", "ENV‸"),
        ("compose.yaml", "services:\n  web:\n    MO‸"),
        ("compose.yaml", "services:\n  web:\n    image: ‸"),
        ("k8s/c.yaml", "kind: Secret\ndata:\n  MO‸"),
        ("k8s/web.yaml", "kind: Pod\nspec:\n  containers:\n    - args:\n        - MO‸"),
        (".github/workflows/ci.yml", "jobs:\n  x:\n    environment:\n      MO‸"),
        ("k8s/web.yaml", "metadata:\n  name: ‸"),
        ("graph/agent.py", "x = 1‸\n"),
        ("README.md", "MO‸"),
    ],
)
def test_places_where_no_variable_belongs(project: Path, path: str, marked: str) -> None:
    assert offered(project, path, marked) == {}


# --- suppressions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "marked", "label", "expected"),
    [
        (".env", "# agentflow-lint: ignore[‸", "AF301 wildcard-origins", "# agentflow-lint: ignore[AF301‸"),
        (
            "graph/agent.py",
            "x = 1  # noqa  # agentflow-lint: disable[AF301, wild‸]",
            "AF302 credentialed-wildcard",
            "x = 1  # noqa  # agentflow-lint: disable[AF301, credentialed-wildcard‸]",
        ),
    ],
)
def test_rules(project: Path, path: str, marked: str, label: str, expected: str) -> None:
    assert taken(project, path, marked, label) == expected


def test_rules_that_are_named_already_are_not_offered(project: Path) -> None:
    found = offered(project, "Dockerfile", "FROM x  # agentflow-lint: ignore[AF301, wildcard-hosts, ‸] why")
    assert not any("AF301" in label or "wildcard-hosts" in label for label in found)
    assert len(found) > 50
    assert offered(project, "Dockerfile", "FROM x  # agentflow-lint: ignore[AF301] ‸") == {}


# --- the wire ------------------------------------------------------------------------------------------------------


def test_the_server_completes_what_is_typed(project: Path) -> None:
    config = project / "10xgraph.json"

    async def session() -> None:
        async with connected(project, process=True) as editor:
            provider = editor.result.capabilities.completion_provider
            assert provider is not None
            assert tuple(provider.trigger_characters or ()) == TRIGGERS
            editor.open(config)
            text = '{\n  "agent": "graph.agent:"\n'
            editor.type(config, 2, text)
            params = types.CompletionParams(types.TextDocumentIdentifier(uri(config)), types.Position(1, 24))
            found = await editor.wire.text_document_completion_async(params)
            assert isinstance(found, types.CompletionList)
            assert found.items[0].label == "app"
            edit = found.items[0].text_edit
            assert isinstance(edit, types.TextEdit)
            assert edit.range == types.Range(types.Position(1, 24), types.Position(1, 24))
            line = text.splitlines()[1]
            filled = line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
            assert json.loads("{" + filled + "}") == {"agent": "graph.agent:app"}

    asyncio.run(session())
