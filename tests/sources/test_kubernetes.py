from __future__ import annotations

from dataclasses import fields, is_dataclass
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.sources.kubernetes import expand, read_manifest, read_patch, references
from agentflow_lint.sources.kubernetes.facts import (
    ConfigMap,
    Ingress,
    Job,
    Kustomization,
    Manifest,
    Other,
    PatchedObject,
    Scaler,
    Secret,
    Service,
    Workload,
)
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: prod
  labels: {app: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels:
        app: web
        tier: "1"
    spec:
      terminationGracePeriodSeconds: 660
      securityContext: {runAsNonRoot: true}
      initContainers:
        - name: migrate
          image: web:1
          command: [alembic, upgrade, head]
      containers:
        - name: web
          image: registry.example.com/web:1.2
          command: ["gunicorn"]
          args: ["-b", "0.0.0.0:$(PORT)"]
          workingDir: /srv
          securityContext: {runAsUser: 1000}
          env:
            - name: MODE
              value: production
            - name: EMPTY
            - name: KEY
              valueFrom: {secretKeyRef: {name: keys, key: openai}}
            - name: LEVEL
              valueFrom: {configMapKeyRef: {name: settings, key: level, optional: true}}
            - name: POD
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - name: CPU
              valueFrom: {resourceFieldRef: {resource: limits.cpu}}
          envFrom:
            - configMapRef: {name: settings}
              prefix: APP_
            - secretRef: {name: keys, optional: true}
          ports:
            - containerPort: 8000
              name: http
          readinessProbe:
            httpGet:
              path: /health/ready
              port: http
              httpHeaders: [{name: Host, value: example.com}]
            timeoutSeconds: 2
          livenessProbe:
            exec: {command: [curl, -f, "http://localhost:8000/ping"]}
          startupProbe:
            tcpSocket: {port: 8000}
          lifecycle:
            preStop: {exec: {command: [sleep, "15"]}}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: config, mountPath: /srv/agentflow.json, subPath: agentflow.json, readOnly: true}
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: data-claim}
        - name: config
          configMap: {name: settings}
        - name: scratch
          emptyDir: {}
        - name: bare
          emptyDir:
        - name: host
          hostPath: {path: /var/data}
        - name: all
          projected: {sources: []}
        - name: csi
          csi: {driver: x}
