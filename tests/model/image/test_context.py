"""What is in an image, for generated build contexts and ignore files, against Docker's Python SDK."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, NotInImage, build_image
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from types import ModuleType

FOLDERS = ("", "graph", "store", "configs", "data", "build", "env", "graph/store", "src/graph", "tests", "secrets/deep")
NAMES = ("__init__.py", "agent.py", ".env", "prod.env", "10xgraph.json", "notes.md", "agent.pyc")

CONTEXTS = st.sets(
    st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)).map(lambda parts: "/".join(filter(None, parts))),
    min_size=1,
    max_size=14,
)

#: Lines as the framework's generator and people write them.
PLAIN = [
    *(".env", ".env.*", "*.env", "secrets/", "configs/", "env/", "build/", "data/", "store/", "tests/"),
    *("__pycache__/", "*.py[cod]", "*$py.class", "db.sqlite3", "*.md", "graph/store", "src", "src/*", "*/agent.py"),
    *("*.json", "# comment", "", "  store  ", "/graph", "./data"),
]
DEEP = ["**/*.md", "**/store", "**/agent.py", "src/**"]
EXCEPTIONS = [
    *("!store/agent.py", "!10xgraph.json", "!graph/agent.py", "!data/__init__.py", "!prod.env", "!src/graph/agent.py"),
]
#: Exceptions beside ** are where the SDK leaves Docker's way.
IGNORE_FILES = st.lists(st.sampled_from([*PLAIN, *DEEP]), max_size=7) | st.tuples(
    st.lists(st.sampled_from(PLAIN), max_size=7) | st.just(["*"]), st.lists(st.sampled_from(EXCEPTIONS), max_size=3)
).map(lambda parts: [*parts[0], *parts[1]])


@pytest.fixture(scope="module")
def referee() -> ModuleType:
    module: ModuleType = pytest.importorskip("docker.utils.build", reason="Docker's Python SDK is not installed")
    return module


@settings(max_examples=250, deadline=None)
@given(CONTEXTS, IGNORE_FILES)
def test_the_image_holds_what_dockers_sdk_would_send(
    referee: ModuleType, tmp_path_factory: pytest.TempPathFactory, context: set[str], lines: list[str]
) -> None:
    root = tmp_path_factory.getbasetemp() / "context"
    shutil.rmtree(root, ignore_errors=True)
    for name in sorted(context):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / ".dockerignore").write_text("\n".join(lines))
    (root / "Dockerfile").write_text("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n")
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    sent = referee.exclude_paths(str(root), patterns, dockerfile="Dockerfile")
    image = build_image(ProjectFiles(str(root)), "Dockerfile")
    assert isinstance(image, Image)
    for name in context:
        place = image.place_of(name)
        if name in sent:
            assert isinstance(place, Known), (name, place)
            assert place.value == f"/app/{name}"
        else:
            assert isinstance(place, NotInImage), (name, place)
