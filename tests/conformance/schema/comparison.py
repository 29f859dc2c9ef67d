"""What a release does with a config, next to what the schema says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from agentflow_lint.framework.config_checks import rejections
from agentflow_lint.framework.config_schema import config_schema
from tests.conformance.configuration.linter import judge
from tests.conformance.schema.inexpressible import why_invalid, why_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema import ValidationError

    from tests.conformance.configuration.case import Configuration
    from tests.conformance.referees import Referee

#: For refusals that no value in the config explains by itself: the linter's codes, and what they mean for a schema.
_BEYOND = {
    **dict.fromkeys(("AF202", "AF203", "AF204", "AF206", "AF410"), "import-targets"),
    **dict.fromkeys(("AF402", "AF403"), "environment"),
}


@dataclass(frozen=True)
class Compared:
    """Whether the release took the config, and the schema; ``reasons`` for a difference, none of them: disagreement."""

    taken: bool
    valid: bool
    reasons: tuple[str, ...] = ()
    difference: str = ""

    @property
    def disagrees(self) -> bool:
        """Whether nothing explains that they differ."""
        return self.taken is not self.valid and not self.reasons


@cache
def validator(version: str) -> Draft7Validator:
    """The validator of a release's schema."""
    return Draft7Validator(config_schema(version))


def compare(referee: Referee, configuration: Configuration, answer: Mapping[str, Any]) -> Compared:
    """Compare; the configuration's text has to be JSON."""
    data = json.loads(configuration.config)
    errors = list(validator(referee.release).iter_errors(data))
    taken = answer["outcome"] == "accepted" and not answer["unusable"]
    if taken is not bool(errors):
        return Compared(taken, not errors)
    if errors:
        worst = best_match(errors)
        assert worst is not None
        reasons = {why for each in _leaves(worst) if (why := why_invalid(each))}
        return Compared(taken, False, tuple(sorted(reasons)), f"the server takes it, the schema says: {worst.message}")
    told = "; ".join(answer["unusable"]) or f"{answer['error']}: {answer['message']}"
    return Compared(taken, True, _why_valid(referee, configuration, data), f"the schema takes it, the server: {told}")


def _why_valid(referee: Referee, configuration: Configuration, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Why the schema takes what the server refuses; nothing as soon as one refusal could have been said."""
    found = [
        why_valid(rejection, data) for rejection in rejections(referee.release, data, configuration.environment.get)
    ]
    if None in found:
        return ()
    if not found:
        codes = judge(referee, configuration).codes
        found = [reason for code, reason in _BEYOND.items() if code in codes]
    return tuple(sorted({reason for reason in found if reason}))


def _leaves(error: ValidationError) -> list[ValidationError]:
    """The errors that an error of alternatives is made of."""
    if not error.context:
        return [error]
    return [leaf for inner in error.context for leaf in _leaves(inner)]
