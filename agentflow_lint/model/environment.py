"""The environment of one server process: which variables it has, when, and where each comes from.

Two things decide what the server sees. The layers of the process environment (Kubernetes, compose, the image's ENV)
are there from the start, the higher one winning. The env file that the config names is loaded by the server
itself: it never overrides a variable that exists, it may not be in the image at all, and up to 0.5.1 the ASGI
target loads it only after the settings were built.
"""

from __future__ import annotations

from dataclasses import field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agentflow_lint.sources.dotenv import EnvFile

Stage = Literal["settings", "runtime"]
"""``settings``: when the settings model reads the environment; ``runtime``: when the graph's modules run."""

EnvFileStatus = Literal["not-configured", "loaded", "late", "missing", "not-deployed", "unknown"]

_NO_VALUES: Mapping[str, Value[str]] = MappingProxyType({})


@record(frozen=True)
class EnvFileUse:
    """What becomes of the env file in one deployment.

    ``loaded``: its variables reach the settings and the graph. ``late``: the graph sees them, the settings do
    not. ``missing``: the server looks for a file that is not there and goes on without a word. ``not-deployed``:
    the file is in the repository and not in the image. ``unknown``: cannot be decided; ``reason`` says why.

    ``configured`` is the config's ``env``, at ``location``; ``path`` the file in the project, None when there is none
    or it cannot be told; ``looked_for`` where the server looks, a path of the project or, in an image, an absolute one.
    ``values`` are what the file would set, whatever the status, and ``parsed`` is what it says. ``decided_by`` is the
    line that keeps it out of the image; ``git_ignored_by`` the line that keeps a file that is not there out of the
    repository. ``misses_settings``: whatever the file holds, the server loads it after it has built its settings.
    ``kept_out``: a file that is missing would not be in the image either.
    """

    status: EnvFileStatus
    configured: str | None = None
    path: str | None = None
    reason: str = ""
    location: Location | None = None
    values: Mapping[str, Value[str]] = field(default_factory=lambda: _NO_VALUES)
    looked_for: str | None = None
    decided_by: Location | None = None
    git_ignored_by: Location | None = None
    misses_settings: bool = False
    kept_out: bool = False
    parsed: EnvFile | None = field(default=None, repr=False)

    def reaches(self, stage: Stage) -> bool:
        """Whether the file's values are there at a stage."""
        return self.status == "loaded" or (self.status == "late" and stage == "runtime")

    def may_hold_anything(self, stage: Stage) -> bool:
        """Whether the file may set any variable at a stage, because nothing is known about it."""
        return self.status == "unknown" and not (self.misses_settings and stage == "settings")


@record(frozen=True)
class Environment:
    """The variables of one deployment.

    ``process`` holds the layers that exist before the server runs, highest first; ``env_file`` what the server loads
    itself; ``provided`` the names that somebody provides at deploy time (an env template names them, or
    ``provided-env`` does), with the place that says so.
    """

    process: tuple[Mapping[str, Value[str]], ...] = ()
    env_file: EnvFileUse = EnvFileUse("not-configured")
    provided: Mapping[str, Origin] = field(default_factory=dict)

    def of_container(self, provided_env: Collection[str]) -> Environment:
        """The same for a container whose description (compose, Kubernetes) names every variable that it is given.

        What only an env template names then never arrives, unless the image may hold the env file; what
        ``provided_env`` names does.
        """
        use = self.env_file
        if use.status == "unknown" or (use.status == "missing" and not use.kept_out):
            return self
        return replace(self, provided={name: self.provided[name] for name in self.provided if name in provided_env})

    def get(self, name: str, stage: Stage = "runtime") -> Value[str]:
        """What ``os.environ[name]`` is at a stage, case and all."""
        return self._combine([name], stage)

    def inherited(self, name: str) -> Value[str]:
        """What ``os.environ[name]`` is when the server starts, before it loads its env file."""
        return _stack(self._inherited(name))

    def setting(self, name: str, stage: Stage = "settings") -> Value[str]:
        """What a settings model that is built at a stage reads for ``name``.

        The model ignores case (pydantic-settings lower-cases the whole environment), so when two spellings exist the
        one that came last into the environment wins: the env file's over the process's, and of two in the file the one
        that it names first further down.
        """
        spellings = [
            spelling
            for spelling in self._spellings.get(name.lower(), ())
            if not self._is_of_file_alone(spelling) or self.env_file.reaches(stage)
        ]
        of_file = [spelling for spelling in self.env_file.values if spelling in spellings]
        last_first = [spelling for spelling in reversed(of_file) if self._is_of_file_alone(spelling)]
        last_first += sorted(set(spellings).difference(last_first), key=lambda spelling: (spelling != name, spelling))
        return self._combine(last_first or [name], stage)

    def names(self, stage: Stage = "runtime") -> tuple[str, ...]:
        """Every variable that some layer names at a stage, sorted."""
        found = {name for layer in self.process for name in layer}
        if self.env_file.reaches(stage):
            found |= set(self.env_file.values)
        return tuple(sorted(found))

    def hidden_by_process(self) -> Iterator[tuple[str, Known[str], Value[str]]]:
        """The env file's known values that lose to the process environment: (name, file's, winner's)."""
        for name, value in self.env_file.values.items():
            winner = self.inherited(name)
            if isinstance(value, Known) and not isinstance(winner, Absent):
                yield name, value, winner

    @cached_property
    def _spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Every variable that a layer or the env file names, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for name in sorted({name for layer in (*self.process, self.env_file.values) for name in layer}):
            found.setdefault(name.lower(), []).append(name)
        return {name: tuple(spellings) for name, spellings in found.items()}

    def _is_of_file_alone(self, name: str) -> bool:
        return name not in self.provided and not any(name in layer for layer in self.process)

    def _inherited(self, name: str) -> list[Value[str]]:
        """The values that are there before the env file, which loses to each of them, highest first."""
        found = [layer[name] for layer in self.process if name in layer]
        if name in self.provided and all(isinstance(value, Absent) for value in found):
            provider = self.provided[name]
            return [Unknown(f"provided at deploy time ({provider.label})", provider)]
        return found

    def _combine(self, spellings: list[str], stage: Stage) -> Value[str]:
        found: list[Value[str]] = []
        for name in spellings:
            found += self._inherited(name)
            if self.env_file.reaches(stage) and name in self.env_file.values:
                found.append(self.env_file.values[name])
        winner = _stack(found)
        if isinstance(winner, Absent) and self.env_file.may_hold_anything(stage):
            return Unknown(self.env_file.reason)
        return winner


def _stack(values: list[Value[str]]) -> Value[str]:
    """The first value, carrying the ones below it as what it overrode."""
    present = [value for value in values if not isinstance(value, Absent)]
    if not present:
        return ABSENT
    top, *rest = present
    if isinstance(top, Known) and rest:
        return Known(top.value, top.origin, (*top.overrode, *rest))
    return top
