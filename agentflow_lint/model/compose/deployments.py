"""From the services that serve to deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.compose.environment import at
from agentflow_lint.model.compose.serving import MOST_SERVERS, ComposedServer, unbuilt
from agentflow_lint.model.compose.workloads import workload_of
from agentflow_lint.model.deployment import Deployment
from agentflow_lint.model.files import Unreadable
from agentflow_lint.model.image.folders import working_directory
from agentflow_lint.model.values import Absent, Location
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.env_files import StartedBy
    from agentflow_lint.model.procfile import MakeEnvironment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.compose import ComposeProblem


@record(frozen=True)
class Misread:
    """A file that describes deployments and says nothing to this run, in whole or at ``place`` (``services.web``).

    ``reason`` is a sentence without its end.
    """

    location: Location
    place: str
    reason: str


def compose_deployments(project: Project, environment: MakeEnvironment) -> Iterator[Deployment]:
    """The compose services that run the project's server, named ``compose:web`` or ``compose.prod:web``.

    ``environment`` makes a deployment's environment of the variables that are there before the server starts.
    """
    for server in project.composed_servers:
        yield _deployment(project, server, environment)


def _deployment(project: Project, server: ComposedServer, make_environment: MakeEnvironment) -> Deployment:
    image, service = server.image, server.service
    process = server.process({})
    started_by: StartedBy = "cli" if process and process.kind == "cli" else "asgi"
    layers = (*server.variables.layers, image.env)
    if process is not None:
        layers = (process.env_assignments, *layers)
    environment = make_environment(project, layers, started_by, image, working_directory(image, process))
    if server.builds_image:
        environment = environment.of_container(project.options.provided_env)
    provided = {name: environment.inherited(name) for name in environment.provided}
    if provided:
        process = server.process(provided)
    seen: dict[str, Value[str]] = {}
    for layer in reversed(layers):
        seen.update({name: value for name, value in layer.items() if not isinstance(value, Absent)})
    command = service.command if service.command and service.command.words else service.entrypoint
    place = command.place if command and command.words else service.place
    return Deployment(
        name=f"{server.compose.label}:{service.name}",
        kind="compose",
        anchor=at(place),
        project=project,
        environment=environment,
        started_by=started_by,
        process=process,
        image=image,
        workload=workload_of(server, seen),
        is_development=_is_development(server),
        composed=server,
    )


def _is_development(server: ComposedServer) -> bool:
    """Whether a name declares it not to be production's: of its files, its Dockerfile, its stage or its profiles."""
    from agentflow_lint.model.deployments import is_for_development

    build, profiles = server.service.build, server.service.profiles
    target = build.target.text if build and build.target else None
    return (
        server.compose.is_development
        or (build is not None and is_for_development(server.image.dockerfile_path))
        or (target is not None and is_for_development(f".{target}"))
        or (bool(profiles) and all(is_for_development(f".{profile}") for profile in profiles))
    )


def misread_compose(project: Project) -> Iterator[Misread]:
    """Why production's compose files, or services in them, say nothing: compose itself stops at each of these."""
    for compose in project.compose_projects:
        if compose.is_development:
            continue
        if compose.problem is not None and not _is_reported(project, compose.problem):
            yield _misread(compose.problem, "compose")
        for name, problem in compose.model.broken.items():
            yield _misread(problem, f"services.{name}")
        for name, unbuilt_image in unbuilt(project, compose):
            yield Misread(unbuilt_image.location, f"services.{name}.build", unbuilt_image.reason)
        servers = [each for each in project.composed_servers if each.compose is compose]
        if len(servers) == MOST_SERVERS:
            yield Misread(at(servers[-1].service.place), "services", f"only {MOST_SERVERS} servers of it are looked at")
        for server in servers:
            if server.variables.problem is not None:
                yield _misread(server.variables.problem, f"services.{server.service.name}.env_file")


def _misread(problem: ComposeProblem, place: str) -> Misread:
    return Misread(at(problem.place), place, problem.message)


def _is_reported(project: Project, problem: ComposeProblem) -> bool:
    """Whether the file itself could not be read, which is told by itself."""
    return isinstance(project.files.read(problem.place.path), Unreadable)
