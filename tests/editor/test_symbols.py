"""Which symbol is under the cursor: exact spans in every kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.editor.symbols import (
    ConfigKey,
    ConfigValue,
    FileName,
    RuleName,
    SettingVariable,
    Symbol,
    VariableRead,
    symbols_at,
    symbols_of,
)
from tests.editor.projects import full
from tests.editor.views import view_of

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.editor.view import View


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return full(tmp_path / "desk")


def written(view: View, symbol: Symbol) -> str:
    """What stands where a symbol is."""
    start, end = (view.text.offset(*at) for at in (symbol.span[:2], symbol.span[2:]))
    return view.text.content[start:end]


def variables(view: View) -> list[tuple[str, str | None, str]]:
    """Name, value and text of the file's variables."""
    found = []
    for each in symbols_of(view):
        if isinstance(each, SettingVariable):
            start, end = (view.text.offset(*at) for at in (each.name_span[:2], each.name_span[2:]))
            assert each.name in view.text.content[start:end]
            found.append((each.name, each.value, written(view, each)))
    return found


def test_env_files(project: Path) -> None:
    view = view_of(project, ".env", "# 😀\nexport MODE='production'  # why\r\nBARE\nORIGINS = *\n")
    assert variables(view) == [
        ("MODE", "production", "MODE='production'"),
        ("BARE", None, "BARE"),
        ("ORIGINS", "*", "ORIGINS = *"),
    ]


def test_dockerfiles(project: Path) -> None:
    text = (
        'FROM python:3.12\nARG LOG_LEVEL\nENV MODE=production \\\n    ORIGINS="https://a.example"\nENV ROOT_PATH /api\n'
    )
    assert variables(view_of(project, "Dockerfile", text)) == [
        ("LOG_LEVEL", None, "LOG_LEVEL"),
        ("MODE", "production", "MODE=production"),
        ("ORIGINS", "https://a.example", 'ORIGINS="https://a.example"'),
        ("ROOT_PATH", "/api", "ROOT_PATH /api"),
    ]


def test_a_dockerfile_names_the_files_that_it_copies(project: Path) -> None:
    text = "FROM python:3.12\nCOPY 10xgraph.json pyproject.toml /app/\nCOPY --from=x .env /\nCOPY . .\n"
    names = [each for each in symbols_of(view_of(project, "Dockerfile", text)) if isinstance(each, FileName)]
    assert [each.path for each in names] == ["10xgraph.json", "pyproject.toml"]


def test_compose_files(project: Path) -> None:
    text = """x-common: &common
  LOG_LEVEL: INFO
services:
  web:
    build: {context: ., dockerfile: Dockerfile}
    env_file: [.env, {path: more.env}]
    environment:
      <<: *common
      MODE: "production"
      PASSED:
  worker:
    image: x
    environment:
      - 'ORIGINS=*'
      - ALLOWED_HOST
"""
    view = view_of(project, "compose.yaml", text)
    assert variables(view) == [
        ("LOG_LEVEL", "INFO", "LOG_LEVEL: INFO"),
        ("MODE", "production", 'MODE: "production"'),
        ("PASSED", None, "PASSED"),
        ("ORIGINS", "*", "ORIGINS=*"),
        ("ALLOWED_HOST", None, "ALLOWED_HOST"),
    ]
    files = [each for each in symbols_of(view) if isinstance(each, FileName)]
    assert [(each.path, written(view, each)) for each in files] == [
        ("Dockerfile", "Dockerfile"),
        (".env", ".env"),
        ("more.env", "more.env"),
    ]


def test_manifests(project: Path) -> None:
    text = """apiVersion: v1
kind: ConfigMap
data:
  MODE: production
  app.conf: text
---
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: web
          env:
            - name: ORIGINS
              value: "*"
            - {value: x, name: ROOT_PATH}
            - name: JWT_SECRET_KEY
              valueFrom: {secretKeyRef: {name: s, key: k}}
---
kind: Secret
stringData:
  SENTRY_DSN: https://secret@sentry.example/1
"""
    assert variables(view_of(project, "k8s/web.yaml", text)) == [
        ("MODE", "production", "MODE: production"),
        ("ORIGINS", "*", 'ORIGINS\n              value: "*"'),
        ("ROOT_PATH", "x", "x, name: ROOT_PATH"),
        ("JWT_SECRET_KEY", None, "JWT_SECRET_KEY"),
    ]


