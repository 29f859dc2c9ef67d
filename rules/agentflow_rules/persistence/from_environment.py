"""What code needs that is to read variables: ``import os``, and somebody who provides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing import calls
from agentflow_lint.engine.editing.env_lines import with_lines
from agentflow_lint.engine.editing.yaml_keys import service_environment_added
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
    """The variables in the env template, a new one if need be, and in the compose services that lack them.

    None where a deployment would not be given them: what a manifest takes them from is for a person to say.
    """
    edits: dict[Location, Edit] = {}
    lacking: dict[str, str] = {}
    for each in project.deployments:
        absent = [name for name in wanted if isinstance(each.environment.get(name), Absent)]
        lacking |= dict.fromkeys(absent, "")
        if not absent or each.kind in _SET_UP_BY_HAND:
            continue
        service = each.composed.service.name if each.composed else None
        passed_on = {name: f"${{{name}:?}}" for name in absent}
        edit = service and service_environment_added(project.files, each.anchor.path, service, passed_on)
        if not edit:
            return None
        edits[edit.location] = edit
    template = project.env_template
    named = template.names if template else {}
    lacking = {name: "" for name in lacking if name not in named}
    written: Edit | None = None
    if lacking and template is not None:
        written = with_lines(project, template.path, lacking)
    elif lacking and isinstance(project.files.read(_TEMPLATE), Missing):
        names = sorted({*lacking, *_handed_over(project)})
        written = Edit(Location(_TEMPLATE, START), "".join(f"{name}=\n" for name in names))
    if lacking and written is None:
        return None
    return (*edits.values(), *([written] if written else []))


def _handed_over(project: Project) -> set[str]:
    """What a template has to name besides, once there is one: what is required and supplied by hand."""
    found: set[str] = set()
    for deployment in project.deployments:
        for need in contract(deployment, besides=project.options.provided_env).needs:
            given = supply(deployment, need) if need.required else None
            if given is not None and given.by != "nobody" and not is_written_out(given):
                found.add(need.name)
    return found
