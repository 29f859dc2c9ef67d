"""Secrets in every place, and the cursor everywhere: no feature shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from agentflow_lint.editor.completion import completion
from agentflow_lint.editor.definition import definition, links
from agentflow_lint.editor.hover import hover
from agentflow_lint.editor.inlay import inlay_hints
from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.positions import Encoding, position_at
from agentflow_lint.editor.view import View
from tests.editor.projects import DOCKERFILE, full
from tests.editor.views import CATALOGUE, findings_of, state_of

if TYPE_CHECKING:
    from pathlib import Path

#: Part of every secret below.
SECRET = "hunter2"
FILES = {
    ".env": "MODE=production\nJWT_SECRET_KEY=hunter2-one\nJWT_SECRET_KEY='hunter2 two'\nJWT_ALGORITHM=HS256\n"
    "DATABASE_URL=postgres://user:hunter2@db/desk\nREDIS_URL=redis://:hunter2@cache:6379/0\n"
    "SENTRY_DSN=https://hunter2@sentry.example/1\nSEARCH_KEY=hunter2-three\n",
    ".env.example": "SEARCH_KEY=hunter2-sample\nbroken line hunter2\n",
    "Dockerfile": DOCKERFILE.replace(
        "USER",
        "ARG BUILD_TOKEN=hunter2\nENV OPENAI_API_KEY=hunter2 SEARCH_KEY=hunter2 \\\n    JWT_SECRET_KEY=hunter2-four\n"
        "ENV MEDIA_CLOUD_SECRET_ACCESS_KEY hunter2\nUSER",
    ),
    "compose.yaml": "services:\n  web:\n    build: {context: ., args: {BUILD_TOKEN: hunter2}}\n    env_file: .env\n"
    "    environment:\n      JWT_SECRET_KEY: ${JWT:-hunter2-five}\n      SEARCH_KEY: hunter2-six\n"
    "      DATABASE_URL: postgres://user:hunter2@other/desk\n      SEARCH_PASSWORD: ${P:-hunter2}\n",
    "k8s/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  SEARCH_KEY: hunter2\n---\n"
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  JWT_SECRET_KEY: hunter2\n---\n"
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n"
    "        - name: web\n          image: desk\n          envFrom: [{configMapRef: {name: settings}}]\n"
    "          env:\n            - name: JWT_SECRET_KEY\n              value: hunter2-seven\n"
    "            - name: REDIS_URL\n              value: redis://:hunter2@cache/0\n",
    "gunicorn.conf.py": 'raw_env = ["JWT_SECRET_KEY=hunter2", "SEARCH_KEY=hunter2"]\n',
    "10xgraph.json": '{\n  "agent": "graph.agent:app",\n  "env": ".env",\n  "auth": "jwt",\n'
    '  "redis": "redis://:hunter2@cache/0",\n'
    '  "rate_limit": {"backend": "redis", "redis": {"url": "redis://u:hunter2@cache/1"}}\n}\n',
    "graph/tools.py": 'import os\n\nKEY = os.getenv("SEARCH_KEY", "hunter2")\nURL = os.environ.get("DATABASE_URL", '
    '"postgres://user:hunter2@db/desk")\n'
    "\n\ndef look_up(query: str) -> str:\n"
    '    return os.environ["SEARCH_PASSWORD"]\n',
}
ALL = types.Range(types.Position(0, 0), types.Position(999, 0))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = full(tmp_path_factory.mktemp("secrets") / "desk")
    for path, text in FILES.items():
        assert SECRET in text
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.parametrize("path", list(FILES))
def test_nothing_shows_a_secret(project: Path, path: str) -> None:
    state = state_of(project)
    view = View.of(state, (project / path).as_uri(), Encoding.UTF16)
    assert view is not None
    findings = findings_of(view)
    hovers = proposals = 0
    for offset in range(0, len(view.text.content) + 1, 2):
        position = position_at(view.text, *view.text.position(offset), view.encoding)
        for markup in (Markup(is_markdown=True), Markup(is_markdown=False)):
            shown = hover(view, position, findings, CATALOGUE, markup)
            assert SECRET not in repr(shown), offset
            hovers += shown is not None
        offered = completion(view, position, Markup(is_markdown=True))
        assert SECRET not in "".join(repr(each) for each in offered.items), offset
        proposals += len(offered.items)
        definition(view, position)
    assert hovers
    assert proposals or path in ("gunicorn.conf.py", "graph/tools.py")
    assert SECRET not in repr(list(inlay_hints(view, ALL)))
    assert SECRET not in repr(list(links(view)))


@pytest.mark.parametrize("path", list(FILES))
def test_half_a_file_has_answers_without_secrets(project: Path, path: str) -> None:
    """Whatever is typed so far: the cursor is at its end."""
    text = FILES[path]
    for length in range(0, len(text), 7):
        state = state_of(project, {path: text[:length]})
        view = View.of(state, (project / path).as_uri(), Encoding.UTF16)
        assert view is not None
        position = position_at(view.text, *view.text.position(length), view.encoding)
        answers = (
            hover(view, position, (), CATALOGUE, Markup(is_markdown=True)),
            completion(view, position, Markup(is_markdown=True)).items,
            list(inlay_hints(view, ALL)),
        )
        assert SECRET not in repr(answers), length
        definition(view, position)


def test_there_are_hints_that_could_show_one(project: Path) -> None:
    state = state_of(project)
    view = View.of(state, (project / ".env").as_uri(), Encoding.UTF16)
    assert view is not None
    labels = [str(each.label) for each in inlay_hints(view, ALL)]
    assert any("***" in label for label in labels)
    assert any("postgres://***@other/desk" in label for label in labels)