"""


def read(content: str, **options: Any) -> Manifest:
    return read_manifest(SourceText(dedent(content)), **options)


def only(content: str) -> Any:
    manifest = read(content)
    assert manifest.problems == ()
    assert manifest.undecided == ()
    (found,) = manifest.objects
    return found


def value(written: Any) -> Any:
    """What is written, or why it is not known."""
    return written if written is None else written.value if written.value is not None else ("?", written.reason)


def container(body: str) -> str:
    lines = "\n".join(f"          {line}" for line in dedent(body).splitlines())
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        f"spec:\n  template:\n    spec:\n      containers:\n        - name: web\n{lines}\n"
    )


def test_a_deployment():
    web = only(WEB)
    assert isinstance(web, Workload)
    assert (web.kind, web.at.name, web.at.namespace, web.at.span) == ("Deployment", "web", "prod", Span(4, 9, 4, 12))
    assert value(web.replicas) == 3
    assert web.replicas is not None
    assert web.replicas.span == Span(8, 13, 8, 14)
    pod = web.pod
    assert [(pair.key, value(pair.value)) for pair in pod.labels] == [("app", "web"), ("tier", "1")]
    assert value(pod.grace_period) == 660
    assert value(pod.security.non_root) is True
    assert [each.name for each in pod.init_containers] == ["migrate"]
    assert [(volume.name, volume.kind, volume.source) for volume in pod.volumes] == [
        ("data", "claim", "data-claim"),
        ("config", "config-map", "settings"),
        ("scratch", "empty-dir", None),
        ("bare", "empty-dir", None),
        ("host", "host-path", "/var/data"),
        ("all", "projected", None),
        ("csi", "other", None),
    ]


def test_a_container():
    (web,) = only(WEB).pod.containers
    assert value(web.image) == "registry.example.com/web:1.2"
    assert [value(each) for each in web.command] == ["gunicorn"]
    assert [value(each) for each in web.args] == ["-b", "0.0.0.0:$(PORT)"]
    assert web.args[1].span == Span(27, 24, 27, 41)
    assert value(web.working_dir) == "/srv"
    assert value(web.security.user) == 1000
    assert [(port.name, value(port.number)) for port in web.ports] == [("http", 8000)]
    assert [(mount.name, value(mount.path), value(mount.sub_path), mount.read_only) for mount in web.mounts] == [
        ("data", "/data", None, False),
        ("config", "/srv/agentflow.json", "agentflow.json", True),
    ]


def test_the_environment():
    (web,) = only(WEB).pod.containers
    assert [(var.name, value(var.value)) for var in web.env] == [
        ("MODE", "production"),
        ("EMPTY", None),
        ("KEY", None),
        ("LEVEL", None),
        ("POD", None),
        ("CPU", None),
    ]
    sources = [var.source for var in web.env if var.source]
    assert [(each.kind, each.name, each.key, each.optional) for each in sources] == [
        ("secret", "keys", "openai", False),
        ("config-map", "settings", "level", True),
        ("field", None, "metadata.name", False),
        ("resource", None, "limits.cpu", False),
    ]
    assert [(each.kind, each.name, value(each.prefix), each.optional) for each in web.env_from] == [
        ("config-map", "settings", "APP_", False),
        ("secret", "keys", None, True),
    ]


def test_probes():
    (web,) = only(WEB).pod.containers
    ready, alive, startup = web.probes
    assert (ready.role, ready.handler.kind, value(ready.timeout)) == ("readiness", "http", 2)
    assert (value(ready.handler.path), value(ready.handler.port)) == ("/health/ready", "http")
    assert [(header.key, value(header.value)) for header in ready.handler.headers] == [("Host", "example.com")]
    assert (alive.role, alive.handler.kind) == ("liveness", "exec")
    assert [value(word) for word in alive.handler.command] == ["curl", "-f", "http://localhost:8000/ping"]
    assert (startup.role, startup.handler.kind, value(startup.handler.port)) == ("startup", "tcp", 8000)
    assert web.pre_stop is not None
    assert [value(word) for word in web.pre_stop.command] == ["sleep", "15"]


def test_other_objects():
    manifest = read(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          type: LoadBalancer
          selector: {app: web}
          ports: [{port: 80, targetPort: http}, {port: 8000}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: web
          annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "60"}
        spec:
          defaultBackend: {service: {name: web, port: {name: http}}}
          rules:
          - host: example.com
            http:
              paths:
              - path: /api
                backend: {service: {name: web, port: {number: 80}}}
              - path: /old
                backend: {serviceName: old, servicePort: 81}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 9}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {LEVEL: INFO, text: "{{ kept }}"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys}
        stringData: {openai: sk-very-secret}
        data: {token: c2VjcmV0}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: sweep}
        ---
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: {name: other}
        """
    )
    assert manifest.problems == ()
    service, ingress, scaler, config, secret, job, other = manifest.objects
    assert isinstance(service, Service)
    assert [(value(port.port), value(port.target)) for port in service.ports] == [(80, "http"), (8000, None)]
    assert value(service.type) == "LoadBalancer"
    assert isinstance(ingress, Ingress)
    assert [(value(each.host), value(each.path), each.service, value(each.port)) for each in ingress.rules] == [
        (None, None, "web", "http"),
        ("example.com", "/api", "web", 80),
        ("example.com", "/old", "old", 81),
    ]
    assert [(pair.key, value(pair.value)) for pair in ingress.at.annotations] == [
        ("nginx.ingress.kubernetes.io/proxy-read-timeout", "60")
    ]
    assert isinstance(scaler, Scaler)
    assert (scaler.target_kind, scaler.target_name) == ("Deployment", "web")
    assert (value(scaler.minimum), value(scaler.maximum)) == (2, 9)
    assert isinstance(config, ConfigMap)
    assert [pair.key for pair in config.data] == ["LEVEL", "text"]
    assert isinstance(secret, Secret)
    assert secret.keys == ("token", "openai")
    assert "sk-very-secret" not in repr(manifest)
    assert "c2VjcmV0" not in repr(manifest)
    assert isinstance(job, Job)
    assert isinstance(other, Other)


