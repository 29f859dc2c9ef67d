"""What one compose file says, as typed facts with places."""

from __future__ import annotations

from textwrap import dedent

import pytest

from agentflow_lint.sources.compose import ComposeModel, ComposeService, Scalar, is_first_format, read_model, read_tree
from agentflow_lint.sources.text import SourceText, Span


def nobody(name: str) -> None:
    """What compose looks up where nothing in the repository sets a variable."""


def model(text: str, **values: str) -> ComposeModel:
    tree = read_tree(SourceText(dedent(text)), "compose.yaml", "", values.get)
    assert tree.problems == ()
    (document,) = tree.documents
    return read_model(document.root)


def web(body: str, **values: str) -> ComposeService:
    """The facts of a service with these lines."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    found = model(f"services:\n  web:\n    image: x\n{lines}", **values)
    assert not found.broken
    return found.services["web"]


def texts(words: tuple[Scalar, ...]) -> list[str | None]:
    return [word.text for word in words]


def test_the_words_of_a_string_command_have_their_places():
    command = web('command: gunicorn -b 0.0.0.0:8000 "app:app"').command
    assert command is not None
    assert (command.form, texts(command.words)) == ("string", ["gunicorn", "-b", "0.0.0.0:8000", "app:app"])
    assert [word.place.span for word in command.words] == [
        Span(4, 14, 4, 22),
        Span(4, 23, 4, 25),
        Span(4, 26, 4, 38),
        Span(4, 39, 4, 48),
    ]


def test_an_unknown_piece_leaves_the_other_words_known():
    command = web("command: gunicorn -b 0.0.0.0:${PORT} app:app").command
    assert command is not None
    assert texts(command.words) == ["gunicorn", "-b", None, "app:app"]
    assert command.words[2].interpolation.prefix == "0.0.0.0:"
    assert command.words[2].interpolation.reason == "PORT is set by whoever runs compose"


def test_a_known_piece_is_split_with_the_rest():
    command = web("command: gunicorn ${OPTIONS} app:app", OPTIONS="-w 4").command
    assert command is not None
    assert texts(command.words) == ["gunicorn", "-w", "4", "app:app"]


def test_what_is_dropped_behind_an_operator_has_its_place():
    command = web("command: a && b").command
    assert command is not None
    assert texts(command.words) == ["a"]
    assert command.dropped is not None
    assert command.dropped.span == Span(4, 16, 4, 20)


@pytest.mark.parametrize(
    ("body", "words"), [("command: []", []), ('command: ""', []), ("command: [a, 'b c']", ["a", "b c"])]
)
def test_lists_and_nothing(body, words):
    command = web(body).command
    assert command is not None
    assert texts(command.words) == words
    assert web("command:").command is None


@pytest.mark.parametrize(
    "body", ["environment: {MODE: production}", "environment: [MODE=production]", "environment:\n  - 'MODE=production'"]
)
def test_the_place_of_a_variable_is_its_value(body):
    (mode,) = web(body).environment
    assert mode.value is not None
    assert mode.value.text == "production"
    span = mode.value.place.span
    line = f"    {body.splitlines()[-1]}"
    assert line[span.column - 1 : span.end_column - 1] == "production"


def test_variables_without_a_value_are_passed_on():
    for body in ("environment: {MODE: }", "environment: [MODE]"):
        (mode,) = web(body).environment
        assert (mode.name, mode.value) == ("MODE", None)
    (mode,) = web("environment: [MODE=]").environment
    assert mode.value is not None
    assert mode.value.text == ""


def test_numbers_and_booleans_are_written_as_go_writes_them():
    found = web("environment: {A: 1.10, B: 012, C: true, D: 1e6, E: '1.10', F: yes}").environment
    values = {each.name: each.value.text for each in found if each.value}
    assert values == {"A": "1.1", "B": "10", "C": "true", "D": "1e+06", "E": "1.10", "F": "yes"}


def test_of_two_entries_with_a_name_the_last_counts():
    (mode,) = web("environment: [MODE=a, MODE=b]").environment
    assert mode.value is not None
    assert mode.value.text == "b"


def test_env_files_in_every_form():
    found = web("env_file:\n  - .env\n  - path: raw.env\n    required: false\n    format: raw").env_files
    assert [(each.path.text, each.is_required, each.is_raw) for each in found] == [
        (".env", True, False),
        ("raw.env", False, True),
    ]
    assert [each.path.text for each in web("env_file: .env").env_files] == [".env"]


def test_mounts_in_every_form():
    found = web(
        """
        volumes:
          - data:/data
          - ./src:/app:ro
          - /cache
          - ${ELSEWHERE}:/elsewhere:ro
          - ${ANYTHING}
          - {type: tmpfs, target: /t}
        tmpfs: /run:size=1m
        """
    ).mounts
    told = [(each.kind, each.source.text if each.source else "", each.target.text, each.read_only) for each in found]
    assert told == [
        ("volume", "data", "/data", False),
        ("bind", "./src", "/app", True),
        ("volume", "", "/cache", False),
        ("other", None, "/elsewhere", True),
        ("other", None, None, False),
        ("tmpfs", "", "/t", False),
        ("tmpfs", "", "/run", False),
    ]


def test_ports_in_every_form():
    found = web('ports: ["8000", "127.0.0.1:9000:80", {target: 90, published: "91-92"}, "${PORT}:8000"]').ports
    assert [(each.first, each.published, each.host_ip) for each in found] == [
        (8000, None, ""),
        (80, (9000, 9000), "127.0.0.1"),
        (90, (91, 92), ""),
        (None, None, ""),
    ]
    assert found[-1].reason == "PORT is set by whoever runs compose"


def test_health_checks_in_every_form():
    assert web("init: true").health_check is None
    check = web("healthcheck: {test: curl -f localhost}").health_check
    assert check is not None
    assert (check.is_shell, check.disabled, texts(check.test or ())) == (True, False, ["curl -f localhost"])
    check = web("healthcheck: {test: [CMD, curl], timeout: 5s}").health_check
    assert check is not None
    assert (check.is_shell, texts(check.test or ())) == (False, ["curl"])
    assert check.timeout is not None
    for body in ("healthcheck: {disable: true}", "healthcheck: {test: [NONE]}"):
        check = web(body).health_check
        assert check is not None
        assert check.disabled


def test_networks_secrets_and_the_rest():
    found = web(
        """
        networks:
          front: {aliases: [agent, api]}
          back:
        secrets: [key, {source: cert, target: /certs/a.pem}, {source: pin, target: p}]
        configs: [{source: conf, target: /app/agentflow.json}]
        depends_on: {db: {condition: service_healthy}}
        links: ["db:database"]
        profiles: [prod]
        labels: ["traefik.enable=true", lone]
        deploy: {replicas: 3, mode: replicated}
        """
    )
    assert (found.networks, found.aliases) == (("front", "back"), ("agent", "api"))
    assert [(each.source, each.target) for each in found.secrets] == [
        ("key", "/run/secrets/key"),
        ("cert", "/certs/a.pem"),
        ("pin", "/run/secrets/p"),
    ]
    assert [(each.source, each.target) for each in found.configs] == [("conf", "/app/agentflow.json")]
    assert (found.depends_on, found.links, found.profiles) == (("db",), ("db:database",), ("prod",))
    assert found.replicas is not None
    assert found.replicas.text == "3"
    label = found.labels["traefik.enable"]
    assert label is not None
    assert label.text == "true"
    assert found.labels["lone"] is None


def test_top_level_volumes_secrets_and_configs():
    found = model(
        """
        services: {}
        volumes:
          data:
          old: {external: true}
          folder: {driver: local, driver_opts: {o: bind, device: ./d}}
        secrets: {key: {file: ./key}, env: {environment: KEY}}
        configs: {conf: {content: "a ${B}"}}
        """,
        B="b",
    )
    assert [(each.name, each.is_external) for each in found.volumes.values()] == [
        ("data", False),
        ("old", True),
        ("folder", False),
    ]
    device = found.volumes["folder"].device
    assert device is not None
    assert device.text == "./d"
    assert found.secrets["key"].file is not None
    assert found.secrets["env"].variable == "KEY"
    content = found.configs["conf"].content
    assert content is not None
    assert content.text == "a b"


def test_a_key_is_never_interpolated():
    (entry,) = web("environment: {'$MODE': x}", MODE="y").environment
    assert entry.name == "$MODE"


def test_a_file_in_the_first_format_is_recognised():
    tree = read_tree(SourceText("web:\n  image: x\n  ports: ['80']\n"), "docker-compose.yml", "", nobody)
    root = tree.documents[0].root
    assert is_first_format(root)
    assert "first format" in read_model(root).problems[0].message
    other = read_tree(SourceText("x-web: {image: x}\nname: y\n"), "compose.yaml", "", nobody).documents[0].root
    assert not is_first_format(other)
    assert read_model(other).problems[0].message == "it has no `services`"


@pytest.mark.parametrize(
    "body",
    [
        "user: 1000",
        "working_dir: 5",
        "command: [gunicorn, -w, 4]",
        "command: 5",
        "entrypoint: [a, true]",
        "healthcheck: {test: [CMD, curl, -m, 5]}",
        "healthcheck: {test: 5}",
        "healthcheck: {test: curl, timeout: 5}",
        "environment: [5]",
        "stop_grace_period: 30",
        "container_name: 5",
        "volumes: [5]",
        "tmpfs: 5",
        "env_file: 5",
        "env_file: [5]",
        "network_mode: 5",
        "labels: [1]",
        "links: [5]",
        "depends_on: [5]",
        "networks: [5]",
        "extra_hosts: [5]",
        "secrets: [5]",
        "profiles: [5]",
        "build: {context: 5}",
        "build: {target: 5}",
        "deploy: {mode: 5}",
        "command: [~]",
    ],
)
def test_a_bare_number_where_compose_wants_a_string_breaks_the_service(body):
    found = model(f"services:\n  web:\n    image: x\n    {body}\n")
    assert found.services == {}
    assert "string" in found.broken["web"].message
    assert found.broken["web"].place.span.line == 4


@pytest.mark.parametrize(
    "body",
    [
        "expose: [80]",
        "ports: [8000]",
        "labels: {a: 1}",
        "environment: {A: 1, B: true}",
        "scale: 2",
        "deploy: {replicas: '2'}",
        "restart: no",
        "user: '1000'",
        "user: ''",
        "init: yes",
    ],
)
def test_numbers_that_compose_takes(body):
    assert web(body).name == "web"


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        ("  - a", "a service is a mapping", 3),
        ("  ports: 8000", "`ports` is a list", 3),
        ("  ports: ['http']", "a port is none that compose takes", 3),
        ("  volumes: ['aa:bb:cc:dd']", "a volume is none that compose takes", 3),
        ("  environment: MODE", "an environment is a mapping or a list", 3),
        ("  environment: {A: [b]}", "the value of `A` is one value", 3),
        ("  env_file: {a: b}", "`env_file` is a string or a list", 3),
        ("  env_file: [{required: true}]", "an env file has a `path`", 3),
        ("  build: [a]", "`build` is a path or a mapping", 3),
        ("  command: {a: b}", "it is a string or a list of strings", 3),
        ("  command: sh -c 'x", "a quote or a parenthesis is not closed", 3),
        ("  image: [a]", "`image` is one value", 3),
        ("  healthcheck: {test: [curl]}", "starts with CMD, CMD-SHELL or NONE", 3),
        ("  deploy: 3", "`deploy` is a mapping", 3),
    ],
)
def test_a_wrong_type_breaks_its_service_and_no_other(body, message, line):
    found = model(f"services:\n  web:\n  {body}\n  other:\n    image: y\n")
    assert list(found.services) == ["other"]
    assert message in found.broken["web"].message
    assert found.broken["web"].place.span.line == line


def test_values_stay_out_of_what_is_shown_of_the_facts():
    found = web("environment: {KEY: hunter2}\ncommand: a hunter2\nlabels: [a=hunter2]")
    assert "hunter2" not in repr(found)
