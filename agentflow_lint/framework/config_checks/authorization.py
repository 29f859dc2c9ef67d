"""The ``authorization`` key (from 0.2.7), and what AG-UI forbids beside it.

Source: ``load_authorization`` and ``_resolve_authorization_backend`` in ``src/app/loader.py``,
``RoleBasedAuthorizationBackend`` in ``src/app/core/auth/authorization.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.limits import ag_ui_enabled
from agentflow_lint.framework.config_checks.verdict import Rejection, Start, Unseen, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = "authorization"
OWNERSHIP = "ownership"
NAMES = (OWNERSHIP, "allow_all", "default", "none")
ROLE_BASED = ("rbac", "role_based", "roles")


def authorization(start: Start) -> Iterator[Rejection]:
    """What this release refuses about ``authorization``."""
    if not start.since("0.2.7"):
        return
    value = start.data.get(_KEY)
    if isinstance(value, dict) and start.since("0.5.0"):
        yield from _role_based(value)
    elif not value:
        return
    elif not start.since("0.5.0"):
        problem = import_path_problem(value)
        if problem:
            later = "; names and objects are known from 0.5.0 on" if not _is_path(value) else ""
            yield refused((_KEY,), f"authorization {problem}{later}", "AF206" if _is_path(value) else "AF103")
    elif _is_path(value):
        problem = import_path_problem(value)
        if problem:
            yield refused((_KEY,), f"authorization {problem}", "AF206")
    elif not isinstance(value, str) or value.strip().lower() not in NAMES:
        forms = f"one of {', '.join(NAMES)}, a module:attribute path, or an object for rbac"
        yield refused((_KEY,), f"authorization is {shown(value)}; it takes {forms}")


def _is_path(value: object) -> bool:
    return isinstance(value, str) and ":" in value


def _role_based(value: dict[str, Any]) -> Iterator[Rejection]:
    key = "backend" if value.get("backend") or "type" not in value else "type"
    name = value.get("backend") or value.get("type") or ""
    if not isinstance(name, str) or name.lower() not in ROLE_BASED:
        named = f"authorization.{key} is {shown(name)}" if name else "authorization is an object without a backend"
        path = (_KEY, key) if name else (_KEY,)
        yield refused(path, f'{named}; the object form takes "backend": "rbac"')
        return
    key = "roles" if value.get("roles") else "role_scopes"
    roles = value.get("roles") or value.get("role_scopes") or {}
    if not isinstance(roles, dict):
        text = f"authorization.{key} is {shown(roles)}; it takes an object of role names and their scopes"
        yield refused((_KEY, key), text)
    else:
        for role, scopes in roles.items():
            if not isinstance(scopes, (list, str, dict)):
                text = f"authorization.{key}.{role} is {shown(scopes)}; it takes a list of scopes"
                yield refused((_KEY, key, role), text)
    scopes = value.get("default_scopes") or ()
    if not isinstance(scopes, (list, str, dict, tuple)):
        text = f"authorization.default_scopes is {shown(scopes)}; it takes a list of scopes"
        yield refused((_KEY, "default_scopes"), text)


def owns_threads(start: Start) -> Literal[True, False] | None:
    """Whether the owner-only backends (ownership, rbac) decide; None where a project's own backend or MODE is open.

    Meant for values that :func:`authorization` accepts.
    """
    value = start.data.get(_KEY)
    if isinstance(value, dict):
        return True
    if isinstance(value, str) and value:
        return None if ":" in value else value.strip().lower() == OWNERSHIP
    if start.data.get("auth") and start.since("0.8.0"):
        return True
    mode = start.environ("MODE")
    if isinstance(mode, Unseen):
        return None
    return start.since("0.5.0") and (mode or "development").lower() == "production"


def ag_ui_conflict(start: Start) -> Iterator[Rejection]:
    """AG-UI with server-named threads under an owner-only backend (from 0.8.0)."""
    runs = start.data.get("runs")
    named_by_server = isinstance(runs, dict) and runs.get("thread_ids") == "server"
    if not start.since("0.8.0") or not named_by_server or not ag_ui_enabled(start):
        return
    owned = owns_threads(start)
    if owned is False:
        return
    text = (
        'ag_ui is enabled and runs.thread_ids is "server": AG-UI clients name their threads themselves, so this '
        "release refuses the two together under ownership or rbac authorization"
    )
    by_mode = not start.data.get(_KEY) and not start.data.get("auth")
    environment = ("MODE",) if by_mode else ()
    yield Rejection(("runs", "thread_ids"), text, "start", "AF103", environment, uncertain=owned is None)