def test_lists_are_opened():
    manifest = read(
        """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Pod, metadata: {name: a}}
        - {apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}]}
        """
    )
    assert [
        (type(each).__name__, each.at.name) for each in manifest.objects if not isinstance(each, Kustomization)
    ] == [
        ("Workload", "a"),
        ("ConfigMap", "b"),
    ]


def test_a_stateful_set_has_claims():
    found = only(
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: web}
        spec:
          volumeClaimTemplates: [{metadata: {name: data}}]
        """
    )
    assert found.claims == ("data",)


@pytest.mark.parametrize(
    "content",
    [
        "services:\n  web:\n    image: x\n",
        "kind: Deployment\n",
        "apiVersion: 1\nkind: Deployment\n",
        "apiVersion: some text\nkind: Deployment\n",
        "- apiVersion: v1\n  kind: Pod\n",
        "a: [1\n",
        "",
        "name: ci\non: push\njobs: {}\n",
    ],
)
def test_other_yaml_is_left_alone(content):
    assert read(content) == Manifest()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("env: [{name: A, value: 5}]", "a string, and this is a number"),
        ("env: [{name: A, value: yes}]", "a string, and this is a boolean"),
        ("env: [{name: A, value: on}]", "a string, and this is a boolean"),
        ("env: [{name: A, value: [x]}]", "a string, and this is a list"),
        ("env: {A: 5}", "takes a list, and this is a mapping"),
        ("env: [A=5]", "takes a mapping, and this is a string"),
        ("env: [{value: x}]", "has no name"),
        ('ports: [{containerPort: "8000"}]', "takes a whole number, and this is a string"),
        ("args: [8000]", "args[0] takes a string, and this is a number"),
        ("readinessProbe: /ping", "takes a mapping, and this is a string"),
        ("volumeMounts: [{name: a, mountPath: /a, readOnly: 'true'}]", "true or false, and this is a string"),
    ],
)
def test_values_of_the_wrong_type(body, message):
    manifest = read(container(body))
    (problem,) = manifest.problems
    assert message in problem.message
    assert problem.message.startswith("spec.template.spec.containers[0].")
    assert problem.span.line == 9
    (found,) = manifest.objects
    assert isinstance(found, Workload)
    assert len(found.pod.containers) == 1


def test_a_value_of_the_wrong_type_is_not_known_and_not_absent():
    (found,) = read(container("env: [{name: A, value: 5}]")).objects
    assert isinstance(found, Workload)
    assert value(found.pod.containers[0].env[0].value) == ("?", "it is a number where Kubernetes takes a string")


def test_booleans_of_yaml_1_1_are_booleans():
    (web,) = only(container("volumeMounts: [{name: a, mountPath: /a, readOnly: yes}]")).pod.containers
    assert web.mounts[0].read_only is True


def test_null_is_absent():
    web = only(container("env:\nports:\nargs: ~\nlivenessProbe:"))
    assert web.pod.containers[0].args is None


HELM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.fullname" . }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
"""


@pytest.mark.parametrize(
    "content",
    [
        HELM,
        "{{- if .Values.x }}\napiVersion: v1\nkind: Service\n{{- end }}\n",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n",
        "apiVersion: v1\nkind: Pod\n{% if x %}\nmetadata: {}\n{% endif %}\n",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-{{ .Release.Name }}\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  {{ .Values.spec }}: 1\n",
    ],
)
def test_a_template_is_undecided(content):
    manifest = read(content)
    assert manifest.objects == ()
    assert manifest.problems == ()
    span = manifest.undecided[0].span
    found = SourceText(content).line(span.line)[span.column - 1 : span.end_column - 1]
    assert found in ("{{", "{%")
    assert [each.reason for each in manifest.undecided] == [f"it is a template: `{found}` stands outside strings"]


