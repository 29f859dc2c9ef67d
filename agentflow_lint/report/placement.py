"""How one deployment runs, in words: where it is written, what it starts, how often, behind what, over which state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.model.copies import worker_processes
from agentflow_lint.model.graph.results import Served, Undecided
from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.values import Absent, Known, Location, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from agentflow_lint.model.deployment import Deployment

    Places: TypeAlias = Callable[[Location | None], str | None]


@record(frozen=True)
class Placement:
    """Each part as a sentence fragment; ``image`` is None outside a container, ``in_front`` are the proxies' places."""

    source: str
    image: str | None
    start: str
    listens: str
    copies: str
    in_front: tuple[str, ...]
    config: str
    env_file: str
    checkpointer: str


def placement(deployment: Deployment, place: Places) -> Placement:
    """The facts of one deployment; ``place`` writes a location as ``path:line``."""
    return Placement(
        source=place(deployment.anchor) or deployment.anchor.path,
        image=_image(deployment, place),
        start=_start(deployment, place),
        listens=_listens(deployment),
        copies=_copies(deployment),
        in_front=tuple(_in_front(deployment, place)),
        config=_config(deployment),
        env_file=_env_file(deployment),
        checkpointer=_checkpointer(deployment, place),
    )


def _image(deployment: Deployment, place: Places) -> str | None:
    if not deployment.is_container:
        return None
    image = deployment.image
    if image is None:
        return "unknown: nothing in the repository builds it"
    stage = f", stage {image.stage.name}" if image.stage.name else ""
    base = f" from {image.stage.base}" if image.stage.base else ""
    return f"{place(image.at)}{base}{stage}"


def _start(deployment: Deployment, place: Places) -> str:
    process = deployment.process
    if process is None:
        return "the framework's production command is assumed: gunicorn on the ASGI target"
    if process.kind == "unknown":
        return f"unknown: {process.reason}"
    words = " ".join(filter(None, (process.program, process.subcommand)))
    target = f" {process.target.text}" if process.target and process.target.text else ""
    at = place(Location(process.path, process.span)) if process.path and process.span else place(deployment.anchor)
    return f"{words or process.kind}{target} ({at})"


def _listens(deployment: Deployment) -> str:
    if deployment.process is None:
        return "unknown: no command says where"
    host, port = _plain(deployment.host, "any address"), _plain(deployment.port, "a socket")
    published = [
        f"{_plain(each.published, '?')}->{_plain(each.number, '?')}"
        for each in deployment.workload.ports
        if each.role != "exposed"
    ]
    return f"{host}:{port}" + (f", published {', '.join(published)}" if published else "")


def _copies(deployment: Deployment) -> str:
    replicas = deployment.workload.replicas
    shown = _count(worker_processes(deployment), "worker process", "worker processes")
    return shown if isinstance(replicas, Absent) else f"{_count(replicas, 'replica', 'replicas')}, each {shown}"


def _count(value: Value[int], singular: str, plural: str) -> str:
    if isinstance(value, Unknown):
        return f"an unknown number of {plural} ({value.reason})"
    return counted(value.value if isinstance(value, Known) else 1, singular, plural)


def _plain(value: Value[Any], absent: str) -> str:
    if isinstance(value, Known):
        return str(value.value)
    return "unknown" if isinstance(value, Unknown) else absent


def _in_front(deployment: Deployment, place: Places) -> Iterator[str]:
    """Each nginx server that passes requests on to the deployment, and what is not known about others."""
    for front in deployment.fronts.fronts:
        at = place(front.server.node.at) if front.server.node else "nginx"
        below = {each.passed.public.removesuffix(each.route.path) for each in front.proxied if each.arrives} - {""}
        yield f"nginx ({at})" + (f" under {', '.join(sorted(below))}" if below else "")
    for question in deployment.fronts.open:
        yield f"unknown ({place(question.location)}): {question.reason}"


def _config(deployment: Deployment) -> str:
    path, image = deployment.config.path, deployment.image
    named = deployment.named_config
    how = f", named {named.value}" if isinstance(named, Known) else ""
    if image is None:
        return f"{path}{how}"
    place = image.place_of(path)
    if isinstance(place, NotInImage):
        return f"{path}{how}, not in the image ({place.reason})"
    return f"{path}{how}, at {place.value}" if isinstance(place, Known) else f"{path}{how} (unknown: {place.reason})"


def _env_file(deployment: Deployment) -> str:
    use = deployment.environment.env_file
    said = {
        "not-configured": "none configured",
        "loaded": f"{use.path} is loaded",
        "late": f"{use.path} is loaded, too late for the settings",
        "missing": f"{use.configured} is configured and not there",
        "not-deployed": f"{use.path} is not in the image",
        "unknown": f"{use.configured}: unknown",
    }[use.status]
    return f"{said} ({use.reason})" if use.reason and use.status in ("not-deployed", "unknown") else said


def _checkpointer(deployment: Deployment, place: Places) -> str:
    """The served graph's checkpointer, or why it is not known."""
    outcome = deployment.graph.outcome
    if isinstance(outcome, Undecided):
        return f"unknown: {outcome.reason}"
    if not isinstance(outcome, Served):
        return "none: the graph does not load"
    fact = outcome.compile.checkpointer
    if fact.kind == "unknown":
        return f"unknown: {fact.reason}"
    if fact.kind == "none":
        return f"none is given to compile() ({place(outcome.compile.location)}): state is kept in memory"
    at = place(fact.location)
    return f"{fact.class_name or fact.kind}{f' ({at})' if at else ''}"
