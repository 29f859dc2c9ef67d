"""Whether the plugins that a config names are what the server's loaders accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.plugin_targets import Plugin, Wanted, auth_file
from agentflow_lint.model.graph.classes import listed
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable, Undecided
from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.loading.misfits import Misfit, NoFile
from agentflow_lint.model.loading.serving import evaluation
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Target


def intended_target(deployment: Deployment, import_path: str) -> Target:
    """What an import path leads to, assuming the variables without which its module cannot be run."""
    target = deployment.target(import_path)
    if not isinstance(target.problem, (MissingVariable, ConstructionError)):
        return target
    demands = deployment.lacking_variables(import_path)
    assumed = frozenset(name for demand in demands for name in demand.variables)
    return evaluation(deployment, assumed).target(import_path) if assumed else target


def misfit(deployment: Deployment, plugin: Plugin, target: Target) -> Misfit | NoFile | Undecided | None:
    """Why the loader refuses what the path leads to; None when it takes it."""
    wrong = _fits(plugin.wanted, target)
    return _missing_file(deployment, plugin) if wrong is None and plugin.wanted.needs_file else wrong


def _fits(wanted: Wanted, target: Target) -> Misfit | Undecided | None:
    words = _words(wanted)
    if target.what == "unknown":
        return Undecided(target.description, target.place)
    if target.what not in ("class", "instance"):
        return Misfit(target.description, words, target.place)
    if target.what == "class" and not wanted.takes_class:
        return Misfit(f"{target.description} itself", words, target.place)
    derives = _derives(wanted, target)
    if derives is None:
        return Undecided(f"{target.description} has bases that are not followed", target.place)
    if not derives:
        return Misfit(target.description, words, target.place)
    if target.what == "class" and target.abstract:
        found = f"{target.description}, which is abstract because it does not define {listed(target.abstract)}"
        return Misfit(found, f"{words}, which it instantiates", target.place)
    if target.what == "class" and target.required:
        found = f"{target.description}, whose constructor needs {target.required[0]!r}"
        return Misfit(found, f"{words}, which it calls without arguments", target.place)
    return None


def _words(wanted: Wanted) -> str:
    if wanted.takes_class:
        return f"a class that derives from {wanted.base}, or an instance of one"
    return f"an instance of {wanted.base}"


def _derives(wanted: Wanted, target: Target) -> bool | None:
    """Whether the class, or the instance's class, derives from the wanted one; None when a base is not followed.

    A lone name that is not followed further is a class of the framework, whose descent is known.
    """
    if any(base == wanted.base or base in wanted.derived for base in target.bases):
        return True
    return False if target.is_complete or len(target.bases) == 1 else None


def _missing_file(deployment: Deployment, plugin: Plugin) -> NoFile | None:
    """The file rule of ``auth.path``: the module has to be a file below the server's working directory."""
    path = auth_file(plugin.import_path)
    files = deployment.project.files
    if files.is_file(path) or files.is_dir(path):
        return None
    image = deployment.image
    if image is not None:
        home = image.workdir.value.rstrip("/") if isinstance(image.workdir, Known) else None
        if home is None or not isinstance(image.project_path_of(f"{home}/{path}"), NotInImage):
            return None
    return NoFile(path)
