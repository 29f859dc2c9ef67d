"""Run by a referee's Python: starts the release's own server on one program after the other.

Like the worker of the configurations, whose parts it uses: everything that the server needs is imported once, and each
program runs in a fork, where the release's real ``src.app.main`` is imported and the installed uvicorn runs its
lifespan. What it answers besides is the checkpointer that is bound then.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

_PARTS = Path(__file__).parents[1] / "configuration" / "worker.py"


def _parts() -> Any:
    spec = importlib.util.spec_from_file_location("configuration_worker", _PARTS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(package: str, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the release does with a case, in this process, which is of no further use afterwards."""
    for path, text in case["files"].items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(case["environment"])
    sys.path.insert(0, str(folder))
    importlib.import_module("uvicorn.config").Config("", log_config=None)  # it registers its own log level
    try:
        app = importlib.import_module(f"{package}.src.app.main").app
    except BaseException as error:  # a SystemExit ends the start as well
        return {"outcome": "refused", "reason": _named(error)}
    result: dict[str, Any] = asyncio.run(parts.run_lifespan(app))
    if result["outcome"] != "accepted":
        result["reason"] = f"{result['error']}: {result['message']}"
        return result
    checkpointers = importlib.import_module(case["checkpointers"])
    saver = importlib.import_module("injectq").InjectQ.get_instance().try_get(checkpointers.BaseCheckpointer)
    result["class"] = type(saver).__name__
    result["in_memory"] = isinstance(saver, checkpointers.InMemoryCheckpointer)
    return result


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


if __name__ == "__main__":
    parts = _parts()
    parts.main(answer, also=("pydantic_settings", "dotenv", "injectq"))