def test_braces_in_strings_and_comments_are_no_template():
    manifest = read(container('# {{ no }}\nimage: "web:{{ .Values.tag }}"\nargs: ["-x"]'))
    assert manifest.undecided == ()
    (found,) = manifest.objects
    assert isinstance(found, Workload)
    (web,) = found.pod.containers
    assert value(web.image) == ("?", "a template fills it in")
    assert [value(each) for each in web.args or ()] == ["-x"]


def test_a_placeholder_for_a_number_is_not_a_problem():
    manifest = read("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: ${REPLICAS}\n")
    assert manifest.problems == ()
    (found,) = manifest.objects
    assert isinstance(found, Workload)
    assert value(found.replicas) == ("?", "a template fills it in")


def test_broken_yaml_is_a_problem_where_it_looks_like_a_manifest():
    manifest = read("apiVersion: v1\nkind: Pod\nmetadata: [\n")
    assert manifest.objects == ()
    assert [(problem.span.line, problem.message.partition(":")[0]) for problem in manifest.problems] == [
        (4, "it is not valid YAML")
    ]
    doubled = read("apiVersion: v1\nkind: Pod\nkind: Pod\n")
    assert len(doubled.objects) == 1
    assert [problem.unreadable for problem in (*manifest.problems, *doubled.problems)] == [True, False]
    assert "already defined on line 2" in doubled.problems[0].message


def test_a_kustomization():
    content = """
        resources: [../base, web.yaml]
        patches:
        - path: replicas.yaml
        - patch: |-
            - op: remove
              path: /spec/replicas
          target: {kind: Deployment, name: web}
        vars: []
        patchesStrategicMerge: [env.yaml, "kind: x\\nname: y"]
        replicas: [{name: web, count: 4}]
        images: [{name: web, newTag: "2"}]
        configMapGenerator:
        - name: settings
          literals: [MODE=production, 'LEVEL="INFO"', bad]
        - name: more
          envs: [.env]
        """
    assert read(content) == Manifest()
    (found,) = read(content, is_kustomization=True).objects
    assert isinstance(found, Kustomization)
    assert [value(each) for each in found.resources] == ["../base", "web.yaml"]
    assert [value(each.file) for each in found.patches] == ["replicas.yaml", None, "env.yaml", None]
    removing, merging = found.patches[1], found.patches[3]
    assert removing.inline == (PatchedObject(None, None, (("spec", "replicas"),)),)
    assert (removing.has_target, removing.target_kind, removing.target_name) == (True, "Deployment", "web")
    assert merging.inline == (PatchedObject("x", None, (("name",),)),)
    assert [pair.key for pair in found.changes] == ["vars"]
    assert [(each.name, value(each.count)) for each in found.replicas] == [("web", 4)]
    settings, more = found.config_maps
    assert [(pair.key, value(pair.value)) for pair in settings.data] == [("MODE", "production"), ("LEVEL", "INFO")]
    assert settings.open_reason is None
    assert more.open_reason is not None
    named = read("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n")
    assert [type(each) for each in named.objects] == [Kustomization]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "kind: Deployment\nmetadata: {name: web, labels: {a: b}}\n"
            "spec:\n  replicas: 2\n  template:\n"
            "    spec: {containers: [{name: web, env: [{name: A, value: b}], args: [x, y]}]}\n",
            [
                ("metadata", "labels", "a"),
                ("spec", "replicas"),
                *(
                    ("spec", "template", "spec", "containers", "*", *rest)
                    for rest in (("args",), ("env", "*", "name"), ("env", "*", "value"), ("name",))
                ),
            ],
        ),
        ("kind: Deployment\nmetadata: {name: web}\nspec: {template: {$patch: replace}}\n", [("spec", "template")]),
        ("kind: Deployment\nmetadata: {name: web}\n$patch: delete\n", [()]),
        (
            "- {op: replace, path: /spec/replicas, value: 3}\n- {op: move, from: /a~1b/0, path: /c~0d}\n- {op: x}\n",
            [(), ("a/b", "0"), ("c~d",), ("spec", "replicas")],
        ),
    ],
)
def test_patches(content, expected):
    ((found),) = read_patch(SourceText(content)) or ()
    assert sorted(found.paths) == expected


