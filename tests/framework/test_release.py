"""The committed release data, through its loader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import agentflow_lint.framework.release as loader
from agentflow_lint.framework.facts import CoreRelease, Option, Release
from agentflow_lint.framework.release import (
    UnknownRelease,
    core_distributions,
    distribution_of,
    known_cores,
    known_releases,
    load_core,
    load_release,
    newest_core_for,
    newest_release,
    resolve_release,
    without_data,
)

DATA = Path(loader.__file__).parent
CORES = [(distribution, version) for distribution in core_distributions() for version in known_cores(distribution)]
KINDS = {"str": str, "int": int, "float": float, "bool": bool, "choice": str}


def since(has: object) -> str:
    """The first release for which ``has(release)`` holds, which must then hold for all later ones."""
    assert callable(has)
    answers = [bool(has(load_release(version))) for version in known_releases()]
    first = answers.index(True)
    assert all(answers[first:]), "it went away again"
    return known_releases()[first]


def key_paths(tree: object, prefix: str = "") -> set[str]:
    found = set()
    for key, inner in dict(tree).items():  # type: ignore[call-overload]
        found |= {prefix + key} | key_paths(inner, f"{prefix}{key}.")
    return found


# The catalogue as a whole


def test_the_known_releases_run_from_0_1_8_to_0_9_0() -> None:
    assert len(known_releases()) == 32
    assert known_releases()[0] == "0.1.8"
    assert known_releases()[-1] == "0.9.0"
    assert list(known_releases()) == sorted(known_releases(), key=Version)


def test_four_part_versions_sort_before_the_next_minor() -> None:
    known = known_releases("10xscale-agentflow-cli")
    assert known[known.index("0.3.2") : known.index("0.4.0") + 1] == (
        "0.3.2",
        *(f"0.3.2.{patch}" for patch in range(1, 10)),
        "0.4.0",
    )


def test_both_core_names_are_known_with_all_their_releases() -> None:
    assert known_cores("10xgraph") == ("0.10.0", "0.10.1", "0.10.2", "0.10.3")
    assert len(known_cores("10xscale-agentflow")) == 48
    assert known_cores("10xscale-agentflow")[0] == "0.3.9"
    assert known_cores("10xscale-agentflow")[-2:] == ("0.10.0", "0.10.1")


@pytest.mark.parametrize("folder", ["releases", "cores"])
def test_the_index_equals_the_files(folder: str) -> None:
    index = json.loads((DATA / folder / "index.json").read_text(encoding="utf-8"))
    listed = {(name, version) for name, versions in index.items() for version in versions}
    files = set()
    for path in (DATA / folder).glob("*.json"):
        if path.name != "index.json":
            document = json.loads(path.read_text(encoding="utf-8"))
            files.add((document["distribution"], document["version"]))
            expected = document["version"] if folder == "releases" else "{distribution}-{version}".format(**document)
            assert path.stem == expected
    assert files == listed
    assert len(files) == {"releases": 32, "cores": 52}[folder]


def test_a_release_belongs_to_one_distribution() -> None:
    assert distribution_of("0.6.1") == "10xscale-agentflow-cli"
    assert distribution_of("0.7.0") == "10xgraph-api"
    assert newest_release() == newest_release("10xgraph-api") == "0.9.0"
    assert newest_release("10xscale-agentflow-cli") == "0.6.1"


def test_names_of_distributions_are_compared_normalised() -> None:
    assert known_releases("10xScale_Agentflow.CLI") == known_releases("10xscale-agentflow-cli")
    assert known_cores("10XGRAPH") == known_cores("10xgraph")


def test_a_version_is_found_under_any_of_its_spellings() -> None:
    assert load_release("0.6").version == "0.6.0"
    assert load_release("0.9.0") is load_release("0.9.0.0")
    assert load_core("10xgraph", "v0.10.3").version == "0.10.3"


@pytest.mark.parametrize("version", ["0.1.5", "0.6.5", "1.0", "", "banana", "../cores/index", "index"])
def test_an_unknown_release_says_so(version: str) -> None:
    with pytest.raises(UnknownRelease):
        load_release(version)
    with pytest.raises(UnknownRelease):
        load_core("10xgraph", version)


def test_an_unknown_distribution_says_so() -> None:
    for ask in (known_cores, known_releases, newest_release):
        with pytest.raises(UnknownRelease) as caught:
            ask("agentflow-cli")
        assert caught.value.distribution == "agentflow-cli"
        assert isinstance(caught.value, KeyError)


# Every file


@pytest.mark.parametrize("version", known_releases())
def test_every_server_release_is_complete(version: str) -> None:
    release = load_release(version)
    assert release.version == version
    assert release.package in ("agentflow_cli", "tenxgraph_api")
    assert release.scripts["agentflow"].startswith(release.package)
    assert SpecifierSet(release.requires_python).contains("3.12.0")
    assert release.asgi_targets[0] == f"{release.package}.src.app.main:app"
    assert release.names(f"{release.package}.src.app.main") is not None
    assert {"agent", "auth", "env", "store", "checkpointer", "redis", "injectq"} <= set(release.config_keys)
    assert {"version", "init", "build"} <= set(release.commands)
    assert {"MODE", "ORIGINS", "ALLOWED_HOST", "IS_DEBUG"} <= set(release.settings)
    assert release.core_requirement.name == release.core_distribution
    assert release.behaviour is not None
    for name, setting in release.settings.items():
        assert name == setting.name
        assert setting.group in ("settings", "media")
        assert (setting.kind == "choice") == bool(setting.choices)
        assert setting.default is None or type(setting.default) is KINDS[setting.kind]
        assert setting.default is not None or setting.optional
        assert setting.kind != "choice" or setting.default in setting.choices
    for command in (*release.commands.values(), *release.commands["version"].commands.values()):
        assert_options(command.options)
    assert_options(release.root_options)


def assert_options(options: tuple[Option, ...]) -> None:
    spellings = [spelling for option in options for spelling in (*option.names, *option.negative)]
    assert len(spellings) == len(set(spellings)), "an option is declared twice"
    assert all(spelling.startswith("-") for spelling in spellings)
    assert any("--help" in option.names for option in options)


@pytest.mark.parametrize(("distribution", "version"), CORES)
def test_every_core_release_is_complete(distribution: str, version: str) -> None:
    core = load_core(distribution, version)
    assert (core.distribution, core.version) == (distribution, version)
    assert core.package == {"10xscale-agentflow": "agentflow", "10xgraph": "tenxgraph"}[distribution]
    assert core.requires_python == ">=3.12"
    assert {"pg-checkpoint", "mcp", "redis"} <= set(core.extras)
    assert "injectq" in {Requirement(line).name for line in core.requires}
    assert len(core.modules) > 80
    assert all(not name.startswith("_") for names in core.modules.values() for name in names)
    graph = "graph" if Version(version) < Version("0.7.0") else "core.graph"
    assert {"StateGraph", "CompiledGraph", "ToolNode"} <= (core.names(f"{core.package}.{graph}") or frozenset())


def test_facts_cannot_be_changed_by_who_reads_them() -> None:
    release = load_release("0.9.0")
    for mapping in (release.settings, release.config_keys, release.commands, release.extras, release.modules):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        release.version = "1"  # type: ignore[misc]


# Distributions, packages, requirements


def test_the_rename_at_0_7_0() -> None:
    old, new = load_release("0.6.1"), load_release("0.7.0")
    assert (old.distribution, old.package) == ("10xscale-agentflow-cli", "agentflow_cli")
    assert (new.distribution, new.package) == ("10xgraph-api", "tenxgraph_api")
    assert (old.core_distribution, old.core_package) == ("10xscale-agentflow", "agentflow")
    assert (new.core_distribution, new.core_package) == ("10xgraph", "tenxgraph")
    assert (dict(old.aliases), dict(new.aliases)) == ({}, {"agentflow_cli": "tenxgraph_api"})
    assert set(old.scripts) == {"agentflow"}
    assert set(new.scripts) == {"10xgraph", "agentflow"}
    assert old.config_names == ("agentflow.json",)
    assert new.config_names == ("10xgraph.json", "agentflow.json")
    assert old.asgi_targets == ("agentflow_cli.src.app.main:app",)
    assert new.asgi_targets == ("tenxgraph_api.src.app.main:app", "agentflow_cli.src.app.main:app")


def test_what_the_base_install_brings() -> None:
    def brings(name: str) -> list[str]:
        return [
            version
            for version in known_releases()
            if name in {canonicalize_name(Requirement(line).name) for line in load_release(version).requires}
        ]

    assert brings("fastapi") == brings("uvicorn") == brings("typer") == list(known_releases())
    assert brings("gunicorn")[-1] == brings("orjson")[-1] == "0.7.0"
    assert brings("pyjwt")[-1] == "0.3.1"
    assert brings("questionary")[0] == "0.3.2.2"
    assert (brings("platformdirs")[0], brings("platformdirs")[-1]) == ("0.5.1", "0.7.0")
    assert brings("textxtract") == ["0.3.0", "0.3.1"]


def test_extras_have_plain_requirements() -> None:
    release = load_release("0.9.0")
    assert release.extras["websocket"] == ("websockets<17,>=13.0",)
    assert release.extras["images"] == ("10xgraph[images]<2.0,>=0.10.0",)
    assert since(lambda one: {"jwt", "media"} <= set(one.extras)) == "0.3.2"
    assert since(lambda one: "otel" in one.extras) == "0.3.2.9"
    assert since(lambda one: "ag-ui" in one.extras) == "0.6.0"
    for version in known_releases():
        for lines in load_release(version).extras.values():
            assert lines
            assert all(Requirement(line).marker is None for line in lines)


def test_core_extras_by_release() -> None:
    def having(extra: str) -> list[str]:
        old = known_cores("10xscale-agentflow")
        return [version for version in old if extra in load_core("10xscale-agentflow", version).extras]

    assert having("sqlite-checkpoint")[0] == "0.9.0"
    assert having("anthropic")[0] == "0.9.2"
    assert having("litellm")[-1] == "0.6.4"
    assert having("composio")[-1] == "0.7.4.8"
    assert load_core("10xgraph", "0.10.1").extras["pg-checkpoint"] == ("asyncpg>=0.29.0", "redis>=4.2")


def test_pillow_left_the_base_of_the_core_at_0_10_2() -> None:
    def requires_pillow(version: str) -> bool:
        return any(line.lower().startswith("pillow") for line in load_core("10xgraph", version).requires)

    assert [requires_pillow(version) for version in known_cores("10xgraph")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("server", "distribution", "core"),
    [
        ("0.1.9", "10xscale-agentflow", "0.10.1"),  # no upper bound: an import error waiting to happen
        ("0.6.1", "10xscale-agentflow", "0.10.1"),
        ("0.7.0", "10xgraph", "0.10.3"),
        ("0.9.0", "10xgraph", "0.10.3"),
    ],
)
def test_the_newest_core_that_a_server_allows(server: str, distribution: str, core: str) -> None:
    found = newest_core_for(load_release(server))
    assert (found.distribution, found.version) == (distribution, core)


# Settings


def test_settings_that_the_documentation_gets_wrong() -> None:
    settings = load_release("0.9.0").settings
    assert settings["REDOCS_PATH"].default == "/redocs"
    assert settings["MODE"].default == "development"
    assert settings["ORIGINS"].default == settings["ALLOWED_HOST"].default == "*"
    assert settings["IS_DEBUG"].default is True
    assert settings["MAX_REQUEST_SIZE"].default == 10 * 1024 * 1024
    assert settings["HSTS_MAX_AGE"].kind == "int"
    assert settings["CSP_POLICY"].optional


def test_settings_by_release() -> None:
    assert since(lambda release: "STRICT_PRODUCTION_CHECKS" in release.settings) == "0.8.0"
    assert since(lambda release: "CORS_ALLOW_CREDENTIALS" in release.settings) == "0.5.0"
    assert since(lambda release: "MAX_REQUEST_SIZE" in release.settings) == "0.2.7"
    assert since(lambda release: "JWT_SECRET_KEY" in release.settings) == "0.3.0"
    assert since(lambda release: "JWT_ISSUER" in release.settings) == "0.6.0"
    assert since(lambda release: "OTEL_ENABLED" in release.settings) == "0.3.2.9"
    assert since(lambda release: "MEDIA_STORAGE_TYPE" in release.settings) == "0.3.0"
    assert since(lambda release: "MEDIA_ALLOWED_CONTENT_TYPES" in release.settings) == "0.5.0"
    assert since(lambda release: "MEDIA_REQUIRE_OWNER" in release.settings) == "0.6.0"


def test_the_media_storage_types_lost_pg_at_0_6_0() -> None:
    before, after = (load_release(version).settings["MEDIA_STORAGE_TYPE"] for version in ("0.5.1", "0.6.0"))
    assert before.choices == ("cloud", "local", "memory", "pg")
    assert after.choices == ("cloud", "local", "memory")
    assert (after.kind, after.default, after.group) == ("choice", "local", "media")


def test_bounds_are_kept() -> None:
    rate = load_release("0.6.0").settings["SENTRY_TRACES_SAMPLE_RATE"]
    assert (rate.kind, rate.default, rate.minimum, rate.maximum) == ("float", 0.1, 0.0, 1.0)


def test_media_require_owner_became_three_valued_at_0_8_0() -> None:
    before, after = (load_release(version).settings["MEDIA_REQUIRE_OWNER"] for version in ("0.7.0", "0.8.0"))
    assert (before.default, before.optional) == (False, False)
    assert (after.default, after.optional) == (None, True)


# Config keys


def test_all_config_keys_of_0_9_0() -> None:
    assert key_paths(load_release("0.9.0").config_keys) == {
        *("agent", "auth", "auth.method", "auth.path", "authorization", "checkpointer", "env", "evaluation"),
        *(f"authorization.{key}" for key in ("backend", "type", "roles", "role_scopes", "default_scopes", "isolation")),
        *(f"evaluation.{key}" for key in ("directory", "max_concurrency", "output_dir", "parallel", "threshold")),
        *("ag_ui", "ag_ui.enabled", "ag_ui.allow_client_tools", "graph_introspection", "injectq"),
        *("observability", "observability.level", "observability.logfire", "observability.langsmith"),
        *(f"observability.logfire.{key}" for key in ("enabled", "console", "send_to_logfire", "service_name")),
        *(f"observability.langsmith.{key}" for key in ("enabled", "endpoint", "project")),
        *("rate_limit", "rate_limit.redis", "rate_limit.redis.url", "rate_limit.redis.prefix"),
        *(f"rate_limit.{key}" for key in ("backend", "by", "enabled", "exclude_paths", "fail_open", "requests")),
        *(f"rate_limit.{key}" for key in ("trusted_proxies", "trusted_proxy_headers", "trusted_proxy_hops", "window")),
        *("redis", "remote_tools", "store", "thread_name_generator", "token_revocation"),
        *(f"remote_tools.{key}" for key in ("node", "node_name", "name", "description", "parameters")),
        *("runs", "runs.thread_ids", "runs.config_keys", "runs.state_keys"),
        *("runs.max_concurrent_per_user", "runs.timeout"),
        *("test", "test.path", "test.coverage", "test.coverage_threshold"),
        *("websocket", "websocket.enabled", "websocket.max_connections", "websocket.max_connections_per_user"),
        *("websocket.realtime_models", "websocket.realtime_client_overrides"),
    }


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("authorization", "0.2.7"),
        ("authorization.backend", "0.5.0"),
        ("rate_limit", "0.3.2"),
        ("rate_limit.redis.url", "0.3.2"),
        ("rate_limit.trusted_proxy_hops", "0.5.0"),
        ("rate_limit.trusted_proxies", "0.6.0"),
        ("websocket.max_connections", "0.4.0"),
        ("websocket.realtime_models", "0.6.0"),
        ("websocket.realtime_client_overrides", "0.8.0"),
        ("websocket.enabled", "0.9.0"),
        ("observability.logfire.enabled", "0.5.0"),
        ("ag_ui.enabled", "0.6.0"),
        ("remote_tools.node", "0.6.0"),
        ("runs.timeout", "0.8.0"),
        ("token_revocation", "0.8.0"),
        ("graph_introspection", "0.8.0"),
        ("test.path", "0.3.2.4"),
        ("evaluation.parallel", "0.3.2.6"),
    ],
)
def test_config_keys_by_release(key: str, first: str) -> None:
    assert since(lambda release: key in key_paths(release.config_keys)) == first


def test_a_key_that_is_read_as_it_is_has_nothing_inside() -> None:
    keys = load_release("0.9.0").config_keys
    assert keys["agent"] == {}
    assert set(keys["rate_limit"]["redis"]) == {"prefix", "url"}


# The command line


def commands_by_release() -> dict[str, set[str]]:
    return {version: set(load_release(version).commands) for version in known_releases()}


def test_the_commands_of_each_era() -> None:
    commands = commands_by_release()
    assert commands["0.1.8"] == commands["0.1.9"] == {"api", "build", "init", "version"}
    assert commands["0.3.0"] - commands["0.2.9"] == {"play"}
    assert commands["0.3.1"] - commands["0.3.0"] == {"skills"}
    assert commands["0.3.2.4"] - commands["0.3.2.3"] == {"test", "eval"}
    assert commands["0.5.1"] - commands["0.5.0"] == {"dev", "audit", "demo", "config"}
    assert commands["0.8.0"] - commands["0.9.0"] == {"api", "play"}
    assert {"api", "play"} <= commands["0.8.0"]
    assert not commands["0.9.0"] - commands["0.8.0"]


def test_the_server_command_is_a_development_one_in_every_release() -> None:
    for version, known in commands_by_release().items():
        for name in known & {"api", "play", "dev"}:
            command = load_release(version).commands[name]
            host, port, reload = (command.option(spelling) for spelling in ("--host", "-p", "--no-reload"))
            assert host is not None
            assert port is not None
            assert reload is not None
            assert (host.default, host.takes_value) == ("127.0.0.1", True)
            assert (port.default, port.names) == (8000, ("--port", "-p"))
            assert (reload.default, reload.takes_value, reload.negative) == (True, False, ("--no-reload",))
            assert command.option("--workers") is None


def test_the_config_option_follows_the_rename() -> None:
    defaults = []
    for version, command in (("0.6.1", "api"), ("0.7.0", "api"), ("0.9.0", "dev")):
        option = load_release(version).commands[command].option("-c")
        assert option is not None
        defaults.append(option.default)
    assert defaults == ["agentflow.json", "10xgraph.json", "10xgraph.json"]


def test_options_by_release() -> None:
    def has(command: str, spelling: str) -> list[str]:
        found = []
        for version in known_releases():
            known = load_release(version).commands.get(command)
            if known and known.option(spelling):
                found.append(version)
        return found

    assert has("init", "--prod")[-1] == "0.3.2.1"
    assert has("build", "--k8s")[0] == "0.5.0"
    assert has("init", "--template")[0] == "0.5.1"
    assert has("init", "--websocket") == has("init", "--no-websocket") == ["0.9.0"]
    assert has("dev", "--no-open")[0] == "0.5.1"
    assert since(lambda release: release.root_option("--json")) == "0.5.1"


def test_root_options_come_before_the_command() -> None:
    release = load_release("0.9.0")
    assert {option.names[0] for option in release.root_options} == {
        *("--animation", "--color", "--cwd", "--debug", "--format", "--fullscreen", "--help", "--install-completion"),
        *("--json", "--no-color", "--non-interactive", "--progress", "--quiet", "--show-completion", "--verbose"),
        *("--version", "--yes"),
    }
    verbose, cwd, plain = (release.root_option(spelling) for spelling in ("-v", "--cwd", "--no-animation"))
    assert verbose is not None
    assert cwd is not None
    assert plain is not None
    assert not verbose.takes_value
    assert cwd.takes_value
    assert plain.names == ("--animation",)
    assert release.root_option("--host") is None


def test_the_test_command_takes_what_it_does_not_know() -> None:
    release = load_release("0.9.0")
    assert [name for name, command in release.commands.items() if command.accepts_unknown] == ["test"]
    assert release.commands["test"].arguments == ("path",)
    assert release.commands["eval"].arguments == ("target",)
    assert release.commands["dev"].arguments == ()


def test_config_was_a_group_of_commands_in_0_5_1_only() -> None:
    groups = {version: load_release(version).commands["config"].commands for version in ("0.5.1", "0.6.0")}
    assert set(groups["0.5.1"]) == {"path", "list", "get", "set", "unset", "validate"}
    assert groups["0.5.1"]["set"].arguments == ("key", "value")
    assert groups["0.6.0"] == {}


# Import names


def test_the_old_paths_of_the_core_ended_at_0_7_0() -> None:
    before, after = (load_core("10xscale-agentflow", version) for version in ("0.6.7", "0.7.0"))
    for module in ("graph", "state", "checkpointer", "store", "publisher", "adapters", "evaluation", "testing"):
        assert before.has_module(f"agentflow.{module}"), module
        assert not after.has_module(f"agentflow.{module}"), module
    for module in ("core.graph", "core.state", "storage.checkpointer", "storage.store", "runtime.publisher", "qa"):
        assert after.has_module(f"agentflow.{module}"), module
        assert not before.has_module(f"agentflow.{module}"), module
    for module in ("prebuilt", "utils"):
        assert before.has_module(f"agentflow.{module}")
        assert after.has_module(f"agentflow.{module}")


def test_the_sqlite_checkpointer_came_with_0_9_0() -> None:
    module = "agentflow.storage.checkpointer"
    having = [
        version
        for version in known_cores("10xscale-agentflow")
        if load_core("10xscale-agentflow", version).provides(module, "SqliteCheckpointer")
    ]
    assert having[0] == "0.9.0"
    assert having == [version for version in known_cores("10xscale-agentflow") if Version(version) >= Version("0.9.0")]


def test_top_level_names_of_the_core() -> None:
    def having(distribution: str) -> list[str]:
        return [
            version
            for version in known_cores(distribution)
            if load_core(distribution, version).provides("agentflow", "StateGraph")
        ]

    assert having("10xscale-agentflow") == ["0.7.0"]
    assert having("10xgraph") == list(known_cores("10xgraph"))


def test_an_alias_package_reaches_the_same_modules() -> None:
    core = load_core("10xgraph", "0.10.3")
    assert dict(core.aliases) == {"agentflow": "tenxgraph"}
    assert core.real_name("agentflow.core.graph") == "tenxgraph.core.graph"
    assert core.names("agentflow.core.graph") == core.names("tenxgraph.core.graph")
    assert core.has_module("agentflow")
    assert not core.has_module("agentflow.graph")
    assert not load_core("10xscale-agentflow", "0.10.1").has_module("tenxgraph")
    server = load_release("0.9.0")
    assert server.provides("agentflow_cli", "BaseAuth")
    assert server.provides("tenxgraph_api", "BaseAuth")


def test_lazily_resolved_names_are_there() -> None:
    core = load_core("10xgraph", "0.10.3")
    assert {"StateGraph", "Agent", "START", "END"} <= (core.names("tenxgraph") or frozenset())
    assert core.provides("tenxgraph.core", "CompiledGraph")
    assert not core.is_dynamic("tenxgraph.core")


def test_names_for_type_checkers_only_are_not_there() -> None:
    core = load_core("10xgraph", "0.10.3")
    assert core.provides("tenxgraph.runtime.publisher.exporters", "StateGraph") is False


def test_what_provides_can_and_cannot_tell() -> None:
    core = load_core("10xgraph", "0.10.3")
    assert core.provides("tenxgraph.core", "graph") is True, "a submodule is importable from its package"
    assert core.provides("tenxgraph.core.graph", "StateGrap") is False
    assert core.provides("tenxgraph.core.graph", "_private") is None
    assert core.provides("tenxgraph.nothing", "StateGraph") is False
    assert core.names("tenxgraph.nothing") is None
    assert core.names("somewhere.else") is None
    assert core.has_module("") is False
    assert core.has_module("json") is False


def test_modules_go_by_their_real_names() -> None:
    for package in (load_core("10xgraph", "0.10.3"), load_release("0.9.0")):
        assert isinstance(package, CoreRelease | Release)
        assert package.package in package.modules
        assert all(name == package.package or name.startswith(f"{package.package}.") for name in package.modules)


@pytest.mark.parametrize(("version", "said"), [("0.1.5", "no code"), ("0.1.6", "no code"), ("0.1.7", "`graphs`")])
def test_what_is_said_of_the_releases_before_the_oldest(version: str, said: str) -> None:
    assert said in without_data(version)
    assert version not in known_releases()
    assert resolve_release(f"=={version}", "10xscale-agentflow-cli").asked == version


def test_nothing_is_said_of_a_known_release() -> None:
    assert not any(without_data(version) for version in (None, *known_releases()))
