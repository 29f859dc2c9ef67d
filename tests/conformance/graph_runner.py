"""Run by a referee's Python: sends each generated graph one message and says how the run ends.

``graph_runner.py MODULE...`` imports each module from the working directory, runs its ``app``, and writes one JSON
object: by module ``outcome``, which is ``ended`` or the name of the exception, and ``on_loop``, what its callables
noted about the thread that they ran in. It needs the core only.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import logging
import sys
from typing import Any


def message() -> Any:
    """A message of the user, from wherever this core keeps the class."""
    for name in ("tenxgraph.core.state", "agentflow.core.state", "agentflow.state"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name).Message.text_message("hello")
    raise SystemExit("no core")


async def outcome(app: Any, thread: str) -> str:
    """How a run of a compiled graph ends."""
    try:
        await app.ainvoke({"messages": [message()]}, config={"thread_id": thread})
    except Exception as error:
        return type(error).__name__
    return "ended"


def main() -> None:
    """Run the modules that the command line names."""
    logging.disable(logging.CRITICAL)
    sys.path.insert(0, ".")
    found: dict[str, Any] = {}
    for name in sys.argv[1:]:
        module = importlib.import_module(name)
        found[name] = {"outcome": asyncio.run(outcome(module.app, name)), "on_loop": getattr(module, "ON_LOOP", {})}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
