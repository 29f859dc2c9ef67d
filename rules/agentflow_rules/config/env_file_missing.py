"""AF111: the env file that the config names is not there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_value
from agentflow_lint.engine.editing.outcome import with_edits
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.names import nearest
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import did_you_mean, place, quoted, server, subject
from agentflow_lint.model.env_files import TEMPLATE_NAMES
from agentflow_lint.model.values import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
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
            fix=_fix(deployment, use),
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


def _near(deployment: Deployment, use: EnvFileUse) -> tuple[str, list[str]]:
    """The name that is missing, and the files of its folder that may be meant."""
    folder, name = posixpath.split(posixpath.normpath(use.configured or ""))
    names = deployment.project.files.names(folder)
    return name, [other for other in names if "env" in other.lower() and other != name]


def _fix(deployment: Deployment, use: EnvFileUse) -> Fix | None:
    """Name the env file that is there, if the server then loads it. Templates hold samples."""
    name, beside = _near(deployment, use)
    candidate = nearest(name, [other for other in beside if other not in TEMPLATE_NAMES])
    if candidate is None:
        return None
    path = (use.configured or "").rpartition("/")
    edit = with_value(deployment.config, ("env",), f"{path[0]}{path[1]}{candidate}")
    after = with_edits(deployment, edit) if edit else None
    if after is None or after.environment.env_file.status not in ("loaded", "late"):
        return None
    return fix_of(f"Name {candidate}", Applicability.UNSAFE, edit)


def _way_out(deployment: Deployment, use: EnvFileUse) -> str:
    if _unsupplied(deployment, use):
        return "Pass what it holds to the container (env_file in compose, envFrom in Kubernetes), or remove env."
    name, beside = _near(deployment, use)
    guess = did_you_mean(name, beside).removeprefix("; ")
    hint = f"{guess[0].upper()}{guess[1:]} " if guess else ""
    return (
        f"{hint}Correct the path, or remove env and set the variables where the server is started. If the file is made "
        "at deploy time, name its variables in .env.example."
    )
