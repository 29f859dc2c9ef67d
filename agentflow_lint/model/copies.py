"""How many copies of the server run at once: its worker processes, and the containers that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.values import Known, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

Kind = Literal["worker processes", "replicas"]

#: Programs that start the server in one process, or in as many as they are told.
_SERVERS = ("cli", "uvicorn", "gunicorn")


@record(frozen=True)
class Copies:
    """What runs more than once, and what may.

    ``several`` are the known numbers above 1, ``open`` those that are not known. A number that nothing gives is 1.
    """

    several: tuple[tuple[Kind, Known[int]], ...]
    open: tuple[tuple[Kind, Unknown], ...]

    @property
    def words(self) -> str:
        """The known numbers in words: ``3 replicas with 4 worker processes each``."""
        found = dict(self.several)
        replicas, workers = found.get("replicas"), found.get("worker processes")
        if replicas and workers:
            return f"{replicas.value} replicas with {workers.value} worker processes each"
        return " and ".join(f"{number.value} {kind}" for kind, number in self.several)

    @property
    def number(self) -> int:
        """The copies that are known to run at once."""
        product = 1
        for _, number in self.several:
            product *= number.value
        return product


def worker_processes(deployment: Deployment) -> Value[int]:
    """How many processes serve in one container: gunicorn's or uvicorn's workers.

    The CLI runs one, and so does uvicorn with ``--reload``, whatever else it is told (uvicorn/main.py). Unknown where
    no command says which server runs.
    """
    process = deployment.process
    if process is None or process.kind not in _SERVERS:
        return Unknown("how the server is started is not known")
    reload = deployment.reload
    if process.kind == "cli" or (process.kind == "uvicorn" and isinstance(reload, Known) and reload.value):
        return Known(1, Origin(f"{process.program} serves in one process"))
    return process.workers


def copies(deployment: Deployment, *, of: tuple[Kind, ...] = ("worker processes", "replicas")) -> Copies:
    """The copies of the server that run at once, counting processes, containers or both."""
    numbers: dict[Kind, Value[int]] = {
        "replicas": deployment.workload.replicas,
        "worker processes": worker_processes(deployment),
    }
    chosen: list[tuple[Kind, Value[int]]] = [
        (kind, numbers[kind]) for kind in ("replicas", "worker processes") if kind in of
    ]
    return Copies(
        tuple((kind, number) for kind, number in chosen if isinstance(number, Known) and number.value > 1),
        tuple((kind, number) for kind, number in chosen if isinstance(number, Unknown)),
    )