def test_kustomizations(project: Path) -> None:
    text = "configMapGenerator:\n  - name: env\n    literals:\n      - MODE=production\n"
    assert variables(view_of(project, "k8s/kustomization.yaml", text)) == [("MODE", "production", "MODE=production")]


def test_raw_env_of_gunicorn(project: Path) -> None:
    text = 'import os\nraw_env = ["MODE=production", f"X={1}", "ORIGINS=*"]\nother = ["A=b"]\n'
    assert variables(view_of(project, "gunicorn.conf.py", text)) == [
        ("MODE", "production", "MODE=production"),
        ("ORIGINS", "*", "ORIGINS=*"),
    ]


def test_reads_in_code(project: Path) -> None:
    text = """import os
from os import environ as env, getenv
A = os.environ["FIRST"]
def later():
    return env.get("SECOND", "x"), getenv("THIRD")
other = {"FOURTH": 1}["FOURTH"]
"""
    view = view_of(project, "graph/tools.py", text)
    reads = [each for each in symbols_of(view) if isinstance(each, VariableRead)]
    assert [(each.name, written(view, each)) for each in reads] == [
        ("FIRST", '"FIRST"'),
        ("SECOND", '"SECOND"'),
        ("THIRD", '"THIRD"'),
    ]


def test_fields_of_settings_classes_are_reads(project: Path) -> None:
    text = """from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    search_url: str = "https://search.example"

settings = Settings()

def look_up(query: str) -> str:
    return settings.search_url
"""
    view = view_of(project, "graph/tools.py", text)
    (read,) = (each for each in symbols_of(view) if isinstance(each, VariableRead))
    assert read.name == "SEARCH_URL"
    assert written(view, read).startswith("search_url: str")


def test_what_a_model_provider_reads_is_a_read(project: Path) -> None:
    view = view_of(project, "graph/agent.py")
    (read,) = (each for each in symbols_of(view) if isinstance(each, VariableRead))
    assert (read.name, written(view, read)) == ("OPENAI_API_KEY", 'Agent(model="gpt-4o")')


def test_a_variable_that_is_missing_hides_none_of_the_reads_behind_it(project: Path) -> None:
    agent = project / "graph" / "agent.py"
    agent.write_text('import os\n\nREGION = os.environ["SHOP_REGION"]\n' + agent.read_text())
    found = [each for each in symbols_of(view_of(project, "graph/agent.py")) if isinstance(each, VariableRead)]
    assert [each.name for each in found] == ["SHOP_REGION", "OPENAI_API_KEY"]


def test_the_config(project: Path) -> None:
    text = '{"agent": "graph.agent:app", "rate_limit": {"redis": "😀${REDIS_URL}", "by": "ip"}, "auth": null}'
    view = view_of(project, "10xgraph.json", text)
    found = symbols_of(view)
    keys = [each.path for each in found if isinstance(each, ConfigKey)]
    assert keys == [("agent",), ("rate_limit",), ("rate_limit", "redis"), ("rate_limit", "by"), ("auth",)]
    values = {each.path: written(view, each) for each in found if isinstance(each, ConfigValue)}
    assert values[("agent",)] == '"graph.agent:app"'
    assert values[("auth",)] == "null"
    (read,) = (each for each in found if isinstance(each, VariableRead))
    assert (read.name, written(view, read)) == ("REDIS_URL", "${REDIS_URL}")
    innermost = symbols_at(view, read.span.line, read.span.column + 3)
    assert [type(each) for each in innermost] == [VariableRead, ConfigValue]


def test_a_config_that_is_no_json_has_no_symbols(project: Path) -> None:
    assert symbols_of(view_of(project, "10xgraph.json", '{"agent": ')) == ()


def test_rules_in_suppressions(project: Path) -> None:
    view = view_of(project, ".env", "# agentflow-lint: ignore[AF301, wildcard-hosts] why\nORIGINS=*\n")
    rules = [each for each in symbols_of(view) if isinstance(each, RuleName)]
    assert [(each.text, written(view, each)) for each in rules] == [
        ("AF301", "AF301"),
        ("wildcard-hosts", "wildcard-hosts"),
    ]


def test_where_two_touch_the_one_that_begins_counts(project: Path) -> None:
    view = view_of(project, ".env", "MODE=production\n")
    assert [each.span for each in symbols_at(view, 1, 16)] == [(1, 1, 1, 16)]
    assert symbols_at(view, 2, 1) == ()
