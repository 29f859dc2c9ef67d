"""AF503 unshared-state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import shortened, way_to_graph
from agentflow_lint.engine.wording import place_of, quoted, setting, subject
from agentflow_lint.model.copies import copies
from agentflow_lint.model.kept_files import IN_MEMORY, KeptFile, media_folder, sqlite_file
from agentflow_lint.model.values import Absent, Known
from agentflow_rules.persistence.copies import place_of_copies, said_here, undecided_copies
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.copies import Copies, Kind
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CompileCall

_EVERYTHING: tuple[Kind, ...] = ("worker processes", "replicas")
_CONTAINERS: tuple[Kind, ...] = ("replicas",)
_SPLIT = "a thread that one of them has is unknown to the next request that another one answers"


class UnsharedState(DeploymentRule):
    """Several copies of the server run over state that each keeps for itself."""

    code = "AF503"
    name = "unshared-state"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge where threads and uploads are kept, against the number of copies."""
        everything = copies(deployment)
        if not everything.several and (deployment.process is None or not everything.open):
            return
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is not None:
            yield from self._threads(deployment, call)
        yield from self._media(deployment)

    def _threads(self, deployment: Deployment, call: CompileCall) -> Iterator[Verdict]:
        fact = call.checkpointer
        at = fact.location or call.location
        if fact.kind in ("in-memory", "none"):
            how = "compiled without a checkpointer" if fact.kind == "none" else f"compiled with {fact.class_name}"
            state = f"keeps its threads in its own memory, because the graph is {how}"
            yield from self._judged(
                deployment, _EVERYTHING, "agent.checkpointer", state, _SPLIT, _way(deployment, Related(at, how))
            )
        elif fact.kind == "sqlite":
            file = sqlite_file(deployment, fact)
            if isinstance(file, KeptFile) and file.is_in_memory:
                state = "keeps its threads in its own memory, because the SQLite checkpointer is given `:memory:`"
                related = _way(deployment, Related(file.location, "the database is named here"))
                yield from self._judged(deployment, _EVERYTHING, "agent.checkpointer", state, _SPLIT, related)
            elif isinstance(file, KeptFile) and file.kept != "volume":
                state = f"keeps its threads in a SQLite file of its own, {quoted(file.path)}"
                related = _way(deployment, Related(file.location, "the file is named here"))
                yield from self._judged(deployment, _CONTAINERS, "agent.checkpointer", state, _SPLIT, related)

    def _media(self, deployment: Deployment) -> Iterator[Verdict]:
        kind = deployment.settings["MEDIA_STORAGE_TYPE"]
        if not isinstance(kind, Known):
            return
        chosen = not isinstance(deployment.settings.raw("MEDIA_STORAGE_TYPE"), Absent)
        related = [Related(place_of(kind, deployment), "the kind of storage is set here")] if chosen else []
        effect = "a file that one of them took is not found by another one"
        said = setting("MEDIA_STORAGE_TYPE", kind)
        if kind.value == IN_MEMORY:
            state = f"keeps uploaded files in its own memory: {said}"
            yield from self._judged(deployment, _EVERYTHING, "MEDIA_STORAGE_TYPE", state, effect, related)
        elif kind.value == "local":
            folder = media_folder(deployment)
            if isinstance(folder, KeptFile) and folder.kept != "volume":
                state = f"keeps uploaded files in {quoted(folder.path)} of its own container: {said}"
                severity = None if chosen else Severity.WARNING
                yield from self._judged(deployment, _CONTAINERS, "MEDIA_STORAGE_TYPE", state, effect, related, severity)

    def _judged(
        self,
        deployment: Deployment,
        of: tuple[Kind, ...],
        place: str,
        state: str,
        effect: str,
        related: Iterable[Related],
        severity: Severity | None = None,
    ) -> Iterator[Verdict]:
        found: Copies = copies(deployment, of=of)
        if not found.several:
            yield from undecided_copies(self, deployment, found, f"each copy {state}")
            return
        at = place_of_copies(deployment, found)
        yield self.finding(
            at=at,
            place=f"{place} of several copies",
            message=f"{subject(deployment)} runs {found.words}, and each {state}; {effect}.",
            help="Keep it where all copies reach it: PgCheckpointer for threads, MEDIA_STORAGE_TYPE=cloud for files.",
            severity=severity,
            deployment=deployment,
            related=shortened((*related, *said_here(found)[1:]), at),
        )


def _way(deployment: Deployment, cause: Related) -> tuple[Related, ...]:
    """From the config to what each copy keeps for itself, that included."""
    return (*way_to_graph(deployment, cause.location), cause)
