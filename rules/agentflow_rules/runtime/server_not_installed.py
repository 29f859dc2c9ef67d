"""AF213 server-not-installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import replaced_within
from agentflow_lint.engine.editing.requirements import requirements_added
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, subject
from agentflow_lint.framework.import_names import NAMESAKES
from agentflow_lint.model.dependencies.distributions import requirement_files
from agentflow_lint.model.dependencies.pins import CORE_DISTRIBUTIONS
from agentflow_lint.model.values import Unknown
from agentflow_rules.runtime.command import runs_framework
from agentflow_rules.runtime.installing import install_lines, missed_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.image.installs import Requirement


class ServerNotInstalled(DeploymentRule):
    """The image runs the server and never installs its distribution."""

    code = "AF213"
    name = "server-not-installed"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for the server's distribution in what the image installs."""
        image, installed = deployment.image, deployment.installed
        if image is None or installed is None or not runs_framework(deployment):
            return
        if installed.at:
            yield from self._out_of_reach(deployment)
            return
        stranger = next((each for each in image.installs.requirements if _name(each) in NAMESAKES), None)
        doubt = installed.doubt_about_framework()
        if doubt is not None:
            reason = f"whether the image holds the server: {doubt}"
            yield self.undecided(stranger.location if stranger else deployment.anchor, reason, deployment=deployment)
            return
        distribution = deployment.release.distribution
        if stranger is not None:
            cause = (
                f"installs {quoted(_name(stranger))}, which on PyPI is another project's name, not the server's: the "
                "server is not in the image"
            )
        elif installed.has(*CORE_DISTRIBUTIONS):
            cause = "runs the server, and its image installs the core library alone: the server is a package of its own"
        else:
            cause = "runs the server, and nothing in its image installs that"
        yield self.finding(
            at=stranger.location if stranger else deployment.anchor,
            place="server",
            message=f"{subject(deployment)} {cause}. The container exits as soon as it starts.",
            help=(
                f"Install {quoted(distribution)} instead."
                if stranger
                else f"Add {quoted(distribution)} to the requirements that the image installs."
            ),
            deployment=deployment,
            related=[Related(at, "what is installed here does not bring the server") for at in install_lines(image)],
            fix=_fix(deployment, image, stranger),
        )

    def _out_of_reach(self, deployment: Deployment) -> Iterator[Verdict]:
        """Another program than the server's own that is not found is AF218's."""
        missed = deployment.out_of_reach
        own = deployment.process is not None and deployment.process.kind == "cli"
        if isinstance(missed, Unknown):
            if not own:
                return
            reason = f"whether the command finds the server's virtual environment: {missed.reason}"
            yield self.undecided(deployment.anchor, reason, deployment=deployment)
        elif missed is not None and (own or missed.is_found):
            yield missed_environment(self, deployment, missed)


def _fix(deployment: Deployment, image: Image, stranger: Requirement | None) -> Fix | None:
    """The server's distribution in place of its namesake, else beside the first thing that the image installs."""
    files, distribution = deployment.project.files, deployment.release.distribution
    if stranger is not None:
        if stranger.text.strip().lower() != _name(stranger):
            return None  # a version of the other project's means nothing for the server
        edit = replaced_within(files, stranger.location, stranger.text.strip(), distribution)
    else:
        read = {path for each in image.installs.files for path in requirement_files(image, each)}
        places = [each.location for each in image.installs.requirements]
        places += [pin.location for pin in deployment.project.dependencies.pins if pin.location.path in read]
        edits = (requirements_added(files, at, (distribution,)) for at in places)
        edit = next((each for each in edits if each is not None), None)
    return Fix(f"Install {distribution}", Applicability.UNSAFE, (edit,)) if edit else None


def _name(requirement: Requirement) -> str:
    """The distribution that a requirement names, canonical as far as its spelling tells."""
    from agentflow_lint.model.image.installs import distribution_name

    return distribution_name(requirement.text)
