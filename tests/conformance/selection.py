"""Which referees a test asks: a fixed few, or those that a run names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.conformance.referees import BY_NAME, CONFIGURED, Installed, UnavailableError, install, required

if TYPE_CHECKING:
    from tests.conformance.referees import Referee

#: ``all``, or names of referees with blanks between them; the fixed selection when unset.
REFEREES_VARIABLE = "AGENTFLOW_LINT_REFEREES"


def chosen(*names: str, among: tuple[Referee, ...] = CONFIGURED) -> list[str]:
    """The referees ``among`` those that this run names, else ``names``."""
    wanted = os.environ.get(REFEREES_VARIABLE, "").split()
    known = [referee.name for referee in among]
    return known if wanted == ["all"] else [name for name in known if name in (wanted or names)]


def installed(name: str) -> Installed:
    """A referee that is ready; the test is skipped, or fails where referees are required, when it cannot be had."""
    try:
        return install(BY_NAME[name])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
