"""Images of a monorepo's service, built in the repository's root."""

from __future__ import annotations

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, NotInImage, build_image
from agentflow_lint.model.values import Known, Unknown


@pytest.fixture
def image(tmp_path):
    root = tmp_path / "services" / "agent"

    def build(*lines, files=("10xgraph.json", "graph/agent.py", ".env")):
        for path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("")
        (root / "Dockerfile").write_text("\n".join(["FROM python:3.12", "WORKDIR /app", *lines]) + "\n")
        built = build_image(ProjectFiles(str(root)), "Dockerfile")
        assert isinstance(built, Image)
        return built

    return build


@pytest.mark.parametrize(
    "line",
    ["COPY services/agent/10xgraph.json .", "COPY ./services/agent/10xgraph.json ./", "ADD agent/10xgraph.json /app/"],
)
def test_a_single_file_is_followed(image, line):
    built = image(line)
    place = built.place_of("10xgraph.json")
    assert isinstance(place, Known)
    assert place.value == "/app/10xgraph.json"
    source = built.project_path_of("/app/10xgraph.json")
    assert isinstance(source, Known)
    assert source.value == "10xgraph.json"


def test_what_a_folder_brings_is_not_known(image):
    built = image("COPY services/agent/graph graph", "COPY services/agent/10xgraph.json .")
    assert isinstance(built.place_of("graph/agent.py"), Unknown)
    assert isinstance(built.project_path_of("/app/graph/agent.py"), Unknown)
    assert isinstance(built.project_path_of("/app/10xgraph.json"), Known)
    assert isinstance(built.project_path_of("/etc/passwd"), NotInImage)


def test_the_whole_context_may_bring_anything(image):
    built = image("COPY services/agent/10xgraph.json /etc/agent/", "COPY . .")
    assert isinstance(built.place_of(".env"), Unknown)


def test_a_file_from_elsewhere_in_the_context_is_not_known(image):
    built = image("COPY services/agent/10xgraph.json .", "COPY shared/common.py ./common.py")
    assert isinstance(built.project_path_of("/app/common.py"), Unknown)


@pytest.mark.parametrize(
    "line", ["COPY agent/10xgraph.json .", "COPY services/agent/10xgraph.json .", "COPY agent /app"]
)
def test_a_folder_of_the_project_with_such_a_name_is_the_project_s_own(image, line):
    built = image(line, files=("agent/10xgraph.json", "services/agent/10xgraph.json", "10xgraph.json"))
    assert built.above is None
    assert isinstance(built.place_of("10xgraph.json"), NotInImage)


def test_the_project_s_own_ignore_file_does_not_count(image, tmp_path):
    (tmp_path / "services" / "agent").mkdir(parents=True)
    (tmp_path / "services" / "agent" / ".dockerignore").write_text("*\n")
    assert isinstance(image("COPY services/agent/10xgraph.json .").place_of("10xgraph.json"), Known)


def test_a_requirements_file_is_found_by_its_path_in_the_context(image):
    line = "RUN --mount=type=bind,source=services/agent/requirements.txt,target=r.txt pip install -r r.txt"
    built = image(line, files=("10xgraph.json", "requirements.txt"))
    assert built.in_project("services/agent/requirements.txt") == "requirements.txt"
