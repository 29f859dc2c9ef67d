"""The effective settings: what a release makes of what the environment holds."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.release import load_release
from agentflow_lint.model.environment import Environment
from agentflow_lint.model.settings import EffectiveSettings
from agentflow_lint.model.values import Known, Origin, Unknown


def effective(release: str, **environment: str | None) -> EffectiveSettings:
    """Settings of a process with these variables; None stands for a value that is not known."""
    layer = {
        name: Unknown("set elsewhere") if value is None else Known(value, Origin("ENV"))
        for name, value in environment.items()
    }
    return EffectiveSettings(load_release(release), Environment((layer,)))


@pytest.mark.parametrize(
    ("release", "environment", "expected"),
    [
        ("0.6.1", {"MODE": "production"}, False),
        ("0.7.0", {"MODE": "production"}, False),
        ("0.8.0", {"MODE": "Production"}, True),
        ("0.9.0", {"MODE": "production"}, True),
        ("0.9.0", {"MODE": "development"}, False),
        ("0.9.0", {}, False),
        ("0.9.0", {"MODE": "production", "MEDIA_REQUIRE_OWNER": "false"}, False),
        ("0.9.0", {"MEDIA_REQUIRE_OWNER": "yes"}, True),
    ],
)
def test_from_0_8_0_the_mode_says_whether_media_need_an_owner(release, environment, expected):
    found = effective(release, **environment)["MEDIA_REQUIRE_OWNER"]
    assert isinstance(found, Known)
    assert found.value is expected


def test_whether_media_need_an_owner_is_unknown_with_the_mode():
    assert isinstance(effective("0.9.0", MODE=None)["MEDIA_REQUIRE_OWNER"], Unknown)
    assert isinstance(effective("0.9.0", MODE=None, MEDIA_REQUIRE_OWNER="no")["MEDIA_REQUIRE_OWNER"], Known)
