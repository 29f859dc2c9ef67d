"""The keys that cap and shape runs: ``websocket`` (0.4.0), ``ag_ui`` (0.6.0) and ``runs`` (0.8.0).

Source: ``WebSocketConfig``, ``AgUiConfig`` and ``RunsConfig`` in ``src/app/core/config/graph_config.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_checks.leniency import BOOLEAN, boolean, integer
from agentflow_lint.framework.config_checks.verdict import Path, Rejection, Start, dotted, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERRIDES = ("modalities", "system_prompt", "vad", "voice")
THREAD_IDS = ("client", "server")


def websocket(start: Start) -> Iterator[Rejection]:
    """What this release refuses under ``websocket``: at the handshake up to 0.8.0, at start from 0.9.0."""
    if not start.since("0.4.0"):
        return
    value = start.data.get("websocket")
    if value is None:
        return
    when = "start" if start.since("0.9.0") else "use"
    if not isinstance(value, dict):
        yield refused(("websocket",), f"websocket is {shown(value)}; it takes an object or null", when=when)
        return
    yield from _connections(value, "max_connections", when)
    if not start.since("0.6.0"):
        return
    if start.since("0.9.0"):
        enabled = value.get("enabled")
        if enabled is not None and boolean(enabled) is None:
            text = f"websocket.enabled is {shown(enabled)}; it takes null, {BOOLEAN}"
            yield refused(("websocket", "enabled"), text, when=when)
    yield from _connections(value, "max_connections_per_user", when)
    yield from _strings(("websocket", "realtime_models"), value.get("realtime_models"), when)
    if start.since("0.8.0"):
        yield from _client_overrides(value.get("realtime_client_overrides"), when)


def _connections(value: dict[str, Any], key: str, when: str) -> Iterator[Rejection]:
    raw = value.get(key)
    if raw in (None, 0):
        return
    number = integer(raw)
    if number is None or number < 0:
        text = f"websocket.{key} is {shown(raw)}; it takes a whole number, and 0 or null for no limit"
        yield refused(("websocket", key), text, when=when)


def _client_overrides(raw: object, when: str) -> Iterator[Rejection]:
    path: Path = ("websocket", "realtime_client_overrides")
    wrong = list(_strings(path, raw, when))
    if wrong or not isinstance(raw, list):
        yield from wrong
        return
    for index, item in enumerate(raw):
        if item.strip() and item.strip() not in OVERRIDES:
            text = f"{dotted((*path, index))} is {shown(item)}; it takes some of {', '.join(OVERRIDES)}"
            yield refused((*path, index), text, when=when)


def _strings(path: Path, raw: object, when: str = "start") -> Iterator[Rejection]:
    if raw is None:
        return
    if not isinstance(raw, list):
        yield refused(path, f"{dotted(path)} is {shown(raw)}; it takes a list of strings or null", when=when)
        return
    for index, item in enumerate(raw):
        if not isinstance(item, str):
            at = (*path, index)
            yield refused(at, f"{dotted(at)} is {shown(item)}; the list takes strings only", when=when)


def ag_ui(start: Start) -> Iterator[Rejection]:
    """What this release refuses under ``ag_ui``, while the app is built."""
    if not start.since("0.6.0"):
        return
    value = start.data.get("ag_ui")
    if value is None:
        return
    if not isinstance(value, dict):
        yield refused(("ag_ui",), f"ag_ui is {shown(value)}; it takes an object or null")
        return
    for key, default in (("enabled", False), ("allow_client_tools", True)):
        switch = value.get(key, default)
        if boolean(switch) is None:
            yield refused(("ag_ui", key), f"ag_ui.{key} is {shown(switch)}; it takes {BOOLEAN}")


def ag_ui_enabled(start: Start) -> bool:
    """Whether this release mounts the AG-UI endpoint."""
    value = start.data.get("ag_ui")
    return start.since("0.6.0") and isinstance(value, dict) and boolean(value.get("enabled", False)) is True


def runs(start: Start) -> Iterator[Rejection]:
    """What this release refuses under ``runs``, in the lifespan."""
    if not start.since("0.8.0"):
        return
    value = start.data.get("runs")
    if value is None:
        return
    if not isinstance(value, dict):
        yield refused(("runs",), f"runs is {shown(value)}; it takes an object or null")
        return
    mode = value.get("thread_ids", "client")
    if mode not in THREAD_IDS:
        yield refused(("runs", "thread_ids"), f'runs.thread_ids is {shown(mode)}; it takes "client" or "server"')
    yield from _strings(("runs", "config_keys"), value.get("config_keys"))
    yield from _strings(("runs", "state_keys"), value.get("state_keys"))
    yield from _concurrency(value.get("max_concurrent_per_user"))
    yield from _timeout(value.get("timeout"))


def _concurrency(raw: Any) -> Iterator[Rejection]:
    # False and 0.0 equal 0 and so mean "no limit"; every other boolean and fraction is refused.
    if raw in (None, 0) or (isinstance(raw, int) and not isinstance(raw, bool) and raw > 0):
        return
    text = f"runs.max_concurrent_per_user is {shown(raw)}; it takes a JSON whole number, and 0 or null for no limit"
    yield refused(("runs", "max_concurrent_per_user"), text)


def _timeout(raw: Any) -> Iterator[Rejection]:
    if raw is None:
        return
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and not raw <= 0:
        try:
            float(raw)
        except OverflowError:
            pass
        else:
            return
    text = f"runs.timeout is {shown(raw)}; it takes a JSON number of seconds above 0 (no string), or null for no limit"
    yield refused(("runs", "timeout"), text)
