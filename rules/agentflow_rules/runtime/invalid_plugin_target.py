"""AF206 invalid-plugin-target."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence, Finding, Related
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    ConstructionError,
    ModuleNotFound,
    RemovedImport,
    Undecided,
)
from agentflow_lint.model.loading.misfits import Misfit, NoFile
from agentflow_rules.runtime.loading import (
    Words,
    no_module,
    no_name,
    path_fix,
    reloader,
    suggested_path,
    the_module,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


class InvalidPluginTarget(ConfigValueRule):
    """A config key names something to import that the server cannot use for it."""

    code = "AF206"
    name = "invalid-plugin-target"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the form of each import path but the agent's, then what it leads to."""
        yield from super().check(deployment)
        yield from verdicts(self, deployment, lambda failure: _words(failure, deployment))

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """Spell the path as the server wants it."""
        suggestion = suggested_path(_value(deployment, rejection.path), deployment)
        form = quoted(suggestion) if suggestion else "`module:attribute`"
        return f"Write the module with dots, one colon, and the name in it: {form}."

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """The path as the server wants it, where it is clear."""
        return path_fix(rejection.path, _value(deployment, rejection.path), deployment)

    def verdict(self, rejection: Rejection, deployment: Deployment) -> Verdict:
        """The verdict on a form, which tells a server under a reloader too."""
        found = super().verdict(rejection, deployment)
        return replace(found, message=found.message + reloader(deployment)) if isinstance(found, Finding) else found


def _words(failure: LoadFailure, deployment: Deployment) -> Words | None:
    key, cause = dotted(failure.key), failure.cause
    if failure.key == ("agent",):
        return None
    if isinstance(cause, Undecided):
        return Words(key)
    if isinstance(cause, ConstructionError):
        # What an exception says may quote a value, and values may be secrets: its type has to do.
        error = cause.reason if cause.kind != "raised" else f"its own code raises {cause.reason.partition(':')[0]}"
        message = f"{key} is {quoted(_value(deployment, failure.key))}, and its module cannot be imported: {error}"
        return Words(f"{key}.{cause.kind}", message, "Mend what raises; it runs whenever the server starts.")
    if not failure.is_in_config:
        return None
    named = f"{key} is {quoted(_value(deployment, failure.key))}, and"
    if isinstance(cause, ModuleNotFound):
        way = "Name a module that can be imported from the project's root, or remove the key."
        return Words(key, f"{named} {no_module(cause)}", way)
    if isinstance(cause, AttributeNotFound):
        way = "Define the name in that module, name another, or remove the key."
        return Words(key, f"{named} {no_name(cause)}", way, the_module(cause))
    if isinstance(cause, RemovedImport):
        message = f"{named} this release of the framework has no module {quoted(cause.module)}"
        return Words(key, message, "Name one that it has.")
    if isinstance(cause, NoFile):
        message = f"{named} the server first wants a file {quoted(cause.path)} in its working directory"
        way = "Keep the class in a module of a package, such as `auth/backend.py` for `auth.backend:Backend`."
        return Words(key, message, way)
    if not isinstance(cause, Misfit):
        return None
    at = (Related(cause.made.location, "this is what it leads to"),) if cause.made else ()
    return Words(key, f"{named} that is {cause.found}; the server takes {cause.wanted}", f"Name {cause.wanted}.", at)


def _value(deployment: Deployment, path: KeyPath) -> object:
    value: object = deployment.config.data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
