"""The referees of whole starts: one release of each behaviour era, with every checkpointer and one model provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.referees import Referee

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODEL = "google-genai,pg-checkpoint"
_SQLITE = f"{_MODEL},sqlite-checkpoint"


def _old(release: str, core: str, extras: str, server_extras: str = "[jwt,redis]") -> Referee:
    requirements = (f"10xscale-agentflow-cli{server_extras}=={release}", f"10xscale-agentflow[{extras}]=={core}")
    return Referee(f"{release}-start", release, requirements, "agentflow_cli", "agentflow", "agentflow.json")


def _new(release: str, core: str) -> Referee:
    requirements = (f"10xgraph-api[jwt,redis]=={release}", f"10xgraph[{_SQLITE}]=={core}")
    return Referee(f"{release}-start", release, requirements, "tenxgraph_api", "10xgraph", "10xgraph.json")


#: Oldest first. Each server has a core that it works with: those before 0.3.0 import what core 0.7.0 moved.
ERAS: tuple[Referee, ...] = (
    _old("0.2.9", "0.6.7", _MODEL, "[redis]"),
    _old("0.3.2.9", "0.7.5.1", _MODEL),
    _old("0.4.0", "0.8.0", _MODEL),
    _old("0.5.1", "0.9.2", _SQLITE),
    _old("0.6.1", "0.10.1", _SQLITE),
    _new("0.7.0", "0.10.0"),
    _new("0.8.0", "0.10.1"),
    _new("0.9.0", "0.10.3"),
)

BY_RELEASE: Mapping[str, Referee] = {referee.release: referee for referee in ERAS}
