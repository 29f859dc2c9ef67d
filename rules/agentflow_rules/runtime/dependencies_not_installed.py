"""AF214 dependencies-not-installed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.dockerfile import before_command, copy_of
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, subject
from agentflow_lint.model.dependencies.declared import not_installed
from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image


class DependenciesNotInstalled(DeploymentRule):
    """The Dockerfile never installs the project's declared dependencies."""

    code = "AF214"
    name = "dependencies-not-installed"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare what the project declares with what its image installs."""
        image, installed = deployment.image, deployment.installed
        pins = not_installed(deployment)
        if image is None or installed is None or not pins:
            return
        at = image.at
        if installed.is_open:
            files = listed(dict.fromkeys(pin.location.path for pin in pins))
            reason = f"whether the image installs what {files} names: {installed.is_open}"
            yield self.undecided(at, reason, deployment=deployment)
            return
        path = pins[0].location.path
        names = [pin.requirement.name for pin in pins]
        yield self.finding(
            at=at,
            place="dependencies",
            message=(
                f"{subject(deployment)} runs an image that never installs what {quoted(path)} names: "
                f"{listed(names)} {'is' if len(names) == 1 else 'are'} not in it, and whatever imports "
                f"{'that' if len(names) == 1 else 'one of them'} ends the start."
            ),
            help=f"Install the project's requirements in the image: {_how(path)}.",
            deployment=deployment,
            related=[Related(pins[0].location, "declared here")],
            fix=_fix(image, path),
        )


def _fix(image: Image, path: str) -> Fix | None:
    """Install a requirements file before the command; how a pyproject.toml is installed is for a person to say."""
    if not path.endswith((".txt", ".in")):
        return None
    place = image.place_of(path)
    lines: list[str] = []
    if isinstance(place, Known):
        target = place.value
    elif isinstance(place, NotInImage) and isinstance(image.workdir, Known):
        target = posixpath.join(image.workdir.value, posixpath.basename(path))
        copy = copy_of(image, path, target)
        lines = [copy] if copy else []
    else:
        return None
    if not isinstance(place, Known) and not lines:
        return None
    edit = before_command(image, [*lines, f"RUN pip install --no-cache-dir -r {target}"])
    return Fix(f"Install {path} in the image", Applicability.UNSAFE, (edit,)) if edit else None


def _how(path: str) -> str:
    if path == "pyproject.toml":
        return "`COPY pyproject.toml .` and `RUN pip install .`, `uv sync` or `poetry install`"
    return f"`COPY {path} .` and `RUN pip install -r {path.rpartition('/')[2]}`"
