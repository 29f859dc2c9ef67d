"""Stand-ins for the model, for tests of the engine alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from agentflow_lint.engine.finding import Consequence, Finding, Severity
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from agentflow_lint.model.project import Project


@dataclass(frozen=True)
class StubDeployment:
    name: str
    is_development: bool = False


@dataclass(frozen=True)
class StubProject:
    all_deployments: tuple[StubDeployment, ...] = (StubDeployment("project"),)
    root: str = "/nowhere"
    release: Any = field(default_factory=lambda: SimpleNamespace(distribution="10xgraph-api", version="0.9.0"))

    @property
    def deployments(self) -> tuple[StubDeployment, ...]:
        return tuple(deployment for deployment in self.all_deployments if not deployment.is_development)


def stub_project(*names: str, development: str | None = None) -> Project:
    """A project with these deployments; ``development`` is one more, not checked unless asked for."""
    deployments = [StubDeployment(name) for name in names or ("project",)]
    if development:
        deployments.append(StubDeployment(development, is_development=True))
    return cast("Project", StubProject(tuple(deployments)))


def finding(
    code: str = "XX001",
    path: str = ".env",
    line: int = 1,
    column: int = 1,
    deployment: str | None = None,
    consequence: Consequence = Consequence.EXPOSES,
    severity: Severity | None = None,
    message: str = "It is so.",
    place: str = "ORIGINS",
) -> Finding:
    """A finding with whatever matters to a test."""
    return Finding(
        code=code,
        name="some-rule",
        consequence=consequence,
        severity=severity or consequence.severity,
        message=message,
        help="Do otherwise.",
        location=Location(path, Span(line, column, line, column + 1)),
        place=place,
        deployment=deployment,
    )
