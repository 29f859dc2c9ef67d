"""``$VAR`` and ``${VAR:-default}`` in the values of a compose file, as compose's own template puts them in.

compose-go (template/template.go) is the model, with its corners: a default reaches to the brace that matches, else to
the last one of its line; ``$1`` and a lone ``$`` stay as they are; ``${`` before anything that is no name, or before a
default that runs over a line's end, stops compose. Unlike compose, which takes a blank for a variable that nobody sets,
the outcome here is three-valued: whoever runs compose may set it, so it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# Go folds case when it compares, so two letters beyond ASCII belong to a name: the long s and the Kelvin sign.
_NAME = re.compile("[_a-zA-Z\u017f\u212a][_a-zA-Z0-9\u017f\u212a]*")
_OPERATOR = re.compile(":?[-+?]")

#: Deeper ``${A:-${B:-...}}`` than any person writes; beyond it the value counts as unknown.
_MAX_DEPTH = 50
#: Characters that one value may grow to when its variables are put in.
_MAX_PRODUCED = 1 << 20

Taken = Literal["value", "default", "unset", "required"]
"""What stands for a variable: its ``value``; the ``default`` that the file gives because nobody in the repository sets
it (for ``+``, nothing); nothing known, for one without default that is ``unset`` there, or that is ``required``."""


@record(frozen=True)
class Undetermined:
    """A piece of text that the repository does not tell."""

    reason: str


@record(frozen=True)
class Variable:
    """A variable that a value takes, and what it gets for it."""

    name: str
    taken: Taken


@record(frozen=True)
class Interpolation:
    """A value with its variables put in.

    ``pieces`` are its parts in order, those that are not known among them; ``variables`` what it took. ``problem`` says
    why compose stops at it; then there are no pieces.
    """

    pieces: tuple[str | Undetermined, ...]
    variables: tuple[Variable, ...] = ()
    problem: str | None = None

    def __repr__(self) -> str:
        """Leave out the pieces, which may be secrets."""
        return f"Interpolation(variables={self.variables!r}, problem={self.problem!r})"

    @property
    def text(self) -> str | None:
        """The whole text; None when some of it is not known."""
        known = [piece for piece in self.pieces if isinstance(piece, str)]
        return None if self.problem is not None or len(known) < len(self.pieces) else "".join(known)

    @property
    def reason(self) -> str | None:
        """Why the text is not known; None when it is."""
        if self.problem is not None:
            return self.problem
        return next((piece.reason for piece in self.pieces if isinstance(piece, Undetermined)), None)

    @property
    def prefix(self) -> str:
        """What is known of the beginning."""
        found = ""
        for piece in self.pieces:
            if isinstance(piece, Undetermined):
                break
            found += piece
        return found


Lookup = Callable[[str], "str | Undetermined | None"]
"""A variable's value where compose looks for it; None when nothing in the repository sets it."""


def interpolate(text: str, lookup: Lookup) -> Interpolation:
    """``text`` with its variables put in; never raises."""
    if "$" not in text:
        return Interpolation((text,) if text else ())
    template = _Template(lookup)
    try:
        pieces = tuple(template.substituted(text, 0))
    except _InvalidError as error:
        return Interpolation((), tuple(template.variables), str(error))
    return Interpolation(pieces, tuple(template.variables))


class _InvalidError(Exception):
    """Text at which compose stops."""


class _Template:
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._produced = 0
        self.variables: list[Variable] = []

    def substituted(self, text: str, depth: int) -> Iterator[str | Undetermined]:
        """The pieces of ``text``, neighbouring known ones joined."""
        known: list[str] = []
        for piece in self._pieces(text, depth):
            if isinstance(piece, str):
                self._produced += len(piece)
                if self._produced > _MAX_PRODUCED + len(text):
                    yield Undetermined("its variables make it too long")
                    return
                known.append(piece)
                continue
            if known:
                yield "".join(known)
                known = []
            yield piece
        if any(known):
            yield "".join(known)

    def _pieces(self, text: str, depth: int) -> Iterator[str | Undetermined]:
        at = 0
        while True:
            dollar = text.find("$", at)
            if dollar == -1:
                yield text[at:]
                return
            yield text[at:dollar]
            following = text[dollar + 1 : dollar + 2]
            name = _NAME.match(text, dollar + 1)
            if following == "$":
                yield "$"
                at = dollar + 2
            elif name:
                yield self._plain(name[0])
                at = name.end()
            elif following == "{":
                at = yield from self._braced(text, dollar, depth)
            else:
                yield "$"
                at = dollar + 1

    def _braced(self, text: str, dollar: int, depth: int) -> Generator[str | Undetermined, None, int]:
        """The pieces of the ``${...}`` at ``dollar``; returns the offset behind it."""
        name = _NAME.match(text, dollar + 2)
        if name and text.startswith("}", name.end()):
            yield self._plain(name[0])
            return name.end() + 1
        operator = _OPERATOR.match(text, name.end()) if name else None
        line_end = text.find("\n", dollar)
        last = text.rfind("}", dollar, len(text) if line_end == -1 else line_end)
        if name is None or operator is None or last < operator.end():
            shown = text[dollar : operator.end() if name and operator else dollar + 2]
            raise _InvalidError(f"{shown} is no valid reference to a variable ($$ stands for a dollar sign)")
        end = _closing(text, dollar, last + 1)
        end = last if end == -1 else end
        yield from self._operated(name[0], operator[0], text[operator.end() : end], depth)
        return end + 1

    def _plain(self, name: str) -> str | Undetermined:
        value = self._lookup(name)
        if value is None:
            self.variables.append(Variable(name, "unset"))
            return Undetermined(f"{name} is set by whoever runs compose")
        self.variables.append(Variable(name, "value"))
        return value

    def _operated(self, name: str, operator: str, operand: str, depth: int) -> Iterator[str | Undetermined]:
        if depth >= _MAX_DEPTH:
            yield Undetermined("its variables are nested too deeply")
            return
        value = self._lookup(name)
        if isinstance(value, Undetermined):
            self.variables.append(Variable(name, "value"))
            yield value
            return
        given = value is not None and not (operator.startswith(":") and not value)
        if operator.endswith("?") and not given:
            self.variables.append(Variable(name, "required"))
            self._check(operand, depth)
            yield Undetermined(f"compose stops unless whoever runs it sets {name}")
        elif operator.endswith("+"):
            self.variables.append(Variable(name, "value" if given else "default"))
            if given:
                yield from self.substituted(operand, depth + 1)
        else:
            self.variables.append(Variable(name, "value" if given else "default"))
            if given and value is not None:
                yield value
            else:
                yield from self.substituted(operand, depth + 1)

    def _check(self, operand: str, depth: int) -> None:
        """Raise for an error in a message that is only read when compose stops; its variables do not matter."""
        for _ in _Template(self._lookup).substituted(operand, depth + 1):
            pass


def _closing(text: str, start: int, stop: int) -> int:
    """The offset of the brace that closes the first one behind ``start``, or -1.

    As in compose, the character behind an opening brace is not looked at.
    """
    depth = 0
    at = start
    while at < stop:
        char = text[at]
        if char == "}":
            depth -= 1
            if depth == 0:
                return at
        elif char == "{":
            depth += 1
            at += 1
        at += 1
    return -1
