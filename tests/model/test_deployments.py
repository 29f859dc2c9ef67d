"""Which deployments a project has, and what their processes see."""

from textwrap import dedent

import pytest

from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.values import Absent, Known, Unknown

GUNICORN = 'CMD ["gunicorn", "-b", "0.0.0.0:8000", "agentflow_cli.src.app.main:app"]'


@pytest.fixture
def project(tmp_path):
    def write(files, **options):
        for path, content in {"agentflow.json": '{"agent": "graph.agent:app", "env": ".env"}', **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(dedent(content))
        return load_project(str(tmp_path), ModelOptions(**options))

    return write


def image(*lines):
    return "\n".join(["FROM python:3.12-slim", "WORKDIR /app", *lines]) + "\n"


def names(deployments):
    return [deployment.name for deployment in deployments]


def only(project):
    (deployment,) = project.deployments
    return deployment


def test_without_anything_else_the_bare_project_is_the_deployment(project):
    assert names(project({}).deployments) == ["project"]


def test_a_dockerfile_that_runs_the_server_replaces_the_bare_project(project):
    found = project({"Dockerfile": image("COPY . .", GUNICORN)})
    assert names(found.deployments) == ["Dockerfile"]
    assert names(found.all_deployments) == ["project", "Dockerfile"]


def test_an_image_without_a_command_is_no_deployment_by_itself(project):
    found = project({"Dockerfile": image("COPY . .")})
    assert names(found.deployments) == ["project"]
    assert "Dockerfile" in names(found.all_deployments)


@pytest.mark.parametrize(
    "command", ['CMD ["node", "server.js"]', "CMD npm start", 'CMD ["nginx", "-g", "daemon off;"]']
)
def test_an_image_that_runs_something_else_is_not_ours(project, command):
    assert names(project({"Dockerfile": image("COPY . .", command)}).all_deployments) == ["project"]


@pytest.mark.parametrize("name", ["Dockerfile.dev", "dev.Dockerfile", "Dockerfile.local", "docker/Dockerfile.test"])
def test_a_development_image_is_checked_only_by_name(project, name):
    found = project({name: image("COPY . .", GUNICORN)})
    assert names(found.deployments) == ["project"]
    assert name in names(found.all_deployments)


@pytest.mark.parametrize("name", ["Dockerfile.prod", "prod.Dockerfile", "docker/Dockerfile", "Containerfile"])
def test_other_names_of_dockerfiles_are_production(project, name):
    assert names(project({name: image("COPY . .", GUNICORN)}).deployments) == [name]


def test_the_ignore_file_of_a_dockerfile_is_no_dockerfile(project):
    found = project({"Dockerfile": image("COPY . .", GUNICORN), "Dockerfile.dockerignore": ".env\n"})
    assert names(found.all_deployments) == ["project", "Dockerfile"]


def test_an_env_file_that_is_copied_reaches_the_settings(project):
    found = project({"Dockerfile": image("COPY . .", GUNICORN), ".env": "MODE=production\n"})
    assert only(found).environment.env_file.status == "loaded"
    assert only(found).in_production is True


def test_an_env_file_that_the_ignore_file_keeps_out_does_not(project):
    found = project({"Dockerfile": image("COPY . .", GUNICORN), ".env": "MODE=production\n", ".dockerignore": ".env\n"})
    deployment = only(found)
    assert deployment.environment.env_file.status == "not-deployed"
    assert deployment.in_production is False


def test_an_env_file_that_nothing_copies_is_not_there(project):
    found = project({"Dockerfile": image("COPY agentflow.json ./", GUNICORN), ".env": "MODE=production\n"})
    assert only(found).environment.env_file.status == "not-deployed"


def test_the_image_wins_over_the_env_file(project):
    found = project({"Dockerfile": image("COPY . .", "ENV MODE=production", GUNICORN), ".env": "MODE=development\n"})
    mode = only(found).settings["MODE"]
    assert isinstance(mode, Known)
    assert mode.value == "production"
    assert mode.origin.label == "ENV in Dockerfile"
    assert [other.origin.label for other in mode.overrode if isinstance(other, Known)] == ["env file .env"]


def test_an_assignment_in_the_command_wins_over_the_image(project):
    command = "CMD MODE=production gunicorn -b 0.0.0.0:8000 agentflow_cli.src.app.main:app"
    found = project({"Dockerfile": image("COPY . .", "ENV MODE=staging", command)})
    assert only(found).in_production is True


def test_up_to_0_5_1_the_env_file_is_late_for_the_asgi_target(project):
    files = {".env": "MODE=production\n"}
    assert only(project(files, target_release="0.5.1")).in_production is False
    assert only(project(files, target_release="0.6.0")).in_production is True


def test_the_cli_loads_the_env_file_in_time_in_every_release(project):
    command = 'CMD ["agentflow", "api", "--no-reload", "--host", "0.0.0.0"]'
    found = project({"Dockerfile": image("COPY . .", command), ".env": "MODE=production\n"}, target_release="0.4.0")
    assert only(found).started_by == "cli"
    assert only(found).in_production is True


def test_the_asgi_target_looks_for_the_env_file_in_its_working_directory(project):
    command = 'CMD ["gunicorn", "--chdir", "/srv", "agentflow_cli.src.app.main:app"]'
    found = project({"Dockerfile": image("COPY . .", command), ".env": "MODE=production\n"})
    assert only(found).environment.env_file.status == "not-deployed"


def test_the_cli_looks_for_it_beside_the_config(project):
    command = "CMD cd / && agentflow api -c /app/agentflow.json --no-reload"
    found = project({"Dockerfile": image("COPY . .", command), ".env": "MODE=production\n"}, target_release="0.6.1")
    assert only(found).environment.env_file.status == "loaded"


def test_what_a_template_names_is_provided_unless_the_env_file_answers(project):
    template = {".env.example": "ORIGINS=*\n"}
    assert isinstance(only(project(template)).settings["ORIGINS"], Unknown)
    answered = only(project({**template, ".env": "MODE=production\n"})).settings["ORIGINS"]
    assert isinstance(answered, Known)
    assert answered.value == "*"


def test_the_platform_of_an_image_sets_what_the_env_file_leaves_out_of_the_template(project):
    files = {".env.example": "ORIGINS=*\nMODE=\n", ".env": "MODE=production\n"}
    settings = only(project({**files, "Dockerfile": image("COPY . .", GUNICORN)})).settings
    assert isinstance(settings["ORIGINS"], Unknown)
    assert isinstance(settings["MODE"], Known)
    assert settings["MODE"].value == "production"


def test_provided_env_is_unknown_and_not_absent(project):
    found = project({}, provided_env=("ORIGINS",))
    assert isinstance(only(found).settings["ORIGINS"], Unknown)


def test_an_env_path_outside_the_project_leaves_the_settings_unknown(project):
    found = project({"agentflow.json": '{"agent": "graph.agent:app", "env": "../shared.env"}'})
    assert only(found).environment.env_file.status == "unknown"
    assert isinstance(only(found).settings["MODE"], Unknown)


def test_an_env_file_may_take_values_from_the_image(project):
    found = project(
        {"Dockerfile": image("COPY . .", "ENV DOMAIN=example.com", GUNICORN), ".env": "ORIGINS=https://${DOMAIN}\n"}
    )
    origins = only(found).settings["ORIGINS"]
    assert isinstance(origins, Known)
    assert origins.value == "https://example.com"


def test_the_cli_default_host_is_the_loopback(project):
    found = project({"Dockerfile": image("COPY . .", 'CMD ["agentflow", "api"]')}, target_release="0.6.1")
    deployment = only(found)
    assert isinstance(deployment.host, Known)
    assert deployment.host.value == "127.0.0.1"
    assert deployment.reload == Known(True, deployment.reload.origin)


def test_a_command_that_the_release_does_not_have_has_no_defaults(project):
    found = project({"Dockerfile": image("COPY . .", 'CMD ["10xgraph", "api"]')}, target_release="0.9.0")
    assert isinstance(only(found).host, Absent)


@pytest.mark.parametrize("template", [False, True])
def test_a_default_address_gives_way_to_what_the_platform_provides(project, template):
    def host(command, variable=None):
        files = {"Dockerfile": image("COPY . .", f"CMD {command}")}
        if variable and template:
            return only(project({**files, ".env.example": f"{variable}=\n"})).host
        return only(project(files, provided_env=(variable,) if variable else ())).host

    for command in ("gunicorn a:b", "uvicorn a:b"):
        assert host(command).value == "127.0.0.1"
    assert host("gunicorn a:b", "PORT").value == "0.0.0.0"
    unknown = host("uvicorn a:b", "UVICORN_HOST")
    assert isinstance(unknown, Unknown)
    assert "provided at deploy time" in unknown.reason


def test_what_the_image_sets_counts_before_what_is_provided(project):
    found = project(
        {"Dockerfile": image("COPY . .", "ENV UVICORN_HOST=0.0.0.0", "CMD uvicorn a:b")}, provided_env=("UVICORN_HOST",)
    )
    assert isinstance(only(found).host, Known)
    assert only(found).host.value == "0.0.0.0"
