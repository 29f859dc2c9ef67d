"""What a trap is: a sound project with one mistake that the framework's own documents or generators lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Edit: TypeAlias = "str | Callable[[str], str] | None"
"""What becomes of a file: another text, nothing, or a change of its text."""

COMPOSE = "compose:web"


@dataclass(frozen=True)
class Said:
    """One finding: its code, the deployment (None for the project), the file, and the symbolic place in it."""

    code: str
    deployment: str | None
    path: str
    place: str


@dataclass(frozen=True)
class Trap:
    """Trap ``number`` of the framework at a release, and what is right to say beside what is said of the sound project.

    ``undecided`` are the codes of the rules that cannot tell; ``why`` says in a sentence why all this is right.
    """

    number: int
    name: str
    release: str
    edits: Mapping[str, Edit]
    says: tuple[Said, ...]
    why: str
    undecided: tuple[str, ...] = field(default=())
    #: The sound project is deployed by the Dockerfile alone, without the compose file.
    image_only: bool = False

    @property
    def id(self) -> str:
        """For example ``T3-wildcard-0.6.1``."""
        return f"T{self.number}-{self.name}-{self.release}"


def replacing(old: str, new: str) -> Callable[[str], str]:
    """A change of one text, which must be there."""

    def change(text: str) -> str:
        assert old in text, f"{old!r} is not in the sound project's file"
        return text.replace(old, new)

    return change


def with_variables(**values: str | None) -> Callable[[str], str]:
    """The compose file with other variables of its service; None takes one away."""

    def change(text: str) -> str:
        lines = text.splitlines()
        for name, value in values.items():
            found = [number for number, line in enumerate(lines) if line.strip().startswith(f"{name}:")]
            for number in found:
                del lines[number]
            if value is not None:
                lines.insert(lines.index("    environment:") + 1, f'      {name}: "{value}"')
        return "\n".join(lines) + "\n"

    return change
