"""A short piece of the fuzzing; the rest is ``python -m tests.editor.fuzz``."""

import asyncio

import pytest

from tests.editor.fuzz import fuzz


@pytest.mark.parametrize(("encoding", "seed"), [("utf-8", 1), ("utf-16", 2)])
def test_what_is_shown_equals_a_fresh_run(encoding: str, seed: int) -> None:
    told = asyncio.run(fuzz(60, seed, encoding, every=6, process=False, tell=False))
    assert told.comparisons == 10
    assert told.reports > 3
    assert told.answers > 3


def test_the_same_over_standard_input_and_output() -> None:
    told = asyncio.run(fuzz(24, 3, "utf-16", every=8, process=True, tell=False))
    assert told.comparisons == 3
