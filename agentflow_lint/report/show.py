"""The deployment map and the effective settings, as a table for people or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.report.effective import Row, ShownDeployment, ShownProject, Source
    from agentflow_lint.report.palette import Palette
    from agentflow_lint.report.placement import Placement

VERSION = 1
_WIDEST_VALUE = 60


def show_json(projects: Sequence[ShownProject]) -> str:
    """The facts as one JSON object; the same input gives the same bytes."""
    document = {"version": VERSION, "projects": [asdict(project) for project in projects]}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def show_text(projects: Sequence[ShownProject], palette: Palette) -> str:
    """Per project its release, then per deployment how it starts and its settings, each with its source."""
    lines: list[str] = []
    for project in projects:
        lines.append(palette.strong(f"{on_one_line(project.config)} with {project.release} ({project.release_from})"))
        for deployment in project.deployments:
            lines += ["", *_deployment(deployment, palette)]
        if project.others:
            lines += ["", f"not shown: {', '.join(map(on_one_line, project.others))} (--deployment NAME shows one)"]
        lines.append("")
    return "\n".join(lines)


def _deployment(deployment: ShownDeployment, palette: Palette) -> Iterator[str]:
    yield palette.strong(f"deployment {on_one_line(deployment.name)}")
    for name, text in _placement(deployment.placement):
        yield f"  {name.ljust(12)}  {on_one_line(text)}"
    yield ""
    rows = [(row, _value(row)) for row in deployment.settings]
    name_width = max((len(row.name) for row, _ in rows), default=0)
    value_width = min(_WIDEST_VALUE, max((len(value) for _, value in rows), default=0))
    for row, value in rows:
        yield f"  {row.name.ljust(name_width)}  {value.ljust(value_width)}  {_origin(row)}".rstrip()
        for other in row.overrode:
            yield f"  {' ' * name_width}  {on_one_line(f'overrides {other.value} from {_written(other.source)}')}"
    if deployment.left_out:
        more = counted(deployment.left_out, "setting")
        yield f"  {more} not shown: the release's default, or provided at deploy time (--all shows them)"


def _placement(placement: Placement) -> Iterator[tuple[str, str]]:
    yield "source", placement.source
    if placement.image is not None:
        yield "image", placement.image
    yield "starts", placement.start
    yield "listens", placement.listens
    yield "processes", placement.copies
    for proxy in placement.in_front:
        yield "in front", proxy
    yield "config", placement.config
    yield "env file", placement.env_file
    yield "checkpointer", placement.checkpointer


def _value(row: Row) -> str:
    return on_one_line(row.value) if row.value is not None else "not set" if row.reason == "not set" else "unknown"


def _origin(row: Row) -> str:
    if row.value is not None:
        return on_one_line(_written(row.source)) if row.source else ""
    place = row.source.place if row.source else None
    reason = "" if row.reason == "not set" else row.reason
    return on_one_line("; ".join(filter(None, (reason, place))))


def _written(source: Source) -> str:
    if not source.place:
        return source.label
    return f"{source.place} ({source.label})" if source.label else source.place
