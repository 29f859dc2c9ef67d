"""AF109 undone-by-config."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing import calls
from agentflow_lint.engine.editing.config_members import with_member
from agentflow_lint.engine.editing.places import written_at
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.model.graph.results import Served, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CompileCall
    from agentflow_lint.model.values import Location


class UndoneByConfig(DeploymentRule):
    """The graph is compiled with a store, and the server binds none over it."""

    code = "AF109"
    name = "undone-by-config"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare what compile() is given with the config's ``store``, where the release binds that whatever it is."""
        config = deployment.config
        if config.get("store") or not deployment.release.behaviour.binds_configured_store:
            return
        if not isinstance(config.get("agent"), str):
            return  # nothing is served (AF102)
        outcome = deployment.intended_graph.outcome
        if isinstance(outcome, Undecided):
            at = outcome.location or config.at_value("agent")
            yield self.undecided(at, outcome.reason, deployment=deployment)
        elif isinstance(outcome, Served) and outcome.compile.store != "absent":
            yield self._judged(deployment, outcome.compile)

    def _judged(self, deployment: Deployment, call: CompileCall) -> Verdict:
        if call.store == "unknown":
            return self.undecided(call.location, "what store compile() is given is not known", deployment=deployment)
        if call.has_container:
            reason = "the graph's builder is given a container, which may not be the one that the server binds in"
            return self.undecided(call.location, reason, deployment=deployment)
        config = deployment.config
        says = f"{config.path} names none" if "store" not in config.data else f"store in {config.path} is empty"
        return self.finding(
            at=call.location,
            place="agent.store",
            message=(
                f"{subject(deployment)} serves a graph that is compiled with a store, and {says}: once the graph is "
                f"loaded, {server(deployment)} binds None over it. Nodes and tools that inject BaseStore get no store, "
                "and /v1/store has none."
            ),
            help='Name the same store in the config, `"store": "module:attribute"`; it has to be an instance.',
            deployment=deployment,
            related=_related(deployment, at=call.location),
            fix=_fix(deployment, call.location),
        )


def _related(deployment: Deployment, *, at: Location) -> Iterator[Related]:
    config = deployment.config
    if "store" in config.data:
        yield Related(config.at_key("store"), "the config leaves it empty here")
    yield Related(config.at_value("agent"), "the config names the graph here")
    yield from (Related(step.location, step.text) for step in deployment.intended_graph.trail if step.location != at)


def _fix(deployment: Deployment, call: Location) -> Fix | None:
    """Name the same store in the config, where it is a name of the module that the config already names."""
    config, files = deployment.config, deployment.project.files
    module = str(config.get("agent")).partition(":")[0]
    found = written_at(files, call)
    given = re.findall(r"\bstore\s*=\s*([A-Za-z_]\w*)\s*[,)]", found.raw) if found else []
    if found is None or len(given) != 1 or not found.path.endswith(f"{module.replace('.', '/')}.py"):
        return None
    name = given[0]
    bound = re.search(rf"^{name}\s*(?::[^=\n]+)?=(?!=)", found.text.content, re.MULTILINE)
    if not bound and calls.local_name(calls.imports_of(files, found.path), name) != name:
        return None
    if deployment.target(f"{module}:{name}").what not in ("instance", "unknown"):
        return None
    edit = with_member(config, ("store",), f"{module}:{name}")
    return Fix(f"Name {module}:{name} as the store", Applicability.UNSAFE, (edit,)) if edit else None
