"""The fixes, on the production scaffolds that the framework writes, with their Dockerfile and with all descriptions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conformance import scaffolds
from tests.conformance.generated import JWT, OPEN, REFEREES
from tests.conformance.selection import installed
from tests.fixing import assert_fixes_well

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conformance.referees import Installed
    from tests.conformance.scaffolds import Scaffold

pytestmark = pytest.mark.conformance


@pytest.fixture(params=("0.4.0", "0.6.1", "0.9.0"))
def referee(request: pytest.FixtureRequest) -> Installed:
    return installed(REFEREES[request.param])


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("scaffold", [OPEN, JWT], ids=lambda scaffold: scaffold.name)
@pytest.mark.parametrize("make", [scaffolds.make_image, scaffolds.make_described], ids=lambda make: make.__name__)
def test_what_holds_of_every_fix(
    referee: Installed,
    make: Callable[[Installed, Scaffold], Path],
    scaffold: Scaffold,
    unsafe: bool,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(make(referee, scaffold), folder)
    (folder / "agentflow-lint.toml").write_text(f'target-release = "{referee.referee.release}"\n')
    fixed = assert_fixes_well(folder, unsafe)
    if unsafe and make is scaffolds.make_image:
        assert fixed > 0
