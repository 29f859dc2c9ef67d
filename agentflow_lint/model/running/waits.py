"""Where the served graph waits: calls that block the event loop, and calls that may never come back."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from agentflow_lint.framework.blocking_calls import (
    LIMITS,
    OFFLOADING_METHODS,
    OFFLOADS,
    OTHER_LOOPS,
    PATIENT_CLIENTS,
    Blocking,
    blocking_call,
)
from agentflow_lint.model.graph.results import Served, Step
from agentflow_lint.model.graph.things import External, Thing
from agentflow_lint.model.running.bodies import Body, Names
from agentflow_lint.model.running.units import Unit, units
from agentflow_lint.records import record
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.running.units import Role

#: Functions beyond this many are not looked into.
_MOST_BODIES = 1_000
_DEFAULT_TIMEOUT = "setdefaulttimeout"
_ADAPTERS = ".mount("
_OUTBOUND = Blocking("an HTTP answer", "", "limited")


@record(frozen=True)
class Wait:
    """One call that waits, in the code of a node, a tool or a condition (``role``, ``unit``).

    ``dotted`` is what is called, ``function`` the function that does. ``on_loop``: it runs on the event loop, so
    nothing else of that worker does. ``endless``: without an answer it never comes back. ``seconds`` is how long it
    waits at most where the call says that. ``handed_over`` is where the graph gets the unit, ``start`` the unit itself;
    ``way`` are the calls that lead from there to the function.
    """

    dotted: str
    kind: Blocking
    place: Place
    role: Role
    unit: str
    function: str
    on_loop: bool
    endless: bool
    seconds: float | None
    start: Place
    handed_over: Place
    way: tuple[Step, ...]


def waits(deployment: Deployment) -> tuple[Wait, ...]:
    """The waiting calls of the served graph: of each function and library the first one."""
    outcome = deployment.intended_graph.outcome
    if not isinstance(outcome, Served) or outcome.compile.inside is None:
        return ()
    names = Names(outcome.compile.inside.evaluator)
    search = _Search(names, deployment.project.python_sources)
    for unit in units(outcome.compile, names):
        search.follow(unit)
    found: dict[tuple[str, int, str], Wait] = {}
    for wait in sorted(search.found, key=lambda wait: (not wait.on_loop, len(wait.way))):
        found.setdefault((wait.place.path, wait.place.reference, ""), wait)
    first: dict[tuple[str, str, str], Wait] = {}
    for wait in sorted(found.values(), key=lambda wait: (wait.place.path, wait.place.reference)):
        key = (wait.place.path, wait.function, wait.dotted.partition(".")[0])
        if key not in first or (wait.on_loop, wait.endless) > (first[key].on_loop, first[key].endless):
            first[key] = wait
    return tuple(first.values())


@record(frozen=True, eq=False)
class _Visit:
    """A function to look into: ``on_loop`` None where it runs in some event loop, maybe not the server's."""

    body: Body
    on_loop: bool | None
    way: tuple[Step, ...]


class _Search:
    """Follows calls from unit to unit, the nearest functions first."""

    def __init__(self, names: Names, sources: Sources) -> None:
        self._names = names
        self._sources = sources
        self._seen: set[tuple[tuple[str, int], bool | None]] = set()
        self.found: list[Wait] = []

    def follow(self, unit: Unit) -> None:
        """Look into one callable and all that it calls."""
        waiting = deque([_Visit(unit.body, unit.on_loop, ())])
        while waiting and len(self._seen) < _MOST_BODIES:
            visit = waiting.popleft()
            key = (visit.body.key, visit.on_loop)
            if key not in self._seen:
                self._seen.add(key)
                waiting.extend(self._calls_of(visit, unit))

    def _calls_of(self, visit: _Visit, unit: Unit) -> Iterator[_Visit]:
        elsewhere: set[int] = set()
        limited = False
        for node in visit.body.nodes:
            if not isinstance(node, form.Call):
                continue
            called = self._names.called(node, visit.body)
            if isinstance(called, External):
                limited = limited or called.dotted in LIMITS
                if called.dotted in OTHER_LOOPS:
                    elsewhere.update(each.value.ref for each in node.arguments if isinstance(each.value, form.Call))
                self._look_at(called.dotted, node, visit, unit, limited=limited)
            elif node.ref not in elsewhere:
                yield from self._into(called, node, visit, on_loop=visit.on_loop)
            passed = _offloaded(called, node)
            if passed is not None:
                yield from self._into(self._names.meaning(passed, visit.body), node, visit, on_loop=False)

    def _into(
        self, thing: Thing | Body | None, node: form.Call, visit: _Visit, *, on_loop: bool | None
    ) -> Iterator[_Visit]:
        for body in self._names.bodies(thing):
            step = Step(self._names.place(visit.body, node), f"{body.name}() is called here")
            yield _Visit(body, None if body.is_async and not on_loop else on_loop, (*visit.way, step))

    def _look_at(self, dotted: str, node: form.Call, visit: _Visit, unit: Unit, *, limited: bool) -> None:
        kind = blocking_call(dotted)
        blocks = kind is not None and visit.on_loop is True
        if kind is None and dotted.partition("()")[0] in PATIENT_CLIENTS and not limited:
            kind = _OUTBOUND
        if kind is None:
            return
        endless = self._is_endless(kind, dotted, node, visit.body)
        if blocks or endless:
            place, start = self._names.place(visit.body, node), unit.body.place
            function, seconds = visit.body.name, _seconds(dotted, node)
            self.found.append(
                Wait(
                    *(dotted, kind, place, unit.role, unit.name, function),
                    *(blocks, endless, seconds, start, unit.place, visit.way),
                )
            )

    def _is_endless(self, kind: Blocking, dotted: str, node: form.Call, body: Body) -> bool:
        """Whether the call certainly waits for ever when there is no answer."""
        given = {argument.keyword: argument.value for argument in node.arguments}
        if any(argument.star for argument in node.arguments) or not kind.patience:
            return False
        timeout = given.get("timeout")
        positional = [argument.value for argument in node.arguments if argument.keyword is None]
        if timeout is None and kind.timeout_at is not None and len(positional) > kind.timeout_at:
            timeout = positional[kind.timeout_at]
        if timeout is not None:
            return isinstance(timeout, form.Constant) and timeout.value is None
        if kind.patience == "limited":
            return False
        if kind.patience == "endless-unless-default":
            return not any(self._sources.mentions(path, _DEFAULT_TIMEOUT) for path in self._modules)
        # The adapter of a session may set one.
        return "()" not in dotted or not self._sources.mentions(body.place.path, _ADAPTERS)

    @property
    def _modules(self) -> tuple[str, ...]:
        return self._names.modules


def _offloaded(called: Thing | Body | None, node: form.Call) -> form.Expression | None:
    """The function that a call hands to a thread, if it does that."""
    position = OFFLOADS.get(called.dotted) if isinstance(called, External) else None
    if position is None and isinstance(node.function, form.Attribute):
        position = OFFLOADING_METHODS.get(node.function.attr)
    arguments = [argument.value for argument in node.arguments if argument.keyword is None]
    return None if position is None or position >= len(arguments) else arguments[position]


def _seconds(dotted: str, node: form.Call) -> float | None:
    """How long a call waits at most, where a constant in it says that."""
    found: form.Expression | None = None
    if dotted == "time.sleep" and node.arguments:
        found = node.arguments[0].value
    elif dotted.startswith("subprocess."):
        found = next((argument.value for argument in node.arguments if argument.keyword == "timeout"), None)
    value = found.value if isinstance(found, form.Constant) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
