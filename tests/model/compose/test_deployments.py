"""Which deployments compose files give, and what their processes see."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.project import ModelOptions, Project, load_project
from agentflow_lint.model.values import Absent, Known, Unknown, Value

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

GUNICORN = 'CMD ["gunicorn", "-b", "0.0.0.0:8000", "agentflow_cli.src.app.main:app"]'
DOCKERFILE = f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n{GUNICORN}\n"
WEB = "services:\n  web:\n    build: .\n"


@pytest.fixture
def project(tmp_path):
    def write(files: dict[str, str], **options) -> Project:
        whole = {"agentflow.json": '{"agent": "graph.agent:app"}', "Dockerfile": DOCKERFILE, **files}
        for path, content in whole.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(dedent(content))
        return load_project(str(tmp_path), ModelOptions(target_release="0.6.1", **options))

    return write


def names(found: tuple[Deployment, ...]) -> list[str]:
    return [deployment.name for deployment in found]


def only(found: Project) -> Deployment:
    (deployment,) = found.deployments
    return deployment


def named(found: Project, name: str) -> Deployment:
    return next(deployment for deployment in found.all_deployments if deployment.name == name)


def web(*lines: str) -> str:
    return WEB + "".join(f"    {line}\n" for text in lines for line in text.splitlines())


def told(value: Value[str] | NotInImage) -> str | None:
    return value.value if isinstance(value, Known) else None


# --- which files, which services ------------------------------------------------------------------------------------


def test_a_service_takes_the_place_of_the_dockerfile_that_it_starts(project):
    found = project({"compose.yaml": WEB})
    assert names(found.deployments) == ["compose:web"]
    assert names(found.all_deployments) == ["project", "Dockerfile", "compose:web"]
    assert only(found).kind == "compose"
    assert only(found).is_container


def test_another_dockerfile_stays_a_deployment(project):
    found = project({"compose.yaml": WEB, "Dockerfile.api": DOCKERFILE})
    assert names(found.deployments) == ["Dockerfile.api", "compose:web"]


def test_of_the_default_names_compose_takes_the_first(project):
    found = project({"docker-compose.yml": WEB.replace("web", "old"), "compose.yaml": WEB})
    assert names(found.deployments) == ["compose:web"]


@pytest.mark.parametrize(
    ("name", "deployment"),
    [
        ("compose.prod.yml", "compose.prod:web"),
        ("docker-compose.production.yaml", "compose.production:web"),
        ("docker-compose-prod.yml", "compose.prod:web"),
        ("prod.docker-compose.yml", "compose.prod:web"),
    ],
)
def test_a_file_of_productions_own_makes_the_default_one_development(project, name, deployment):
    overlay = "services:\n  web:\n    environment: {MODE: production}\n"
    found = project({"compose.yaml": web("environment: {LOG_LEVEL: INFO}"), name: overlay})
    assert names(found.deployments) == [deployment]
    assert named(found, "compose:web").is_development
    environment = only(found).environment
    assert (told(environment.get("MODE")), told(environment.get("LOG_LEVEL"))) == ("production", "INFO")


def test_a_file_that_can_stand_alone_is_not_laid_over_the_default_one(project):
    found = project({"compose.yaml": web("environment: {LOG_LEVEL: INFO}"), "compose.prod.yml": WEB})
    assert isinstance(only(found).environment.get("LOG_LEVEL"), Absent)
    assert only(found).name == "compose.prod:web"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "up:\n\tdocker compose -f compose.yaml -f compose.prod.yml up -d\n"),
        ("README.md", "```\ndocker-compose -f compose.yaml \\\n  -f ./compose.prod.yml up\n```\n"),
        ("scripts/deploy.sh", 'docker compose --file=compose.yaml --file="compose.prod.yml" up\n'),
    ],
)
def test_unless_the_projects_own_instructions_say_so(project, path, text):
    files = {"compose.yaml": web("environment: {LOG_LEVEL: INFO}"), "compose.prod.yml": WEB, path: text}
    assert told(only(project(files)).environment.get("LOG_LEVEL")) == "INFO"
    assert only(project(files)).name == "compose.prod:web"
    files[path] = text.replace("compose.yaml", "gone.yaml")
    assert isinstance(only(project(files)).environment.get("LOG_LEVEL"), Absent)


def test_compose_file_replaces_the_default_set(project):
    files = {
        ".env": "COMPOSE_FILE=compose.yaml:compose.cloud.yml\n",
        "compose.yaml": web("environment: {LOG_LEVEL: INFO}"),
        "compose.cloud.yml": WEB.replace("build: .", "environment: {MODE: production}"),
    }
    found = project(files)
    assert names(found.deployments) == ["compose.cloud:web"]
    assert told(only(found).environment.get("LOG_LEVEL")) == "INFO"
    files[".env"] = "COMPOSE_FILE=compose.yaml:compose.dev.yml\n"
    files["compose.dev.yml"] = files.pop("compose.cloud.yml")
    assert named(project(files), "compose.dev:web").is_development


def test_the_override_file_is_development_where_the_default_one_can_stand_alone(project):
    override = "services:\n  web:\n    environment: {MODE: development}\n"
    found = project({"compose.yaml": web("environment: {MODE: production}"), "compose.override.yml": override})
    assert names(found.deployments) == ["compose:web"]
    assert told(only(found).environment.get("MODE")) == "production"
    assert told(named(found, "compose.override:web").environment.get("MODE")) == "development"


def test_the_override_file_belongs_to_a_default_one_that_cannot_stand_alone(project):
    base = "services:\n  web:\n    environment: {MODE: production}\n"
    found = project({"compose.yaml": base, "compose.override.yml": WEB})
    assert names(found.deployments) == ["compose:web"]
    assert told(only(found).environment.get("MODE")) == "production"


@pytest.mark.parametrize("name", ["compose.dev.yml", "docker-compose.local.yml", "docker-compose-test.yml"])
def test_a_file_for_development_is_checked_only_by_name(project, name):
    found = project({"compose.yaml": WEB, name: WEB})
    assert names(found.deployments) == ["compose:web"]
    assert len(found.all_deployments) == 4


def test_another_word_is_a_production_of_its_own(project):
    found = project({"compose.yaml": WEB, "compose.staging.yml": "services:\n  web:\n    ports: ['80:8000']\n"})
    assert names(found.deployments) == ["compose.staging:web", "compose:web"]


def test_files_in_a_folder_start_from_that_folder(project):
    text = "services:\n  web:\n    build: {context: .., dockerfile: docker/Dockerfile}\n    env_file: web.env\n"
    found = project(
        {"docker/compose.yml": text, "docker/Dockerfile": DOCKERFILE, "docker/web.env": "MODE=production\n"}
    )
    assert names(found.deployments) == ["Dockerfile", "compose:web"]
    deployment = named(found, "compose:web")
    assert deployment.image is not None
    assert (deployment.image.context, deployment.image.dockerfile_path) == ("", "docker/Dockerfile")
    assert deployment.in_production is True


def test_two_sets_with_the_same_short_name_are_told_apart_by_their_folder(project):
    found = project({"compose.yaml": WEB, "deploy/compose.yaml": WEB.replace("build: .", "build: ..")})
    assert names(found.deployments) == ["compose:web", "deploy/compose:web"]


def test_a_build_context_below_the_root(project):
    files = {"compose.yaml": WEB.replace("build: .", "build: ./server"), "server/Dockerfile": DOCKERFILE}
    image = named(project(files), "compose:web").image
    assert image is not None
    assert image.context == "server"
    assert isinstance(image.place_of("agentflow.json"), NotInImage)
    # With a config of its own the folder is another project.
    files["server/agentflow.json"] = '{"agent": "graph.agent:app"}'
    assert "compose:web" not in names(project(files).all_deployments)


def test_a_worker_from_the_same_image_is_no_second_server(project):
    worker = "  worker:\n    build: .\n    command: python -m worker\n"
    migration = "  migrate:\n    build: .\n    command: alembic upgrade head\n"
    found = project({"compose.yaml": WEB + worker + migration + "  db:\n    image: postgres:16\n"})
    assert names(found.deployments) == ["compose:web"]
    assert only(found).composed is not None


def test_a_lone_service_with_an_unknown_command_may_be_the_server(project):
    found = project({"compose.yaml": web("command: python start.py")})
    assert names(found.deployments) == ["compose:web"]
    process = only(found).process
    assert process is not None
    assert process.kind == "unknown"


def test_services_of_other_images_are_neighbours(project):
    text = (
        WEB + "  db:\n    image: postgres:16\n    container_name: agent-db\n    networks: {default: {aliases: [pg]}}\n"
    )
    composed = only(project({"compose.yaml": text})).composed
    assert composed is not None
    compose = composed.compose
    assert sorted(compose.model.services) == ["db", "web"]
    for host in ("db", "DB", "agent-db", "pg", "web"):
        assert compose.knows_host(host)
    assert not compose.knows_host("postgres")
    assert not compose.knows_host("localhost")


def test_links_and_extra_hosts_are_known_to_their_service_alone(project):
    text = (
        web("links: ['db:database']", "extra_hosts: ['host.docker.internal:host-gateway']")
        + "  db: {image: postgres}\n"
    )
    composed = only(project({"compose.yaml": text})).composed
    assert composed is not None
    for host in ("database", "host.docker.internal"):
        assert composed.compose.knows_host(host, composed.service)
        assert not composed.compose.knows_host(host)


def test_a_named_image_is_the_one_that_another_file_builds_under_that_name(project):
    production = "services:\n  web:\n    image: ghcr.io/team/agent:${TAG}\n    environment: {MODE: production}\n"
    found = project({"compose.yaml": web("image: ghcr.io/team/agent:dev"), "compose.prod.yml": production})
    assert names(found.deployments) == ["compose.prod:web"]
    image = only(found).image
    assert image is not None
    assert told(image.workdir) == "/app"


def test_an_image_from_elsewhere_that_starts_the_server_is_one(project):
    text = "services:\n  web:\n    image: ghcr.io/team/agent:1\n    command: agentflow api --host 127.0.0.1\n"
    deployment = named(project({"compose.yaml": text}), "compose:web")
    assert deployment.process is not None
    assert told(deployment.process.host) == "127.0.0.1"
    assert isinstance(deployment.environment.get("ANY"), Absent)
    assert deployment.image is not None
    assert isinstance(deployment.image.place_of("agentflow.json"), Unknown)


@pytest.mark.parametrize(
    "lines",
    [
        "profiles: [dev]",
        "build: {context: ., dockerfile: Dockerfile.dev}",
        "build: {context: ., target: development}",
    ],
)
def test_a_service_that_its_names_declare_to_be_for_development(project, lines):
    text = f"services:\n  web:\n    {'build: .' if 'build' not in lines else ''}\n    {lines}\n"
    stages = f"FROM python:3.12-slim AS development\nWORKDIR /app\nCOPY . .\n{GUNICORN}\n"
    found = project({"compose.yaml": text, "Dockerfile": stages, "Dockerfile.dev": stages})
    assert named(found, "compose:web").is_development
    assert names(found.deployments) == ["Dockerfile"]


def test_the_network_of_the_host_has_its_loopback_address(project):
    assert only(project({"compose.yaml": web("network_mode: host")})).is_container is False


# --- variables ------------------------------------------------------------------------------------------------------


def test_the_layers_of_the_environment(project):
    files = {
        "Dockerfile": DOCKERFILE + "ENV A=image B=image C=image D=image\n",
        "compose.yaml": web("environment: {A: compose}", "env_file: [one.env, two.env]"),
        "one.env": "A=one\nB=one\nC=one\n",
        "two.env": "A=two\nB=two\n",
    }
    environment = only(project(files)).environment
    assert [told(environment.get(name)) for name in "ABCD"] == ["compose", "two", "one", "image"]
    value = environment.get("A")
    assert isinstance(value, Known)
    assert [each.value for each in value.overrode if isinstance(each, Known)] == ["two", "one", "image"]
    assert value.origin.label == "environment in compose.yaml"
    assert value.origin.location is not None
    assert value.origin.location.span[:2] == (4, 22)


def test_the_implicit_env_file_is_for_interpolation_and_not_for_the_container(project):
    files = {".env": "MODE=production\nOTHER=x\n", "compose.yaml": web("environment: {MODE: '${MODE}'}")}
    environment = only(project(files)).environment
    assert told(environment.get("MODE")) == "production"
    assert isinstance(environment.get("OTHER"), Absent)


def test_a_default_is_known_and_says_that_it_is_one(project):
    value = only(project({"compose.yaml": web("environment: {MODE: '${MODE:-production}'}")})).environment.get("MODE")
    assert isinstance(value, Known)
    assert (value.value, value.origin.label) == (
        "production",
        "environment in compose.yaml, where MODE is left to its default",
    )


@pytest.mark.parametrize("written", ["{MODE: '${MODE}'}", "{MODE: '${MODE:?set it}'}", "[MODE]", "{MODE: }"])
def test_what_comes_from_outside_is_unknown(project, written):
    deployment = only(project({"compose.yaml": web(f"environment: {written}")}))
    assert isinstance(deployment.environment.get("MODE"), Unknown)
    assert deployment.in_production is None


def test_a_template_makes_a_default_unknown(project):
    files = {".env.example": "MODE=x\n", "compose.yaml": web("environment: {MODE: '${MODE:-production}'}")}
    value = only(project(files)).environment.get("MODE")
    assert isinstance(value, Unknown)
    assert "provided at deploy time" in value.reason


def test_what_a_template_names_reaches_a_container_only_if_the_service_or_the_image_brings_it(project):
    template = {".env.example": "MODE=x\nORIGINS=x\n", "agentflow.json": '{"agent": "a:b", "env": ".env"}'}
    service = {"compose.yaml": web("environment: [MODE]")}
    kept_out = only(project({**template, **service, ".dockerignore": ".env\n"}, provided_env=("DOCS_PATH",)))
    assert isinstance(kept_out.environment.get("MODE"), Unknown)
    assert isinstance(kept_out.environment.get("ORIGINS"), Absent)
    assert isinstance(kept_out.environment.get("DOCS_PATH"), Unknown)
    may_be_baked_in = only(project({**template, **service, ".dockerignore": "*.log\n"}))
    assert isinstance(may_be_baked_in.environment.get("ORIGINS"), Unknown)


def test_a_template_stands_for_what_an_image_from_elsewhere_may_set(project):
    text = "services:\n  web:\n    image: ghcr.io/team/agent:1\n    command: agentflow api --host 127.0.0.1\n"
    deployment = named(project({".env.example": "ORIGINS=x\n", "compose.yaml": text}), "compose:web")
    assert isinstance(deployment.environment.get("ORIGINS"), Unknown)


def test_an_env_file_that_is_not_in_the_repository_may_set_anything(project):
    deployment = only(project({"compose.yaml": web("environment: {MODE: production}", "env_file: .env")}))
    assert deployment.in_production is True
    value = deployment.environment.get("ORIGINS")
    assert isinstance(value, Unknown)
    assert value.reason == ".env may set it, which is not in the repository"


def test_a_template_says_what_such_a_file_sets(project):
    files = {".env.example": "ORIGINS=\n", "compose.yaml": web("env_file: .env")}
    environment = only(project(files)).environment
    assert isinstance(environment.get("ORIGINS"), Unknown)
    assert isinstance(environment.get("MODE"), Absent)


def test_an_optional_env_file_that_is_not_there_sets_nothing(project):
    files = {"compose.yaml": web("env_file: [{path: extra.env, required: false}]")}
    assert isinstance(only(project(files)).environment.get("ORIGINS"), Absent)
    files[".gitignore"] = "*.env\n"
    assert isinstance(only(project(files)).environment.get("ORIGINS"), Unknown)


def test_composes_dialect_of_env_files_is_not_python_dotenvs(project):
    files = {
        "compose.yaml": web("env_file: [a.env, {path: b.env, format: raw}]"),
        "a.env": "A=$X-${Y:-y} # no\nB: yaml\nX=later\n",
        "b.env": "C='raw $X' # kept\n",
        ".env": "X=outer\n",
    }
    environment = only(project(files)).environment
    assert [told(environment.get(name)) for name in "ABC"] == ["outer-y", "yaml", "'raw $X' # kept"]


def test_references_of_an_env_file_see_its_own_lines_before_earlier_files(project):
    files = {
        "compose.yaml": web("environment: {W: written}", "env_file: [one.env, two.env]"),
        "one.env": "A=one\nB=one\nW=one\nS=kept\n",
        "two.env": "A=two\nC=$A-$B-$W\nS\n",
    }
    environment = only(project(files)).environment
    assert told(environment.get("C")) == "two-one-written"
    assert told(environment.get("S")) == "kept"  # a bare name that compose does not have changes nothing


def test_the_process_environment_is_what_the_command_sees(project):
    files = {
        "Dockerfile": DOCKERFILE.replace(GUNICORN, 'CMD ["gunicorn", "agentflow_cli.src.app.main:app"]'),
        "compose.yaml": web("environment: {PORT: 9000, WEB_CONCURRENCY: 3}"),
    }
    process = only(project(files)).process
    assert process is not None
    assert isinstance(process.port, Known)
    assert isinstance(process.workers, Known)
    assert (process.port.value, process.workers.value) == (9000, 3)


# --- the image in its container -------------------------------------------------------------------------------------

ENV_CONFIG = {"agentflow.json": '{"agent": "graph.agent:app", "env": ".env"}', ".env": "MODE=production\n"}


def test_a_mounted_project_shows_what_the_ignore_file_keeps_out(project):
    files = {**ENV_CONFIG, ".dockerignore": ".env\n", "compose.yaml": web("volumes: ['./:/app']")}
    deployment = only(project(files))
    assert deployment.environment.env_file.status == "loaded"
    assert deployment.in_production is True
    files["compose.yaml"] = WEB
    assert only(project(files)).environment.env_file.status == "not-deployed"


def test_a_single_file_is_mounted_where_the_server_looks(project):
    files = {**ENV_CONFIG, ".dockerignore": ".env\n", "compose.yaml": web("volumes: ['./.env:/app/.env:ro']")}
    assert only(project(files)).environment.env_file.status == "loaded"


def test_a_config_of_compose_is_mounted_too(project):
    text = web("configs: [{source: settings, target: /app/.env}]") + "configs: {settings: {file: ./.env}}\n"
    files = {**ENV_CONFIG, ".dockerignore": ".env\n", "compose.yaml": text}
    assert only(project(files)).environment.env_file.status == "loaded"


def test_a_mount_hides_what_the_image_holds(project):
    image = only(project({"compose.yaml": web("volumes: ['./data:/app']"), "data/x": ""})).image
    assert image is not None
    place = image.place_of("agentflow.json")
    assert isinstance(place, NotInImage)
    assert "hides it" in place.reason
    shown = image.place_of("data/x")
    assert isinstance(shown, Known)
    assert shown.value == "/app/x"


def test_a_folder_of_the_host_leaves_it_open(project):
    deployment = only(project({**ENV_CONFIG, "compose.yaml": web("volumes: ['/srv/app:/app']")}))
    assert deployment.environment.env_file.status == "unknown"
    assert deployment.image is not None
    assert isinstance(deployment.image.place_of("agentflow.json"), Unknown)


def test_a_tmpfs_is_empty_and_a_volume_is_filled_from_the_image(project):
    for line, expected in (("tmpfs: /app/graph", NotInImage), ("volumes: ['code:/app/graph']", Known)):
        text = web(line) + "volumes: {code: }\n"
        image = only(project({"compose.yaml": text, "graph/agent.py": ""})).image
        assert image is not None
        assert isinstance(image.place_of("graph/agent.py"), expected)


def test_the_innermost_mount_counts(project):
    files = {"compose.yaml": web("volumes: ['./:/app', './other:/app/graph']"), "graph/a.py": "", "other/b.py": ""}
    image = only(project(files)).image
    assert image is not None
    assert told(image.project_path_of("/app/graph/b.py")) == "other/b.py"
    assert isinstance(image.project_path_of("/app/graph/a.py"), NotInImage)
    assert told(image.project_path_of("/app/agentflow.json")) == "agentflow.json"


def test_the_working_directory_of_a_service(project):
    image = only(project({"compose.yaml": web("working_dir: /elsewhere")})).image
    assert image is not None
    assert told(image.workdir) == "/elsewhere"


@pytest.mark.parametrize(
    ("lines", "kind", "host"),
    [
        ("command: agentflow api --host 0.0.0.0", "cli", "0.0.0.0"),
        ("command: [gunicorn, -b, '127.0.0.1:8000', 'agentflow_cli.src.app.main:app']", "gunicorn", "127.0.0.1"),
        ("command: []", "gunicorn", "0.0.0.0"),  # the engine takes no words for no command
        ("entrypoint: []", "gunicorn", "0.0.0.0"),
        ("entrypoint: agentflow api", "cli", None),
        ("entrypoint: sh -c\ncommand: ['agentflow api --host $$HOST']\nenvironment: {HOST: 0.0.0.0}", "cli", "0.0.0.0"),
    ],
)
def test_what_runs(project, lines, kind, host):
    process = only(project({"compose.yaml": web(lines)})).process
    assert process is not None
    assert (process.kind, told(process.host)) == (kind, host)


def test_an_entrypoint_drops_the_images_command(project):
    found = project({"compose.yaml": web("entrypoint: /usr/bin/env")})
    process = only(found).process
    assert process is not None
    assert "gunicorn" not in [word.text for word in process.argv]


def test_what_surrounds_the_process(project):
    text = web(
        "ports: ['80:8000', '127.0.0.1:9000:9000']",
        "expose: [7000]",
        "stop_grace_period: 1m30s",
        "user: '1000'",
        "deploy: {replicas: '${N:-3}'}",
        "healthcheck: {test: ['CMD', 'curl', '-f', 'http://localhost:8000/ping'], timeout: 5s}",
        "volumes: ['data:/data', '/cache', './x:/x:ro', '${DATA}:/y']",
    )
    workload = only(project({"compose.yaml": text + "volumes: {data: }\n"})).workload
    ports = [(each.role, told_number(each.number), told_number(each.published)) for each in workload.ports]
    assert ports == [("exposed", 7000, None), ("published", 8000, 80), ("published", 9000, 9000)]
    assert (told_number(workload.stop_grace), told_number(workload.replicas), told(workload.user)) == (90, 3, "1000")
    (probe,) = workload.probes
    assert (told(probe.path), told_number(probe.port), told_number(probe.timeout)) == ("/ping", 8000, 5)
    mounts = [(told(each.target), each.kind, each.source, each.read_only) for each in workload.mounts]
    assert mounts == [
        ("/data", "volume", "data", False),
        ("/cache", "ephemeral", None, False),
        ("/x", "bind", "./x", True),
        ("/y", "bind", None, False),
    ]


def told_number(value: Value[int]) -> int | None:
    return value.value if isinstance(value, Known) else None


def test_the_image_has_the_say_where_the_service_is_silent(project):
    dockerfile = DOCKERFILE + "EXPOSE 8000\nVOLUME /data\nHEALTHCHECK CMD curl -f http://localhost:8000/ping\n"
    workload = only(project({"compose.yaml": WEB, "Dockerfile": dockerfile})).workload
    assert len(workload.ports) == len(workload.probes) == len(workload.mounts) == 1
    text = web("healthcheck: {disable: true}", "volumes: ['data:/data']") + "volumes: {data: }\n"
    workload = only(project({"compose.yaml": text, "Dockerfile": dockerfile})).workload
    assert workload.probes == ()
    assert [each.kind for each in workload.mounts] == ["volume"]


def test_a_dockerfile_inside_the_compose_file(project):
    text = "services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n"
    text += "".join(f"        {line}\n" for line in DOCKERFILE.splitlines())
    deployment = only(project({"compose.yaml": text, "Dockerfile": "FROM node\nCMD npm start\n"}))
    assert deployment.image is not None
    assert told(deployment.image.workdir) == "/app"
    assert deployment.process is not None
    assert deployment.process.kind == "gunicorn"


def test_build_arguments_reach_the_image(project):
    dockerfile = "FROM python:3.12-slim\nARG MODE\nENV MODE=$MODE\nWORKDIR /app\nCOPY . .\n" + GUNICORN + "\n"
    text = "services:\n  web:\n    build: {context: ., args: {MODE: production}}\n"
    assert only(project({"compose.yaml": text, "Dockerfile": dockerfile})).in_production is True


# --- what says nothing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "path", "line", "reason"),
    [
        ({"compose.yaml": "services: [\n"}, "compose.yaml", 2, "the YAML: "),
        ({"compose.yaml": web("ports: 8000")}, "compose.yaml", 4, "service web: `ports` is a list"),
        ({"compose.yaml": "web:\n  build: .\n"}, "compose.yaml", 1, "first format"),
        ({"compose.yaml": WEB.replace(".", "./gone")}, "compose.yaml", 3, "there is no such file"),
        ({"compose.yaml": web("env_file: x.env"), "x.env": "A=1\nB C=2\n"}, "x.env", 2, "a name cannot hold a blank"),
    ],
)
def test_a_file_that_compose_refuses_is_told_with_its_line(project, files, path, line, reason):
    (misread,) = project(files).misread
    assert (misread.location.path, misread.location.span.line) == (path, line)
    assert reason in misread.reason


def test_a_folder_in_place_of_the_implicit_env_file_is_none_to_compose(project):
    found = project({".env/x": "", "compose.yaml": WEB})
    assert names(found.deployments) == ["compose:web"]
    assert found.files.unreadable == ()


def test_without_a_compose_file_nothing_is_read_for_compose(project, tmp_path):
    found = project({})
    (tmp_path / ".env").write_bytes(b"\xff")
    assert found.compose_projects == ()
    assert found.files.unreadable == ()


def test_what_is_for_development_may_be_broken(project):
    assert project({"compose.yaml": WEB, "compose.dev.yml": "services: [\n"}).misread == ()


def test_a_file_that_is_not_utf_8_is_told_by_itself(project, tmp_path):
    found = project({"compose.yaml": WEB})
    (tmp_path / "compose.yaml").write_bytes(b"services: {\xff}\n")
    assert names(found.deployments) == ["Dockerfile"]
    assert [each.path for each in found.files.unreadable] == ["compose.yaml"]
    assert found.misread == ()
