"""From the containers that serve to deployments."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.deployment import Deployment
from agentflow_lint.model.image.folders import working_directory
from agentflow_lint.model.kubernetes.cluster import Cluster
from agentflow_lint.model.kubernetes.images import BuiltImages
from agentflow_lint.model.kubernetes.serving import Serving, find_serving
from agentflow_lint.model.kubernetes.workloads import workload_of
from agentflow_lint.model.values import ABSENT, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agentflow_lint.model.env_files import StartedBy
    from agentflow_lint.model.environment import EnvFileUse, Environment
    from agentflow_lint.model.kubernetes.manifests import UndecidedManifest
    from agentflow_lint.model.procfile import MakeEnvironment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.workload import Workload


def kubernetes_deployments(
    project: Project, dockerfiles: Sequence[Deployment], environment: MakeEnvironment
) -> Iterator[Deployment]:
    """The workloads that run the project's server.

    ``dockerfiles`` are the deployments of its Dockerfiles; ``environment`` makes a deployment's environment of the
    variables that are there before the server starts.
    """
    cluster = Cluster(project.manifests)
    if not cluster.workloads:
        return
    serving, _ = find_serving(project, cluster, BuiltImages(project, dockerfiles))
    for name, each in _names(serving).items():
        yield _deployment(project, name, each, workload_of(each, cluster), environment)


def undecided_manifests(project: Project, dockerfiles: Sequence[Deployment]) -> tuple[UndecidedManifest, ...]:
    """What may start the project's server and cannot be decided: templates, patched workloads, unclear images."""
    _, undecided = find_serving(project, Cluster(project.manifests), BuiltImages(project, dockerfiles))
    return tuple(sorted((*project.manifests.undecided, *undecided), key=lambda each: each.location))


def _names(serving: Sequence[Serving]) -> Mapping[str, Serving]:
    """``Deployment/web``; with the container's name where several of a pod serve, with the file where that is no name.

    A name that two files give is told apart by the file, or by its number in it.
    """
    pods = Counter(id(each.placed.found) for each in serving)
    short = []
    for each in serving:
        at = each.placed.found.at
        container = f"/{each.container.name}" if pods[id(each.placed.found)] > 1 else ""
        short.append(f"{at.kind}/{at.name or '?'}{container}")
    counts = Counter(short)
    names: dict[str, Serving] = {}
    for label, each in zip(short, serving, strict=True):
        name = label if counts[label] == 1 else f"{each.placed.path}:{label}"
        number = 1
        while name in names:
            number += 1
            name = f"{each.placed.path}:{label}#{number}"
        names[name] = each
    return names


def _deployment(
    project: Project, name: str, each: Serving, workload: Workload, make_environment: MakeEnvironment
) -> Deployment:
    process = each.process({})
    started_by: StartedBy = "cli" if process and process.kind == "cli" else "asgi"
    image = each.image
    layers: tuple[Mapping[str, Value[str]], ...] = each.variables.layers
    if process is not None:
        layers = (process.env_assignments, *layers)
    if image is not None:
        layers = (*layers, image.env)
    workdir = working_directory(image, process) if image is not None else ABSENT
    environment = make_environment(project, layers, started_by, image, workdir)
    environment = replace(environment, env_file=_env_file(environment.env_file, each, workload))
    if image is not None:
        environment = environment.of_container(project.options.provided_env)
    return Deployment(
        name=name,
        kind="kubernetes",
        anchor=each.location,
        project=project,
        environment=environment,
        started_by=started_by,
        process=each.process(_provided(environment)),
        image=image,
        workload=workload,
        is_development=each.is_development,
    )


def _provided(environment: Environment) -> Mapping[str, Value[str]]:
    return {name: environment.inherited(name) for name in environment.provided}


def _env_file(use: EnvFileUse, each: Serving, workload: Workload) -> EnvFileUse:
    """What becomes of the env file where the image is not known, or a volume may lie anywhere."""
    if use.status == "not-configured":
        return use
    if each.image is None:
        return replace(use, status="unknown", reason=each.image_reason, values={}, looked_for=None)
    unplaced = next((mount.target for mount in workload.mounts if isinstance(mount.target, Unknown)), None)
    if unplaced is not None:
        return replace(use, status="unknown", reason=f"a volume may be mounted over it: {unplaced.reason}")
    return use
