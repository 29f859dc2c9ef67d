"""Run by a referee's Python: starts the release's own server on one configuration after the other.

It is the worker of the configurations, which answers one question more about a configuration with which the server
starts: ``unusable`` names the keys that it reads at a request only, and then refuses.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

_PARTS = Path(__file__).parents[1] / "configuration" / "worker.py"
_READ_LATER = ("websocket", "graph_introspection")


def _parts() -> Any:
    spec = importlib.util.spec_from_file_location("configuration_worker", _PARTS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PARTS = _parts()


def answer(package: str, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the release does with a case, in this process, which is of no further use afterwards."""
    result: dict[str, Any] = PARTS.answer(package, case, folder)
    result["unusable"] = []
    if result["outcome"] == "accepted":
        settings: Any = importlib.import_module(f"{package}.src.app.core.config.graph_config")
        (name,) = (path for path in case["files"] if path in ("agentflow.json", "10xgraph.json"))
        config = settings.GraphConfig(name)
        result["unusable"] = [why for key in _READ_LATER for why in _refused(config, key)]
    return result


def _refused(config: Any, key: str) -> list[str]:
    try:
        getattr(config, key, None)
    except Exception as error:
        return [f"{key}: {type(error).__name__}: {error}"]
    return []


if __name__ == "__main__":
    PARTS.main(answer)
