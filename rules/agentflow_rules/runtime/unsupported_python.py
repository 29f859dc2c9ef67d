"""AF215 unsupported-python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from agentflow_lint.engine.editing.places import replaced_within, written_at
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import subject
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import runs_framework

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.deployment import Deployment


#: A Python that base images have, for every release that is not too old for it.
_USUAL = "3.13"


class UnsupportedPython(DeploymentRule):
    """The image's Python is one that the framework's release does not run on."""

    code = "AF215"
    name = "unsupported-python"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare the image's Python with what the server and the core require."""
        image = deployment.image
        if image is None or not runs_framework(deployment):
            return
        python = image.python
        if isinstance(python, Unknown):
            at = python.origin.location if python.origin and python.origin.location else image.at
            yield self.undecided(at, f"which Python the image has: {python.reason}", deployment=deployment)
        if not isinstance(python, Known):
            return
        refusing = [each for each in (deployment.release, deployment.project.core) if not _runs_on(each, python.value)]
        if not refusing:
            return
        wanted = refusing[0]
        yield self.finding(
            at=python.origin.location or image.at,
            place="python",
            message=(
                f"{subject(deployment)} runs Python {python.value} ({python.origin.label}), and {wanted.distribution} "
                f"{wanted.version} requires {wanted.requires_python}: installers refuse it, so the image cannot be "
                "built, or what ends up in it does not start."
            ),
            help=f"Take a base image with a Python that is {wanted.requires_python}, such as python:3.13-slim.",
            deployment=deployment,
            fix=_fix(deployment, python),
        )


def _fix(deployment: Deployment, python: Known[str]) -> Fix | None:
    """The Python that this page names, in the tag of the base image; a digest names one image and no other."""
    files, at = deployment.project.files, python.origin.location
    found = written_at(files, at)
    is_allowed = all(_runs_on(each, _USUAL) for each in (deployment.release, deployment.project.core))
    if found is None or not is_allowed or "@" in found.raw or "python" not in found.raw:
        return None
    if re.search(rf"(?<![0-9.]){re.escape(python.value)}(?![0-9])", found.raw) is None:
        return None
    edit = replaced_within(files, at, python.value, _USUAL)
    return Fix(f"Take Python {_USUAL}", Applicability.UNSAFE, (edit,)) if edit else None


def _runs_on(published: Published, version: str) -> bool:
    """Whether any patch release of a Python version satisfies a release's Requires-Python."""
    wanted = SpecifierSet(published.requires_python or "")
    return any(wanted.contains(f"{version}.{patch}", prereleases=True) for patch in (0, 99))
