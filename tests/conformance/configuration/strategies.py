"""Whole configurations for one release."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from packaging.version import Version

from agentflow_lint.framework.release import load_release
from tests.conformance.configuration import environments, values
from tests.conformance.configuration.case import Configuration
from tests.conformance.configuration.project import AGENT

if TYPE_CHECKING:
    from tests.conformance.referees import Referee

ENV_PATHS = values.weighted(
    (40, values.pick(".env")),
    (3, values.pick("./.env", "missing.env", "", None, ".ENV", " .env", "plug", ".", "plug/../.env")),
    (1, values.pick(1, [".env"], {}, True)),
)


def _rarely(often: int) -> st.SearchStrategy[bool]:
    """True once in ``often`` draws."""
    return st.sampled_from([False] * (often - 1) + [True])


@st.composite
def data(draw: st.DrawFn, referee: Referee) -> Any:
    """A config's object: a graph, and a few of the keys that some release reads, mostly of this one."""
    release = load_release(referee.release)
    read = sorted(set(values.KEYS) & set(release.config_keys))
    unread = sorted(set(values.KEYS) - set(read))
    chosen = draw(st.lists(st.sampled_from([*read, *read, *read, *unread]), unique=True, max_size=3))
    found: dict[str, Any] = {}
    if Version(referee.release) < Version("0.1.8"):
        found["graphs"] = {"agent": AGENT}
    else:
        found["agent"] = draw(values.AGENTS)
        if draw(_rarely(60)):
            del found["agent"]
    for key in chosen:
        found[key] = draw(values.KEYS[key])
    return found


_MANGLED = (
    *(
        "{0},",
        "[{0}]",
        "{0}{0}",
        "// why\n{0}",
        "\ufeff{0}",
        "",
        " ",
        "null",
        "[]",
        '"x"',
        "{{}}",
        "1",
        "{0} ",
        "\n{0}",
    ),
    *(
        "{0}\x00",
        "{{'agent': 'served:app'}}",
        '{{"agent": "served:app",}}',
        '{{"agent": "bad:1", "agent": "served:app"}}',
    ),
    *('{{"agent": "served:app", "x": NaN, "y": -Infinity}}', '{{"agent": "served:app", "x": "\\ud800"}}', "NaN"),
    *(
        '{{"agent": "served:app", "x": "a\tb"}}',
        '{{"agent": "served\\u003aapp"}}',
        '{{"agent": "served:app", "x": 01}}',
    ),
    *('{{"agent": "served:app", "x": 1.}}', '{{"agent": "served:app", "x": .5}}', '{{"agent": "served:app" /* y */}}'),
)


@st.composite
def configurations(draw: st.DrawFn, referee: Referee) -> Configuration:
    """A config text, an env file that it mostly names, and a process environment."""
    release = load_release(referee.release)
    content = draw(data(referee))
    env_file = draw(values.weighted((1, st.none()), (2, environments.env_files(release))))
    if env_file is not None or draw(_rarely(10)):
        content["env"] = draw(ENV_PATHS)
    text = json.dumps(content, ensure_ascii=draw(st.booleans()))
    if draw(_rarely(25)):
        text = draw(st.sampled_from(_MANGLED)).format(text)
    environment = draw(environments.process_environments(release))
    return Configuration(text, env_file, environment)
