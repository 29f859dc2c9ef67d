"""Kubernetes workloads as deployments: which containers serve, and what a cluster gives them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.kubernetes.images import is_foreign
from agentflow_lint.model.kubernetes.manifests import is_development_path
from agentflow_lint.model.open_layer import OpenLayer
from agentflow_lint.model.project import ModelOptions, Project, load_project
from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown
from tests.bounded import bounded

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

GUNICORN = 'CMD ["gunicorn", "-b", "0.0.0.0:8000", "agentflow_cli.src.app.main:app"]'
DOCKERFILE = f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n{GUNICORN}\n"


def workload(
    name: str = "web",
    body: str = "",
    *,
    image: str = "acme/web:1",
    pod: str = "",
    spec: str = "",
    kind: str = "Deployment",
    container: str = "web",
) -> str:
    """A manifest of a workload with one container; the bodies are indented where they belong."""

    def block(text: str, width: int) -> str:
        return "".join(f"{' ' * width}{line}\n" for line in dedent(text).strip().splitlines())

    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{block(spec, 2)}"
        f"  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n{block(pod, 6)}"
        f"      containers:\n        - name: {container}\n          image: {image}\n{block(body, 10)}"
    )


MODE = "env: [{name: MODE, value: production}]"
ORIGINS = "env: [{name: ORIGINS, value: 'https://a.b'}]"


@pytest.fixture
def project(tmp_path):
    def write(files: dict[str, str], *, dockerfile: bool = True, **options: Any) -> Project:
        base = {"agentflow.json": '{"agent": "graph:app", "env": ".env"}', "graph.py": "app = 1\n"}
        base |= {"Dockerfile": DOCKERFILE} if dockerfile else {}
        for path, content in {**base, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(dedent(content))
        return load_project(str(tmp_path), ModelOptions(**{"target_release": "0.6.1", **options}))

    return write


def names(found: Project) -> list[str]:
    return [deployment.name for deployment in found.deployments]


def only(found: Project) -> Deployment:
    (deployment,) = (each for each in found.all_deployments if each.kind == "kubernetes")
    return deployment


def value(found: Any) -> Any:
    """What is known, None for absent, and the reason in a tuple."""
    if isinstance(found, Absent):
        return None
    return found.value if isinstance(found, Known) else (found.reason,)


def env(found: Project, name: str) -> Any:
    return value(only(found).environment.get(name))


# Which containers serve


def test_a_workload_of_the_project_s_image_replaces_the_dockerfile(project):
    found = project({"k8s.yaml": workload()})
    assert names(found) == ["Deployment/web"]
    assert [each.name for each in found.all_deployments] == ["project", "Deployment/web", "Dockerfile"]
    web = only(found)
    assert web.image is not None
    assert web.image.dockerfile_path == "Dockerfile"
    assert web.process is not None
    assert web.process.kind == "gunicorn"
    assert web.anchor.path == "k8s.yaml"
    assert web.anchor.span.line == 13
    assert web.is_container


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet"])
def test_every_kind_that_keeps_pods_running_serves(project, kind):
    assert names(project({"k8s/web.yaml": workload(kind=kind)})) == [f"{kind}/web"]


def test_a_bare_pod_serves_and_a_job_does_not(project):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: acme/web}]}\n"
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\n"
        "spec: {template: {spec: {containers: [{name: once, image: acme/web}]}}}\n"
    )
    assert names(project({"k8s/web.yaml": f"{pod}---\n{job}"})) == ["Pod/web"]


@pytest.mark.parametrize("image", ["redis:7", "docker.io/library/postgres:16", "bitnami/redis", "nginx@sha256:abc"])
def test_well_known_images_are_not_the_project_s(project, image):
    found = project({"k8s.yaml": workload("store", image=image)})
    assert names(found) == ["Dockerfile"]
    assert [each.name for each in found.all_deployments] == ["project", "Dockerfile"]


def test_a_container_that_runs_something_else_does_not_serve(project):
    other = workload("worker", 'command: ["celery", "-A", "tasks", "worker"]')
    assert names(project({"k8s/web.yaml": workload(), "k8s/worker.yaml": other})) == ["Deployment/web"]


def test_of_several_images_the_one_that_looks_like_the_server_is_the_project_s(project):
    files = {"k8s/web.yaml": workload("api", ORIGINS, image="acme/api"), "k8s/ui.yaml": workload("ui", image="acme/ui")}
    assert names(project(files)) == ["Deployment/api"]
    probed = "readinessProbe: {httpGet: {path: /ping, port: 8000}}"
    files["k8s/web.yaml"] = workload("api", probed, image="acme/api")
    assert names(project(files)) == ["Deployment/api"]


def test_of_several_images_that_look_like_it_none_is_guessed(project):
    found = project(
        {"k8s/a.yaml": workload("a", ORIGINS, image="acme/a"), "k8s/b.yaml": workload("b", ORIGINS, image="acme/b")}
    )
    assert names(found) == ["Dockerfile"]
    assert [(each.location.path, each.reason) for each in found.undecided_manifests] == [
        (path, "several images may be the one that the project's Dockerfile builds")
        for path in ("k8s/a.yaml", "k8s/b.yaml")
    ]


def test_several_workloads_of_one_image_all_serve(project):
    assert names(project({"k8s/a.yaml": workload("a"), "k8s/b.yaml": workload("b")})) == [
        "Deployment/a",
        "Deployment/b",
    ]


def test_a_command_that_starts_the_server_serves_without_a_dockerfile(project):
    body = 'command: ["agentflow"]\nargs: ["api", "--host", "0.0.0.0"]'
    found = project({"k8s.yaml": workload("web", body)}, dockerfile=False)
    assert names(found) == ["Deployment/web"]
    web = only(found)
    assert web.image is None
    assert web.started_by == "cli"
    assert web.process is not None
    assert web.process.path == "k8s.yaml"
    assert value(web.host) == "0.0.0.0"
    assert web.environment.env_file.status == "unknown"
    assert "no Dockerfile of the project builds the image acme/web" in web.environment.env_file.reason


def test_another_program_s_gunicorn_is_not_the_server(project):
    body = 'command: ["gunicorn", "shop.wsgi:application"]'
    assert names(project({"k8s.yaml": workload("shop", body)}, dockerfile=False)) == ["project"]


def test_an_image_that_nothing_builds_is_no_deployment(project):
    found = project({"k8s.yaml": workload("web", ORIGINS)}, dockerfile=False)
    assert names(found) == ["project"]
    assert [each.reason for each in found.undecided_manifests] == [
        "no Dockerfile of the project builds the image acme/web"
    ]


def test_compose_says_which_dockerfile_builds_an_image(project):
    found = project(
        {
            "docker/api.Dockerfile": DOCKERFILE,
            "docker/Dockerfile": DOCKERFILE,
            "compose.yaml": """
                services:
                  api:
                    image: registry.example.com/acme/web:dev
                    build: {context: ., dockerfile: docker/api.Dockerfile}
                  ui: {image: acme/ui, build: "${UI}"}
            """,
            "k8s.yaml": workload(),
        },
        dockerfile=False,
    )
    web = only(found)
    assert web.image is not None
    assert web.image.dockerfile_path == "docker/api.Dockerfile"
    assert "docker/api.Dockerfile" not in names(found)


def test_another_project_s_image_is_not_this_one_s(project):
    compose = "services: {ui: {image: acme/ui, build: ui}}\n"
    files = {"compose.yaml": compose, "ui/Dockerfile": "FROM node:22\nCOPY . .\nCMD ./start\n"}
    files |= {"k8s/ui.yaml": workload("ui", image="acme/ui:1"), "k8s/web.yaml": workload()}
    assert "Deployment/ui" not in [each.name for each in project(files).all_deployments]


def test_of_several_dockerfiles_the_one_with_the_image_s_name_builds_it(project):
    files = {"api.Dockerfile": DOCKERFILE, "worker.Dockerfile": DOCKERFILE}
    found = project({**files, "k8s.yaml": workload(image="acme/api:2")}, dockerfile=False)
    image = only(found).image
    assert image is not None
    assert image.dockerfile_path == "api.Dockerfile"
    unclear = project({**files, "k8s.yaml": workload(image="acme/web:2")}, dockerfile=False)
    assert "Deployment/web" not in names(unclear)


@pytest.mark.parametrize(
    ("image", "expected"),
    [("redis", True), ("ghcr.io/acme/redis:1@sha256:00", True), ("acme/web:redis", False), ("redis/web", False)],
)
def test_images_that_no_project_builds(image, expected):
    assert is_foreign(image) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("k8s/overlays/dev/web.yaml", True),
        ("k8s/web-staging.yaml", True),
        ("k8s/web.local.yaml", True),
        ("k8s/test/web.yaml", True),
        ("k8s/overlays/prod/web.yaml", False),
        ("k8s/devices.yaml", False),
        ("deploy/web.yaml", False),
    ],
)
def test_paths_of_development(path, expected):
    assert is_development_path(path) is expected


def test_an_overlay_for_development_is_checked_only_by_name(project):
    found = project({"k8s/dev/web.yaml": workload()})
    assert names(found) == ["Dockerfile"]
    assert only(found).is_development


def test_names_are_told_apart_by_file(project):
    found = project({"k8s/prod/web.yaml": workload(), "k8s/eu/web.yaml": f"{workload()}---\n{workload()}"})
    assert names(found) == [
        "k8s/eu/web.yaml:Deployment/web",
        "k8s/eu/web.yaml:Deployment/web#2",
        "k8s/prod/web.yaml:Deployment/web",
    ]


# The process


def test_args_go_to_the_image_s_entrypoint_and_a_command_replaces_both(project):
    dockerfile = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["agentflow"]\nCMD ["api", "--port", "1"]\n'
    files = {"Dockerfile": dockerfile}
    args = project({**files, "k8s.yaml": workload("web", 'args: ["api", "--port", "2"]')})
    assert value(only(args).process.port) == 2  # type: ignore[union-attr]
    assert only(args).process.path == "k8s.yaml"  # type: ignore[union-attr]
    both = project({**files, "k8s.yaml": workload("web", 'command: ["agentflow", "api"]')})
    assert isinstance(only(both).process.port, Absent)  # type: ignore[union-attr]
    neither = project({**files, "k8s.yaml": workload()})
    assert value(only(neither).process.port) == 1  # type: ignore[union-attr]
    assert only(neither).process.path == "Dockerfile"  # type: ignore[union-attr]


def test_kubernetes_expands_references_in_the_command(project):
    body = """
        command: [gunicorn]
        args: ["-b", "0.0.0.0:$(PORT)", "-w", "$(WORKERS)", "agentflow_cli.src.app.main:app"]
        env:
        - {name: PORT, value: "9000"}
        - {name: WORKERS, valueFrom: {secretKeyRef: {name: s, key: w}}}
    """
    process = only(project({"k8s.yaml": workload("web", body)})).process
    assert process is not None
    assert value(process.port) == 9000
    assert value(process.workers) == ("it takes WORKERS, and the Secret s holds it",)


def test_the_environment_of_the_pod_reaches_the_image_s_command(project):
    dockerfile = DOCKERFILE.replace(GUNICORN, "CMD gunicorn -b 0.0.0.0:$PORT agentflow_cli.src.app.main:app")
    files = {"Dockerfile": dockerfile, "k8s.yaml": workload("web", 'env: [{name: PORT, value: "8080"}]')}
    assert value(only(project(files)).process.port) == 8080  # type: ignore[union-attr]
    files["k8s.yaml"] = workload("web", "envFrom: [{secretRef: {name: s}}]")
    assert isinstance(only(project(files)).process.port, Unknown)  # type: ignore[union-attr]


def test_the_working_directory_of_the_pod_counts(project):
    files = {"sub/x": "", ".env": "MODE=production\n"}
    here = project({**files, "k8s.yaml": workload()})
    assert only(here).environment.env_file.status == "loaded"
    there = project({**files, "k8s.yaml": workload("web", "workingDir: /app/sub")})
    assert only(there).environment.env_file.status == "not-deployed"
    assert value(only(there).image.workdir) == "/app/sub"  # type: ignore[union-attr]


def test_a_volume_over_the_env_file_makes_it_unknown(project):
    mount = "volumeMounts: [{name: e, mountPath: /app/.env, subPath: .env}]"
    found = project({".env": "MODE=production\n", "k8s.yaml": workload("web", mount)})
    use = only(found).environment.env_file
    assert (use.status, use.reason) == ("unknown", "the volume e is mounted at /app/.env")
    beside = project({"k8s.yaml": workload("web", "volumeMounts: [{name: e, mountPath: /app/.envs}]")})
    assert only(beside).environment.env_file.status == "loaded"


def test_a_volume_hides_what_the_image_holds_there(project):
    mount = "volumeMounts: [{name: v, mountPath: /app}]"
    image = only(project({"k8s.yaml": workload("web", mount)})).image
    assert image is not None
    place = image.place_of("graph.py")
    assert isinstance(place, Unknown)
    assert place.reason == "the volume v is mounted at /app"
    empty = only(project({"k8s.yaml": workload("web", mount, pod="volumes: [{name: v, emptyDir: {}}]")})).image
    assert empty is not None
    assert isinstance(empty.place_of("graph.py"), NotInImage)


# The environment

SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {ORIGINS: 'https://a.b', LEVEL: INFO}\n"


def test_env_wins_over_env_from_and_both_over_the_image(project):
    dockerfile = DOCKERFILE + "ENV MODE=development ORIGINS=* LEVEL=DEBUG ONLY=image\n"
    body = """
        env: [{name: MODE, value: production}]
        envFrom: [{configMapRef: {name: settings}}]
    """
    found = project({"Dockerfile": dockerfile, "k8s.yaml": f"{workload('web', body)}---\n{SETTINGS}"})
    environment = only(found).environment
    mode = environment.get("MODE")
    assert isinstance(mode, Known)
    assert (mode.value, mode.origin.label) == ("production", "env in k8s.yaml")
    assert [other.value for other in mode.overrode if isinstance(other, Known)] == ["development"]
    origins = environment.get("ORIGINS")
    assert isinstance(origins, Known)
    assert (origins.value, origins.origin.label) == ("https://a.b", "ConfigMap settings in k8s.yaml")
    assert origins.origin.location is not None
    assert SETTINGS.splitlines()[-1] in (found.files.read("k8s.yaml").line(origins.origin.location.span.line))
    assert value(environment.get("ONLY")) == "image"
    assert only(found).in_production is True


def test_of_two_sources_the_later_wins_and_prefixes_count(project):
    more = SETTINGS.replace("settings", "more").replace("INFO", "WARNING")
    sources = "{configMapRef: {name: settings}}, {configMapRef: {name: more}}, {prefix: X_, configMapRef: {name: more}}"
    body = f"envFrom: [{sources}]"
    found = project({"k8s.yaml": f"{workload('web', body)}---\n{SETTINGS}---\n{more}"})
    assert env(found, "LEVEL") == "WARNING"
    assert env(found, "X_LEVEL") == "WARNING"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("value: text", "text"),
        ('value: ""', ""),
        ("", ""),
        ("value: $(FIRST)-$(LATER)", "1-$(LATER)"),
        ("value: $(LEVEL)", "INFO"),
        ("value: $$(FIRST)", "$(FIRST)"),
        ("value: $(REDIS_SERVICE_HOST)", ("it takes REDIS_SERVICE_HOST, and Kubernetes sets it for a Service",)),
        ("value: $(KEY)", ("it takes KEY, and the Secret s holds it",)),
        ("value: ${FROM_CI}", ("another program puts it in before Kubernetes reads it",)),
        ("value: 5", ("it is a number where Kubernetes takes a string",)),
        ("value: '{{ .Values.x }}'", ("a template fills it in",)),
        ("valueFrom: {configMapKeyRef: {name: settings, key: LEVEL}}", "INFO"),
        ("valueFrom: {configMapKeyRef: {name: none, key: x}}", ("the ConfigMap none is not in the repository",)),
        (
            "valueFrom: {configMapKeyRef: {name: settings, key: x}}",
            ("the ConfigMap settings has no x, so the container does not start",),
        ),
        ("valueFrom: {configMapKeyRef: {name: settings, key: x, optional: true}}", None),
        ("valueFrom: {secretKeyRef: {name: s, key: x}}", ("the Secret s holds it",)),
        ("valueFrom: {secretKeyRef: {name: s, key: x, optional: true}}", ("the Secret s holds it, if there is one",)),
        ("valueFrom: {fieldRef: {fieldPath: status.podIP}}", ("Kubernetes fills it in when the pod starts",)),
    ],
)
def test_values_of_variables(project, written, expected):
    body = f"""
        envFrom: [{{configMapRef: {{name: settings}}}}]
        env:
        - {{name: FIRST, value: "1"}}
        - {{name: KEY, valueFrom: {{secretKeyRef: {{name: s, key: k}}}}}}
        - name: IT
          {written}
        - {{name: LATER, value: "2"}}
    """
    assert env(project({"k8s.yaml": f"{workload('web', body)}---\n{SETTINGS}"}), "IT") == expected


def test_of_two_equal_names_the_last_counts(project):
    assert env(project({"k8s.yaml": workload("web", "env: [{name: A, value: b}, {name: A, value: c}]")}), "A") == "c"


def test_a_secret_from_outside_may_set_anything_but_what_wins_over_it(project):
    dockerfile = DOCKERFILE + "ENV MODE=development\n"
    body = "envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: s}}]\nenv: [{name: ORIGINS, value: 'https://x.y'}]"
    found = project({"Dockerfile": dockerfile, "k8s.yaml": f"{workload('web', body)}---\n{SETTINGS}"})
    reason = ("the Secret s may set it",)
    assert env(found, "MODE") == reason
    assert env(found, "LEVEL") == reason
    assert env(found, "ORIGINS") == "https://x.y"
    assert only(found).in_production is None
    assert value(only(found).settings["ORIGINS"]) == "https://x.y"
    assert isinstance(only(found).settings["JWT_SECRET_KEY"], Unknown)


def test_a_secret_of_the_repository_sets_its_own_keys_alone(project):
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {JWT_SECRET_KEY: sk-hidden}\n"
    found = project({"k8s.yaml": f"{workload('web', 'envFrom: [{secretRef: {name: s}}]')}---\n{secret}"})
    assert env(found, "JWT_SECRET_KEY") == ("the Secret s holds it",)
    assert env(found, "MODE") is None


def test_what_is_provided_or_named_in_a_template_is_unknown(project):
    found = project({".env.example": "A=1\n", "k8s.yaml": workload("web", MODE)}, provided_env=("B",))
    assert isinstance(only(found).environment.get("A"), Unknown)
    assert isinstance(only(found).environment.get("B"), Unknown)
    assert env(found, "MODE") == "production"


def test_config_maps_are_found_nearby_and_in_the_same_namespace(project):
    here = workload("web", "envFrom: [{configMapRef: {name: settings}}]")
    other = SETTINGS.replace("INFO", "OTHER")
    assert env(project({"k8s/a/web.yaml": here, "k8s/a/s.yaml": SETTINGS, "k8s/b/s.yaml": other}), "LEVEL") == "INFO"
    spaced = other.replace("name: settings", "name: settings, namespace: b")
    placed = here.replace("name: web\n", "name: web\n  namespace: a\n", 1)
    files = {"k8s/a/web.yaml": placed, "k8s/a/s.yaml": spaced, "k8s/b/s.yaml": SETTINGS}
    assert env(project(files), "LEVEL") == "INFO"


def test_several_config_maps_of_one_name_are_not_guessed(project):
    files = {
        "k8s/web.yaml": workload("web", "envFrom: [{configMapRef: {name: settings}}]"),
        "k8s/a/s.yaml": SETTINGS,
        "k8s/b/s.yaml": SETTINGS.replace("INFO", "OTHER"),
    }
    assert env(project(files), "LEVEL") == ("the repository has several ConfigMaps named settings",)
    files["k8s/b/s.yaml"] = SETTINGS
    assert env(project(files), "LEVEL") == "INFO"


def test_settings_of_development_are_not_production_s(project):
    files = {
        "k8s/web.yaml": workload("web", "envFrom: [{configMapRef: {name: settings}}]"),
        "k8s/dev/s.yaml": SETTINGS,
    }
    assert env(project(files), "LEVEL") == ("the ConfigMap settings is not in the repository",)


def test_an_open_layer():
    layer = OpenLayer({"A": ABSENT}, Unknown("why"))
    assert "B" in layer
    assert layer["B"] == Unknown("why")
    assert layer["A"] == ABSENT
    assert dict(layer) == {"A": ABSENT}
    assert len(layer) == 1


# What lies around it


def test_replicas(project):
    assert isinstance(only(project({"k8s.yaml": workload()})).workload.replicas, Absent)
    two = project({"k8s.yaml": workload(spec="replicas: 2")})
    assert value(only(two).workload.replicas) == 2
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 9}\n"
    )
    scaled = project({"k8s.yaml": workload(spec="replicas: 2"), "k8s/hpa.yaml": scaler})
    assert value(only(scaled).workload.replicas) == 3
    low = project({"k8s.yaml": workload(spec="replicas: 2"), "k8s/hpa.yaml": scaler.replace("minReplicas: 3, ", "")})
    assert value(only(low).workload.replicas) == 1
    other = project(
        {"k8s.yaml": workload(spec="replicas: 2"), "k8s/hpa.yaml": scaler.replace("name: web}, ", "name: b}, ")}
    )
    assert value(only(other).workload.replicas) == 2


def test_replicas_that_are_not_known(project):
    assert isinstance(only(project({"k8s.yaml": workload(spec="replicas: ${N}")})).workload.replicas, Unknown)


def test_a_daemon_set_has_as_many_as_there_are_nodes(project):
    assert isinstance(only(project({"k8s.yaml": workload(kind="DaemonSet")})).workload.replicas, Unknown)


def test_grace_and_user(project):
    found = project(
        {"k8s.yaml": workload("web", pod="terminationGracePeriodSeconds: 60\nsecurityContext: {runAsUser: 5}")}
    )
    assert value(only(found).workload.stop_grace) == 60
    assert value(only(found).workload.user) == "5"
    own = project(
        {"k8s.yaml": workload("web", "securityContext: {runAsUser: 0}", pod="securityContext: {runAsUser: 5}")}
    )
    assert value(only(own).workload.user) == "0"
    assert isinstance(only(own).workload.stop_grace, Absent)


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [%s]}\n"


def test_ports(project):
    body = "ports: [{containerPort: 8000, name: http}]"
    service = SERVICE % "{port: 80, targetPort: http}, {port: 8000}, {port: 81, targetPort: nope}"
    ports = only(project({"k8s.yaml": f"{workload('web', body)}---\n{service}"})).workload.ports
    assert [(port.role, value(port.number), value(port.published)) for port in ports] == [
        ("exposed", 8000, None),
        ("service", 8000, 80),
        ("service", 8000, 8000),
        ("service", ("no port of the container is named nope",), 81),
    ]


@pytest.mark.parametrize(
    "service",
    [
        (SERVICE % "{port: 80}").replace("{app: web}", "{app: other}"),
        (SERVICE % "{port: 80}").replace("{app: web}", "{app: web, tier: x}"),
        (SERVICE % "{port: 80}").replace("selector: {app: web}, ", ""),
        (SERVICE % "{port: 80}").replace("{name: web}", "{name: web, namespace: b}"),
    ],
)
def test_a_service_for_other_pods_is_none_of_this_one(project, service):
    placed = workload().replace("name: web\n", "name: web\n  namespace: a\n", 1)
    assert only(project({"k8s.yaml": f"{placed}---\n{service}"})).workload.ports == ()


def test_a_port_of_a_sidecar_is_the_sidecar_s(project):
    sidecar = "        - name: proxy\n          image: nginx\n          ports: [{containerPort: 80, name: proxy}]\n"
    service = SERVICE % "{port: 80, targetPort: proxy}, {port: 8080, targetPort: 80}, {port: 8000}"
    found = project({"k8s.yaml": f"{workload('web', 'ports: [{containerPort: 8000}]')}{sidecar}---\n{service}"})
    assert [value(port.number) for port in only(found).workload.ports if port.role == "service"] == [8000]


def test_probes(project):
    body = """
        ports: [{containerPort: 8000, name: http}]
        readinessProbe: {httpGet: {path: /health/ready, port: http}, timeoutSeconds: 3}
        livenessProbe: {exec: {command: [curl, -f, "http://localhost:8000/ping"]}}
        startupProbe: {httpGet: {port: 8000, httpHeaders: [{name: Host, value: a.b}]}}
    """
    ready, alive, startup = only(project({"k8s.yaml": workload("web", body)})).workload.probes
    assert (ready.kind, ready.role, value(ready.path), value(ready.port), value(ready.timeout)) == (
        "http",
        "readiness",
        "/health/ready",
        8000,
        3,
    )
    assert isinstance(ready.host, Absent)
    assert (alive.kind, alive.role, value(alive.path), value(alive.port)) == ("exec", "liveness", "/ping", 8000)
    assert (startup.role, value(startup.path), value(startup.host)) == ("startup", "/", "a.b")
    assert (ready.location.path, ready.location.span.line) == ("k8s.yaml", 15)


def test_mounts(project):
    body = """
        volumeMounts:
        - {name: data, mountPath: /data}
        - {name: scratch, mountPath: /tmp/x}
        - {name: own, mountPath: /own}
        - {name: host, mountPath: /host}
        - {name: settings, mountPath: /etc/settings}
        - {name: lost, mountPath: /lost}
    """
    pod = """
        volumes:
        - {name: data, persistentVolumeClaim: {claimName: claim}}
        - {name: scratch, emptyDir: {}}
        - {name: host, hostPath: {path: /srv}}
        - {name: settings, configMap: {name: settings}}
    """
    spec = "volumeClaimTemplates: [{metadata: {name: own}}]"
    found = only(project({"k8s.yaml": workload("web", body, pod=pod, spec=spec, kind="StatefulSet")}))
    assert [(value(each.target), each.kind, each.source, each.read_only) for each in found.workload.mounts] == [
        ("/data", "volume", "claim", False),
        ("/tmp/x", "ephemeral", "scratch", False),
        ("/own", "volume", "own", False),
        ("/host", "bind", "/srv", False),
        ("/etc/settings", "unknown", "settings", True),
        ("/lost", "unknown", "lost", False),
    ]


# What is left undecided


def test_a_chart_is_left_undecided(project):
    found = project(
        {
            "charts/web/Chart.yaml": "apiVersion: v2\nname: web\n",
            "charts/web/templates/web.yaml": workload(image="{{ .Values.image }}"),
        }
    )
    assert names(found) == ["Dockerfile"]
    assert [(each.location.path, each.reason) for each in found.manifests.undecided] == [
        ("charts/web/Chart.yaml", "Helm makes the manifests of a chart")
    ]


def test_a_template_is_left_undecided(project):
    found = project({"k8s/web.yaml": workload(spec="replicas: {{ .Values.n }}")})
    assert names(found) == ["Dockerfile"]
    assert [each.location.path for each in found.undecided_manifests] == ["k8s/web.yaml"]


KUSTOMIZED = {
    "k8s/base/web.yaml": workload("web", "envFrom: [{configMapRef: {name: settings}}]"),
    "k8s/base/kustomization.yaml": "resources: [web.yaml]\n",
}


def overlaid(patch: str, written: str = "", **more: str) -> dict[str, str]:
    """A base with an overlay for production that has one patch."""
    overlay = f"resources: [../../base]\npatches:\n- {patch}\n"
    files = {**KUSTOMIZED, "k8s/overlays/prod/kustomization.yaml": overlay, **more}
    return {**files, "k8s/overlays/prod/patch.yaml": written} if written else files


MERGE = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  "


def test_what_a_patch_writes_of_replicas_and_variables_is_followed(project):
    body = "replicas: 5\n  template: {spec: {containers: [{name: web, env: [{name: MODE, value: production}]}]}}\n"
    found = project(overlaid("path: patch.yaml", MERGE + body))
    assert names(found) == ["Deployment/web"]
    mode = only(found).environment.get("MODE")
    assert isinstance(mode, Known)
    assert (mode.value, mode.origin.label) == ("production", "env in k8s/overlays/prod/patch.yaml")
    replicas = only(found).workload.replicas
    assert isinstance(replicas, Known)
    assert replicas.value == 5
    assert replicas.origin.location is not None
    assert replicas.origin.location.path == "k8s/overlays/prod/patch.yaml"
    assert only(found).process.kind == "gunicorn"  # type: ignore[union-attr]


def test_a_patched_variable_replaces_the_base_s(project):
    base = workload("web", 'env: [{name: A, value: "1"}, {name: B, value: "$(A)"}]\nenvFrom: [{secretRef: {name: s}}]')
    body = "template: {spec: {containers: [{name: web, env: [{name: A, value: '2'}], envFrom: []}]}}\n"
    files = overlaid("path: patch.yaml", MERGE + body)
    found = project({**files, "k8s/base/web.yaml": base})
    assert env(found, "A") == ("k8s/overlays/prod/kustomization.yaml changes it",)
    follows = body.replace(", envFrom: []", "")
    found = project({**overlaid("path: patch.yaml", MERGE + follows), "k8s/base/web.yaml": base})
    assert (env(found, "A"), env(found, "B")) == ("2", "2")
    assert env(found, "C") == ("the Secret s may set it",)


CHANGED = ("k8s/overlays/prod/kustomization.yaml changes it",)


@pytest.mark.parametrize(
    ("body", "aspect"),
    [
        ("template: {spec: {containers: [{name: web, env: [{name: MODE, $patch: delete}]}]}}", "env"),
        ("template: {spec: {containers: [{name: web, env: null}]}}", "env"),
        ("template: {spec: {containers: [{name: web, args: [x]}]}}", "process"),
        ("replicas: null", "replicas"),
        ("template: {spec: {terminationGracePeriodSeconds: 5}}", "grace"),
        ("template: {spec: {securityContext: {runAsUser: 5}}}", "user"),
        ("template: {spec: {volumes: [{name: x}]}}", "mounts"),
        ("template: {spec: {containers: [{name: web, ports: [{containerPort: 1}]}]}}", "ports"),
        ("template: {$patch: replace}", "env process replicas grace user mounts ports"),
        ("template: {spec: {containers: [{name: web, resources: {limits: {cpu: 1}}}], nodeName: a}}", ""),
        ("strategy: {type: Recreate}", ""),
    ],
)
def test_what_else_a_patch_changes_is_not_known(project, body, aspect):
    base = workload(
        "web",
        f"{MODE}\nports: [{{containerPort: 8000}}]",
        spec="replicas: 2",
        pod="terminationGracePeriodSeconds: 60\nsecurityContext: {runAsUser: 1}",
    )
    found = project({**overlaid("path: patch.yaml", MERGE + body), "k8s/base/web.yaml": base})
    web, around = only(found), only(found).workload
    unknown = {
        "env": value(web.environment.get("MODE")) == CHANGED,
        "process": web.process is not None and web.process.reason == CHANGED[0],
        "replicas": isinstance(around.replicas, Unknown),
        "grace": value(around.stop_grace) == CHANGED,
        "user": value(around.user) == CHANGED,
        "mounts": [value(mount.target) for mount in around.mounts] == [CHANGED],
        "ports": [value(port.number) for port in around.ports] == [CHANGED],
    }
    assert {name for name, is_unknown in unknown.items() if is_unknown} == set(aspect.split())


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {kind: Deployment, name: web}}", True),
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {kind: Deployment, name: other}}", False),
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {kind: StatefulSet}}", False),
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {kind: Deployment}}", True),
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {name: w.*, kind: Deployment}}", True),
        ("{patch: '[{op: replace, path: /spec/replicas, value: 3}]', target: {labelSelector: a=b}}", True),
        ("{patch: '[{op: add, path: /metadata/labels/a, value: b}]', target: {kind: Deployment}}", False),
        ("{patch: '{kind: Deployment, metadata: {name: web}, spec: {replicas: 3}}'}", True),
        ("{patch: '{kind: Deployment, metadata: {name: other}, spec: {replicas: 3}}'}", False),
        ("{patch: '[', target: {kind: Deployment}}", True),
        ("{path: not-there.yaml}", True),
    ],
)
def test_a_patch_is_for_what_it_names(project, patch, changed):
    found = project({**overlaid(patch), "k8s/base/web.yaml": workload(spec="replicas: 2")})
    assert value(only(found).workload.replicas) == (CHANGED if changed else 2)


def test_what_two_overlays_patch_is_not_known(project):
    files = overlaid("path: patch.yaml", MERGE + "replicas: 5\n")
    files |= {path.replace("/prod/", "/eu/"): content for path, content in files.items()}
    replicas = only(project(files)).workload.replicas
    assert isinstance(replicas, Unknown)


@pytest.mark.parametrize("field", ["components: [../x]", "replacements: [{source: x}]", "vars: [{name: x}]"])
def test_other_changes_of_a_kustomization_leave_nothing_known(project, field):
    files = {**KUSTOMIZED, "k8s/kustomization.yaml": f"resources: [base]\n{field}\n"}
    found = project(files)
    assert names(found) == ["Deployment/web"]
    assert env(found, "MODE") == ("k8s/kustomization.yaml changes it",)


def test_a_patched_config_map_is_not_known(project):
    patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {LEVEL: DEBUG}\n"
    files = overlaid("path: patch.yaml", patch)
    resources = {"k8s/base/kustomization.yaml": "resources: [web.yaml, s.yaml]\n", "k8s/base/s.yaml": SETTINGS}
    assert env(project({**files, **resources}), "LEVEL") == (
        "k8s/overlays/prod/kustomization.yaml changes the ConfigMap settings",
    )


def test_a_patch_for_development_leaves_production_alone(project):
    found = project(
        {
            **KUSTOMIZED,
            "k8s/overlays/dev/kustomization.yaml": "resources: [../../base]\npatches: [{path: mode.yaml}]\n",
            "k8s/overlays/dev/mode.yaml": workload("web", "env: [{name: MODE, value: development}]"),
        }
    )
    assert names(found) == ["Deployment/web"]


def test_kustomize_s_own_counts_and_settings_are_followed(project):
    overlay = """
        resources: [../../base]
        replicas: [{name: web, count: 4}]
        configMapGenerator: [{name: settings, literals: [MODE=production]}]
    """
    found = project({**KUSTOMIZED, "k8s/overlays/prod/kustomization.yaml": dedent(overlay)})
    assert value(only(found).workload.replicas) == 4
    assert env(found, "MODE") == "production"
    twice = project({**KUSTOMIZED, "k8s/overlays/eu/kustomization.yaml": dedent(overlay)})
    assert value(only(twice).workload.replicas) == ("several kustomizations set it",)


@pytest.mark.parametrize(
    "content",
    [
        "apiVersion: v1\nkind: Deployment\nmetadata: [\n",
        workload("web", "env: 5\nports: x\nvolumeMounts: [1]\nargs: {a: 1}\nreadinessProbe: [x]", pod="volumes: 3"),
        workload("web", spec="replicas: [1]").replace("name: web\n", "name: {a: 1}\n", 1),
        "apiVersion: apps/v1\nkind: Deployment\n",
        "resources: [., .., ../.., /etc]\nkind: Kustomization\napiVersion: kustomize.config.k8s.io/v1\n",
    ],
)
def test_bad_manifests_crash_nothing(project, content):
    found = project({"k8s/web.yaml": content, "k8s/kustomization.yaml": content})
    for deployment in found.all_deployments:
        assert deployment.settings["MODE"] is not None
        assert deployment.workload is not None


def test_the_search_is_bounded(project, tmp_path):
    deep = "k8s/" + "/".join("d" * 12)
    found = project({f"{deep}/web.yaml": workload()})
    for number in range(4000):
        (tmp_path / "k8s" / f"{number:05}.txt").write_text("")
    (tmp_path / "k8s" / "loop").symlink_to(tmp_path / "k8s")
    with bounded():
        assert names(found) == ["Dockerfile"]


def test_what_cannot_be_read_is_news_only_where_manifests_lie(project, tmp_path):
    found = project({"k8s/web.yaml": workload()})
    for folder in ("", "deploy", "k8s"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "api.yaml").write_bytes(b"apiVersion: v1\nkind: \xff\n")
    assert names(found) == ["Deployment/web"]
    assert [each.path for each in found.files.unreadable] == ["k8s/api.yaml"]
