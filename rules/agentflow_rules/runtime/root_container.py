"""AF229 root-container."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import source, subject
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

#: Programs that start another one as another user.
_STEP_DOWN = frozenset({"gosu", "su-exec", "setpriv", "runuser", "su", "sudo", "chroot", "s6-setuidgid"})


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
        )


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
