"""AF230 config-not-in-image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import word_replaced, words_added
from agentflow_lint.engine.editing.dockerfile import before_command, copy_of, env_added, let_into_context
from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import listed, quoted, server, subject
from agentflow_lint.model.image.config import MissingConfig, missing_config
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import runs_framework, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image


class ConfigNotInImage(DeploymentRule):
    """The config file is not in the image, or not where the server looks for it."""

    code = "AF230"
    name = "config-not-in-image"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for the config where the command, GRAPH_PATH or the default names lead in the image."""
        if not runs_framework(deployment):
            return
        missing = missing_config(deployment)
        if isinstance(missing, Unknown):
            at = missing.origin.location if missing.origin and missing.origin.location else deployment.anchor
            yield self.undecided(at, missing.reason, deployment=deployment)
        elif missing is not None:
            yield self._missing(deployment, missing)

    def _missing(self, deployment: Deployment, missing: MissingConfig) -> Verdict:
        looked_for = listed(missing.looked_for[:2], "or")
        if missing.elsewhere:
            place = missing.elsewhere[-1]
            at = missing.named_at or deployment.anchor
            why = f"the image has {deployment.config.path} at {quoted(place.value)}"
            related = [Related(place.origin.location, "it is copied here")] if place.origin.location else []
            way_out = (
                f"Set `WORKDIR`, or `GRAPH_PATH={place.value}`."
                if deployment.started_by == "asgi"
                else f"Set `WORKDIR`, or pass `-c {place.value}`."
            )
        else:
            at = missing.named_at or missing.decided_by
            why = missing.reason
            related = [Related(missing.decided_by, "this decides that it is not in the image")]
            way_out = "Let the file into the build context and copy it to where the server looks."
        how = {"GRAPH_PATH": " (GRAPH_PATH)", "-c": " (-c)", "default": ""}[missing.how]
        return self.finding(
            at=at,
            place=symbol(deployment, "config file"),
            message=(
                f"{subject(deployment)} looks for its config at {looked_for}{how}, and {why}: {server(deployment)} "
                "does not start."
            ),
            help=way_out,
            deployment=deployment,
            related=[each for each in related if each.location != at],
            fix=_fix(deployment, missing),
        )


def _fix(deployment: Deployment, missing: MissingConfig) -> Fix | None:
    """Say where the file lies, or bring it to where the server looks."""
    image, path = deployment.image, deployment.config.path
    if image is None:
        return None
    if missing.elsewhere:
        place = missing.elsewhere[-1].value
        edit = _named(deployment, missing, image, place)
        description = f"Tell the server that its config is {place}"
    elif missing.how != "default":
        return None
    else:
        target = missing.looked_for[0]
        edit = let_into_context(image, path, target)
        copy = copy_of(image, path, target) if edit is None else None
        edit = before_command(image, [copy]) if copy else edit
        description = f"Let {path} into the image"
    return Fix(description, Applicability.UNSAFE, (edit,)) if edit else None


def _named(deployment: Deployment, missing: MissingConfig, image: Image, place: str) -> Edit | None:
    process, files = deployment.process, deployment.project.files
    named = deployment.named_config
    if missing.how == "GRAPH_PATH":
        return written(deployment.project, named, place) if isinstance(named, Known) else None
    if process is None or deployment.started_by == "asgi":
        return env_added(image, {"GRAPH_PATH": place}) if missing.how == "default" else None
    option = process.option("config")
    if option is not None:
        return word_replaced(files, process, option.value, place)
    command = deployment.release.commands.get(process.subcommand or "")
    if command is None or command.option("-c") is None:
        return None
    return words_added(files, process, process.decisive_word, ("-c", place))
