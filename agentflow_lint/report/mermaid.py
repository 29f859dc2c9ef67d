"""The deployment map as a Mermaid diagram: who reaches which deployment, what it reads, and where its state goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.report.effective import ShownDeployment, ShownProject

_WIDEST_LABEL = 90


def show_mermaid(projects: Sequence[ShownProject]) -> str:
    """One flowchart with a subgraph for each project; the same input gives the same bytes."""
    lines = ["flowchart LR", '  clients(["clients"])']
    proxies: dict[str, str] = {}
    for number, project in enumerate(projects):
        lines.append(f"  subgraph p{number}[{_label(project.config, project.release)}]")
        for place, deployment in enumerate(project.deployments):
            lines += [f"    {line}" for line in _deployment(f"p{number}d{place}", deployment)]
        lines.append("  end")
        for place, deployment in enumerate(project.deployments):
            lines += [f"  {line}" for line in _reached(f"p{number}d{place}", deployment, proxies)]
    return "\n".join(lines) + "\n"


def _deployment(name: str, deployment: ShownDeployment) -> Iterator[str]:
    placement = deployment.placement
    yield f"{name}[{_label(deployment.name, placement.start, placement.listens, placement.copies)}]"
    yield f"{name}c[({_label(placement.checkpointer)})]"
    yield f"{name} --> {name}c"
    yield f"{name}e[/{_label(placement.config, placement.env_file)}/]"
    yield f"{name}e -.-> {name}"


def _reached(name: str, deployment: ShownDeployment, proxies: dict[str, str]) -> Iterator[str]:
    """The arrows by which clients reach a deployment; each proxy is drawn once."""
    if not deployment.placement.in_front:
        yield f"clients --> {name}"
    for proxy in deployment.placement.in_front:
        if proxy not in proxies:
            proxies[proxy] = f"x{len(proxies)}"
            yield f"{proxies[proxy]}{{{{{_label(proxy)}}}}}"
            yield f"clients --> {proxies[proxy]}"
        yield f"{proxies[proxy]} --> {name}"


def _label(*parts: str) -> str:
    """A quoted label, one part a line; Mermaid takes entities for the characters that end or format one."""
    return '"' + "<br/>".join(map(_escaped, parts)) + '"'


def _escaped(text: str) -> str:
    line = on_one_line(text)
    line = f"{line[:_WIDEST_LABEL]}..." if len(line) > _WIDEST_LABEL else line
    for character, entity in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        line = line.replace(character, entity)
    return line
