"""An env template: the file that says which variables somebody has to provide, and what each is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.model.loading.contract import contract, is_written_out, supply
from agentflow_lint.report.contract import shown_default
from agentflow_lint.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.contract import Group, Need
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location

_TITLES: dict[Group, str] = {
    "provider": "Model providers",
    "setting": "The server",
    "code": "The project's own code",
}
#: Names that an env file can set; others are left to a comment.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]*", re.ASCII)
_WIDTH = 100


def env_template(project: Project, deployments: Sequence[Deployment]) -> str:
    """The text of the template for these deployments.

    What is required stands as an empty assignment, so that the linter takes it for provided. What is optional is
    commented out with its default, and so is what every deployment's own description sets. No value is ever written
    but such a default.
    """
    needs = merged(deployments)
    release = f"{project.release.distribution} {project.release.version}"
    lines = [
        f"# What the server of {project.config.path} reads, with {release}.",
        "# Written by `agentflow-lint env --template`. Fill in every line that is not commented out.",
    ]
    for group, title in _TITLES.items():
        of_group = sorted((need for need in needs if need.group == group), key=lambda need: not need.required)
        if of_group:
            lines += ["", f"# --- {title} ".ljust(60, "-")]
        for need in of_group:
            lines += ["", *_entry(need, deployments)]
    if not needs:
        lines += ["", "# It reads no variable of its own."]
    return "\n".join(lines) + "\n"


def merged(deployments: Sequence[Deployment]) -> tuple[Need, ...]:
    """The needs of all deployments by name; required where one of them requires it."""
    found: dict[str, Need] = {}
    for deployment in deployments:
        for need in contract(deployment).needs:
            if need.name not in found or (need.required and not found[need.name].required):
                found[need.name] = need
    return tuple(found[name] for name in sorted(found))


def written_out(need: Need, deployments: Sequence[Deployment]) -> Location | None:
    """Where the description of a deployment sets a variable, if each of them does."""
    given = [supply(deployment, need) for deployment in deployments]
    origins = [each.origin for each in given if is_written_out(each)]
    return origins[0].location if origins and origins[0] and len(origins) == len(given) else None


def _entry(need: Need, deployments: Sequence[Deployment]) -> Iterator[str]:
    more = f" and {counted(need.count - 1, 'more place')}" if need.count > 1 else ""
    where = f"{need.first.path} line {need.first.span.line}{more}"
    yield _comment(f"Read by {' and '.join(need.readers)}: {where}.")
    if need.required:
        others = f"; {' or '.join(need.alternatives[1:])} will do instead" if need.alternatives[1:] else ""
        yield _comment(f"Required{', at a request' if need.late else ', at the start'}{others}.")
    else:
        others = f" {' or '.join(need.alternatives[1:])} will do instead." if need.alternatives[1:] else ""
        yield _comment(f"Optional.{others}")
    if not _NAME.fullmatch(need.name):
        yield _comment(f"{need.name} cannot be set in an env file.")
        return
    place = written_out(need, deployments) if need.required else None
    if place is not None:
        yield _comment(f"{place.path} line {place.span.line} sets it already.")
        yield f"# {need.name}="
        return
    yield f"{need.name}=" if need.required else f"# {need.name}={_quoted(shown_default(need))}"


def _comment(text: str) -> str:
    text = on_one_line(text)
    return f"# {text if len(text) <= _WIDTH else text[: _WIDTH - 3] + '...'}"


def _quoted(default: str | None) -> str:
    """A default as an env file spells it; nothing where it cannot be spelled on one line."""
    if default is None or _PLAIN.fullmatch(default):
        return default or ""
    if default.isprintable() and "'" not in default and "\\" not in default:
        return f"'{default}'"
    return ""
