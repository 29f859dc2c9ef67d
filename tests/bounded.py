"""Ends a test that would hang, by the processor time it takes: how busy the machine is does not matter."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: Seconds of processor time; what is bounded takes a small part of it, what is not never ends.
ENOUGH = 60.0


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Fail the test when the block uses up :data:`ENOUGH`; without POSIX timers nothing ends it."""

    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"it has not ended after {ENOUGH:.0f} s of processor time")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENOUGH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
