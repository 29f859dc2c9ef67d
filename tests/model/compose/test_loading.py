"""Compose files put together: held against what compose-go made of generated projects, and case by case."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.model.compose.loading import LoadedCompose, load_compose
from agentflow_lint.model.compose.variables import ComposeVariables, read_variables
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Origin
from agentflow_lint.sources.compose import ComposeMount, ComposeService, PublishedPort, Scalar, read_model, seconds_of
from tests.bounded import bounded

#: Written by a program around compose-go's own loader; null for the services where it stops at a circle or a merge.
PROJECTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "compose_go" / "projects.json").read_text(encoding="utf-8")
)


@pytest.fixture
def load(tmp_path):
    def write(files: dict[str, str], *order: str, provided: dict[str, Origin] | None = None) -> LoadedCompose:
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(dedent(content), encoding="utf-8")
        project = ProjectFiles(str(tmp_path))
        paths = order or ("compose.yaml",)
        return load_compose(project, paths, read_variables(project, posixpath.dirname(paths[0]), provided or {}))

    return write


def service(loaded: LoadedCompose, name: str = "web") -> ComposeService:
    assert loaded.problem is None
    assert loaded.root is not None
    model = read_model(loaded.root)
    assert not model.broken
    return model.services[name]


def environment(found: ComposeService) -> dict[str, str | None]:
    return {each.name: each.value.text if each.value else None for each in found.environment}


def stopped(loaded: LoadedCompose) -> tuple[str, str, int]:
    assert loaded.problem is not None
    assert loaded.root is None
    return loaded.problem.message, loaded.problem.place.path, loaded.problem.place.span.line


# --- against compose-go ---------------------------------------------------------------------------------------------


def test_the_generated_projects_are_there():
    assert len(PROJECTS) == 40
    assert sum(each["services"] is None for each in PROJECTS) >= 5
    together = json.dumps(PROJECTS)
    for word in ("extends", "include:", "!reset", "!override", "over.yml", "healthcheck", "replicas"):
        assert word in together


@pytest.mark.parametrize("case", [pytest.param(each, id=str(number)) for number, each in enumerate(PROJECTS)])
def test_a_project_comes_to_what_compose_makes_of_it(load, case):
    loaded = load(case["files"], *case["order"])
    if case["services"] is None:
        assert loaded.problem is not None
        return
    assert loaded.problem is None, loaded.problem
    model = read_model(loaded.root)
    assert not model.broken
    assert sorted(model.services) == sorted(case["services"])
    for name, found in model.services.items():
        expected = dict(case["services"][name])
        if "volumes" in expected:
            expected["volumes"] = sorted(expected["volumes"])
        assert as_compose_prints_it(found, expected) == expected, name


def as_compose_prints_it(found: ComposeService, expected: dict[str, Any]) -> dict[str, Any]:
    variables = {"A": "x", "B": "", "C": "c"}  # of the corpus's .env: compose passes these on
    printed: dict[str, Any] = {}
    for key in ("image", "working_dir", "user"):
        value = getattr(found, key)
        if value is not None:
            printed[key] = value.text
    if found.stop_grace_period is not None:
        assert seconds_of(found.stop_grace_period.text or "") == seconds_of(expected["stop_grace_period"])
        printed["stop_grace_period"] = expected["stop_grace_period"]
    for key in ("command", "entrypoint"):
        command = getattr(found, key)
        if command is not None:
            printed[key] = [word.text for word in command.words]
    variables_of = {
        each.name: each.value.text if each.value else variables.get(each.name) for each in found.environment
    }
    if variables_of or "environment" in expected:
        printed["environment"] = variables_of
    if found.labels:
        printed["labels"] = {name: value.text if value else "" for name, value in found.labels.items()}
    if found.expose:
        printed["expose"] = [port_range(each) for each in found.expose]
    if found.ports:
        printed["ports"] = sorted(line for each in found.ports for line in port_lines(each))
    mounts = [each for each in found.mounts if not is_tmpfs_line(each, expected)]
    if mounts:
        printed["volumes"] = sorted(mount(each) for each in mounts)
    if "tmpfs" in expected:
        lines = {line.partition(":")[0]: line for line in expected["tmpfs"]}
        assert {each.target.text for each in found.mounts if is_tmpfs_line(each, expected)} == set(lines)
        printed["tmpfs"] = expected["tmpfs"]
    if found.replicas is not None:
        printed["replicas"] = int(found.replicas.text or "")
    depends_on = sorted({*found.depends_on, *(link.partition(":")[0] for link in found.links)})
    if depends_on:
        printed["depends_on"] = depends_on
    check = found.health_check
    if check is not None:
        told = expected["healthcheck"]
        test = told.get("test", [])
        assert check.disabled == (told.get("disable", False) or test[:1] == ["NONE"])
        assert check.is_shell == (test[:1] == ["CMD-SHELL"])
        assert [word.text for word in check.test or ()] == test[1:]
        printed["healthcheck"] = told
    if found.build is not None:
        printed["build"] = build(found)
    return printed


def build(found: ComposeService) -> dict[str, Any]:
    assert found.build is not None
    assert found.build.context is not None
    args = {
        each.name: each.value.text if each.value else {"A": "x", "B": "", "C": "c"}.get(each.name)
        for each in found.build.args
    }
    printed: dict[str, Any] = {
        "context": in_project(found.build.context),
        "dockerfile": found.build.dockerfile.text if found.build.dockerfile else "Dockerfile",
    }
    if found.build.target:
        printed["target"] = found.build.target.text
    if args:
        printed["args"] = args
    return printed


def in_project(path: Scalar) -> str:
    return posixpath.normpath(posixpath.join("/above/it", path.place.folder, path.text or ""))


def port_range(each: PublishedPort) -> str:
    number = f"{each.first}" if each.first == each.last else f"{each.first}-{each.last}"
    return number if each.protocol == "tcp" else f"{number}/{each.protocol}"


def port_lines(each: PublishedPort) -> list[str]:
    assert each.first is not None
    assert each.last is not None
    lines = []
    for number, target in enumerate(range(each.first, each.last + 1)):
        first, last = each.published or (None, None)
        published = "" if first is None else str(first + number)
        if each.first == each.last and first != last:
            published = f"{first}-{last}"
        lines.append(f"{each.host_ip}:{published}:{target}/{each.protocol}")
    return lines


def mount(each: ComposeMount) -> list[Any]:
    source = each.source.text if each.source else ""
    if each.kind == "bind" and each.source and not (source or "").startswith(("~", "/")):
        source = in_project(each.source)
    return [each.kind, source, posixpath.normpath(each.target.text or ""), each.read_only]


def is_tmpfs_line(each: ComposeMount, expected: dict[str, Any]) -> bool:
    """Whether it comes from ``tmpfs`` and not from a long entry of ``volumes``, whose place is a mapping."""
    return each.kind == "tmpfs" and each.target.place == each.place


# --- case by case ---------------------------------------------------------------------------------------------------

WEB = """
    services:
      web:
        image: web
        environment: {MODE: production, LOG_LEVEL: info}
        ports: ["8000:8000"]
        command: gunicorn app:app
    """


def test_a_later_file_wins_name_by_name_and_its_places_stay(load):
    over = """
        services:
          web:
            environment:
              - MODE=staging
            ports: ["9000:9000"]
            command:
        """
    found = service(load({"compose.yaml": WEB, "over.yml": over}, "compose.yaml", "over.yml"))
    assert environment(found) == {"LOG_LEVEL": "info", "MODE": "staging"}
    mode = next(each.value for each in found.environment if each.name == "MODE")
    assert mode is not None
    assert (mode.place.path, mode.place.span) == ("over.yml", (5, 14, 5, 21))
    assert [each.first for each in found.ports] == [8000, 9000]
    assert found.command is None  # a null takes the command away: the image's own runs


def test_reset_and_override_drop_what_an_earlier_file_says(load):
    over = """
        services:
          web:
            environment: !reset null
            ports: !override ["9000:9000"]
        """
    found = service(load({"compose.yaml": WEB, "over.yml": over}, "compose.yaml", "over.yml"))
    assert environment(found) == {}
    assert [each.first for each in found.ports] == [9000]


def test_an_extended_service_lies_below_and_keeps_its_folder(load):
    files = {
        "compose.yaml": """
            services:
              web:
                extends: {file: common/base.yml, service: app}
                environment: {MODE: production}
            """,
        "common/base.yml": """
            services:
              app:
                build: {context: src}
                env_file: app.env
                environment: [MODE=development, DEBUG=1]
            """,
    }
    found = service(load(files))
    assert environment(found) == {"DEBUG": "1", "MODE": "production"}
    assert found.build is not None
    assert found.build.context is not None
    assert (found.build.context.text, found.build.context.place.folder) == ("src", "common")
    assert [(each.path.text, each.path.place.folder) for each in found.env_files] == [("app.env", "common")]


def test_an_included_file_has_its_own_folder_and_env_file(load):
    files = {
        "compose.yaml": "include: [infra/db.yml]\nservices:\n  web:\n    image: web\n",
        "infra/db.yml": "services:\n  db:\n    image: postgres:${TAG}\n    volumes: ['./data:/var/lib']\n",
        "infra/.env": "TAG=16\n",
    }
    loaded = load(files)
    found = service(loaded, "db")
    assert found.image is not None
    assert found.image.text == "postgres:16"
    assert found.mounts[0].source is not None
    assert found.mounts[0].source.place.folder == "infra"
    assert loaded.read == ("compose.yaml", "infra/db.yml")


def test_anchors_and_merge_keys(load):
    text = """
        x-env: &env {MODE: production, LOG: info}
        services:
          web:
            image: web
            environment:
              <<: *env
              LOG: debug
          api:
            image: api
            environment: *env
        """
    loaded = load({"compose.yaml": text})
    assert environment(service(loaded)) == {"MODE": "production", "LOG": "debug"}
    assert environment(service(loaded, "api")) == {"MODE": "production", "LOG": "info"}


def test_variables_come_from_the_implicit_env_file(load):
    files = {".env": "MODE=staging\nREF=${ELSEWHERE}\n"}
    files["compose.yaml"] = WEB.replace("production", "'${MODE}-${X:-y}'")
    assert environment(service(load(files)))["MODE"] == "staging-y"
    files["compose.yaml"] = WEB.replace("production", "'${REF}'")
    assert environment(service(load(files)))["MODE"] is None


def test_a_provided_name_is_unknown_even_with_a_default(load):
    provided = {"MODE": Origin("named in .env.example")}
    loaded = load({"compose.yaml": WEB.replace("production", '"${MODE:-development}"')}, provided=provided)
    mode = next(each.value for each in service(loaded).environment if each.name == "MODE")
    assert mode is not None
    assert mode.interpolation.reason == "MODE is provided at deploy time (named in .env.example)"


@pytest.mark.parametrize(
    ("files", "message", "path", "line"),
    [
        ({"compose.yaml": "services: [\n"}, "the YAML: ", "compose.yaml", 2),
        ({"compose.yaml": "- a\n"}, "the top level is no mapping", "compose.yaml", 1),
        ({"compose.yaml": ""}, "the file is empty", "compose.yaml", 1),
        ({"compose.yaml": "services:\n  web:\n    image: '${'\n"}, "${ is no valid reference", "compose.yaml", 3),
        ({"compose.yaml": "services:\n  a:\n    extends: b\n  b:\n    extends: a\n"}, "in a circle", "compose.yaml", 3),
        ({"compose.yaml": "services:\n  a:\n    extends: b\n"}, "extends b, which is not in", "compose.yaml", 3),
        (
            {"compose.yaml": "services:\n  a:\n    extends: {service: b, file: other.yml}\n"},
            "there is no other.yml",
            "compose.yaml",
            3,
        ),
        (
            {"compose.yaml": "services:\n  a:\n    extends: {service: b, file: ../other.yml}\n"},
            "../other.yml lies outside the project",
            "compose.yaml",
            3,
        ),
        ({"compose.yaml": "include: [compose.yaml]\n"}, "it includes itself", "compose.yaml", 1),
        ({"compose.yaml": "include: ['oci://x/y']\n"}, "lies outside the project", "compose.yaml", 1),
        ({"compose.yaml": "services:\n  - a\n"}, "`services` is no mapping", "compose.yaml", 2),
        ({".env": "A='\n", "compose.yaml": WEB}, "a quote is not closed", ".env", 1),
    ],
)  # fmt: skip
def test_where_compose_stops(load, files, message, path, line):
    found, at, row = stopped(load(files))
    assert message in found
    assert (at, row) == (path, line)


def test_a_circle_across_files(load):
    files = {
        "compose.yaml": "services:\n  a:\n    extends: {service: b, file: x.yml}\n",
        "x.yml": "services:\n  b:\n    extends: {service: a, file: compose.yaml}\n",
    }
    assert "in a circle" in stopped(load(files))[0]


def test_a_merge_that_cannot_be_made_names_the_place(load):
    over = "services:\n  web:\n    ports: {a: b}\n"
    message, path, line = stopped(load({"compose.yaml": WEB, "over.yml": over}, "compose.yaml", "over.yml"))
    assert "services.web.ports" in message
    assert (path, line) == ("over.yml", 3)


def test_billions_of_laughs_and_many_files_are_bounded(load):
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    chain = {f"f{n}.yml": f"include: [f{n + 1}.yml, f{n + 1}.yml]\n" for n in range(20)} | {"f20.yml": "services: {}\n"}
    services = "".join(f"  s{n}:\n    extends: s{n + 1}\n" for n in range(3000)) + "  s3000:\n    image: x\n"
    with bounded():
        stopped(load({"compose.yaml": laughs + "services: {}\n"}))
        assert "files are read" in stopped(load({"compose.yaml": "include: [f0.yml]\n", **chain}))[0]
        stopped(load({"compose.yaml": "services:\n" + services}))


@given(st.text(alphabet=" -:{}[]&*!<$#'\"\nabservicesmagexdfnul,", max_size=200))
def test_any_text_loads_or_says_why_not(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "compose.yaml").write_text("services:\n  web: {image: x}\n" + text, encoding="utf-8")
    loaded = load_compose(ProjectFiles(str(folder)), ("compose.yaml",), ComposeVariables())
    assert (loaded.root is None) == (loaded.problem is not None)
    if loaded.root is not None:
        read_model(loaded.root)
