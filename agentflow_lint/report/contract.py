"""Which variables each deployment needs and who supplies them, as plain facts ready to print; no value is among them
but defaults that are no secret.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.engine.runner import choose_deployments
from agentflow_lint.framework.secrets import is_secret_name, redact
from agentflow_lint.model.loading.contract import contract, supply
from agentflow_lint.records import record
from agentflow_lint.report.words import counted, from_working_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.contract import Need, Supply
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location
    from agentflow_lint.report.palette import Palette

VERSION = 1
_HEAD = ("variable", "needed", "supplied by", "read by")


@record(frozen=True)
class ShownVariable:
    """One variable of one deployment. ``default`` is None where there is none, or it is no known text or a secret.

    ``supplied_by`` is "process", "env-file", "own-file" (an env file that the code loads by itself), "template",
    "provided-env", "unknown" or "nobody"; ``supplied_at`` the place, ``reason`` why it is not known.
    """

    name: str
    required: bool
    late: bool
    default: str | None
    alternatives: tuple[str, ...]
    readers: tuple[str, ...]
    read_at: str
    reads: int
    supplied_by: str
    supplied_at: str | None
    is_empty: bool
    reason: str | None


@record(frozen=True)
class ShownContract:
    """One deployment's variables; ``open_reason`` says why there may be more."""

    name: str
    kind: str
    variables: tuple[ShownVariable, ...]
    open_reason: str | None


@record(frozen=True)
class ShownContracts:
    """One project's deployments."""

    path: str
    config: str
    release: str
    deployments: tuple[ShownContract, ...]
    others: tuple[str, ...]


def contracts(project: Project, names: Sequence[str] | None, working: str) -> ShownContracts:
    """The facts of one project; ``names`` as for :func:`~agentflow_lint.engine.runner.choose_deployments`."""
    chosen, others = choose_deployments(project, names)
    describe = _Describer(project, working)
    return ShownContracts(
        path=from_working_directory(project.root, "", working),
        config=describe.path(project.config.path),
        release=f"{project.release.distribution} {project.release.version}",
        deployments=tuple(describe.deployment(deployment) for deployment in chosen),
        others=tuple(deployment.name for deployment in others),
    )


@record(frozen=True)
class _Describer:
    project: Project
    working: str

    def path(self, path: str) -> str:
        return from_working_directory(self.project.root, path, self.working)

    def place(self, location: Location) -> str:
        return f"{self.path(location.path)}:{location.span.line}"

    def deployment(self, deployment: Deployment) -> ShownContract:
        found = contract(deployment)
        variables = tuple(self.variable(need, supply(deployment, need)) for need in found.needs)
        return ShownContract(deployment.name, deployment.kind, variables, found.open_reason)

    def variable(self, need: Need, given: Supply) -> ShownVariable:
        origin = given.origin
        return ShownVariable(
            name=need.name,
            required=need.required,
            late=need.late,
            default=shown_default(need),
            alternatives=need.alternatives[1:],
            readers=need.readers,
            read_at=self.place(need.first),
            reads=need.count,
            supplied_by=given.by,
            supplied_at=self.place(origin.location) if origin and origin.location else None,
            is_empty=given.is_empty,
            reason=given.reason or None,
        )


def shown_default(need: Need) -> str | None:
    """The default of a variable, unless there is none or it may be a secret."""
    if need.default is None or is_secret_name(need.name):
        return None
    return redact(need.name, need.default)


def contracts_json(projects: Sequence[ShownContracts]) -> str:
    """The facts as one JSON object; the same input gives the same bytes."""
    document = {"version": VERSION, "projects": [asdict(project) for project in projects]}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def contracts_text(projects: Sequence[ShownContracts], palette: Palette) -> str:
    """A table for each deployment."""
    lines: list[str] = []
    for project in projects:
        lines.append(palette.strong(f"{on_one_line(project.config)} with {project.release}"))
        for deployment in project.deployments:
            lines += ["", *_table(deployment, palette)]
        if project.others:
            lines += ["", f"not shown: {', '.join(map(on_one_line, project.others))} (--deployment NAME shows one)"]
        lines.append("")
    return "\n".join(lines)


def _table(deployment: ShownContract, palette: Palette) -> Iterator[str]:
    yield palette.strong(f"deployment {on_one_line(deployment.name)}")
    rows = [tuple(on_one_line(cell) for cell in _row(each)) for each in deployment.variables]
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    for row in [_HEAD, *rows] if rows else []:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if not rows:
        yield "  no variable is read"
    unmet = [each.name for each in deployment.variables if each.required and _is_unmet(each)]
    if unmet:
        yield f"  {counted(len(unmet), 'required variable')} supplied by nobody: {', '.join(unmet)}"
    if deployment.open_reason:
        yield f"  there may be more: {on_one_line(deployment.open_reason)}"


def _is_unmet(each: ShownVariable) -> bool:
    return each.supplied_by == "nobody" or each.is_empty


def _row(each: ShownVariable) -> tuple[str, str, str, str]:
    name = " or ".join((each.name, *each.alternatives))
    if each.required:
        needed = "required, at a request" if each.late else "required"
    elif each.default is not None:
        needed = f"optional, {each.default or 'empty'}"
    else:
        needed = "optional"
    more = f", and {counted(each.reads - 1, 'more place')}" if each.reads > 1 else ""
    return name, needed, _supplied(each), f"{', '.join(each.readers)} ({each.read_at}{more})"


_SOURCES = {
    "process": "the process environment",
    "env-file": "the env file",
    "own-file": "an env file that the code loads",
    "template": "whoever deploys it",
    "provided-env": "provided-env",
    "unknown": "not known",
    "nobody": "nobody",
}


def _supplied(each: ShownVariable) -> str:
    text = _SOURCES[each.supplied_by]
    if each.is_empty:
        text += ", empty"
    if each.supplied_by == "unknown" and each.reason:
        return f"{text}: {each.reason}"
    return f"{text} ({each.supplied_at})" if each.supplied_at else text
