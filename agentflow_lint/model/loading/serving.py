"""What one deployment serves: the config's import paths, followed with its search path and its environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.import_names import IMPORTED_AT_START
from agentflow_lint.model.graph.results import (
    ConstructionError,
    MissingVariable,
    ModuleNotFound,
    ServedGraph,
    Undecided,
)
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.graph.state import assumed_variable
from agentflow_lint.model.image.folders import project_folders
from agentflow_lint.model.loading.modules import MissingModule, ModuleFinder
from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown, Value
from agentflow_lint.records import once
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import ModuleNames, Outcome, Target

#: The file that ``load_dotenv()`` without arguments finds from a module of the project.
_IMPLICIT_ENV_FILE = ".env"
#: More variables than this are not assumed one after the other.
MOST_ASSUMED = 20


def new_evaluation(deployment: Deployment) -> GraphEvaluation:
    """The evaluation for one deployment; parsed modules are shared by all deployments of the project."""
    from agentflow_lint.model.dependencies.third_party import is_certainly_absent

    project = deployment.project
    return GraphEvaluation(
        project.files,
        search_paths(deployment),
        lambda name: variable_of(deployment, name),
        project.core,
        project.release,
        sources=project.python_sources,
        is_absent=lambda module: is_certainly_absent(deployment, module),
        env_file=lambda path: own_env_file(deployment, path),
        is_installed=lambda module: module in IMPORTED_AT_START or module in project.installed_names,
        # The agent is loaded in the lifespan (src/app/main.py of every server); the container when main is imported,
        # which gunicorn does without a loop.
        runs_in_loop=None if deployment.config.get("injectq") else True,
        python=_python(deployment),
    )


def _python(deployment: Deployment) -> Version | None:
    """The Python of the deployment's image, where that is known."""
    python = deployment.image.python if deployment.image is not None else None
    return Version(python.value) if isinstance(python, Known) else None


def own_env_file(deployment: Deployment, path: str) -> Mapping[str, Value[str]] | None:
    """What a file holds that the project's code reads as an env file; None where it may hold anything."""
    from agentflow_lint.model.env_files import use_of_own_file
    from agentflow_lint.model.image.folders import working_directory

    project, environment, image = deployment.project, deployment.environment, deployment.image
    workdir = working_directory(image, deployment.process) if image is not None else ABSENT
    use = use_of_own_file(
        project.files, project.config, path, environment.process, image, workdir, environment.provided
    )
    return None if use.status == "unknown" else use.values if use.status == "loaded" else {}


def evaluation(
    deployment: Deployment,
    assumed: frozenset[str] = frozenset(),
    *,
    with_env_file: bool = True,
    meets_demands: bool = False,
) -> GraphEvaluation:
    """The deployment's evaluation in an environment of its own.

    The variables in ``assumed`` are taken to be set, to values that are not known; without the env file there is only
    what the server inherits. One that ``meets_demands`` takes further ones to be set as soon as loading would end
    without them, where it can, up to :data:`MOST_ASSUMED` of all. Several rules ask for the same ones, and each is made
    once.
    """
    if not assumed and with_env_file and not meets_demands:
        return deployment.evaluation
    known = deployment.assumed_evaluations
    key = assumed, with_env_file, meets_demands
    if key in known:
        return known[key]

    def environ(name: str) -> Value[str]:
        if name in assumed:
            return assumed_variable(name)
        return variable_of(deployment, name) if with_env_file else deployment.environment.inherited(name)

    most_met = max(0, MOST_ASSUMED - len(assumed)) if meets_demands else 0
    made = known[key] = deployment.evaluation.in_environment(environ, most_met=most_met)
    return made


def served_graph(deployment: Deployment) -> ServedGraph:
    """The graph that the config's ``agent`` leads to."""
    agent = deployment.config.get("agent")
    if not isinstance(agent, str):
        return ServedGraph(Undecided("the config names no agent"))
    if deployment.started_by == "cli" and not deployment.release.behaviour.cli_puts_project_on_path:
        return ServedGraph(Undecided("the CLI of this release does not put the project on the path by itself"))
    missing = missing_from_everywhere(deployment, agent.partition(":")[0])
    if missing:
        return ServedGraph(ModuleNotFound(missing.missing, None, missing.nearest, is_external=True))
    return deployment.evaluation.graph(agent)


