"""What becomes of the env file that the config names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.deployment import Deployment

CONFIG = '{"agent": "graph.agent:app", "env": ".env"}'
ASGI = 'CMD ["gunicorn", "-b", "0.0.0.0:8000", "agentflow_cli.src.app.main:app"]'
CLI = 'CMD ["agentflow", "api", "--no-reload"]'


def dockerfile(*lines: str) -> str:
    return "\n".join(["FROM python:3.12-slim", "WORKDIR /app", *lines]) + "\n"


@pytest.fixture
def deploy(tmp_path) -> Callable[..., Deployment]:
    def write(files: dict[str, str | bytes], release: str = "0.6.1", provided: tuple[str, ...] = ()) -> Deployment:
        for path, content in {"agentflow.json": CONFIG, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content.encode() if isinstance(content, str) else content)
        project = load_project(str(tmp_path), ModelOptions(release, provided))
        (deployment,) = project.deployments
        return deployment

    return write


def use(deployment: Deployment) -> Any:
    return deployment.environment.env_file


def text(value: object) -> Any:
    assert isinstance(value, Known)
    return value.value


# --- is the file there -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("configured", ["null", '""', "false", "5"])
def test_without_a_path_there_is_none(deploy, configured):
    found = deploy({"agentflow.json": f'{{"agent": "graph.agent:app", "env": {configured}}}', ".env": "A=1\n"})
    assert use(found).status == "not-configured"


def test_a_file_beside_the_config_is_loaded(deploy):
    found = use(deploy({".env": "MODE=production\n"}))
    assert (found.status, found.path, found.looked_for) == ("loaded", ".env", ".env")
    assert text(found.values["MODE"]) == "production"
    assert found.location.span.line == 1


def test_a_file_that_is_nowhere_is_missing(deploy):
    found = deploy({})
    assert (use(found).status, use(found).path, use(found).looked_for) == ("missing", None, ".env")
    assert isinstance(found.settings.raw("MODE"), Absent)


def test_the_server_takes_a_folder_for_nothing(deploy):
    found = use(deploy({".env/keep": ""}))
    assert (found.status, found.reason) == ("missing", ".env is a folder")


def test_looking_at_a_folder_makes_no_unreadable_file(deploy):
    found = deploy({".env/keep": ""})
    assert use(found).status == "missing"
    assert found.project.files.unreadable == ()


def test_a_file_that_is_not_text_is_there_and_unknown(deploy):
    found = use(deploy({".env": b"MODE=caf\xe9\n"}))
    assert (found.status, found.path) == ("unknown", ".env")


@pytest.mark.parametrize("path", ["/etc/app.env", "../shared.env"])
def test_a_path_outside_the_project_is_unknown(deploy, path):
    found = deploy({"agentflow.json": f'{{"agent": "graph.agent:app", "env": "{path}"}}'})
    assert (use(found).status, use(found).path) == ("unknown", None)
    assert isinstance(found.settings.raw("MODE"), Unknown)


# --- expected where the server runs ------------------------------------------------------------------------------


def test_a_missing_file_that_git_leaves_out_may_hold_anything(deploy):
    found = deploy({".gitignore": "*.pyc\n.env\n"})
    assert (use(found).status, use(found).path) == ("unknown", None)
    assert use(found).reason == "there is no .env: .gitignore line 2 keeps it out of the repository"
    assert isinstance(found.settings.raw("MODE"), Unknown)


def test_a_template_says_what_such_a_file_holds(deploy):
    found = deploy({".gitignore": ".env\n", ".env.example": "ORIGINS=\n"})
    assert use(found).status == "missing"
    assert isinstance(found.settings.raw("ORIGINS"), Unknown)
    assert isinstance(found.settings.raw("MODE"), Absent)


def test_a_file_that_git_leaves_out_and_that_is_here_counts(deploy):
    assert use(deploy({".gitignore": ".env\n", ".env": "MODE=production\n"})).status == "loaded"


def test_whatever_a_late_file_holds_the_settings_do_not_see_it(deploy):
    found = deploy({".gitignore": ".env\n"}, "0.5.1")
    assert use(found).status == "unknown"
    assert isinstance(found.settings.raw("MODE"), Absent)
    assert isinstance(found.environment.get("OPENAI_API_KEY"), Unknown)


# --- in an image -------------------------------------------------------------------------------------------------


def test_an_image_that_copies_everything_has_it(deploy):
    found = use(deploy({"Dockerfile": dockerfile("COPY . .", ASGI), ".env": "A=1\n"}))
    assert (found.status, found.path, found.looked_for) == ("loaded", ".env", "/app/.env")


def test_the_line_that_keeps_it_out_is_known(deploy):
    files = {"Dockerfile": dockerfile("COPY . .", ASGI), ".env": "A=1\n", ".dockerignore": "tests\n.env*\n"}
    found = use(deploy(files))
    assert found.status == "not-deployed"
    assert (found.decided_by.path, found.decided_by.span.line) == (".dockerignore", 2)
    assert ".env* in .dockerignore line 2" in found.reason
    assert text(found.values["A"]) == "1"


def test_what_nothing_copies_is_not_deployed(deploy):
    found = use(deploy({"Dockerfile": dockerfile("COPY graph graph", "COPY agentflow.json .", ASGI), ".env": "A=1\n"}))
    assert (found.status, found.reason) == ("not-deployed", "no COPY takes it into the image")
    assert found.decided_by.path == "Dockerfile"


def test_a_file_at_the_wrong_place_is_not_deployed(deploy):
    command = 'CMD ["gunicorn", "--chdir", "/app/src", "agentflow_cli.src.app.main:app"]'
    found = use(deploy({"Dockerfile": dockerfile("COPY . .", command), ".env": "A=1\n", "src/x.py": ""}))
    assert (found.status, found.path, found.looked_for) == ("not-deployed", ".env", "/app/src/.env")
    assert found.reason == "it lies at /app/.env, and the server looks for /app/src/.env"
    assert (found.decided_by.path, found.decided_by.span.line) == ("Dockerfile", 3)


def test_an_absolute_path_of_the_image_leads_to_the_project(deploy):
    config = '{"agent": "graph.agent:app", "env": "/app/config/prod.env"}'
    files = {"agentflow.json": config, "Dockerfile": dockerfile("COPY . .", ASGI), "config/prod.env": "A=1\n"}
    assert (use(deploy(files)).status, use(deploy(files)).path) == ("loaded", "config/prod.env")
    kept_out = {**files, ".dockerignore": "config\n"}
    assert (use(deploy(kept_out)).status, use(deploy(kept_out)).path) == ("not-deployed", "config/prod.env")


def test_an_absolute_path_elsewhere_may_be_mounted(deploy):
    config = '{"agent": "graph.agent:app", "env": "/run/secrets/app.env"}'
    found = deploy({"agentflow.json": config, "Dockerfile": dockerfile("COPY . .", ASGI)})
    assert use(found).status == "unknown"
    assert "mounted" in use(found).reason
    assert found.project.files.unreadable == ()


def test_a_run_may_write_it(deploy):
    files = {"Dockerfile": dockerfile("COPY . .", "RUN cp .env.example .env", ASGI), ".env.example": "A=1\n"}
    assert use(deploy(files)).status == "unknown"


def test_an_image_without_it_may_get_it_from_the_machine_that_builds(deploy):
    files = {"Dockerfile": dockerfile("COPY . .", ASGI), ".gitignore": ".env\n"}
    assert use(deploy(files)).status == "unknown"


def test_an_image_that_keeps_it_out_does_not_get_it_from_there(deploy):
    files = {"Dockerfile": dockerfile("COPY . .", ASGI), ".gitignore": ".env\n", ".dockerignore": ".env\n"}
    found = deploy(files)
    assert use(found).status == "missing"
    assert use(found).decided_by.path == ".dockerignore"
    assert use(found).git_ignored_by.path == ".gitignore"
    assert isinstance(found.settings.raw("MODE"), Absent)


# --- when it is loaded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "command", "status"),
    [
        ("0.1.9", ASGI, "late"),
        ("0.5.1", ASGI, "late"),
        ("0.6.0", ASGI, "loaded"),
        ("0.1.9", CLI, "loaded"),
        ("0.5.1", CLI, "loaded"),
    ],
)
def test_up_to_0_5_1_it_comes_after_the_settings_of_the_asgi_target(deploy, release, command, status):
    files = {"Dockerfile": dockerfile("COPY . .", command), ".env": "MODE=production\n"}
    assert use(deploy(files, release)).status == status


def test_media_settings_are_built_after_a_late_file(deploy):
    found = deploy({".env": "MEDIA_STORAGE_PATH=/data\nMODE=production\n"}, "0.5.1")
    assert use(found).status == "late"
    assert text(found.settings["MEDIA_STORAGE_PATH"]) == "/data"
    assert text(found.settings["MODE"]) == "development"


# --- what it sets ------------------------------------------------------------------------------------------------


def test_the_last_of_two_values_counts_with_its_own_place(deploy):
    found = use(deploy({".env": "MODE=development\nA=1\nMODE=production\n"})).values["MODE"]
    assert text(found) == "production"
    assert found.origin.location.span.line == 3


def test_a_bare_name_sets_nothing_and_takes_an_earlier_value_away(deploy):
    assert "MODE" not in use(deploy({".env": "MODE=production\nMODE\n"})).values


def test_a_reference_takes_the_value_of_the_process_first(deploy):
    files = {
        "Dockerfile": dockerfile("COPY . .", "ENV DOMAIN=image.example", ASGI),
        ".env": "DOMAIN=file.example\nORIGINS=https://${DOMAIN}\n",
    }
    assert text(use(deploy(files)).values["ORIGINS"]) == "https://image.example"


@pytest.mark.parametrize("reference", ["${DOMAIN}", "${DOMAIN:-d.example}"])
def test_a_reference_to_what_the_platform_provides_is_unknown(deploy, reference):
    found = deploy({".env": f"ORIGINS=https://{reference}\nMODE=production\n"}, provided=("DOMAIN",))
    assert isinstance(use(found).values["ORIGINS"], Unknown)
    assert text(use(found).values["MODE"]) == "production"


def test_unknown_goes_on_through_references(deploy):
    content = "URL=https://${DOMAIN}\nORIGINS=${URL},https://b.example\nURL=https://c.example\nDOCS_PATH=${URL}\n"
    found = use(deploy({".env": content}, provided=("DOMAIN",))).values
    assert isinstance(found["ORIGINS"], Unknown)
    assert text(found["URL"]) == "https://c.example"
    assert text(found["DOCS_PATH"]) == "https://c.example"


def test_a_reference_to_nothing_is_empty(deploy):
    assert text(use(deploy({".env": "ORIGINS=a${NOBODY}b\n"})).values["ORIGINS"]) == "ab"


# --- against the rest of the environment -------------------------------------------------------------------------


def test_what_the_platform_provides_hides_the_file(deploy):
    found = deploy({".env": "MODE=development\nmode=development\n"}, provided=("MODE",))
    assert isinstance(found.environment.get("MODE"), Unknown)
    hidden = [(name, text(mine), type(winner)) for name, mine, winner in found.environment.hidden_by_process()]
    assert hidden == [("MODE", "development", Unknown)]


def test_a_layer_answers_before_the_platform(deploy):
    files = {"Dockerfile": dockerfile("COPY . .", "ENV MODE=production", ASGI), ".env": "MODE=development\n"}
    value = deploy(files, provided=("MODE",)).environment.get("MODE")
    assert text(value) == "production"
    assert [text(other) for other in value.overrode] == ["development"]


def test_a_file_that_is_not_loaded_hides_nothing(deploy):
    assert deploy({}).environment.get("MODE") is ABSENT
