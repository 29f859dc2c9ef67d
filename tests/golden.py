"""Golden files: expected output kept beside the tests.

``UPDATE_GOLDEN=1`` rewrites a file that differs and still fails the test, so that no change goes by unseen.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def assert_golden(path: Path, actual: str) -> None:
    """Compare ``actual`` with the golden file ``path``, byte for byte."""
    expected = path.read_bytes().decode("utf-8") if path.exists() else None
    if expected != actual and os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual.encode("utf-8"))
        raise AssertionError(f"{path} was rewritten; review it and run again")
    assert actual == expected, f"differs from {path}; UPDATE_GOLDEN=1 rewrites it"
