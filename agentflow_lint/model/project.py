"""A project: one config file, the files around it, the release it runs, and its deployments."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.model.compose.names import has_compose_files
from agentflow_lint.model.config_file import CONFIG_NAMES, ConfigFile, read_config
from agentflow_lint.model.dependencies.pins import Dependencies, ReleaseChoice, choose_release, read_dependencies
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.model.env_files import EnvTemplate, find_template
from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.model.manifest_paths import manifest_paths
from agentflow_lint.model.proxies.paths import nginx_paths
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.dotenv import read_env

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.release import CoreRelease, Release
    from agentflow_lint.model.compose.deployments import Misread
    from agentflow_lint.model.compose.projects import ComposeProject
    from agentflow_lint.model.compose.serving import ComposedServer
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.image.broken import BrokenDockerfile
    from agentflow_lint.model.kubernetes.manifests import Manifests, UndecidedManifest
    from agentflow_lint.model.proxies.files import NginxFiles
    from agentflow_lint.model.proxies.routing import Routing
    from agentflow_lint.model.schema_creation.steps import Repository


@record(frozen=True)
class ModelOptions:
    """What the linter's configuration adds to the model.

    ``target_release`` overrides the project's pins; ``provided_env`` names variables that the platform provides.
    """

    target_release: str | None = None
    provided_env: tuple[str, ...] = ()


@record(frozen=True, eq=False)
class Project:
    """The root of the model; everything below it is computed on demand and never changes."""

    files: ProjectFiles
    options: ModelOptions = field(default_factory=ModelOptions)

    @property
    def root(self) -> str:
        """The absolute path of the project's folder."""
        return self.files.root

    @cached_property
    def config_paths(self) -> tuple[str, ...]:
        """The default config names that exist here, the newer name first."""
        names = self.files.names()
        return tuple(name for name in CONFIG_NAMES if name in names)

    @cached_property
    def config(self) -> ConfigFile:
        """The config that this release reads: the first of its own default names that exists, else the one there is."""
        read_by_release = [name for name in self.release.config_names if name in self.config_paths]
        return read_config(self.files, (read_by_release or list(self.config_paths) or [CONFIG_NAMES[0]])[0])

    @cached_property
    def dependencies(self) -> Dependencies:
        """What the project's pin files say is installed."""
        return read_dependencies(self.files)

    @cached_property
    def requested_distributions(self) -> frozenset[str]:
        """What its main requirements name or bring by an extra; other distributions may be installed all the same."""
        from agentflow_lint.model.dependencies.requested import requested_distributions

        return requested_distributions(self.dependencies, (self.release, self.core))

    @cached_property
    def installed_names(self) -> frozenset[str]:
        """The top-level import names that its requirements certainly bring."""
        from agentflow_lint.model.dependencies.import_names import installed_names

        return installed_names(self)

    @cached_property
    def release_choice(self) -> ReleaseChoice:
        """The release the model uses, and why."""
        from agentflow_lint.model.image.pins import with_pins_of_images

        if self.options.target_release is not None:
            return choose_release(self.dependencies, self.options.target_release)
        return choose_release(with_pins_of_images(self.files, self.dependencies), None)

    @property
    def release(self) -> Release:
        """The server release."""
        return self.release_choice.release

    @property
    def core(self) -> CoreRelease:
        """The core release that runs with it."""
        return self.release_choice.core

    @cached_property
    def env_template(self) -> EnvTemplate | None:
        """The file that names the variables to provide (.env.example and kin)."""
        return find_template(self.files)

    @cached_property
    def implicit_env_names(self) -> frozenset[str]:
        """What the project's ``.env`` names, which a module may load by itself with ``load_dotenv()``."""
        text = self.files.read(".env")
        if isinstance(text, (Unreadable, Missing)):
            return frozenset()
        return frozenset(binding.name for binding in read_env(text).bindings)

    @cached_property
    def python_sources(self) -> Sources:
        """The parsed modules, shared by all deployments."""
        from agentflow_lint.model.graph.sources import Sources

        return Sources(self.files)

    @cached_property
    def repository(self) -> Repository:
        """Its files that may run something, or be run, besides the server."""
        from agentflow_lint.model.schema_creation.steps import Repository

        return Repository(self.files)

    @cached_property
    def has_compose(self) -> bool:
        """Whether any file bears the name of a compose file; what reads them is not imported without one."""
        return has_compose_files(self.files)

    @cached_property
    def has_manifests(self) -> bool:
        """Whether any file may be a Kubernetes manifest or a chart, by its name; the same holds."""
        return next(manifest_paths(self.files), None) is not None

    @cached_property
    def has_nginx(self) -> bool:
        """Whether any file may be a configuration of nginx, by its name; the same holds."""
        return next(nginx_paths(self.files), None) is not None

    @cached_property
    def nginx(self) -> NginxFiles:
        """The nginx configurations that lie beside it."""
        from agentflow_lint.model.proxies.files import find_nginx

        return find_nginx(self.files)

    @cached_property
    def routing(self) -> Routing:
        """The way of requests through these configurations."""
        from agentflow_lint.model.proxies.routing import Routing

        return Routing(self.nginx)

    @cached_property
    def manifests(self) -> Manifests:
        """The project's Kubernetes manifests."""
        from agentflow_lint.model.kubernetes.manifests import find_manifests

        return find_manifests(self.files)

    @cached_property
    def undecided_manifests(self) -> tuple[UndecidedManifest, ...]:
        """The Kubernetes manifests that may start the server and of which that cannot be decided."""
        if not self.has_manifests:
            return ()
        from agentflow_lint.model.kubernetes.deployments import undecided_manifests

        return undecided_manifests(self, [each for each in self.all_deployments if each.kind == "dockerfile"])

    @cached_property
    def compose_projects(self) -> tuple[ComposeProject, ...]:
        """What each set of compose files comes to."""
        if not self.has_compose:
            return ()
        from agentflow_lint.model.compose.projects import find_compose_projects

        return find_compose_projects(self)

    @property
    def unreadable_manifests(self) -> tuple[tuple[Location, str], ...]:
        """Where production's Kubernetes manifests are no YAML, and why: a clause."""
        return tuple(
            (Location(file.path, problem.span), problem.message)
            for file in (self.manifests.files if self.has_manifests else ())
            if not file.is_development
            for problem in file.manifest.problems
            if problem.unreadable
        )

    @property
    def broken_dockerfiles(self) -> Iterator[BrokenDockerfile]:
        """Where a build of production's Dockerfiles stops."""
        from agentflow_lint.model.image.broken import broken_dockerfiles

        return broken_dockerfiles(self)

    @cached_property
    def composed_servers(self) -> tuple[ComposedServer, ...]:
        """The compose services that run the server."""
        if not self.compose_projects:
            return ()
        from agentflow_lint.model.compose.serving import find_servers

        return tuple(find_servers(self, self.compose_projects))

    @cached_property
    def misread(self) -> tuple[Misread, ...]:
        """The descriptions of production's deployments that say nothing to this run, and why."""
        if not self.compose_projects:
            return ()
        from agentflow_lint.model.compose.deployments import misread_compose

        return tuple(dict.fromkeys(misread_compose(self)))

    @cached_property
    def all_deployments(self) -> tuple[Deployment, ...]:
        """Every deployment that can be selected, the bare project included."""
        from agentflow_lint.model.deployments import find_deployments

        return find_deployments(self)

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """The deployments that are checked unless others are asked for: production's, else the bare project.

        An image that does not say what it runs is no deployment by itself: whoever starts it is, even if that does not
        say it either. Nor is one that a compose service or a Kubernetes workload starts.
        """
        from agentflow_lint.model.deployment import BARE_PROJECT

        described = [
            each
            for each in self.all_deployments
            if not each.is_development and (each.process is not None or each.kind in ("compose", "kubernetes"))
        ]
        started = {each.image.dockerfile_path for each in described if each.image and each.kind != "dockerfile"}
        described = [each for each in described if each.kind != "dockerfile" or each.name not in started]
        return tuple(described) or tuple(each for each in self.all_deployments if each.name == BARE_PROJECT)


def load_project(root: str, options: ModelOptions | None = None, disk: Disk = DISK) -> Project:
    """The project in folder ``root`` of ``disk``; reads nothing yet."""
    return Project(ProjectFiles(root, disk=disk), options or ModelOptions())
