"""Three-valued values: what production sees is known, unknown for a reason, or absent.

Nothing in the model is guessed: a value from outside the repository, or one that could not be decided, is
:class:`Unknown` and says why, and a rule that meets one reports "undecided" instead of a finding.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from agentflow_lint.records import record
from agentflow_lint.sources.text import START, Span

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@record(frozen=True)
class Location:
    """A place in a file of the project: ``path`` is relative to the project root, with forward slashes."""

    path: str
    span: Span = START

    def __lt__(self, other: Location) -> bool:
        return (self.path, self.span) < (other.path, other.span)


Notation = Literal["env-file", "compose-env-file", "raw-env-file", "docker-env", "compose", "kubernetes"]
"""How a variable's value is written where it stands: in an env file as python-dotenv reads it, as compose does or as
``format: raw`` is; in an ENV instruction; in a compose file; in a manifest."""


@record(frozen=True)
class Origin:
    """Where a value comes from.

    ``label`` names the layer in words a person uses ("ENV in Dockerfile", "env file .env", "default of
    release 0.9.0"); ``location`` is None for what stands in no file (a release's default). ``notation`` is how a
    variable's value is written at ``location``, None for what is no written value of a variable.
    """

    label: str
    location: Location | None = None
    notation: Notation | None = None


@record(frozen=True)
class Known(Generic[T_co]):
    """A value production is known to see, its origin, and the values that it hides (nearest first)."""

    value: T_co
    origin: Origin
    overrode: tuple[Value[T_co], ...] = ()


@record(frozen=True)
class Unknown:
    """A value that production may see but that the repository does not tell; ``reason`` says why."""

    reason: str
    origin: Origin | None = None


@record(frozen=True)
class Absent:
    """No layer supplies a value."""


ABSENT = Absent()

Value = Known[T] | Unknown | Absent
