"""A layer of a process environment that may set anything: a file or a Secret that the repository does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.model.values import Unknown, Value


class OpenLayer(Mapping[str, "Value[str]"]):
    """Those variables that it is known to set, and for every other name an unknown value."""

    def __init__(self, values: Mapping[str, Value[str]], otherwise: Unknown) -> None:
        self._values = values
        self._otherwise = otherwise

    def __getitem__(self, name: str) -> Value[str]:
        return self._values.get(name, self._otherwise)

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
