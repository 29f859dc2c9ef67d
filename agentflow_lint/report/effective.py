"""What each deployment's server sees, as plain facts ready to print; no secret among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.runner import choose_deployments
from agentflow_lint.framework.secrets import redact
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown
from agentflow_lint.records import record
from agentflow_lint.report.placement import Placement, placement
from agentflow_lint.report.words import from_working_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
from agentflow_lint.model.values import Value

#: Settings that are shown even where they have the release's default, in this order: they decide who gets in and what
#: is seen.
ALWAYS_SHOWN = (
    "MODE",
    "STRICT_PRODUCTION_CHECKS",
    "ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "ALLOWED_HOST",
    "ROOT_PATH",
    "DOCS_PATH",
    "REDOCS_PATH",
    "IS_DEBUG",
    "SECURITY_HEADERS_ENABLED",
    "HSTS_ENABLED",
    "MAX_REQUEST_SIZE",
    "JWT_SECRET_KEY",
    "JWT_ALGORITHM",
    "REDIS_URL",
    "MEDIA_STORAGE_TYPE",
)


@record(frozen=True)
class Source:
    """Where a value comes from: the layer in words and, if it stands in a file, ``path:line``."""

    label: str
    place: str | None


@record(frozen=True)
class Overridden:
    """A value that lost."""

    value: str
    source: Source


@record(frozen=True)
class Row:
    """One setting: ``value`` is None when it is unknown, for ``reason``, or not set at all."""

    name: str
    value: str | None
    source: Source | None = None
    reason: str | None = None
    overrode: tuple[Overridden, ...] = ()


@record(frozen=True)
class ShownDeployment:
    """One deployment: how it runs, its settings and how many more of these have a default."""

    name: str
    kind: str
    placement: Placement
    settings: tuple[Row, ...]
    left_out: int


@record(frozen=True)
class ShownProject:
    """One project: its folder, config file, release and why that one, and its deployments."""

    path: str
    config: str
    release: str
    release_from: str
    deployments: tuple[ShownDeployment, ...]
    others: tuple[str, ...]


def effective(project: Project, names: Sequence[str] | None, working: str, everything: bool = False) -> ShownProject:
    """The facts of one project; ``names`` as for :func:`~agentflow_lint.engine.runner.choose_deployments`."""
    chosen, others = choose_deployments(project, names)
    describe = _Describer(project, working, everything)
    return ShownProject(
        path=from_working_directory(project.root, "", working),
        config=describe.path(project.config.path),
        release=f"{project.release.distribution} {project.release.version}",
        release_from=describe.release_from(),
        deployments=tuple(describe.deployment(deployment) for deployment in chosen),
        others=tuple(deployment.name for deployment in others),
    )


def setting_name(deployment: Deployment, variable: str) -> str | None:
    """The setting that a variable sets, whose case the server ignores; None for any other variable."""
    name = variable.upper()
    return name if name in deployment.release.settings else None


def effective_value(deployment: Deployment, variable: str) -> Value[Any]:
    """What a variable comes to: as a setting, where it is one; otherwise as the graph's code reads it."""
    setting = setting_name(deployment, variable)
    return deployment.settings[setting] if setting is not None else deployment.environment.get(variable)


def variable_row(deployment: Deployment, variable: str, working: str) -> Row:
    """The facts of one variable, a setting or not, in one deployment."""
    describe = _Describer(deployment.project, working, everything=True)
    return describe.of_value(variable, effective_value(deployment, variable))


@record(frozen=True)
class _Describer:
    project: Project
    working: str
    everything: bool

    def path(self, path: str) -> str:
        return from_working_directory(self.project.root, path, self.working)

    def place(self, location: Location | None) -> str | None:
        return f"{self.path(location.path)}:{location.span.line}" if location else None

    def release_from(self) -> str:
        choice = self.project.release_choice
        if choice.source == "target-release":
            return "target-release"
        if choice.source == "newest" or choice.pin is None:
            return "nothing pins a release; the newest known one is assumed"
        pinned = f"pinned in {self.place(choice.pin.location)}"
        stands_in = choice.match in ("newer", "older", "unlisted")
        return f"{pinned}, standing in for {choice.asked or 'a release'} which is not known" if stands_in else pinned

    def deployment(self, deployment: Deployment) -> ShownDeployment:
        known = deployment.release.settings
        names = [name for name in ALWAYS_SHOWN if name in known] + sorted(set(known) - set(ALWAYS_SHOWN))
        rows = [self.row(deployment, name) for name in names if self.matters(deployment, name)]
        return ShownDeployment(
            name=deployment.name,
            kind=deployment.kind,
            placement=placement(deployment, self.place),
            settings=tuple(rows),
            left_out=len(names) - len(rows),
        )

    def matters(self, deployment: Deployment, name: str) -> bool:
        """Whether a setting is worth a row: asked for, always shown, or set to something else than the default."""
        value = deployment.settings[name]
        if self.everything or name in ALWAYS_SHOWN:
            return True
        if not isinstance(value, Known):
            return isinstance(deployment.settings.raw(name), Known)
        return bool(value.value != deployment.settings.default(name).value or value.overrode)

    def row(self, deployment: Deployment, name: str) -> Row:
        return self.of_value(name, deployment.settings[name])

    def of_value(self, name: str, value: Value[Any]) -> Row:
        if isinstance(value, Unknown):
            source = self.source(value.origin) if value.origin else None
            return Row(name, None, source, value.reason)
        if isinstance(value, Absent):
            return Row(name, None, None, "not set")
        return Row(
            name,
            _written(name, value.value),
            self.source(value.origin),
            overrode=tuple(self.overridden(name, other) for other in value.overrode if not isinstance(other, Absent)),
        )

    def overridden(self, name: str, other: Value[Any]) -> Overridden:
        if isinstance(other, Known):
            return Overridden(_written(name, other.value), self.source(other.origin))
        origin = other.origin if isinstance(other, Unknown) else None
        return Overridden("an unknown value", self.source(origin) if origin else Source("", None))

    def source(self, origin: Origin) -> Source:
        return Source(origin.label, self.place(origin.location))


def _written(name: str, value: object) -> str:
    """A value as an env file would spell it, without secrets."""
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return redact(name, str(value)) or "(empty)"
