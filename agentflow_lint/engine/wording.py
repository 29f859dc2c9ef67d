"""How every rule speaks: where a value comes from, which place a finding points at, what else explains it.

A message names the deployment, the value, where it comes from and what production does; its help names the way out.
The pieces, with what they give::

    subject(deployment)                 The project  |  Deployment `Dockerfile`
    setting("ORIGINS", value)           ORIGINS is `*` (.env line 3)
                                        ORIGINS is not set and defaults to `*` (10xgraph-api 0.9.0)
    source(value.origin)                .env line 3  |  the default of 10xgraph-api 0.9.0
    quoted("*")                         `*`
    listed(["a", "b", "c"])             `a`, `b` and `c`
    server(deployment)                  10xgraph-api 0.9.0

    place_of(value, deployment)         where to point: the value's own place, else the deployment's anchor
    place_of_entry(value, "*", deployment)    the place of one entry of a comma-separated value
    explained_by(deployment, "ORIGINS")       related places: what the value overrode, and an env file that sets
                                              the variable without reaching the settings
    undecided(rule, deployment, "ORIGINS", value)    the statement that an unknown value left the rule undecided

Nothing here shows a secret: values pass through :mod:`agentflow_lint.framework.secrets`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.finding import Related
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.engine.names import nearest
from agentflow_lint.framework.secrets import redact
from agentflow_lint.model.deployment import BARE_PROJECT
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agentflow_lint.engine.finding import Undecided
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project

_LONGEST_QUOTE = 80
_MOST_LISTED = 5
_DEFAULT = "default of "


def subject(deployment: Deployment) -> str:
    """The deployment as the subject of a sentence."""
    return "The project" if deployment.name == BARE_PROJECT else f"Deployment `{deployment.name}`"


def server(deployment: Deployment) -> str:
    """The server release as people install it, such as ``10xgraph-api 0.9.0``."""
    return f"{deployment.release.distribution} {deployment.release.version}"


def source(origin: Origin) -> str:
    """Where a value comes from, to stand after "from" or in brackets."""
    if origin.location:
        return place(origin.location)
    return f"the {origin.label}" if origin.label.startswith(_DEFAULT) else origin.label


def place(location: Location) -> str:
    """A place in words: ``.env line 3``."""
    return f"{location.path} line {location.span.line}"


def setting(name: str, value: Known[Any]) -> str:
    """A setting, its value and its source, as the main clause of a sentence."""
    shown = quoted(value.value, name)
    label = value.origin.label
    if value.origin.location is None and label.startswith(_DEFAULT):
        return f"{name} is not set and defaults to {shown} ({label.removeprefix(_DEFAULT)})"
    return f"{name} is {shown} ({source(value.origin)})"


def quoted(value: object, name: str = "") -> str:
    """A value in backticks as an env file would spell it, on one line, shortened, without secrets.

    ``name`` is the variable or key that holds it, which tells whether it is one.
    """
    if value is None or value == "":
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else redact(name, str(value))
    text = on_one_line(text)
    return f"`{text[:_LONGEST_QUOTE]}...`" if len(text) > _LONGEST_QUOTE else f"`{text}`"


def listed(items: Iterable[str], conjunction: str = "and") -> str:
    """Names or values in backticks: ``a``, ``b`` and ``c``; of more than five the rest is counted."""
    shown = [quoted(item) for item in items]
    if len(shown) > _MOST_LISTED:
        shown = [*shown[: _MOST_LISTED - 1], f"{len(shown) - _MOST_LISTED + 1} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` when a known name is near, else nothing."""
    candidate = nearest(name, known)
    return f"; did you mean `{candidate}`?" if candidate else ""


def place_of(value: Value[Any], deployment: Deployment) -> Location:
    """The place a finding about a value points at: where the value stands, else the deployment's anchor."""
    origin = value.origin if isinstance(value, (Known, Unknown)) else None
    return origin.location if origin and origin.location else deployment.anchor


def place_of_entry(value: Value[Any], entry: str, deployment: Deployment) -> Location:
    """The place of one entry of a comma-separated value; of the whole value when it cannot be told."""
    whole = place_of(value, deployment)
    return part_of(deployment.project, whole, entry) or whole


def part_of(project: Project, location: Location, entry: str) -> Location | None:
    """The first place within ``location`` where ``entry`` stands between commas, blanks or quotes, if any."""
    text = project.files.read(location.path)
    if isinstance(text, (Missing, Unreadable)) or not entry:
        return None
    span = location.span
    start = text.offset(span.line, span.column)
    end = text.offset(span.end_line, span.end_column)
    found = re.search(rf"(?<![^,\s\"']){re.escape(entry)}(?![^,\s\"'])", text.content[start:end])
    return Location(location.path, text.span(start + found.start(), start + found.end())) if found else None


def explained_by(deployment: Deployment, name: str) -> tuple[Related, ...]:
    """The places that explain a setting's value: what it overrode, and an env file that cannot reach it."""
    value = deployment.settings[name]
    hidden = value.overrode if isinstance(value, Known) else ()
    overridden = [
        Related(other.origin.location, f"overridden here: {quoted(other.value, name)}")
        for other in hidden
        if isinstance(other, Known) and other.origin.location
    ]
    return (*overridden, *_unreached(deployment, name))


def undecided(rule: Rule, deployment: Deployment, name: str, value: Unknown) -> Undecided:
    """That ``rule`` could not decide because the variable or setting ``name`` is unknown, and why."""
    return rule.undecided(place_of(value, deployment), f"{name}: {value.reason}", deployment=deployment)


def _unreached(deployment: Deployment, name: str) -> Sequence[Related]:
    use = deployment.environment.env_file
    if use.reaches("settings"):
        return ()
    found = next((value for spelled, value in use.values.items() if spelled.lower() == name.lower()), Absent())
    if not isinstance(found, Known) or not found.origin.location or _comes_from(deployment, name, found.origin):
        return ()
    when = {
        "late": f"{server(deployment)} reads this file after it has built its settings",
        "not-deployed": f"this file is not in the image: {use.reason}",
    }.get(use.status)
    return [Related(found.origin.location, f"{name} is set here, but {when}")] if when else ()


def _comes_from(deployment: Deployment, name: str, origin: Origin) -> bool:
    """Whether a line supplies a setting all the same: compose's env_file may be the file that the server misses."""
    value = deployment.settings.raw(name)
    if not isinstance(value, Known):
        return False
    supplied = [value.origin, *(other.origin for other in value.overrode if isinstance(other, (Known, Unknown)))]
    return any(each is not None and each.location == origin.location for each in supplied)
