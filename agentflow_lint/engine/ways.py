"""The way to a finding: related places from the config's key, through the imports and the calls, to where it stands.

    way_to(deployment, at)                         config key, then the imports that lead to the file of ``at``
    way_to(deployment, at, steps=...)              the same with steps of the rule's own between them
    way_to_graph(deployment, at)                   config key, re-exports, factories and the compile() call
    way_to_code(deployment, at, steps)             config key, imports, and calls inside functions

At most six places, so that a reader takes them in; the first and the last are kept. The finding's own place is none of
them, and nor is anything for a finding in the config itself. One in the env file is led to by the config's ``env``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Related
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.loading.ways import way_to_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

#: More related places than this are not shown.
MOST_STEPS = 6
_FIRST = 2


def way_to(
    deployment: Deployment,
    at: Location,
    *,
    key: KeyPath | None = None,
    steps: Iterable[Related] = (),
    more: Iterable[Related] = (),
) -> tuple[Related, ...]:
    """From the config to the finding at ``at``, over ``steps``; ``more`` explains it further and comes last.

    ``key`` is where the config names what is loaded, where that is not ``agent`` or the key that leads to ``at``. The
    imports that lead to the file of each step, and of ``at``, are filled in.
    """
    if at.path == deployment.config.path:
        return shortened((*steps, *more), at)
    if at.path == deployment.environment.env_file.path:
        named = Related(deployment.config.at_value("env"), "env is named here")
        return shortened((named, *steps, *more), at)
    return shortened((*_filled(deployment, at, key, tuple(steps)), *more), at)


def way_to_graph(deployment: Deployment, at: Location, more: Iterable[Related] = ()) -> tuple[Related, ...]:
    """From the config to the place of a finding about the served graph: what re-exports, makes and compiles it."""
    steps = tuple(Related(step.location, step.text) for step in deployment.intended_graph.trail)
    return way_to(deployment, at, key=("agent",), steps=steps, more=more)


def shortened(steps: Iterable[Related], at: Location) -> tuple[Related, ...]:
    """At most six places, each once, that of the finding itself left out: the first ones and the last."""
    unique: dict[Location, Related] = {}
    for step in steps:
        if step.location != at:
            unique.setdefault(step.location, step)
    found = tuple(unique.values())
    return found if len(found) <= MOST_STEPS else (*found[:_FIRST], *found[-(MOST_STEPS - _FIRST) :])


def _filled(deployment: Deployment, at: Location, key: KeyPath | None, steps: tuple[Related, ...]) -> Iterator[Related]:
    seen: set[str] = set()
    named = False
    for step in (*steps, Related(at, "")):
        path = step.location.path
        way = None if path in seen else way_to_file(deployment, path, key)
        seen.add(path)
        if not named and (way is not None or key is not None or path != at.path):
            first = way.key if way is not None else key or ("agent",)
            yield Related(deployment.config.at_value(*first), f"{dotted(first)} is named here")
            named = True
        for use in way.imports if way is not None else ():
            yield Related(use.location, f"{use.module} is imported here")
            seen.add(use.place.path)
        yield step
