"""The generator of projects, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.referees import ERAS
from tests.conformance.starts.case import Case, files, generate
from tests.conformance.starts.dimensions import BASELINE, DIMENSIONS, SHAPE
from tests.conformance.starts.full import CASES, SEED
from tests.conformance.starts.modules import SHAPES, core_release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.referees import Referee

#: Shapes whose point is that they do not parse.
_BROKEN = ("syntax-error", "indentation", "return-outside", "null-byte")


def _drawn(referee_number: int) -> list[tuple[str, str]]:
    cases = [generate(ERAS[referee_number], number, SEED) for number in range(CASES)]
    return [(name, case.choice(name)) for case in cases for name in BASELINE]


def test_the_same_seed_gives_the_same_cases() -> None:
    referee = ERAS[-1]
    assert [generate(referee, number, 7) for number in range(20)] == [
        generate(referee, number, 7) for number in range(20)
    ]
    assert generate(referee, 3, 7) != generate(referee, 3, 8)


@pytest.mark.parametrize("number", range(len(ERAS)), ids=lambda number: ERAS[number].release)
def test_a_full_run_starts_every_shape_that_the_core_has(number: int) -> None:
    drawn = {choice for name, choice in _drawn(number) if name == SHAPE}
    assert drawn == {name for name, shape in SHAPES.items() if shape.exists_in(core_release(ERAS[number]))}


def test_full_runs_draw_nearly_every_choice() -> None:
    drawn = {pair for number in range(len(ERAS)) for pair in _drawn(number)}
    choices = {(each.name, choice) for each in DIMENSIONS for choice in each.choices}
    assert len(choices - drawn) <= len(choices) // 20, sorted(choices - drawn)


@pytest.mark.parametrize("referee", [ERAS[0], ERAS[-1]], ids=lambda referee: referee.release)
def test_shapes_are_python_unless_they_are_meant_not_to_be(referee: Referee) -> None:
    for shape in SHAPES:
        modules = {path: text for path, text in files(Case(referee, {SHAPE: shape})).items() if path.endswith(".py")}
        assert not any("{core}" in text or "{checkpointer}" in text or "{{" in text for text in modules.values())
        if shape.startswith(_BROKEN):
            with pytest.raises((SyntaxError, ValueError)):
                _compile(modules)
        else:
            _compile(modules)


def _compile(modules: Mapping[str, str]) -> None:
    for path, text in modules.items():
        compile(text, path, "exec")
