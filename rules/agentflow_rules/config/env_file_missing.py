"""AF111: the env file that the config names is not there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import did_you_mean, place, quoted, server, subject
from agentflow_lint.model.values import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.environment import EnvFileUse


class EnvFileMissing(DeploymentRule):
    """The env file that the config names does not exist."""

    code = "AF111"
    name = "env-file-missing"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge where the server's search for the file ends."""
        use = deployment.environment.env_file
        at = use.location or deployment.anchor
        if use.status == "unknown" and use.path is None:
            yield self.undecided(at, use.reason, deployment=deployment)
        if use.status != "missing":
            return
        expected = _expected_because(deployment, use)
        if expected:
            yield self.undecided(at, f"{use.reason}; {expected}", deployment=deployment)
            return
        yield self.finding(
            at,
            "env",
            f"{subject(deployment)} names {quoted(use.configured)} as its env file, and {use.reason}. "
            f"{server(deployment)} goes on without a word, and what nothing else sets keeps its default.",
            _way_out(deployment, use),
            deployment=deployment,
            related=[Related(use.decided_by, "this would keep it out of the image")] if use.decided_by else (),
        )


def _expected_because(deployment: Deployment, use: EnvFileUse) -> str | None:
    """Why the file may well be there where the server runs."""
    template = deployment.project.env_template
    if template and template.names and not _unsupplied(deployment, use):
        return f"{template.path} names its variables, so it is expected to be made where the server runs"
    if use.git_ignored_by:
        return f"{place(use.git_ignored_by)} keeps it out of the repository, so it may be made where the server runs"
    return None


def _unsupplied(deployment: Deployment, use: EnvFileUse) -> bool:
    """Whether a container gets neither the file, which its image leaves out, nor all that the template names."""
    template = deployment.project.env_template
    names = template.names if template and use.kept_out else ()
    return any(isinstance(deployment.environment.inherited(name), Absent) for name in names)


def _way_out(deployment: Deployment, use: EnvFileUse) -> str:
    if _unsupplied(deployment, use):
        return "Pass what it holds to the container (env_file in compose, envFrom in Kubernetes), or remove env."
    path = posixpath.normpath(use.configured or "")
    folder, name = posixpath.split(path)
    beside = [other for other in deployment.project.files.names(folder) if "env" in other.lower() and other != name]
    guess = did_you_mean(name, beside).removeprefix("; ")
    hint = f"{guess[0].upper()}{guess[1:]} " if guess else ""
    return (
        f"{hint}Correct the path, or remove env and set the variables where the server is started. If the file is made "
        "at deploy time, name its variables in .env.example."
    )
