"""AF208 module-not-in-image."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.dockerfile import before_command, copy_of, let_into_context
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.image.modules import absent_modules
from agentflow_rules.runtime.loading import reloader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.modules import AbsentModule

_MOST_STEPS = 4


class ModuleNotInImage(DeploymentRule):
    """A module that the server imports is in the repository and not in the image, or not where imports look."""

    code = "AF208"
    name = "module-not-in-image"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for every imported module of the project in the deployment's image."""
        for module in absent_modules(deployment):
            if module.doubt is not None:
                yield self.undecided(module.decided_by, module.doubt, deployment=deployment)
            else:
                yield self._finding(deployment, module)

    def _finding(self, deployment: Deployment, module: AbsentModule) -> Verdict:
        outcome = (
            "Whatever runs the function that imports it fails"
            if module.late
            else f"{server(deployment)} does not start.{reloader(deployment, shared=False)}".rstrip(".")
        )
        return self.finding(
            at=module.decided_by,
            place=f"{module.kind} {module.module}" if module.kind != "absent" else module.module,
            message=(
                f"{subject(deployment)} imports {quoted(module.module)} ({_files(module)}), {_why(module)}. {outcome}."
            ),
            help=_way_out(module),
            consequence=Consequence.FAILS_REQUESTS if module.late else None,
            deployment=deployment,
            related=_way(deployment, module),
            fix=_fix(deployment, module),
        )


def _fix(deployment: Deployment, module: AbsentModule) -> Fix | None:
    """Let the module, or the package that it is in, into the image; None where it lies elsewhere in it."""
    image = deployment.image
    if image is None or module.kind != "absent":
        return None
    top = module.path.partition("/")[0]
    kept = top if module.others and top != module.path else module.path
    edit = let_into_context(image, kept)
    copy = copy_of(image, kept, kept) if edit is None else None
    edit = before_command(image, [copy]) if copy else edit
    return Fix(f"Let {kept} into the image", Applicability.UNSAFE, (edit,)) if edit else None


def _files(module: AbsentModule) -> str:
    more = f" and {module.others} more of its modules" if module.others else ""
    return f"{module.path}{more}"


def _why(module: AbsentModule) -> str:
    if module.kind == "absent":
        return f"which is not in the image: {module.reason}"
    if module.kind == "no-file":
        return f"for which the loader of auth.path wants the file {quoted(module.reason)}, and it lies at " + listed(
            module.places
        )
    where = f"looks in {listed(module.folders)} only" if module.folders else "looks in no folder of the project"
    return f"which lies at {listed(module.places)} in the image, while the server {where}"


def _way_out(module: AbsentModule) -> str:
    if module.kind == "unreachable":
        return "Copy the project into the working directory, or name its folder in `PYTHONPATH`."
    if module.kind == "no-file":
        return "Start the server in the folder below which the module lies."
    if module.decided_by.path.endswith(".dockerignore"):
        kept = posixpath.dirname(module.path) if module.others else module.path
        return f"Take the pattern out of {module.decided_by.path}, or add `!{kept or module.path}` behind it."
    return f"Copy {quoted(module.path)} into the image."


def _way(deployment: Deployment, module: AbsentModule) -> Iterator[Related]:
    yield Related(deployment.config.at_value(*module.key), f"{dotted(module.key)} is named here")
    steps = module.chain if len(module.chain) <= _MOST_STEPS else (*module.chain[:1], *module.chain[1 - _MOST_STEPS :])
    for use in steps:
        yield Related(use.location, f"{use.module} is imported here")
