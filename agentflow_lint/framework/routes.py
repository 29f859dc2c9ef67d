"""The routes that matter to whoever stands in front of the server, release by release.

Only those that a proxy can break in a way of its own: long requests, streams, WebSockets, uploads and the probe. All
paths are below ROOT_PATH. Read in src/app/routers of each release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from packaging.version import Version

from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RouteKind = Literal["run", "stream", "websocket", "upload", "probe"]
"""``run`` answers when the whole run is over, ``stream`` sends as it goes; both take as long as the graph does."""


@record(frozen=True)
class Route:
    """A route of the server; ``guarded`` where it asks for authentication once the config has ``auth``."""

    method: str
    path: str
    kind: RouteKind
    guarded: bool = True

    @property
    def name(self) -> str:
        """The route as people write it."""
        return f"{self.method} {self.path}"


INVOKE = Route("POST", "/v1/graph/invoke", "run")
STREAM = Route("POST", "/v1/graph/stream", "stream")
AG_UI = Route("POST", "/v1/ag-ui", "stream")
SOCKET = Route("WebSocket", "/v1/graph/ws", "websocket")
LIVE = Route("WebSocket", "/v1/graph/live", "websocket")
UPLOAD = Route("POST", "/v1/files/upload", "upload")
PING = Route("GET", "/ping", "probe", guarded=False)

_SOCKET_SINCE = Version("0.3.2.9")
_LIVE_SINCE = Version("0.4.0")
_UPLOAD_SINCE = Version("0.3.0")
_AG_UI_SINCE = Version("0.6.0")
#: ``websocket.enabled`` false takes the WebSocket routes away (routers/setup_router.py).
_SWITCH_SINCE = Version("0.9.0")


def routes_of(version: str, config: Mapping[str, Any]) -> tuple[Route, ...]:
    """The routes of a server release with this config."""
    return tuple(_routes(Version(version), config))


def _routes(version: Version, config: Mapping[str, Any]) -> Iterator[Route]:
    yield from (INVOKE, STREAM)
    if version >= _AG_UI_SINCE and _switch(config, "ag_ui") is True:
        yield AG_UI
    if version < _SWITCH_SINCE or _switch(config, "websocket") is not False:
        if version >= _SOCKET_SINCE:
            yield SOCKET
        if version >= _LIVE_SINCE:
            yield LIVE
    if version >= _UPLOAD_SINCE:
        yield UPLOAD
    yield PING


def _switch(config: Mapping[str, Any], key: str) -> bool | None:
    """``<key>.enabled`` as the server reads it; None where it is not set, or refused."""
    section = config.get(key)
    return boolean(section.get("enabled")) if isinstance(section, dict) else None


def route_path(path: str, root_path: str) -> str:
    """The path that the server's router sees: without ROOT_PATH where that is whole segments of it.

    starlette/_utils.py: get_route_path. The default ROOT_PATH of ``/`` takes nothing off, nor does one that ends in a
    slash.
    """
    if not root_path or not path.startswith(root_path):
        return path
    rest = path[len(root_path) :]
    return rest if not rest or rest.startswith("/") else path
