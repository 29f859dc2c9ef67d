"""What a released server does with a project: whether it starts, and what it answers then."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.conformance.server import Refused, serve
from tests.conformance.starts import probe
from tests.conformance.starts.modules import names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conformance.referees import Installed
    from tests.conformance.server import Started

#: The hosts that requests are addressed to: one that projects allow, one that some forbid, one that all but few do.
HOSTS = ("api.example.com", "other.example", "127.0.0.1")
#: Where requests come from: a stranger, and the project's own front end.
ORIGINS = ("https://evil.example", "https://app.example.com")
PATHS = ("/docs", "/redocs", "/redoc", "/openapi.json", "/internal/docs", "/internal/redoc", "/")
#: A route that only known users may ask, once auth is on.
GUARDED = "/v1/graph"
READY = "/health/ready"
_REDIRECTED = 307


@dataclass(frozen=True)
class Answer:
    """To a cross-origin request: the status, and whether a browser would let the page read it and send credentials."""

    status: int
    allowed: bool
    credentials: bool


@dataclass(frozen=True)
class Observed:
    """``reason`` names the error where the server ended; else what it answered.

    ``ping`` and ``ready`` are the status of /ping and /health/ready by the request's host, ``paths`` the status of each
    path asked of the first host, ``guarded`` that of a guarded route without credentials, ``simple`` and ``preflight``
    the answers by origin, ``checkpointer`` the class that is bound and whether it is an in-memory one. With ``dead``
    the process is up and every request fails.
    """

    reason: str | None = None
    output: str = ""
    ping: Mapping[str, int] = field(default_factory=dict)
    ready: Mapping[str, int] = field(default_factory=dict)
    guarded: int = 0
    paths: Mapping[str, int] = field(default_factory=dict)
    simple: Mapping[str, Answer] = field(default_factory=dict)
    preflight: Mapping[str, Answer] = field(default_factory=dict)
    checkpointer: tuple[str, bool] | None = None

    @property
    def refused(self) -> bool:
        """Whether the process ended."""
        return self.reason is not None

    @property
    def dead(self) -> bool:
        """Whether it is up and answers nothing but errors."""
        return bool(self.ping) and all(status == 500 for status in self.ping.values())


def observe(installed: Installed, project: Path, folder: Path, *, forked: bool = True) -> Observed:
    """Start the server on ``project`` and ask it; ``folder`` is an empty folder to work in."""
    home = folder / "home"
    beside = folder / "beside"
    for each in (home, beside):
        each.mkdir()
    text = probe.text(installed.referee.package, names(installed.referee)["checkpointer"])
    (beside / f"{probe.MODULE}.py").write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(beside)}
    with serve(installed, project, home, environment, target=f"{probe.MODULE}:app", forked=forked) as outcome:
        if isinstance(outcome, Refused):
            return Observed(outcome.reason, outcome.output)
        return _asked(outcome)


def _asked(server: Started) -> Observed:
    first = HOSTS[0]
    observed = Observed(
        ping={host: server.get("/ping", {"Host": host})[0] for host in HOSTS},
        ready={host: server.get(READY, {"Host": host})[0] for host in HOSTS},
        guarded=server.get(GUARDED, {"Host": first})[0],
        paths={path: _status(server, path, first) for path in PATHS},
        simple={origin: _cross_origin(server, "GET", {"Host": first, "Origin": origin}) for origin in ORIGINS},
        preflight={
            origin: _cross_origin(
                server, "OPTIONS", {"Host": first, "Origin": origin, "Access-Control-Request-Method": "GET"}
            )
            for origin in ORIGINS
        },
    )
    if observed.dead:
        return observed
    bound = json.loads(server.ask("GET", probe.PATH)[2])
    return replace(observed, checkpointer=(bound["class"], bound["in_memory"]))


def _status(server: Started, path: str, host: str) -> int:
    """The status where one redirection leads, as a browser goes: ROOT_PATH ``/`` makes the server send ``/`` on."""
    status, headers = server.get(path, {"Host": host})
    if status == _REDIRECTED:
        path = "/" + headers["location"].split("/", 3)[3]
        status = server.get(path, {"Host": host})[0]
    return status


def _cross_origin(server: Started, method: str, headers: Mapping[str, str]) -> Answer:
    status, answered, _ = server.ask(method, "/ping", headers)
    allowed = answered.get("access-control-allow-origin") in ("*", headers["Origin"])
    credentials = answered.get("access-control-allow-credentials") == "true"
    return Answer(status, allowed, allowed and credentials)
