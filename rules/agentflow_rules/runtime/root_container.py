"""AF229 root-container."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.dockerfile import before_command
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import source, subject
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image

#: Programs that start another one as another user.
_STEP_DOWN = frozenset({"gosu", "su-exec", "setpriv", "runuser", "su", "sudo", "chroot", "s6-setuidgid"})


#: A number that no base image gives to anybody.
_NOBODY_IN_PARTICULAR = 10001


class RootContainer(DeploymentRule):
    """The container's processes run as root."""

    code = "AF229"
    name = "root-container"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the user that the workload sets, else the image's."""
        image = deployment.image
        if image is None:
            return
        user = image.user if isinstance(deployment.workload.user, Absent) else deployment.workload.user
        if isinstance(user, Unknown):
            at = user.origin.location if user.origin and user.origin.location else image.at
            yield self.undecided(at, f"which user it runs as is not known: {user.reason}", deployment=deployment)
        if not isinstance(user, Known) or not _is_root(user.value) or _drops_it(deployment):
            return
        at = user.origin.location or image.at
        if deployment.process is None or deployment.process.kind == "unknown":
            reason = "it starts as root, and what it starts may change the user"
            yield self.undecided(at, reason, deployment=deployment)
            return
        yield self.finding(
            at=at,
            place="user",
            message=(
                f"{subject(deployment)} runs as root ({_why(user)}): whoever gets the server to run "
                "their code, by a tool of the agent for one, owns the container and all that is mounted into it."
            ),
            help="Create a user (`RUN useradd -r app`) and add `USER app` after the last RUN that needs root.",
            deployment=deployment,
            fix=_fix(deployment, image),
        )


def _fix(deployment: Deployment, image: Image) -> Fix | None:
    """A user without a name, which every image takes; what the server writes to has to let it in.

    None where the server certainly needs a home: what is installed in root's or a user's own, and ``uv run``.
    """
    if not isinstance(deployment.workload.user, Absent) or (deployment.process and deployment.process.runner):
        return None
    said = [each.arguments.text for stage in image.dockerfile.stages for each in stage.instructions]
    if any(mark in text for text in said for mark in ("/root", "--user")):
        return None
    edit = before_command(image, [f"USER {_NOBODY_IN_PARTICULAR}"])
    return Fix("Run as a user without rights of its own", Applicability.UNSAFE, (edit,)) if edit else None


def _is_root(user: str) -> bool:
    name = user.partition(":")[0].strip()
    return name in ("root", "") or (name.isdigit() and int(name) == 0)


def _why(user: Known[str]) -> str:
    label = user.origin.label
    return f"no USER, and {label} has none" if label.startswith("the base image") else source(user.origin)


def _drops_it(deployment: Deployment) -> bool:
    """Whether the command changes the user itself: gunicorn's option, or a program that steps down."""
    process, image = deployment.process, deployment.image
    if process is not None and process.kind == "gunicorn" and process.option("user"):
        return True
    words: list[str] = []
    for command in (image.entrypoint, image.command) if image else ():
        text = command.text if isinstance(command, LocatedText) else " ".join(word.text or "" for word in command or ())
        words += text.split()
    return any(posixpath.basename(word) in _STEP_DOWN for word in words)
