"""What code needs that is to read variables: ``import os``, and somebody who provides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing import calls
from agentflow_lint.engine.editing.env_lines import with_lines
from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.files import Missing
from agentflow_lint.model.loading.contract import contract, is_written_out, supply
from agentflow_lint.model.values import Absent, Location
from agentflow_lint.sources.text import START, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.project import Project

_TEMPLATE = ".env.example"
#: Deployments that are given what an env template names.
_SET_UP_BY_HAND = ("project", "dockerfile", "procfile")


def os_imported(files: ProjectFiles, path: str) -> tuple[Edit, ...] | None:
    """The edit that makes a module import ``os``, if it does not; None where ``os`` may be something else there."""
    statements = calls.imports_of(files, path)
    if calls.imports_module(statements, "os"):
        return ()
    text = files.read(path)
    edit = calls.standard_module_imported(statements, "os")
    if edit is None or not isinstance(text, SourceText) or calls.mentions(text, "os"):
        return None
    return (edit,)


def variables_provided(project: Project, wanted: Iterable[str]) -> tuple[Edit, ...] | None:
    """The variables in the env template, a new one if need be; None where a deployment would not be given them."""
    lacking: dict[str, str] = {}
    for each in project.deployments:
        absent = [name for name in wanted if isinstance(each.environment.get(name), Absent)]
        if absent and each.kind not in _SET_UP_BY_HAND:
            return None
        lacking |= dict.fromkeys(absent, "")
    template = project.env_template
    named = template.names if template else {}
    lacking = {name: "" for name in lacking if name not in named}
    if not lacking:
        return ()
    if template is not None:
        edit = with_lines(project, template.path, lacking)
        return (edit,) if edit else None
    if not isinstance(project.files.read(_TEMPLATE), Missing):
        return None
    names = sorted({*lacking, *_handed_over(project)})
    return (Edit(Location(_TEMPLATE, START), "".join(f"{name}=\n" for name in names)),)


def _handed_over(project: Project) -> set[str]:
    """What a template has to name besides, once there is one: what is required and supplied by hand."""
    found: set[str] = set()
    for deployment in project.deployments:
        for need in contract(deployment, besides=project.options.provided_env).needs:
            given = supply(deployment, need) if need.required else None
            if given is not None and given.by != "nobody" and not is_written_out(given):
                found.add(need.name)
    return found
