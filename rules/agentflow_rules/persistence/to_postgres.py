"""The fix that gives the served graph a PgCheckpointer, fed from the environment, with all that it needs.

The call, its imports, the extra in the requirements and the variables in the env template are changed together. It is
made only for one plain call that every deployment runs, where every deployment is or will be given the variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing import calls
from agentflow_lint.engine.editing.imports import names_replaced
from agentflow_lint.engine.editing.places import indentation, written_at
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.framework.needed_packages import CLASS_PACKAGES
from agentflow_lint.framework.postgres import dsn_problem
from agentflow_lint.model.loading.unconditional import doubt_about
from agentflow_lint.model.values import Absent, Known
from agentflow_lint.sources.text import SourceText
from agentflow_rules.persistence.from_environment import os_imported, variables_provided
from agentflow_rules.runtime.requiring import requirements_for, requiring

if TYPE_CHECKING:
    from agentflow_lint.engine.editing.imports import ImportStatement
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.values import Location

_CLASS = "PgCheckpointer"
_IN_MEMORY = "InMemoryCheckpointer"
_REDIS = "REDIS_URL"
#: How projects call the variable with the database's URL; the first one where they have none yet.
_DSN_NAMES = ("POSTGRES_DSN", "DATABASE_URL", "POSTGRES_URL", "POSTGRES_URI", "PG_DSN", "DATABASE_DSN")


def postgres_instead(deployment: Deployment, place: Place) -> Fix | None:
    """PgCheckpointer in the place of ``InMemoryCheckpointer()``."""
    files, construction = deployment.project.files, place.location
    name = calls.called_without_arguments(files, construction)
    statements = calls.imports_of(files, place.path)
    if name is None or calls.local_name(statements, _IN_MEMORY) != name:
        return None
    edit = calls.expression_replaced(files, construction, _construction(deployment, construction))
    imported = _imported_in_place(deployment, statements, name)
    return _fix(deployment, place, statements, edit, imported)


def postgres_added(deployment: Deployment, place: Place) -> Fix | None:
    """PgCheckpointer as an argument of ``compile()``."""
    files, compile_call = deployment.project.files, place.location
    if not calls.leaves_out(files, compile_call, "checkpointer"):
        return None
    statements = calls.imports_of(files, place.path)
    edit = calls.argument_added(files, compile_call, f"checkpointer={_construction(deployment, compile_call)}")
    framework = [each for each in statements if each.module and _home(deployment, each.module)]
    if not framework:
        return None
    home = _home(deployment, framework[-1].module or "")
    return _fix(
        deployment,
        place,
        statements,
        edit,
        calls.import_added_behind(framework[-1], f"from {home} import {_CLASS}"),
    )


def _fix(
    deployment: Deployment,
    place: Place,
    statements: tuple[ImportStatement, ...],
    call: Edit | None,
    imported: Edit | None,
) -> Fix | None:
    project, at = deployment.project, place.location
    text = project.files.read(at.path)
    if call is None or imported is None or not isinstance(text, SourceText) or calls.mentions(text, _CLASS):
        return None
    if doubt_about(project.python_sources, place) is not None:
        return None  # another branch may be the one that production is meant to take
    edits = [call, imported]
    for part in (
        os_imported(project.files, at.path),
        _requirements(deployment),
        variables_provided(project, (_dsn_name(deployment), _REDIS)),
    ):
        if part is None:
            return None
        edits += part
    description = f"Keep threads in Postgres, at {_dsn_name(deployment)} and {_REDIS}"
    return Fix(description, Applicability.UNSAFE, tuple(edits))


def _construction(deployment: Deployment, at: Location) -> str:
    """The call, an argument on each line: together they are longer than lines are in most projects."""
    found = written_at(deployment.project.files, at)
    blanks = indentation(found.text, found.start) if found else ""
    inner = blanks + ("\t" if blanks.startswith("\t") else "    ")
    arguments = {"postgres_dsn": _dsn_name(deployment), "redis_url": _REDIS}
    lines = [f'{inner}{parameter}=os.environ["{name}"],' for parameter, name in arguments.items()]
    return "\n".join([f"{_CLASS}(", *lines, f"{blanks})"])


def _dsn_name(deployment: Deployment) -> str:
    """The variable that the project has for the database; it must hold what asyncpg takes."""
    template = deployment.project.env_template
    for name in _DSN_NAMES:
        value = deployment.environment.get(name)
        if isinstance(value, Known) and (not value.value or dsn_problem(value.value)):
            continue
        if not isinstance(value, Absent) or (template and name in template.names):
            return name
    return _DSN_NAMES[0]


def _home(deployment: Deployment, module: str) -> str | None:
    """The module that has the class, under the package name of another module of the library; None for no such one."""
    core = deployment.project.core
    top = module.partition(".")[0]
    if core.real_name(module).partition(".")[0] != core.package:
        return None
    homes = (f"{top}.storage.checkpointer", f"{top}.checkpointer")
    return next((home for home in homes if core.provides(home, _CLASS)), None)


def _imported_in_place(deployment: Deployment, statements: tuple[ImportStatement, ...], name: str) -> Edit | None:
    """The class in the statement that imports the other one, which stays if the module goes on using it."""
    for statement in statements:
        for each in statement.names:
            if statement.module is None or (each.alias or each.name) != name:
                continue
            if not deployment.project.core.provides(statement.module, _CLASS):
                return None
            uses = calls.mentions(statement.text, name)
            kept = f"{each.text}, {_CLASS}" if uses > 2 else _CLASS
            return names_replaced(statement, each, kept)
    return None


def _requirements(deployment: Deployment) -> tuple[Edit, ...] | None:
    """The extra that brings the drivers, where they are not installed; None where it cannot be added."""
    installed = deployment.installed
    if installed is None or not installed.at:
        return ()
    missing = tuple(package for package in CLASS_PACKAGES[_CLASS] if not installed.has(package))
    if not missing:
        return ()
    return requiring(deployment, installed, requirements_for(installed, missing)) or None
