"""The projects and findings of one state of the workspace.

What is computed equals what a run of the command line would say if all open buffers were saved: on each folder, and on
each open file outside of them. Only where that would end with an error of the configuration the editor goes on with
the projects that have none.
"""

from __future__ import annotations

import os
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.check import find_projects, run_rules
from agentflow_lint.config import find_configuration, read_configuration
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.discovery import discover
from agentflow_lint.engine.names import NoSuchPathError, UnknownNameError
from agentflow_lint.holding_back import settle
from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.model.disk import NotRegular, TooLarge
from agentflow_lint.model.files import MAX_FILE_BYTES
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from agentflow_lint.check import ConfiguredProject, Request
    from agentflow_lint.config_source import Problem
    from agentflow_lint.editor.buffers import Buffer
    from agentflow_lint.editor.diagnostics import Diagnostics
    from agentflow_lint.editor.disk import Snapshot
    from agentflow_lint.editor.scope import Scope
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Run
    from agentflow_lint.engine.suppressions.errors import BadComment


@record(frozen=True)
class Failure:
    """Why some project is not checked: problems of a configuration file, or of the client's settings (no path)."""

    path: str | None
    problems: tuple[Problem, ...]
    message: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """An error that ends a run of the command line."""
        if isinstance(error, ConfigurationError):
            return cls(os.path.abspath(error.path), error.problems, str(error))
        return cls(None, (), str(error))


@record(frozen=True)
class Checked:
    """A project, how it is looked at, and what the rules say of it."""

    configured: ConfiguredProject
    run: Run

    @property
    def root(self) -> str:
        """The project's folder, without symbolic links."""
        return self.configured.project.root


@record(frozen=True)
class Found:
    """The projects of each folder and lone file, each project where it is found first, and why there are not more."""

    groups: tuple[tuple[ConfiguredProject, ...], ...]
    failures: tuple[Failure, ...]

    @property
    def projects(self) -> tuple[ConfiguredProject, ...]:
        """All of them."""
        return tuple(each for group in self.groups for each in group)


@record(frozen=True)
class Analysis:
    """What one state of the workspace comes to. ``number`` is the state's.

    ``checked`` is what the rules say, ``shown`` what suppressions and baselines leave of it; ``failures`` and
    ``bad_comments`` are what is wrong with the linter's own configuration; ``diagnostics`` is what the client is told.
    ``state`` is the one it is an analysis of.
    """

    number: int
    checked: tuple[Checked, ...] = ()
    shown: tuple[Checked, ...] = ()
    failures: tuple[Failure, ...] = ()
    bad_comments: tuple[BadComment, ...] = ()
    diagnostics: Diagnostics = field(default_factory=dict)
    state: State | None = None


@record(frozen=True)
class Changes:
    """What has changed since an analysis: ``contents`` are files that were there before, ``others`` came, went or may
    have done so. All paths are without symbolic links. ``everything`` means that anything may have changed.
    """

    contents: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    everything: bool = False

    def __or__(self, more: Changes) -> Changes:
        return Changes(self.contents | more.contents, self.others | more.others, self.everything or more.everything)

    def concern(self, checked: Checked) -> bool:
        """Whether they may change the verdicts on a project."""
        if self.everything:
            return True
        inside = checked.root.rstrip(os.sep) + os.sep
        if any(path.startswith(inside) or inside.startswith(path + os.sep) for path in self.others):
            return True
        files = checked.configured.project.files
        return any(path.startswith(inside) and files.has_asked_for(path) for path in self.contents)


ALL_CHANGED = Changes(everything=True)


