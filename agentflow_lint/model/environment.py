"""The environment of one server process: which variables it has, when, and where each comes from.

Two things decide what the server sees. The layers of the process environment (Kubernetes, compose, the image's ENV)
are there from the start, the higher one winning. The env file that the config names is loaded by the server
itself: it never overrides a variable that exists, it may not be in the image at all, and up to 0.5.1 the ASGI
target loads it only after the settings were built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Stage = Literal["settings", "runtime"]
"""``settings``: when the settings model reads the environment; ``runtime``: when the graph's modules run."""

EnvFileStatus = Literal["not-configured", "loaded", "late", "missing", "not-deployed", "unknown"]

_NO_VALUES: Mapping[str, Value[str]] = MappingProxyType({})


@dataclass(frozen=True)
class EnvFileUse:
    """What becomes of the env file in one deployment.

    ``loaded``: its variables reach the settings and the graph. ``late``: the graph sees them, the settings do
    not. ``missing``: the server looks for a file that is not there and goes on without a word. ``not-deployed``:
    the file is in the repository and not in the image. ``unknown``: cannot be decided; ``reason`` says why.
    ``values`` are what the file would set, whatever the status.
    """

    status: EnvFileStatus
    configured: str | None = None
    path: str | None = None
    reason: str = ""
    location: Location | None = None
    values: Mapping[str, Value[str]] = field(default_factory=lambda: _NO_VALUES)

    def reaches(self, stage: Stage) -> bool:
        """Whether the file's values are there at a stage."""
        return self.status == "loaded" or (self.status == "late" and stage == "runtime")


@dataclass(frozen=True)
class Environment:
    """The variables of one deployment.

    ``process`` holds the layers that exist before the server runs, highest first; ``env_file`` what the server loads
    itself; ``provided`` the names that somebody provides at deploy time (an env template names them, or
    ``provided-env`` does), with the place that says so.
    """

    process: tuple[Mapping[str, Value[str]], ...] = ()
    env_file: EnvFileUse = EnvFileUse("not-configured")
    provided: Mapping[str, Origin] = field(default_factory=dict)

    def get(self, name: str, stage: Stage = "runtime") -> Value[str]:
        """What ``os.environ[name]`` is at a stage, case and all."""
        return self._combine([name], stage)

    def inherited(self, name: str) -> Value[str]:
        """What ``os.environ[name]`` is when the server starts, before it loads its env file."""
        value = self._process(name)
        if isinstance(value, Absent) and name in self.provided:
            provider = self.provided[name]
            return Unknown(f"provided at deploy time ({provider.label})", provider)
        return value

    def setting(self, name: str) -> Value[str]:
        """What the settings model reads for ``name``.

        The model ignores case (pydantic-settings lower-cases the whole environment), so when two spellings exist the
        one that came last into the environment wins: the env file's over the process's.
        """
        wanted = name.lower()
        spellings = [known for known in self.names("settings") if known.lower() == wanted]
        exact_last = sorted(spellings, key=lambda spelling: (spelling not in self._file_only(), spelling != name))
        return self._combine(exact_last or [name], "settings")

    def names(self, stage: Stage = "runtime") -> tuple[str, ...]:
        """Every variable that some layer names at a stage, sorted."""
        found = {name for layer in self.process for name in layer}
        if self.env_file.reaches(stage):
            found |= set(self.env_file.values)
        return tuple(sorted(found))

    def hidden_by_process(self) -> Iterator[tuple[str, Known[str], Value[str]]]:
        """The env file's known values that lose to the process environment: (name, file's, winner's)."""
        for name, value in self.env_file.values.items():
            winner = self._process(name)
            if isinstance(value, Known) and not isinstance(winner, Absent):
                yield name, value, winner

    def _file_only(self) -> set[str]:
        in_process = {name for layer in self.process for name in layer}
        return set(self.env_file.values) - in_process if self.env_file.reaches("settings") else set()

    def _process(self, name: str) -> Value[str]:
        return _stack([layer[name] for layer in self.process if name in layer])

    def _combine(self, spellings: list[str], stage: Stage) -> Value[str]:
        found: list[Value[str]] = []
        for name in spellings:
            found += [layer[name] for layer in self.process if name in layer]
            if self.env_file.reaches(stage) and name in self.env_file.values:
                found.append(self.env_file.values[name])
        winner = _stack(found)
        if not isinstance(winner, Absent):
            return winner
        if self.env_file.status == "unknown":
            return Unknown(self.env_file.reason)
        provider = next((self.provided[name] for name in spellings if name in self.provided), None)
        if provider:
            return Unknown(f"provided at deploy time ({provider.label})", provider)
        return ABSENT


def _stack(values: list[Value[str]]) -> Value[str]:
    """The first value, carrying the ones below it as what it overrode."""
    present = [value for value in values if not isinstance(value, Absent)]
    if not present:
        return ABSENT
    top, *rest = present
    if isinstance(top, Known) and rest:
        return Known(top.value, top.origin, (*top.overrode, *rest))
    return top
