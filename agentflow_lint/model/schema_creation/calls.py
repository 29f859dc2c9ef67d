"""Where a module calls ``setup()`` or ``asetup()``, and whether that runs when the module is imported and used.

Read off the text. A call counts as live unless it stands under ``if __name__ == "__main__"``, or in a function or class
that nothing else in the program names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.facts import statements_of
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.sources.text import SourceText

_NAMES = ("asetup", "setup")


@record(frozen=True)
class SetupCall:
    """One call. ``is_certain``: it is a checkpointer's as far as names tell; ``is_live``: see the module."""

    place: Place
    is_certain: bool
    is_live: bool


def may_set_up(sources: Sources, path: str) -> bool:
    """Whether a module has any such call, by a look at its text."""
    return sources.mentions(path, *_NAMES)


def setup_calls(sources: Sources, path: str, used: Collection[str] = ()) -> tuple[SetupCall, ...]:
    """The calls in one module. ``used`` are the names that other modules of the program use."""
    if not may_set_up(sources, path):
        return ()
    lowered = sources.form(path)
    if not isinstance(lowered, form.ModuleForm):
        return ()
    checkpointers = _checkpointers(lowered.body)
    about_checkpointers = sources.mentions(path, "heckpointer")
    live = _live_units(lowered.body, used)
    found = []
    for unit in lowered.body:
        is_live = not _is_main_guard(unit) and (_name(unit) is None or _name(unit) in live)
        for node, is_certain in _calls(unit, checkpointers):
            if is_certain or about_checkpointers:
                found.append(SetupCall(sources.place(path, node.ref), is_certain, is_live))
    return tuple(found)


def names_used(sources: Sources, path: str) -> frozenset[str]:
    """Every name that a module imports, reads or asks another thing for."""
    text = sources.text(path)
    return _names_in(text) if text is not None else frozenset()


@once
def _names_in(text: SourceText) -> frozenset[str]:
    return frozenset(_used(statements_of(text)))


def _calls(
    unit: form.Statement, checkpointers: Collection[str]
) -> Iterator[tuple[form.Attribute | form.Constant, bool]]:
    """The places that call, or hand on, one of the two methods, and whether it is certainly a checkpointer's."""
    called = {id(node.function) for node in nodes(unit) if isinstance(node, form.Call) and not node.arguments}
    for node in nodes(unit):
        if isinstance(node, form.Constant) and node.value == "asetup":
            yield node, False
        if not isinstance(node, form.Attribute) or node.attr not in _NAMES:
            continue
        receiver = _last_name(node.value)
        speaks_of_checkpointer = "checkpoint" in receiver.lower() or receiver in checkpointers
        if receiver == "super()" or ("store" in receiver.lower() and not speaks_of_checkpointer):
            continue
        if node.attr == "asetup":
            yield node, True
        elif id(node) in called:
            yield node, speaks_of_checkpointer


def _last_name(node: form.Expression) -> str:
    """What the object is called on which a method is called: ``checkpointer`` of ``app.checkpointer``."""
    if isinstance(node, form.Name):
        return node.id
    if isinstance(node, form.Attribute):
        return node.attr
    if isinstance(node, form.Call):
        name = _last_name(node.function)
        return "super()" if name == "super" else name
    return _last_name(node.value) if isinstance(node, (form.Await, form.Subscript)) else ""


def _checkpointers(body: form.Block) -> frozenset[str]:
    """The names that are given a checkpointer right where it is constructed."""
    made = [node for node in nodes(body) if isinstance(node, form.Assign) and isinstance(node.value, form.Call)]
    return frozenset(
        target.id
        for node in made
        if _last_name(node.value).endswith("Checkpointer")
        for target in node.targets
        if isinstance(target, form.Name)
    )


def _name(unit: form.Statement) -> str | None:
    """The name of a function or class, which runs only when somebody uses it; a decorator may be such a one."""
    if isinstance(unit, (form.FunctionDefinition, form.ClassDefinition)) and not unit.decorators:
        return unit.name
    return None


def _live_units(body: form.Block, used: Collection[str]) -> set[str]:
    """The functions and classes that are named by what runs at import, by other modules, or by each other."""
    units = {name: unit for unit in body if (name := _name(unit)) is not None}
    live: set[str] = set()
    waiting = {name for name in units if name in used}
    for unit in body:
        if _name(unit) is None and not _is_main_guard(unit):
            waiting |= _used(unit) & units.keys()
    while waiting:
        name = waiting.pop()
        if name not in live:
            live.add(name)
            waiting |= _used(units[name]) & units.keys()
    return live


def _used(root: object) -> set[str]:
    found: set[str] = set()
    for node in nodes(root):
        if isinstance(node, form.Name):
            found.add(node.id)
        elif isinstance(node, form.Attribute):
            found.add(node.attr)
        elif isinstance(node, form.ImportFrom):
            found.update(imported.name for imported in node.names or ())
    return found


def _is_main_guard(unit: form.Statement) -> bool:
    """``if __name__ == "__main__":``."""
    if not isinstance(unit, form.If) or len(unit.branches) != 1:
        return False
    test = unit.branches[0][0]
    parts = (test.first, *(part for _, part in test.rest)) if isinstance(test, form.Comparison) else ()
    return any(isinstance(part, form.Name) and part.id == "__name__" for part in parts)
