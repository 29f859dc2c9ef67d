"""Finds a project's deployments: the bare project, each Dockerfile's image, Procfile processes, Kubernetes workloads.

Each kind of source is one function from a project to deployments; compose services join here the same way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.deployment import BARE_PROJECT, Deployment
from agentflow_lint.model.env_files import StartedBy, use_of_env_file
from agentflow_lint.model.environment import Environment
from agentflow_lint.model.image.built import Image, NotInImage, build_image
from agentflow_lint.model.image.folders import working_directory
from agentflow_lint.model.image.workload import image_workload
from agentflow_lint.model.procfile import procfile_deployments
from agentflow_lint.model.values import ABSENT, Location, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.project import Project

#: Folders besides the root where projects keep their Dockerfiles; the build context is the project root for all.
_DOCKERFILE_FOLDERS = ("", "docker", ".docker", "deploy", "deployment", "build")

_DOCKERFILE_NAME = re.compile(
    r"^(?:(?:docker|container)file(?:\.(?P<suffix>[\w.-]+))?|(?P<stem>[\w.-]+)\.dockerfile)$", re.IGNORECASE
)
_DEVELOPMENT_WORD = re.compile(
    r"(?:^|[._-])(?:dev|devel|development|local|test|tests|testing|ci|debug)(?:$|[._-])", re.IGNORECASE
)


def find_deployments(project: Project) -> tuple[Deployment, ...]:
    """All deployments, the bare project first, then by name."""
    dockerfiles = tuple(_from_dockerfiles(project))
    found = [*dockerfiles, *procfile_deployments(project, _environment)]
    if project.compose_projects:
        from agentflow_lint.model.compose.deployments import compose_deployments

        found += compose_deployments(project, _environment)
    if project.has_manifests:
        from agentflow_lint.model.kubernetes.deployments import kubernetes_deployments

        found += kubernetes_deployments(project, dockerfiles, _environment)
    return (_bare_project(project), *sorted(found, key=lambda deployment: deployment.name))


def _bare_project(project: Project) -> Deployment:
    return Deployment(
        name=BARE_PROJECT,
        kind="project",
        anchor=project.config.at_file(),
        project=project,
        environment=_environment(project, (), "asgi", None, ABSENT, has_platform=False),
        started_by="asgi",
    )


def dockerfile_paths(files: ProjectFiles) -> Iterator[str]:
    """The Dockerfiles of a project."""
    for folder in _DOCKERFILE_FOLDERS:
        for name in files.names(folder):
            path = f"{folder}/{name}" if folder else name
            if _DOCKERFILE_NAME.match(name) and not name.lower().endswith(".dockerignore") and files.is_file(path):
                yield path


def is_for_development(path: str) -> bool:
    """Whether a file's name (Dockerfile.dev) declares it not to be production's."""
    return _DEVELOPMENT_WORD.search(path.rpartition("/")[2]) is not None


def _from_dockerfiles(project: Project) -> Iterator[Deployment]:
    for path in dockerfile_paths(project.files):
        image = build_image(project.files, path)
        if isinstance(image, Image) and _may_serve(project, image):
            yield _of_image(project, path, image, is_for_development(path))


def _may_serve(project: Project, image: Image) -> bool:
    """Whether an image is one of this project's server: not one that runs, or holds, something else.

    An image without a command of its own is one if the config may be in it: who starts it says what runs.
    """
    if image.process is None:
        return not isinstance(image.place_of(project.config.path), NotInImage)
    return image.process.kind != "other"


def _of_image(project: Project, path: str, image: Image, is_development: bool) -> Deployment:
    process = image.process
    started_by: StartedBy = "cli" if process and process.kind == "cli" else "asgi"
    layers = (process.env_assignments, image.env) if process else (image.env,)
    environment = _environment(project, layers, started_by, image, working_directory(image, process))
    return Deployment(
        name=path,
        kind="dockerfile",
        anchor=Location(path, image.command_span or image.stage.instruction.span),
        project=project,
        environment=environment,
        started_by=started_by,
        process=_process_as_deployed(image, environment),
        image=image,
        workload=image_workload(image),
        is_development=is_development,
    )


def _process_as_deployed(image: Image, environment: Environment) -> Process | None:
    """The image's command, given also what is provided at deploy time: gunicorn's address hangs on PORT, for one."""
    provided = {name: environment.inherited(name) for name in environment.provided}
    return image.process_with({**provided, **image.env}) if provided else image.process


def _environment(
    project: Project,
    layers: tuple[Mapping[str, Value[str]], ...],
    started_by: StartedBy,
    image: Image | None,
    workdir: Value[str],
    *,
    has_platform: bool = True,
) -> Environment:
    """The environment of one server process. ``has_platform``: something other than the env file can set variables.

    A template says what has to be set. Where a platform starts the server, that sets what the file does not; without
    one the env file is the answer to the template, and what it leaves out is left out.
    """
    provided = {name: Origin("named in provided-env") for name in project.options.provided_env}
    env_file = use_of_env_file(
        project.files, project.config, project.release, started_by, layers, image, workdir, provided
    )
    is_loaded = env_file.status in ("loaded", "late")
    if project.env_template and (has_platform or not is_loaded):
        answered = env_file.values if is_loaded else {}
        named = {name: origin for name, origin in project.env_template.names.items() if name not in answered}
        provided = {**named, **provided}
    return Environment(layers, env_file, provided)
