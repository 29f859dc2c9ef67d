"""Whether the tables of PgCheckpointer come into being: by code that the server loads, or by a step of the repository.

From core 0.5.0 on nothing but ``asetup()`` (``setup()`` waits for it) creates them: neither compile() nor any server
release calls it (storage/checkpointer/pg_checkpointer.py; loader.py). Seen with core 0.10.3 and PostgreSQL 15: without
it the first request ends with UndefinedTableError, with it the request is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.model.loading.contract import loaded_paths
from agentflow_lint.model.schema_creation.calls import may_set_up, names_used, setup_calls
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.schema_creation.calls import SetupCall
    from agentflow_lint.model.schema_creation.steps import Repository

#: From here on the tables are created by asetup() alone; before, by every call that needs them.
_EXPLICIT = Version("0.5.0")
_MOST_IMPORTERS = 3


@record(frozen=True)
class Uncertain:
    """Something may create the tables; ``reason`` is a clause, ``location`` its place."""

    reason: str
    location: Location


def creates_tables_by_itself(core: str) -> bool:
    """Whether the checkpointer of this core release creates its tables when it needs them."""
    return Version(core) < _EXPLICIT


def schema_creation(deployment: Deployment) -> bool | Uncertain:
    """Whether something creates the tables of the served graph's checkpointer."""
    project = deployment.project
    sources, repository = project.python_sources, project.repository
    loaded = _loaded_modules(deployment)
    doubts: list[Uncertain] = []
    holders: list[SetupCall] = []
    for path in loaded:
        if not may_set_up(sources, path):
            continue
        for call in setup_calls(sources, path, _used_by(sources, loaded, path, deployment)):
            if call.is_live and call.is_certain:
                return True
            if call.is_live:
                doubts.append(_ambiguous(call))
            else:
                holders.append(call)
    for path in repository.modules:
        if path not in loaded:
            holders += setup_calls(sources, path)
    for answer in _by_steps(sources, repository, loaded, holders):
        if answer is None:
            return True
        doubts.append(answer)
    doubts += _by_other_means(deployment, loaded)
    return doubts[0] if doubts else False


def _loaded_modules(deployment: Deployment) -> tuple[str, ...]:
    """The files that are imported for the graph and the plugins."""
    found: dict[str, None] = {}
    for import_path in loaded_paths(deployment):
        found.update(dict.fromkeys(deployment.evaluation.graph(import_path).modules))
    return tuple(found)


def _used_by(sources: Sources, loaded: Collection[str], path: str, deployment: Deployment) -> frozenset[str]:
    """The names that others use of a module: other modules of the program, and the config."""
    attributes = (import_path.partition(":")[2] for import_path in loaded_paths(deployment))
    return frozenset(attributes).union(*(names_used(sources, other) for other in loaded if other != path))


def _by_steps(
    sources: Sources, repository: Repository, loaded: Collection[str], holders: list[SetupCall]
) -> Iterator[Uncertain | None]:
    """What the steps of the repository make of the calls that the server does not get to; None for one that is run."""
    for step in repository.inline():
        doubt = Uncertain(f"{step.path} sets it up, and is for development", Location(step.path))
        yield doubt if step.is_for_development else None
    for call in holders:
        at = call.place.location
        ways = _importers(sources, repository, loaded, at.path)
        steps = [step for path in ways for step in repository.running(path)]
        if any(not step.is_for_development for step in steps) and call.is_certain:
            yield None
        elif steps and call.is_certain:
            yield Uncertain(f"{at.path} sets it up, and {steps[0].path}, which runs it, is for development", at)
        elif call.is_certain:
            yield Uncertain(f"{at.path} sets it up, and nothing in the repository runs that", at)
        else:
            yield _ambiguous(call)


def _ambiguous(call: SetupCall) -> Uncertain:
    at = call.place.location
    return Uncertain(f"whether line {at.span.line} of {at.path} sets up the checkpointer is not known", at)


def _importers(sources: Sources, repository: Repository, loaded: Collection[str], path: str) -> tuple[str, ...]:
    """A file, and the scripts that import it, directly or through others."""
    found = {path: None}
    for _ in range(_MOST_IMPORTERS):
        stems = {_stem(each) for each in found}
        more = [
            other
            for other in repository.modules
            if other not in found
            and other not in loaded
            and sources.mentions(other, *stems)
            and not stems.isdisjoint(_imported_stems(sources, other))
        ]
        if not more:
            break
        found.update(dict.fromkeys(more))
    return tuple(found)


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]


def _imported_stems(sources: Sources, path: str) -> set[str]:
    """The last parts of all module names that a file imports, and the names that it imports from them."""
    lowered = sources.form(path)
    found: set[str] = set()
    if not isinstance(lowered, form.ModuleForm):
        return found
    from agentflow_lint.sources.python.walking import nodes

    for node in nodes(lowered.body):
        if isinstance(node, form.Import):
            found.update(imported.name.rpartition(".")[2] for imported in node.names)
        elif isinstance(node, form.ImportFrom):
            found.add(node.module.rpartition(".")[2])
            found.update(imported.name for imported in node.names or ())
    return found


def _by_other_means(deployment: Deployment, loaded: Collection[str]) -> Iterator[Uncertain]:
    """Migrations that create tables of the same names."""
    repository = deployment.project.repository
    for path in (*repository.sql, *repository.modules):
        text = None if path in loaded else deployment.project.files.glance(path)
        lowered = text.content.lower() if text else ""
        creates = "create table" in lowered or "create_table" in lowered
        if creates and all(name in lowered for name in ("threads", "states", "messages")):
            yield Uncertain(f"{path} may create its tables", Location(path))
