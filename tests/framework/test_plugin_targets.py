"""Which import paths of a config each release loads, and what its loaders take."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.import_names import FRAMEWORK_PACKAGES, SERVER_PACKAGES, import_names
from agentflow_lint.framework.plugin_targets import AUTH, REVOCATION, auth_file, plugins
from agentflow_lint.framework.release import known_cores, known_releases, load_core, load_release, newest_core_for

EVERYTHING = {
    "agent": "graph.agent:app",
    "injectq": "a:b",
    "store": "a:b",
    "auth": {"method": "custom", "path": "a.b:C"},
    "thread_name_generator": "a:b",
    "authorization": "a:b",
    "token_revocation": "a:b",
}


def keys(version, data):
    return [".".join(map(str, plugin.path)) for plugin in plugins(version, data)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.1.7", []),
        ("0.1.8", ["injectq", "thread_name_generator"]),
        ("0.2.3", ["injectq", "thread_name_generator"]),
        ("0.2.4", ["injectq", "auth.path", "thread_name_generator"]),
        ("0.2.7", ["injectq", "auth.path", "thread_name_generator", "authorization"]),
        ("0.4.0", ["injectq", "auth.path", "thread_name_generator", "authorization"]),
        ("0.5.0", ["injectq", "store", "auth.path", "thread_name_generator", "authorization"]),
        ("0.8.0", ["injectq", "store", "auth.path", "thread_name_generator", "authorization", "token_revocation"]),
        ("0.9.0", ["injectq", "store", "auth.path", "thread_name_generator", "authorization", "token_revocation"]),
    ],
)
def test_each_release_loads_its_keys_in_start_up_order(version, expected):
    assert keys(version, EVERYTHING) == expected


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"injectq": None, "store": "", "authorization": "ownership", "auth": "jwt", "token_revocation": "redis"},
        {"injectq": "a", "store": "a:b:c", "thread_name_generator": 5, "authorization": {"backend": "rbac"}},
        {"auth": {"method": "jwt", "path": "a:b"}},
        {"auth": {"method": "custom"}},
        {"auth": ["custom"]},
        {"auth": {}, "token_revocation": "a:b"},  # without auth the server only warns
    ],
)
def test_what_is_no_path_is_not_loaded(data):
    assert keys("0.9.0", data) == []


def test_only_a_container_may_avert_the_revocation_backend():
    (plugin,) = plugins("0.9.0", {"auth": "jwt", "token_revocation": "a:b"})
    assert (plugin.wanted, plugin.unless) == (REVOCATION, None)
    averted = plugins("0.9.0", {"auth": "jwt", "token_revocation": "a:b", "injectq": "c:d"})
    assert [bool(plugin.unless) for plugin in averted] == [False, True]


def test_only_the_auth_backend_needs_a_file():
    assert [plugin.wanted is AUTH for plugin in plugins("0.9.0", EVERYTHING) if plugin.wanted.needs_file] == [True]


@pytest.mark.parametrize(
    ("path", "file"),
    [("auth.backend:B", "auth/backend.py"), ("backend:B", "backend"), ("a.b.c:D", "a/b/c.py"), ("x.py:B", "x.py")],
)
def test_the_file_that_the_server_looks_for(path, file):
    assert auth_file(path) == file


def test_import_names():
    assert import_names("python-dotenv") == ("dotenv",)
    assert import_names("PyJWT") == ("jwt",)
    assert import_names("pydantic.Settings") == ("pydantic_settings",)


def test_the_framework_packages_are_those_of_the_releases():
    found: dict[str, set[str]] = {}
    for version in known_releases():
        release = load_release(version)
        for name in (release.package, *release.aliases):
            found.setdefault(name, set()).add(release.distribution)
            assert name in SERVER_PACKAGES
        core = newest_core_for(release)
        for name in (core.package, *core.aliases):
            found.setdefault(name, set()).add(release.distribution)
    for distribution in ("10xscale-agentflow", "10xgraph"):
        for version in known_cores(distribution):
            core = load_core(distribution, version)
            for name in (core.package, *core.aliases):
                found.setdefault(name, set()).add(distribution)
                assert name not in SERVER_PACKAGES
    assert found == {name: set(distributions) for name, distributions in FRAMEWORK_PACKAGES.items()}
