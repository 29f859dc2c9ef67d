"""What a release ships broken: every documented feature on its own, valid, and refused all the same.

The servers decide which those are; the linter has to report exactly them, and for no other reason than AF108.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.release import known_releases
from tests.conformance.configuration.features import FEATURES
from tests.conformance.configuration.linter import judge
from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.referees import BROKEN, CONFIGURED
from tests.conformance.selection import chosen, installed

if TYPE_CHECKING:
    from tests.conformance.configuration.linter import Verdict

#: What the linter leaves open: feature -> the code that says so. The project's own container decides the first two. The
#: next two are about 0.2.7, whose requests fail without auth unless the authorization class lets everybody in; the last
#: is about the packages that textxtract, which 0.3.1 requires, may bring.
_LEFT_OPEN = {
    "rate_limit custom": "AF103",
    "rate_limit redis, bound": "AF108",
    "authorization": "AF108",
    "authorization class alone": "AF108",
    "media in a bucket": "AF212",
}


@functools.cache
def _asked(name: str) -> dict[str, tuple[str, Verdict]]:
    """Feature -> why the server refuses it (empty when it starts), and the linter's verdict."""
    ready = installed(name)
    found = {}
    with RefereeProcess(ready) as process:
        for feature in FEATURES:
            if not feature.is_in(ready.referee.release):
                continue
            configuration = feature.configuration()
            answer = process.ask(configuration)
            why = (
                "" if answer["outcome"] == "accepted" else f"{answer['outcome']}: {answer['error']} {answer['message']}"
            )
            found[feature.name] = (why, judge(ready.referee, configuration))
    return found


@pytest.mark.conformance
@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_the_linter_reports_the_features_that_the_release_refuses(name: str) -> None:
    asked = _asked(name)
    assert len(asked) >= 20
    theirs = {feature: why for feature, (why, _) in asked.items() if why}
    ours = {feature: sorted(verdict.codes) for feature, (_, verdict) in asked.items() if verdict.refusing}
    assert ours.keys() == theirs.keys(), (theirs, ours)
    assert all(codes == ["AF108"] for codes in ours.values()), ours


@pytest.mark.conformance
@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_the_linter_leaves_open_only_what_other_code_decides(name: str) -> None:
    left = {
        feature: verdict.open[0].partition(" ")[0] for feature, (_, verdict) in _asked(name).items() if verdict.open
    }
    assert left.items() <= _LEFT_OPEN.items()


@pytest.mark.conformance
@pytest.mark.parametrize("name", chosen("0.2.9-core", among=BROKEN))
def test_the_linter_reports_a_core_that_the_server_cannot_import(name: str) -> None:
    ready = installed(name)
    configuration = FEATURES[0].configuration()
    with RefereeProcess(ready) as process:
        answer = process.ask(configuration)
    assert (answer["outcome"], answer["stage"]) == ("refused", "import")
    assert answer["error"] in ("ImportError", "ModuleNotFoundError")
    verdict = judge(ready.referee, configuration)
    # Where the core's modules moved, the project's own imports fail as well.
    assert {"AF108"} <= verdict.codes <= {"AF108", "AF216"}
    assert not verdict.open


def test_every_feature_belongs_to_some_release_that_is_asked() -> None:
    assert len(FEATURES) > 80
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    asked = [referee.release for referee in CONFIGURED]
    for feature in FEATURES:
        releases = [version for version in known_releases() if feature.is_in(version)]
        assert set(releases) & set(asked), feature.name
