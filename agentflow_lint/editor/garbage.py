"""When a server looks for garbage: between two computations, so that nobody waits for it.

What a computation makes is full of cycles, and by default Python looks for them whenever enough has been made: in the
middle of the next computation, and through all that has ever been imported.
"""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from agentflow_lint.editor.server import Server

#: New objects before Python looks by itself: many times what one computation makes.
_THRESHOLD = 1_000_000
#: Seconds without a computation after which everything is looked through.
_BREAK = 5.0


def register(server: Server) -> None:
    """Have this process look for garbage after the server's analyses.

    After the first analysis, and in each break, everything is looked through, and what is left is set aside. After
    every other analysis only what is new since then is; Python looks by itself as a last resort.
    """
    gc.set_threshold(_THRESHOLD)
    planned: TimerHandle | None = None

    def after_analysis() -> None:
        nonlocal planned
        if planned is not None:
            planned.cancel()
        server.session.in_worker(gc.collect if gc.get_freeze_count() else look_through_all)
        planned = asyncio.get_running_loop().call_later(_BREAK, server.session.in_worker, look_through_all)

    server.after_analysis.append(after_analysis)


def look_through_all() -> None:
    """Free what is garbage anywhere, and set aside what is not: it need not be looked through again."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
