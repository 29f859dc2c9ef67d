"""A deployment: one kind of process that production runs, and everything it sees."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from agentflow_lint.model.proxies.facts import NO_FRONTS
from agentflow_lint.model.settings import EffectiveSettings
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.model.workload import BARE, Workload
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.compose.serving import ComposedServer
    from agentflow_lint.model.config_file import ConfigFile
    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.dependencies.project_environment import OutOfReach
    from agentflow_lint.model.env_files import StartedBy
    from agentflow_lint.model.environment import Environment
    from agentflow_lint.model.graph import ServedGraph, Target
    from agentflow_lint.model.graph.serving import GraphEvaluation
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.loading.lacking import Demand
    from agentflow_lint.model.loading.load_failures import LoadFailure
    from agentflow_lint.model.loading.shadowing import Shadow
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.proxies.facts import Fronts
    from agentflow_lint.model.running.waits import Wait

T = TypeVar("T")

Kind = Literal["project", "dockerfile", "compose", "kubernetes", "procfile"]

#: The name of the deployment that is the bare project, run by the framework's own production command.
BARE_PROJECT = "project"


@record(frozen=True, eq=False)
class Deployment:
    """What one process sees.

    ``name`` is how people select it (``project``, the Dockerfile's path, ``compose:web``, ``Deployment/web``).
    ``anchor`` is the place that a finding about something unwritten points at. ``process`` is the command that runs, or
    None where nothing in the repository says (the framework's own production command, gunicorn on the ASGI
    target, is assumed then). ``workload`` is what runs that process: its replicas, ports, probes and
    volumes. ``is_development`` marks what a name such as Dockerfile.dev declares not to be
    production: it is modelled, and checked only when it is asked for by name. ``composed`` is the compose service that
    it is, with the compose project around it: its other services, and the hosts that lead to them.
    """

    name: str
    kind: Kind
    anchor: Location
    project: Project = field(repr=False)
    environment: Environment = field(repr=False)
    started_by: StartedBy
    process: Process | None = field(default=None, repr=False)
    image: Image | None = field(default=None, repr=False)
    workload: Workload = field(default=BARE, repr=False)
    is_development: bool = False
    composed: ComposedServer | None = field(default=None, repr=False)

    @property
    def release(self) -> Release:
        """The server release that it runs."""
        return self.project.release

    @property
    def config(self) -> ConfigFile:
        """The config file that it reads."""
        return self.project.config

    @cached_property
    def settings(self) -> EffectiveSettings:
        """Its effective settings."""
        return EffectiveSettings(self.release, self.environment)

    @cached_property
    def named_config(self) -> Value[str]:
        """The config path that its command or GRAPH_PATH names; absent where the server looks for its default names."""
        from agentflow_lint.model.config_choice import named_config

        return named_config(self.process, self.environment)

    @cached_property
    def config_rejections(self) -> tuple[Rejection, ...]:
        """Every value of its config that its release refuses with its environment, in start-up order."""
        from agentflow_lint.model.config_values import config_rejections

        return config_rejections(self.release, self.config, self.environment, self.container_mentions)

    def container_mentions(self, word: str) -> bool:
        """Whether the code that the ``injectq`` path leads to may contain ``word``, in any case; True when unseen."""
        from agentflow_lint.model.loading.serving import container_mentions

        return container_mentions(self, word)

    @property
    def in_production(self) -> bool | None:
        """Whether its effective MODE is ``production``; None when that is unknown."""
        return self.settings.in_production

    @property
    def is_container(self) -> bool:
        """Whether it runs in a container, so that the loopback address is its own."""
        if self.composed is not None and self.composed.shares_network:
            return False
        return self.kind in ("dockerfile", "compose", "kubernetes")

    @cached_property
    def host(self) -> Value[str]:
        """The address the server binds: what the command says, or its program's default."""
        if self.process is None:
            return Unknown("no command says which address the server binds")
        if self.process.kind == "cli" and isinstance(self.process.host, Absent):
            return self._command_default("--host", str)
        return self.process.host

    @cached_property
    def port(self) -> Value[int]:
        """The port the server binds: what the command says, or its program's default; absent for a socket's path."""
        if self.process is None:
            return Unknown("no command says which port the server binds")
        if self.process.kind == "cli" and isinstance(self.process.port, Absent):
            return self._command_default("--port", int)
        return self.process.port

    @cached_property
    def reload(self) -> Value[bool]:
        """Whether the server restarts itself when a file changes."""
        if self.process is None:
            return Unknown("no command says whether the server reloads")
        if self.process.kind == "cli" and isinstance(self.process.reload, Absent):
            return self._command_default("--reload", bool)
        return self.process.reload

    @property
    def registers_trace(self) -> bool | None:
        """Whether uvicorn is set up, and its log level TRACE registered, before the server is imported.

        So it is under uvicorn, in its gunicorn workers and under the CLI; gunicorn's ``--preload`` imports the server
        before there is a worker.
        """
        if self.process is None or self.process.kind in ("cli", "uvicorn"):
            return True
        if self.process.kind != "gunicorn":
            return None
        if self.process.option("preload"):
            return False
        return None if self.process.open_reason else True

    @cached_property
    def forwarded_allow_ips(self) -> Value[str]:
        """The peers whose X-Forwarded-For uvicorn takes for the caller's address; absent for its default.

        The CLI gives uvicorn no option for it, and has loaded the env file when uvicorn looks at the variable.
        """
        if self.process is not None and self.process.kind in ("uvicorn", "gunicorn"):
            return self.process.forwarded_allow_ips
        name = "FORWARDED_ALLOW_IPS"
        return self.environment.get(name) if self.started_by == "cli" else self.environment.inherited(name)

    @cached_property
    def fronts(self) -> Fronts:
        """The proxies of the project that pass requests on to it."""
        if not self.project.has_nginx:
            return NO_FRONTS
        from agentflow_lint.model.proxies.fronts import fronts_of

        return fronts_of(self)

    @cached_property
    def evaluation(self) -> GraphEvaluation:
        """Follows import paths as this deployment's server would."""
        from agentflow_lint.model.loading.serving import new_evaluation

        return new_evaluation(self)

    @cached_property
    def assumed_evaluations(self) -> dict[tuple[frozenset[str], bool, bool], GraphEvaluation]:
        """The evaluations in other environments, as far as they have been asked for; see ``loading.serving``."""
        return {}

    @cached_property
    def graph(self) -> ServedGraph:
        """The graph that the config's ``agent`` leads to, evaluated with this deployment's environment."""
        from agentflow_lint.model.loading.serving import served_graph

        return served_graph(self)

    @cached_property
    def intended_graph(self) -> ServedGraph:
        """The graph that would be served if the variables whose absence keeps it from being built were set."""
        from agentflow_lint.model.loading.serving import intended_graph

        return intended_graph(self)

    def lacking_variables(self, import_path: str, *, with_env_file: bool = True) -> tuple[Demand, ...]:
        """The variables for want of which an import path of the config cannot be loaded, and what demands them.

        Without the env file: those that it would have to supply.
        """
        from agentflow_lint.model.loading.lacking import lacking_variables

        return lacking_variables(self, import_path, with_env_file=with_env_file)

    @cached_property
    def installed(self) -> Distributions | None:
        """What is installed where it runs; None where nothing in the repository says what installs it."""
        from agentflow_lint.model.dependencies.distributions import installed_of

        return installed_of(self)

    @cached_property
    def out_of_reach(self) -> OutOfReach | Unknown | None:
        """The virtual environment of its image that holds the server and that its command does not use, if any."""
        from agentflow_lint.model.dependencies.project_environment import environment_out_of_reach

        return environment_out_of_reach(self)

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Where its served graph blocks the event loop, or may wait for ever."""
        from agentflow_lint.model.running.waits import waits

        return waits(self)

    @cached_property
    def load_failures(self) -> tuple[LoadFailure, ...]:
        """What keeps its server from loading what the config names: the graph and the plugins."""
        from agentflow_lint.model.loading.load_failures import load_failures

        return load_failures(self)

    @cached_property
    def shadows(self) -> tuple[Shadow, ...]:
        """The names of which its server gets another module than is meant: the project's, or an installed one."""
        from agentflow_lint.model.loading.shadowing import shadows

        return shadows(self)

    def target(self, import_path: str) -> Target:
        """What another import path of the config leads to (a plugin: auth, injectq, store, ...)."""
        from agentflow_lint.model.loading.serving import plugin_target

        return plugin_target(self, import_path)

    def _command_default(self, option: str, kind: type[T]) -> Value[T]:
        """What the release's CLI takes for an option that its command does not give; absent when it has no such one."""
        name = (self.process.subcommand if self.process else None) or ""
        command = self.release.commands.get(name)
        found = command.option(option) if command else None
        if found is None or not isinstance(found.default, kind):
            return ABSENT
        origin = Origin(f"default of `{name}` in {self.release.distribution} {self.release.version}")
        return Known(found.default, origin)