def test_patches_that_cannot_be_read():
    assert read_patch(SourceText("a: [")) is None
    assert read_patch(SourceText("text")) is None
    assert read_patch(SourceText("")) is None
    many = "".join(f"  k{number}: 1\n" for number in range(5000))
    (large,) = read_patch(SourceText(f"kind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{many}")) or ()
    assert large == PatchedObject("ConfigMap", "a", ((),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A)", "a"),
        ("<$(A)$(B)>", "<ab>"),
        ("$(NONE)", "$(NONE)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$a"),
        ("$$$$(A)", "$$(A)"),
        ("$A ${A} $", "$A ${A} $"),
        ("$(A", "$(A"),
        ("$(A)$(B", "a$(B"),
        ("$(A)$$(B", "a$(B"),
        ("$(REF)", "$(A)"),
        ("$(A$(B)", "$(A$(B)"),
        ("$()", "$()"),
        ("", ""),
    ],
)
def test_expansion(text, expected):
    assert expand(text, {"A": "a", "B": "b", "REF": "$(A)"}.get) == expected


def test_references():
    assert references("$(A) $$(B) $(C D) $(E") == ("A", "C D")


def reference_expansion(text: str, known: dict[str, str]) -> str:
    """Character by character, as the specification of the syntax reads."""
    out, at = "", 0
    while at < len(text):
        end = text.find(")", at)
        if text.startswith("$$", at):
            out, at = out + "$", at + 2
        elif text.startswith("$(", at) and end != -1:
            name = text[at + 2 : end]
            out, at = out + known.get(name, f"$({name})"), end + 1
        else:
            out, at = out + text[at], at + 1
    return out


@given(st.text("$()AB ", max_size=30))
def test_expansion_agrees_with_the_specification(text):
    assert expand(text, {"A": "1", "B": "$(A)"}.get) == reference_expansion(text, {"A": "1", "B": "$(A)"})


def test_expansion_takes_linear_time():
    with bounded():
        expand("$(" * 200_000, lambda name: None)
        expand("$(" * 200_000 + ")", lambda name: None)


def spans(fact: Any) -> list[Span]:
    if isinstance(fact, Span):
        return [fact]
    if isinstance(fact, tuple):
        return [span for each in fact for span in spans(each)]
    if is_dataclass(fact):
        return [span for each in fields(fact) for span in spans(getattr(fact, each.name))]
    return []


LINES = WEB.splitlines(keepends=True)
NOISE = st.sampled_from(["", "{{ x }}", "[", "- ", "5", "null", "{a: 1}", "*x", "&x ", "yes", "'", "${X}", "\0", "  "])


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 40), NOISE, st.booleans()), max_size=6))
def test_a_damaged_manifest_crashes_nothing(damage):
    lines = list(LINES)
    for number, column, noise, cuts in damage:
        line = lines[number].rstrip("\n")
        lines[number] = line[:column] + noise + ("" if cuts else line[column:]) + "\n"
    text = SourceText("".join(lines))
    for kustomization in (False, True):
        manifest = read_manifest(text, is_kustomization=kustomization)
        for span in spans((manifest.objects, manifest.problems, manifest.undecided)):
            start, end = text.offset(span.line, span.column), text.offset(span.end_line, span.end_column)
            assert 0 <= start <= end <= len(text.content)
