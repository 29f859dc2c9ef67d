"""gunicorn's configuration file: Python, evaluated as the modules of the graph are.

gunicorn runs the file and takes those of its global names that are settings, spelled exactly so; each goes through
the setting's own validator, and a value that it refuses ends gunicorn (gunicorn/app/base.py, config.py).
"""

from __future__ import annotations

import posixpath
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from agentflow_lint.model.command.surroundings import FoundText, find_text
from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agentflow_lint.model.command.surroundings import Surroundings
    from agentflow_lint.model.graph.things import Frame, Thing
    from agentflow_lint.sources.python.form import ModuleForm

T = TypeVar("T")

DEFAULT_NAME = "gunicorn.conf.py"

_NONE: Mapping[str, Value[object]] = MappingProxyType({})
#: The settings that are read here.
_SETTINGS = (
    *("bind", "workers", "timeout", "graceful_timeout", "worker_class", "forwarded_allow_ips", "reload", "chdir"),
    *("pythonpath",),
)


@record(frozen=True)
class GunicornConfig:
    """What the file says: each setting's Python value; a list is a tuple here.

    ``open_reason`` says why it may say more than that: it could not be read, or names in it are not known.
    ``bind_prefix`` is what is known of the beginning of a ``bind`` that is not known (``0.0.0.0:``).
    """

    path: str | None = None
    values: Mapping[str, Value[object]] = field(default_factory=lambda: _NONE)
    open_reason: str | None = None
    bind_prefix: str = ""

    def get(self, name: str) -> Value[object]:
        """A setting's value; absent where the file leaves the default alone."""
        if name in self.values:
            return self.values[name]
        return Unknown(self.open_reason) if self.open_reason else ABSENT

    def text(self, name: str) -> Value[str]:
        """A setting that is text."""
        return self._typed(name, lambda value: value if isinstance(value, str) else None)

    def number(self, name: str) -> Value[int]:
        """A setting that is a number (``validate_pos_int``: text counts, with its base)."""
        return self._typed(name, _number)

    def flag(self, name: str) -> Value[bool]:
        """A setting that is a boolean (``validate_bool``: 0 and 1 are none)."""
        return self._typed(name, _flag)

    def _typed(self, name: str, convert: Callable[[object], T | None]) -> Value[T]:
        value = self.get(name)
        if not isinstance(value, Known):
            return value
        converted = convert(value.value)
        if converted is None:
            return Unknown(f"gunicorn does not take this value of {name}", value.origin)
        return Known(converted, value.origin)


NO_CONFIG = GunicornConfig()


def read_gunicorn_config(
    surroundings: Surroundings, location: str | None, folder: Value[str], env: Mapping[str, Value[str]]
) -> GunicornConfig:
    """The configuration that gunicorn reads: ``location`` is what ``--config`` says, None for the default name.

    ``folder`` is where gunicorn starts, ``env`` the environment that the file sees.
    """
    if location is not None and location.startswith("python:"):
        path = location.removeprefix("python:").replace(".", "/") + ".py"
    else:
        path = (location or DEFAULT_NAME).removeprefix("file:")
    found = find_text(surroundings, path, folder)
    if isinstance(found, FoundText):
        return _evaluated(surroundings, found.path, env)
    if isinstance(found, Unknown):
        # A base image may bring gunicorn.conf.py along; one that has none is the rule.
        return NO_CONFIG if location is None else GunicornConfig(open_reason=f"{path}: {found.reason}")
    return NO_CONFIG if location is None else GunicornConfig(open_reason=f"the configuration file {path} may set it")


def _evaluated(surroundings: Surroundings, path: str, env: Mapping[str, Value[str]]) -> GunicornConfig:
    from agentflow_lint.framework.release import load_release, newest_core_for, newest_release
    from agentflow_lint.model.graph.sources import Sources
    from agentflow_lint.model.graph.state import Exhausted, Raised, Unfollowed
    from agentflow_lint.model.graph.statements import Evaluator
    from agentflow_lint.model.graph.things import Frame, Known, Module
    from agentflow_lint.model.loading.modules import ModuleFinder
    from agentflow_lint.sources.python.form import ModuleForm as Lowered

    sources = Sources(surroundings.files)
    lowered = sources.form(path)
    if not isinstance(lowered, Lowered):
        return GunicornConfig(path, open_reason=f"{path} cannot be read as Python")
    finder = ModuleFinder(surroundings.files, (posixpath.dirname(path), ""), {}, None)
    # No module of the framework is followed, so its release makes no difference.
    core = newest_core_for(load_release(newest_release()))
    evaluator = Evaluator(sources, finder, lambda name: env.get(name, ABSENT), core, {})
    module = Module("__config__", path, False)
    module.frame = Frame("module", evaluator.born(), module)
    module.frame.names |= {"__name__": Known("__config__"), "__file__": Known(path)}
    reason: str | None = None
    try:
        evaluator.execute_module(lowered.body, module.frame)
    except (Raised, Unfollowed):
        reason = f"{path} may stop before its end"
    except (Exhausted, RecursionError):
        reason = f"{path} takes more steps than are followed"
    if module.frame.doubt is not None:
        reason = reason or f"{path}: {module.frame.doubt.reason}"
    values = {
        name: _value(module.frame.names[name], module.frame, name, path)
        for name in _SETTINGS
        if name in module.frame.names
    }
    bound = module.frame.origins.get("bind")
    prefix = _beginning(lowered, bound.place.reference) if bound else ""
    return GunicornConfig(path, MappingProxyType(values), reason, prefix)


def _beginning(module: ModuleForm, assignment: int) -> str:
    """The text that the value of one of the module's own assignments begins with, whatever follows."""
    from agentflow_lint.sources.python.form import Assign, Binary, Constant, FormattedString

    found = next((node.value for node in module.body if isinstance(node, Assign) and node.ref == assignment), None)
    while isinstance(found, Binary) and all(operator in ("+", "%") for operator, _ in found.rest):
        found = found.first
    if isinstance(found, FormattedString) and found.parts and isinstance(found.parts[0], str):
        return found.parts[0]
    text = found.value if isinstance(found, Constant) else None
    return text.partition("%")[0].partition("{")[0] if isinstance(text, str) else ""


def _value(thing: Thing, frame: Frame, name: str, path: str) -> Value[object]:
    from agentflow_lint.model.graph.things import Items, Opaque
    from agentflow_lint.model.graph.things import Known as KnownThing

    binding = frame.origins.get(name)
    origin = Origin(f"{name} in {path}", binding.place.location if binding else None)
    if isinstance(thing, KnownThing):
        return Known(thing.value, origin)
    if isinstance(thing, Items) and thing.doubt is None:
        items = [item.value if isinstance(item, KnownThing) else None for item in thing.items]
        if None not in items:
            return Known(tuple(items), origin)
    reason = thing.reason if isinstance(thing, Opaque) else f"what {path} sets it to is not followed"
    return Unknown(reason, origin)


def _number(value: object) -> int | None:
    if isinstance(value, int):
        return int(value) if value >= 0 else None
    if not isinstance(value, str) or len(value) > 20:
        return None
    try:
        number = int(value, 0)
    except ValueError:
        return None
    return number if number >= 0 else None


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = value.lower().strip() if isinstance(value, str) else ""
    return {"true": True, "false": False}.get(text)


def addresses(value: object) -> tuple[str, ...] | None:
    """The addresses of ``bind``: text, or a list of texts; None for what gunicorn does not take."""
    items = value if isinstance(value, tuple) else (value,)
    if not items or not all(isinstance(item, str) for item in items):
        return None
    return tuple(str(item).strip() for item in items)