class Roots:
    """Where the projects of a folder are, searched once until something may have come or gone."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def forget(self) -> None:
        """Search anew from now on."""
        self._found.clear()

    def of(self, path: str, exclude: tuple[str, ...], disk: Snapshot) -> tuple[str, ...]:
        """The project folders for a path, sorted."""
        key = path, exclude
        if key not in self._found:
            self._found[key] = discover([path], exclude, disk).roots
        return self._found[key]


class State:
    """One state of the workspace, and what is computed of it; belongs to one thread."""

    def __init__(
        self,
        number: int,
        disk: Snapshot,
        buffers: tuple[Buffer, ...],
        scope: Scope,
        catalogue: Callable[[], Catalogue],
        roots: Roots,
        before: Analysis,
        changes: Changes,
        is_void: Event,
    ) -> None:
        self.number = number
        self.disk = disk
        self.buffers = buffers
        self.scope = scope
        self._catalogue = catalogue
        self._roots = roots
        self._before = {each.root: each for each in before.checked}
        self._changes = changes
        #: Set as soon as there is a newer state.
        self.is_void = is_void

    @cached_property
    def _open(self) -> dict[str, Buffer]:
        return {path: each for each in self.buffers for path in (os.path.realpath(each.path), each.path)}

    @cached_property
    def found(self) -> Found:
        """The projects that the rules are asked about; those that have not changed with what they have computed."""
        return self._find(self._as_before)

    @cached_property
    def asked(self) -> Found:
        """The same projects for the questions of features, which must not change what a run has looked at."""
        return self._find(lambda each: each)

    def lint(self, pause: Callable[[], None]) -> Analysis:
        """Ask the rules about every project that has changed. ``pause`` is called before each, and may raise."""
        checked: dict[str, Checked] = {}
        for each in self.found.projects:
            before = self._before.get(each.project.root)
            if before is not None and before.configured is each:
                checked[before.root] = before
            else:
                checked[each.project.root] = Checked(each, run_rules(each, self._catalogue(), pause))
        pause()
        self._before = {}  # or each state would keep all those before it
        failures = dict.fromkeys(self.found.failures)
        shown: list[Checked] = []
        comments: dict[BadComment, None] = {}
        for group in self.found.groups:
            shown += self._held_back(
                [checked[each.project.root] for each in group], failures, lambda each: comments.setdefault(each)
            )
        return Analysis(
            self.number,
            tuple(checked.values()),
            tuple(sorted(shown, key=lambda each: each.root)),
            tuple(failures),
            tuple(comments),
            state=self,
        )

    @property
    def catalogue(self) -> Catalogue:
        """The installed rules."""
        return self._catalogue()

    def buffer_at(self, path: str) -> Buffer | None:
        """The open text of a file, given by its real path or the one under which it is open."""
        return self._open.get(path)

    def text_at(self, path: str) -> SourceText:
        """The text of a file, given by its real path, whatever project it belongs to; empty when it cannot be read."""
        try:
            return self.disk.read(path, MAX_FILE_BYTES).text
        except (OSError, ValueError, NotRegular, TooLarge):
            return SourceText("")

    def project_of(self, path: str) -> ConfiguredProject | None:
        """The project that a file, given without symbolic links, belongs to: the innermost one around it."""
        around = [each for each in self.asked.projects if path.startswith(each.project.root.rstrip(os.sep) + os.sep)]
        return max(around, key=lambda each: len(each.project.root), default=None)

    def config_in(self, root: str) -> str:
        """The path that leads to the project in a folder, and to no other one."""
        paths = [os.path.join(root, name) for name in CONFIG_NAMES]
        return next((path for path in paths if self.disk.lexists(path)), paths[0])

    def _find(self, chosen: Callable[[ConfiguredProject], ConfiguredProject]) -> Found:
        groups: list[tuple[ConfiguredProject, ...]] = []
        seen: set[str] = set()
        failures: dict[Failure, None] = {}
        outside = self.scope.outside(os.path.realpath(buffer.path) for buffer in self.buffers)
        for path in (*(folder.real for folder in self.scope.folders), *outside):
            here = [each for each in self._found_at(path, failures) if each.project.root not in seen]
            seen.update(each.project.root for each in here)
            groups.append(tuple(chosen(each) for each in here))
        return Found(tuple(groups), tuple(failures))

    def _held_back(
        self, group: list[Checked], failures: dict[Failure, None], note: Callable[[BadComment], object]
    ) -> list[Checked]:
        """The projects of one request with what suppressions and baselines leave of their findings."""
        request = self.scope.request
        projects = [each.configured for each in group]
        runs = tuple(each.run for each in group)
        try:
            left, _ = settle(runs, projects, request, self._catalogue(), self.disk, note)
        except ConfigurationError as error:  # a baseline
            failures[Failure.of(error)] = None
            left, _ = settle(runs, _without_baselines(projects), request, self._catalogue(), self.disk, note)
        return [Checked(each.configured, run) for each, run in zip(group, left, strict=True)]

    def _found_at(self, path: str, failures: dict[Failure, None]) -> tuple[ConfiguredProject, ...]:
        if not self.disk.lexists(path):
            return ()
        request = self.scope.request
        try:
            exclude = self._excluded(path, request)
        except ConfigurationError as error:
            failures[Failure.of(error)] = None
            exclude = ()
        configs = tuple(self.config_in(root) for root in self._roots.of(path, exclude, self.disk))
        if not configs:
            return ()
        try:
            return find_projects(replace(request, paths=configs), self._catalogue(), self.disk).projects
        except (ConfigurationError, UnknownNameError, NoSuchPathError):
            pass  # of which project?
        return tuple(each for config in configs for each in self._found_by(config, request, failures))

    def _found_by(self, config: str, request: Request, failures: dict[Failure, None]) -> tuple[ConfiguredProject, ...]:
        try:
            return find_projects(replace(request, paths=(config,)), self._catalogue(), self.disk).projects
        except (ConfigurationError, UnknownNameError) as error:
            failures[Failure.of(error)] = None
        except NoSuchPathError:
            self._roots.forget()  # it has gone since the search, and nobody said so
        return ()

    def _excluded(self, path: str, request: Request) -> tuple[str, ...]:
        folder = path if self.disk.is_dir(path) else os.path.dirname(path)
        config = request.config or find_configuration(folder, self.disk)
        return read_configuration(config, self._catalogue(), self.disk).exclude if config is not None else ()

    def _as_before(self, each: ConfiguredProject) -> ConfiguredProject:
        """The project of the last analysis with all that it has computed, where nothing has changed for it."""
        before = self._before.get(each.project.root)
        if before is None or self._changes.concern(before):
            return each
        same = (
            before.configured.configuration == each.configuration and before.configured.deployments == each.deployments
        )
        return before.configured if same else each


def _without_baselines(projects: list[ConfiguredProject]) -> list[ConfiguredProject]:
    return [replace(each, configuration=replace(each.configuration, baseline=None)) for each in projects]
