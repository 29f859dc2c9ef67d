"""The config keys that name something to import besides the graph, and what each loader accepts.

Source: ``src/app/loader.py`` of every server release with code (0.1.7 to 0.9.0), and from 0.8.0 on
``build_token_revocation`` in ``src/app/core/auth/revocation.py``. An instance is taken as it is; a class, where one is
taken at all, is called without arguments. The form of the paths is judged in
:mod:`agentflow_lint.framework.config_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from packaging.version import Version

from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.records import record

_NOTHING: frozenset[str] = frozenset()


@record(frozen=True)
class Wanted:
    """What a loader wants: an instance of ``base``, or (``takes_class``) a class that derives from it.

    ``derived`` are the framework's own classes that derive from it, in any release. ``needs_file``: the module has to
    be a file below the working directory too.
    """

    base: str
    takes_class: bool
    derived: frozenset[str] = _NOTHING
    needs_file: bool = False


@record(frozen=True)
class Plugin:
    """One import path in a config that a release loads: the key path, the value, and what its loader wants.

    ``unless`` says what may keep the server from loading it at all, in words; None when nothing does.
    """

    path: tuple[str | int, ...]
    import_path: str
    wanted: Wanted
    unless: str | None = None


INJECTQ = Wanted("InjectQ", takes_class=False)
STORE = Wanted("BaseStore", takes_class=False, derived=frozenset({"InMemoryStore", "Mem0Store", "QdrantStore"}))
AUTH = Wanted("BaseAuth", takes_class=True, derived=frozenset({"JwtAuth"}), needs_file=True)
THREAD_NAMES = Wanted(
    "ThreadNameGenerator",
    takes_class=True,
    derived=frozenset({"DefaultThreadNameGenerator", "DummyThreadNameGenerator"}),
)
AUTHORIZATION = Wanted(
    "AuthorizationBackend",
    takes_class=True,
    derived=frozenset(
        {"DefaultAuthorizationBackend", "OwnershipAuthorizationBackend", "RoleBasedAuthorizationBackend"}
    ),
)
REVOCATION = Wanted(
    "TokenRevocationBackend",
    takes_class=True,
    derived=frozenset({"InMemoryTokenRevocation", "RedisTokenRevocation"}),
)

#: Each key in the order in which its target is imported, with the first release that loads it. 0.1.7 keeps its paths
#: elsewhere; custom auth could not be used at all before 0.2.4 (graph_config.py), and before 0.5.0 ``store`` was read
#: and bound by nobody.
_LOADED: tuple[tuple[Version, tuple[str, ...], Wanted], ...] = (
    (Version("0.1.8"), ("injectq",), INJECTQ),
    (Version("0.5.0"), ("store",), STORE),
    (Version("0.2.4"), ("auth", "path"), AUTH),
    (Version("0.1.8"), ("thread_name_generator",), THREAD_NAMES),
    (Version("0.2.7"), ("authorization",), AUTHORIZATION),
    (Version("0.8.0"), ("token_revocation",), REVOCATION),
)

_BOUND = "the project's InjectQ container may bind a TokenRevocationBackend of its own, which then counts instead"


def plugins(version: str, data: Mapping[str, Any]) -> tuple[Plugin, ...]:
    """The plugins that server release ``version`` loads for config ``data``, in start-up order.

    Values that are no paths (``ownership``, ``redis``) and paths of a form that it refuses are left out.
    """
    release = Version(version)
    return tuple(
        Plugin(path, str(value), wanted, _BOUND if wanted is REVOCATION and data.get("injectq") else None)
        for since, path, wanted in _LOADED
        if since <= release and _is_loaded(wanted, data)
        for value in (_value(data, path),)
        if isinstance(value, str) and ":" in value and import_path_problem(value) is None
    )


def _is_loaded(wanted: Wanted, data: Mapping[str, Any]) -> bool:
    """Whether the rest of the config lets the server get as far as this key."""
    auth = data.get("auth")
    if wanted is AUTH:
        return isinstance(auth, dict) and auth.get("method") == "custom"
    return bool(auth) if wanted is REVOCATION else True


def _value(data: Any, path: tuple[str, ...]) -> object:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def auth_file(import_path: str) -> str:
    """The path below the working directory that has to exist for ``auth.path`` (``_load_custom_auth``, loader.py).

    Dots become folders and ``.py`` is added; a name without a dot is taken for a path as it stands.
    """
    module = import_path.partition(":")[0]
    if module.endswith(".py") or "." not in module:
        return module
    return module.replace(".", "/") + ".py"
