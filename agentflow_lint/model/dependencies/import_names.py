"""Which import names the project's requirements bring, as far as its own files and the framework's releases tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.import_names import FRAMEWORK_PACKAGES, import_names
from agentflow_lint.framework.packages import parsed_requirement
from agentflow_lint.model.loading.modules import ModuleFinder, NamespacePackage
from agentflow_lint.model.loading.serving import search_paths

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.project import Project


def installed_names(project: Project) -> frozenset[str]:
    """The top-level names that the requirements, and those of the framework's two distributions, certainly bring."""
    named = set(project.requested_distributions)
    for published in (project.release, project.core):
        named.update(parsed_requirement(line).name for line in published.requires)
    return frozenset(name for distribution in named for name in import_names(distribution))


def installed_instead(deployment: Deployment, module: str) -> bool:
    """Whether an installed package may go before the project's folders that ``module`` was looked for in.

    A folder without ``__init__.py`` is a package only where nothing of that name is installed; one that holds no code
    (a folder ``redis`` with its settings) was never meant to be one.
    """
    top = module.partition(".")[0]
    files = deployment.project.files
    found = ModuleFinder(files, search_paths(deployment)).find(top)
    if not isinstance(found, NamespacePackage):
        return False
    holds_code = any(_holds_code(files, folder) for folder in found.folders)
    return not holds_code or top in deployment.project.installed_names


def _holds_code(files: ProjectFiles, folder: str, depth: int = 3) -> bool:
    """Whether there is a Python file in the folder, or in one below it (``src`` with its packages)."""
    names = files.names(folder)
    if any(name.endswith(".py") for name in names):
        return True
    return depth > 0 and any(_holds_code(files, f"{folder}/{name}", depth - 1) for name in names if "." not in name)


def other_generations(project: Project) -> frozenset[str]:
    """The framework's package names that the project's releases do not have and that no other requirement brings."""
    if not project.dependencies.is_complete:
        return frozenset()
    own = {name for published in (project.release, project.core) for name in (published.package, *published.aliases)}
    named = {pin.requirement.name for pin in project.dependencies.pins}
    return frozenset(
        package
        for package, distributions in FRAMEWORK_PACKAGES.items()
        if package not in own and named.isdisjoint(distributions)
    )