def intended_graph(deployment: Deployment) -> ServedGraph:
    """The served graph, assuming the variables without which its modules cannot be run."""
    graph = deployment.graph
    assumed: frozenset[str] = frozenset()
    agent = deployment.config.get("agent")
    while len(assumed) < MOST_ASSUMED and isinstance(agent, str):
        needed = frozenset(_lacking(graph.outcome)) - assumed
        if not needed:
            break
        assumed |= needed
        graph = evaluation(deployment, assumed, meets_demands=True).graph(agent)
        assumed = assumed.union(*(each.variables for each in graph.met))
    return graph


def intended_names(deployment: Deployment, module: str) -> ModuleNames:
    """What a module of the project binds, assuming the variables without which it cannot be run."""
    assumed: frozenset[str] = frozenset()
    found = deployment.evaluation.names_in(module)
    while found.problem is not None and len(assumed) < MOST_ASSUMED:
        needed = frozenset(_lacking(found.problem)) - assumed
        if not needed:
            break
        assumed |= needed
        found = evaluation(deployment, assumed).names_in(module)
    return found


def _lacking(outcome: Outcome) -> tuple[str, ...]:
    return outcome.variables if isinstance(outcome, (MissingVariable, ConstructionError)) else ()


@once
def missing_from_everywhere(deployment: Deployment, module: str) -> MissingModule | None:
    """The verdict on a module of the config that neither the project nor a declared dependency can provide, else None.

    A dependency may provide a top-level name that its own name does not show, so any likeness leaves the question open.
    So do a requirement whose distribution is not named, and an image that may hold more than its Dockerfile installs.
    """
    project = deployment.project
    installed = deployment.installed if deployment.image is not None else None
    names = {pin.requirement.name for pin in project.dependencies.pins} | (installed.names if installed else set())
    if not project.dependencies.is_complete or _may_provide(names, module.partition(".")[0]):
        return None
    if installed is not None and installed.is_open:
        return None
    frameworks = {
        name: published
        for published in (project.core, project.release)
        for name in (published.package, *published.aliases)
    }
    found = ModuleFinder(project.files, search_paths(deployment), dict(frameworks), frozenset()).find(module)
    return found if isinstance(found, MissingModule) and found.is_external else None


@once
def search_paths(deployment: Deployment) -> tuple[str, ...]:
    """The project folders on the server's ``sys.path``, first to last.

    The working directory (gunicorn and uvicorn add it) or the config's folder (the CLI does); in an image what lies
    there, in PYTHONPATH and in the folders that the command adds; and ``src`` where the project is installable.
    """
    return tuple(dict.fromkeys((*project_folders(deployment), "", *_source_layout(deployment))))


def _source_layout(deployment: Deployment) -> Iterator[str]:
    files = deployment.project.files
    if files.is_dir("src") and any(name in files.names() for name in ("pyproject.toml", "setup.py", "setup.cfg")):
        yield "src"


def _may_provide(names: Collection[str], top: str) -> bool:
    wanted = re.sub(r"[-_.]+", "-", top).lower()
    return any(name == wanted or name.startswith(f"{wanted}-") or wanted.startswith(f"{name}-") for name in names)


def variable_of(deployment: Deployment, name: str) -> Value[str]:
    """A variable while the graph's modules run.

    A module may load ``.env`` by itself where the server does not; what only that file holds stays unknown.
    """
    value = deployment.environment.get(name)
    use = deployment.environment.env_file
    if (
        isinstance(value, Absent)
        and use.status in ("not-configured", "missing")
        and name in _implicit_names(deployment)
    ):
        return Unknown(f"{_IMPLICIT_ENV_FILE} names it, and the graph's modules may load that file")
    return value


def _implicit_names(deployment: Deployment) -> frozenset[str]:
    if deployment.image and not isinstance(deployment.image.place_of(_IMPLICIT_ENV_FILE), Known):
        return frozenset()
    return deployment.project.implicit_env_names


def plugin_target(deployment: Deployment, import_path: str) -> Target:
    """What another import path of the config leads to."""
    return deployment.evaluation.target(import_path)


def container_mentions(deployment: Deployment, word: str) -> bool:
    """Whether a project module that is imported for the ``injectq`` path contains ``word``, in any case.

    True also when those modules are not all known. What binds something names it, so silence rules a binding out.
    """
    path = deployment.config.get("injectq")
    if not isinstance(path, str):
        return True
    seen = deployment.evaluation.graph(path)
    if not seen.modules or seen.problems:
        return True
    texts = [deployment.project.files.read(module) for module in seen.modules]
    return any(not isinstance(text, SourceText) or word in text.content.lower() for text in texts)
