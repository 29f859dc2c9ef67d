"""AF115: a variable that the graph's modules cannot be imported without is not set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import listed, server, source, subject
from agentflow_lint.framework.plugin_targets import plugins
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.lacking import Demand


class MissingEnvVar(DeploymentRule):
    """A variable that the project's code demands at start is not set."""

    code = "AF115"
    name = "missing-env-var"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow the import paths of the config until nothing more is missing."""
        use = deployment.environment.env_file
        is_open = use.may_hold_anything("runtime")
        found: list[Demand] = []
        for import_path in _import_paths(deployment):
            found += deployment.lacking_variables(import_path, with_env_file=not is_open)
        if is_open and found:
            names = dict.fromkeys(each.variables[0] for each in found)
            yield self.undecided(found[0].place.location, f"{listed(names)}: {use.reason}", deployment=deployment)
        elif not is_open:
            yield from (self._missing(deployment, each) for each in found)

    def _missing(self, deployment: Deployment, demand: Demand) -> Verdict:
        names = demand.variables
        return self.finding(
            demand.place.location,
            "|".join(names),
            f"{subject(deployment)} ({server(deployment)}) does not start: {demand.reason} while {demand.place.path} "
            f"is imported, and {_state(deployment, names)}.",
            f"Set {listed(names, 'or')} where the server is started, or in the env file. If the platform provides it, "
            "name it in .env.example or in provided-env.",
            deployment=deployment,
            related=way_to(deployment, demand.place.location, more=_set_in_vain(deployment, names)),
        )


def _import_paths(deployment: Deployment) -> Iterator[str]:
    agent = deployment.config.get("agent")
    if isinstance(agent, str):
        yield agent
    for plugin in plugins(deployment.release.version, deployment.config.data):
        if plugin.unless is None:
            yield plugin.import_path


def _state(deployment: Deployment, names: tuple[str, ...]) -> str:
    for name in names:
        value = deployment.environment.get(name)
        if isinstance(value, Known):
            return f"{name} is empty ({source(value.origin)})"
    return f"nothing sets {listed(names, 'or')}"


def _set_in_vain(deployment: Deployment, names: tuple[str, ...]) -> Iterator[Related]:
    """Where an env file sets a variable that does not reach the server."""
    use = deployment.environment.env_file
    for name in names:
        value = use.values.get(name)
        place = value.origin.location if isinstance(value, Known) else None
        if place and not use.reaches("runtime"):
            yield Related(place, f"{name} is set here, but the server runs without this file: {use.reason}")
