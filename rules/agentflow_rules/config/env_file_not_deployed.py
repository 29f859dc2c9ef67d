"""AF112: the env file is in the repository and does not reach the server, or not its settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.framework.release import distribution_of
from agentflow_lint.model.settings import EffectiveSettings
from agentflow_lint.model.values import Absent, Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.environment import EnvFileUse

#: The settings whose development defaults do the most harm, in the order in which a message names them.
_TELLING = ("MODE", "ORIGINS", "ALLOWED_HOST", "DOCS_PATH", "REDOCS_PATH", "CORS_ALLOW_CREDENTIALS", "JWT_SECRET_KEY")
_MOST_NAMED = 5

#: No release acts on it.
_WITHOUT_EFFECT = "IS_DEBUG"


class EnvFileNotDeployed(DeploymentRule):
    """The env file does not reach the server, or comes too late for its settings."""

    code = "AF112"
    name = "env-file-not-deployed"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare what the server sees with what it would see if the file reached it."""
        use = deployment.environment.env_file
        if use.status not in ("not-deployed", "late"):
            return
        at = use.location or deployment.anchor
        fallen, unclear = _settings_without(deployment)
        unset = _variables_without(deployment) if use.status == "not-deployed" else []
        if fallen or unset:
            yield self.finding(
                at,
                "env",
                f"{_what_happens(deployment, use)}. So {_losses(deployment, fallen, unset)}.",
                _way_out(use),
                deployment=deployment,
                related=[Related(use.decided_by, _part(use))] if use.decided_by else (),
            )
        elif unclear or use.parsed is None:
            open_question = f"whether {listed(unclear)} would differ is not known" if unclear else "it cannot be read"
            reason = f"{use.path} does not reach the server, and {open_question}"
            yield self.undecided(at, reason, deployment=deployment)


def _settings_without(deployment: Deployment) -> tuple[list[str], list[str]]:
    """The settings that would be others with the file, and those of which that cannot be told."""
    use = deployment.environment.env_file
    reached = replace(deployment.environment, env_file=replace(use, status="loaded", misses_settings=False))
    meant = EffectiveSettings(deployment.release, reached)
    fallen, unclear = [], []
    for name in sorted(set(deployment.release.settings) - {_WITHOUT_EFFECT}, key=_by_weight):
        with_file, without = meant[name], deployment.settings[name]
        if isinstance(with_file, Known) and isinstance(without, Known):
            if with_file.value != without.value:
                fallen.append(name)
        elif with_file != without:
            unclear.append(name)
    return fallen, unclear


def _by_weight(name: str) -> tuple[int, str]:
    return (_TELLING.index(name) if name in _TELLING else len(_TELLING), name)


def _variables_without(deployment: Deployment) -> list[str]:
    """The variables of the file that are no settings and that nothing else sets."""
    environment, known = deployment.environment, deployment.release.settings
    return [
        name
        for name in environment.env_file.values
        if name.upper() not in known
        and isinstance(environment.get(name), Absent)
        and not _is_for_compose_alone(deployment, name)
    ]


def _is_for_compose_alone(deployment: Deployment, name: str) -> bool:
    """Whether compose puts the value of a variable, which no module of the graph names, into other places."""
    composed, project = deployment.composed, deployment.project
    if composed is None or not composed.compose.interpolates(project.files, name):
        return False
    return not any(project.python_sources.mentions(path, name) for path in deployment.intended_graph.modules)


def _what_happens(deployment: Deployment, use: EnvFileUse) -> str:
    if use.status == "late":
        return (
            f"{subject(deployment)} loads {use.path} too late: {server(deployment)} builds its settings before it "
            "reads the file when gunicorn or uvicorn starts it"
        )
    return f"{subject(deployment)} runs without {use.path}: {use.reason}"


def _losses(deployment: Deployment, fallen: list[str], unset: list[str]) -> str:
    values = [_without(deployment, name) for name in fallen[:_MOST_NAMED]]
    if len(fallen) > _MOST_NAMED:
        values.append(f"{len(fallen) - _MOST_NAMED} more settings have their defaults")
    if unset:
        values.append(f"nothing sets {listed(unset)}")
    return " and ".join(filter(None, (", ".join(values[:-1]), values[-1])))


def _without(deployment: Deployment, name: str) -> str:
    value = deployment.settings[name]
    shown = value.value if isinstance(value, Known) else None
    return f"{name} is not set" if shown is None else f"{name} is {quoted(shown, name)}"


def _way_out(use: EnvFileUse) -> str:
    set_them = "Set them where the server is started (compose, Kubernetes, docker run --env-file)"
    if use.misses_settings:
        mended = first_release_with("env_file_reaches_settings")
        return f"{set_them}, or upgrade to {distribution_of(mended)} {mended}, which reads the file first."
    let_in = "let the file into the image if it holds no secret"
    return f"{set_them}, or {let_in}. What the platform sets already belongs in provided-env or in .env.example."


def _part(use: EnvFileUse) -> str:
    ignored = use.decided_by is not None and use.decided_by.path.endswith(".dockerignore")
    return "this keeps it out" if ignored else "this decides what is in the image"
