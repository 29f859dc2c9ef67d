"""From paths to verdicts in one call: which projects, their configuration, their model, the rules.

The command line, the page tests and the editor are shells around :func:`check`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.config import Configuration, find_configuration, read_configuration, threshold
from agentflow_lint.config_problems import check_release
from agentflow_lint.config_source import OWN_FILE, ConfigurationError, Problem
from agentflow_lint.discovery import discover
from agentflow_lint.engine.names import NoSuchPathError, UnknownNameError
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.run import Report
from agentflow_lint.engine.runner import lint
from agentflow_lint.engine.selection import select_rules
from agentflow_lint.engine.suppressions.applying import Rules
from agentflow_lint.holding_back import settle
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.engine.run import Run
    from agentflow_lint.engine.suppressions.config_entries import ConfigTarget
    from agentflow_lint.model.project import Project

#: The rule that turns what could not be decided into findings; ``--show-undecided`` selects it.
_UNDECIDED = "undecided"


@record(frozen=True)
class Request:
    """What a caller asks for. Every field that is None or empty leaves the matter to the configuration.

    ``select`` starts a selection afresh: the configuration's ``ignore`` does not apply to it. ``config`` is the
    configuration file to use for every project instead of its own. With ``no_suppressions`` every finding is reported,
    whatever comments and configuration say about it.

    ``baseline`` is the baseline to apply, "" for none whatever the configuration says. With ``accept_into`` the
    baseline of that path is applied as if every finding were in it, and the report says what to write there.
    """

    paths: tuple[str, ...] = (".",)
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    target_release: str | None = None
    deployments: tuple[str, ...] = ()
    fail_on: str | None = None
    show_undecided: bool | None = None
    config: str | None = None
    baseline: str | None = None
    accept_into: str | None = None
    allow_empty: bool = False
    no_suppressions: bool = False


@record(frozen=True)
class ConfiguredProject:
    """A project, the configuration it is looked at with, and which of its deployments are.

    ``deployments`` None leaves the choice to the project; empty means that none of those asked for is here.
    """

    project: Project
    configuration: Configuration
    deployments: tuple[str, ...] | None = None

    def suppression_rules(self, catalogue: Catalogue) -> Rules:
        """How its suppressions are read."""
        return Rules(catalogue, self.configuration.ignores, self.configuration.require_reason)

    @property
    def config_target(self) -> ConfigTarget:
        """The configuration that new entries go to: its own, else a new file in its folder."""
        from agentflow_lint.engine.suppressions.config_entries import ConfigTarget

        layers = self.configuration.layers
        if not layers:
            return ConfigTarget(os.path.join(self.project.root, OWN_FILE))
        source = layers[-1].source
        return ConfigTarget(os.path.realpath(source.file), source.content, source.prefix)


@record(frozen=True)
class Found:
    """The projects of a request, sorted by folder, and the paths that lead to none."""

    projects: tuple[ConfiguredProject, ...]
    without_project: tuple[str, ...]


def check(request: Request, catalogue: Catalogue | None = None, disk: Disk = DISK) -> Report:
    """Lint every project that the request's paths lead to, with ``catalogue`` (default: the installed rules).

    All that is asked about files is asked ``disk``.

    Raises :class:`NoSuchPathError` for a path that does not exist, :class:`UnknownNameError` for a name in the
    request that nothing bears, :class:`~agentflow_lint.config_source.ConfigurationError` for a bad configuration or
    baseline, :class:`~agentflow_lint.engine.suppressions.errors.SuppressionError` for a bad suppression comment and
    :class:`~agentflow_lint.engine.registry.CatalogueError` for a bad rule pack.
    """
    catalogue = catalogue or load_catalogue()
    return check_found(find_projects(request, catalogue, disk), request, catalogue, disk)


def check_found(found: Found, request: Request, catalogue: Catalogue, disk: Disk = DISK) -> Report:
    """As :func:`check`, for projects that have been found; the runs are in their order."""
    runs = tuple(run_rules(each, catalogue) for each in found.projects)
    runs, baselines = settle(runs, found.projects, request, catalogue, disk)
    return Report(runs, catalogue, found.without_project, request.allow_empty, baselines)


def find_projects(request: Request, catalogue: Catalogue, disk: Disk = DISK) -> Found:
    """The projects of a request, each with its configuration, over which the request has precedence.

    Raises as :func:`check`.
    """
    select_rules(catalogue, request.select or (), request.ignore or ())
    if request.target_release is not None:
        check_release(request.target_release)
    read: dict[str, Configuration] = {}

    def configuration_of(folder: str) -> Configuration:
        path = request.config or find_configuration(folder, disk)
        if path is None:
            return Configuration()
        if path not in read:
            read[path] = read_configuration(path, catalogue, disk)
        return read[path]

    roots: set[str] = set()
    without_project: list[str] = []
    for path in request.paths:
        folder = path if disk.is_dir(path) else os.path.dirname(path) or "."
        if not disk.lexists(path):
            raise NoSuchPathError(path)
        discovery = discover([path], configuration_of(folder).exclude, disk)
        roots.update(discovery.roots)
        without_project += discovery.empty
    projects = [_configured(root, configuration_of(root), request, disk) for root in sorted(roots)]
    _check_ignores(projects)
    return Found(_with_deployments(projects, request), tuple(dict.fromkeys(without_project)))


def _configured(root: str, configuration: Configuration, request: Request, disk: Disk) -> ConfiguredProject:
    if request.select is not None:
        configuration = replace(configuration, select=request.select, ignore=())
    if request.ignore is not None:
        configuration = replace(configuration, ignore=request.ignore)
    if request.fail_on is not None:
        configuration = replace(configuration, fail_on=threshold(request.fail_on))
    if request.target_release is not None:
        configuration = replace(configuration, target_release=request.target_release)
    if request.show_undecided is not None:
        configuration = replace(configuration, show_undecided=request.show_undecided)
    if request.accept_into is not None or request.baseline is not None:
        configuration = replace(configuration, baseline=request.accept_into or request.baseline or None)
    options = ModelOptions(configuration.target_release, configuration.provided_env)
    return ConfiguredProject(load_project(root, options, disk), configuration)


def _with_deployments(projects: Sequence[ConfiguredProject], request: Request) -> tuple[ConfiguredProject, ...]:
    """The projects with those of the deployments asked for that they have; raises for a name that none has."""
    if not request.deployments and not any(each.configuration.deployments for each in projects):
        return tuple(projects)
    known = {each.project.root: _deployment_names(each.project) for each in projects}
    anywhere = sorted({name for names in known.values() for name in names})
    chosen = []
    for each in projects:
        asked = request.deployments or each.configuration.deployments
        for name in asked:
            if name not in anywhere:
                raise _unknown_deployment(name, anywhere, None if request.deployments else each.configuration)
        here = tuple(name for name in asked if name in known[each.project.root])
        chosen.append(replace(each, deployments=here if asked else None))
    return tuple(chosen)


def _check_ignores(projects: Sequence[ConfiguredProject]) -> None:
    """Raise for a deployment that an entry of ``ignore`` names and no project has."""
    named = [(each, entry) for each in projects for entry in each.configuration.ignores if entry.deployment is not None]
    if not named:
        return
    anywhere = sorted({name for each in projects for name in _deployment_names(each.project)})
    for each, entry in named:
        # Another project, which this run is not about, may have it.
        if entry.deployment in anywhere or not entry.is_within(each.project.root):
            continue
        error = UnknownNameError("deployment", entry.deployment or "", anywhere)
        sources = [layer.source for layer in each.configuration.layers if layer.source.file == entry.file]
        for source in sources:
            line = source.span("ignore", entry.index, "deployment").line
            raise ConfigurationError(source.path, [Problem(line, f"ignore: {error}")])


def _deployment_names(project: Project) -> tuple[str, ...]:
    """The names of a project's deployments; none when finding them crashes, which the run itself then reports."""
    try:
        return tuple(deployment.name for deployment in project.all_deployments)
    except Exception:
        return ()


def _unknown_deployment(name: str, known: Sequence[str], configuration: Configuration | None) -> Exception:
    error = UnknownNameError("deployment", name, known)
    source = configuration.source_of("deployments") if configuration else None
    return source.error(f"deployments: {error}", "deployments", name) if source else error


def chosen_rules(configuration: Configuration, catalogue: Catalogue) -> tuple[Rule, ...]:
    """The rules that run under a configuration, with their options."""
    rules = select_rules(catalogue, configuration.select or (), configuration.ignore)
    extra = catalogue.find(_UNDECIDED) if configuration.show_undecided else None
    if extra and extra not in rules:
        rules = (*rules, extra)
    return tuple(rule.with_options(configuration.rule_options.get(rule.code, {})) for rule in rules)


def run_rules(each: ConfiguredProject, catalogue: Catalogue, pause: Callable[[], None] | None = None) -> Run:
    """Lint one project; ``pause`` is called before each rule and may raise to end the run."""
    configuration = each.configuration
    run = lint(
        each.project,
        chosen_rules(configuration, catalogue),
        deployments=each.deployments,
        severities=configuration.severity,
        fail_on=configuration.fail_on,
        pause=pause,
    )
    return replace(run, texts=each.project.files.texts)
