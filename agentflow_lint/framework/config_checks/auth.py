"""The ``auth`` key, read in the lifespan.

Source: ``GraphConfig.auth_config`` in ``src/app/core/config/graph_config.py`` and the custom loader in
``src/app/loader.py``. Whether the JWT variables are set is decided in :mod:`agentflow_lint.framework.jwt`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from packaging.version import Version

from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.verdict import Rejection, Start, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AuthKind = Literal["off", "jwt", "custom", "rejected"]

_FORMS = '"jwt", an object with method "custom" and a path, or null'


def is_jwt_auth(data: Mapping[str, Any]) -> bool:
    """Whether every release takes ``auth`` for the built-in JWT: a string with ``jwt`` anywhere in it."""
    value = data.get("auth")
    return isinstance(value, str) and "jwt" in value


def auth_kind(version: str, data: Mapping[str, Any]) -> AuthKind:
    """What ``auth`` means to this release; ``rejected`` where it refuses to start with it whatever else is true.

    ``custom`` says nothing about the path, ``jwt`` nothing about the variables that it needs.
    """
    value = data.get("auth")
    if not value:
        return "off"
    start = Start(Version(version), data, lambda _: None)
    if any(rejection.when == "start" and rejection.rule != "AF206" for rejection in auth(start)):
        return "rejected"
    return "jwt" if isinstance(value, str) else "custom"


def auth(start: Start) -> Iterator[Rejection]:
    """What this release refuses about ``auth``."""
    value = start.data.get("auth")
    if not value:
        return
    if is_jwt_auth(start.data):
        yield from _jwt(start)
    elif not isinstance(value, dict):
        yield refused(("auth",), f"auth is {shown(value)}; this release takes {_FORMS}", "AF404")
    else:
        yield from _custom(start, value)


def _jwt(start: Start) -> Iterator[Rejection]:
    if not start.since("0.2.0"):
        text = 'auth is "jwt", which this release checks and then never puts to use: requests fail (mended in 0.2.0)'
        yield refused(("auth",), text, "AF108", when="use")
    elif start.since("0.2.2") and not start.since("0.6.0"):
        text = "auth is the built-in JWT, which this release demands a path for and cannot be given (mended in 0.6.0)"
        yield refused(("auth",), text, "AF108")


def _custom(start: Start, value: dict[str, Any]) -> Iterator[Rejection]:
    method, path = value.get("method"), value.get("path")
    if not method or not path:
        missing = " and ".join(key for key, found in (("method", method), ("path", path)) if not found)
        yield refused(("auth",), f"auth is an object without {missing}; this release takes {_FORMS}", "AF404")
    elif method != "custom":
        hint = ' (for the built-in JWT write "auth": "jwt")' if method == "jwt" else ""
        text = f'auth.method is {shown(method)}; "custom" is the only method of the object form{hint}'
        yield refused(("auth", "method"), text, "AF404")
    elif not isinstance(path, str):
        yield refused(("auth", "path"), f"auth.path is {shown(path)}; it takes a string module:attribute", "AF404")
    elif not start.since("0.2.4"):
        text = (
            "auth.path has to be module:attribute and, in this release, a file of that very name too: "
            "custom auth cannot be used (mended in 0.2.4)"
        )
        yield refused(("auth", "path"), text, "AF108")
    else:
        problem = import_path_problem(path)
        if problem:
            yield refused(("auth", "path"), f"auth.path {problem}", "AF206")
