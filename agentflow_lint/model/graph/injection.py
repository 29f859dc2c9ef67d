"""What a program binds in an InjectQ container, and gets from it again (injectq 0.4: core/container.py).

Followed for keys that are the project's classes or texts and for instances as values, which the container hands out as
they are. Classes and factories as values are made into something by the container; that is left unknown, and so are
keys that nothing visible binds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.things import Class, Compiled, Instance, Known, Made, Mapping, Opaque, Thing

if TYPE_CHECKING:
    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.state import State

CONTAINER = "InjectQ"
_GETS = ("get", "try_get")
_BINDS = ("bind", "bind_instance", "bind_factory")


def call(
    run: Calling, container: Made, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
) -> Thing:
    """The result of a method of the container."""
    key = arguments[0] if arguments else keywords.get("service_type")
    if name in _GETS and key is not None:
        return get(container, key, place)
    if name in _BINDS and key is not None:
        value = arguments[1] if len(arguments) > 1 else keywords.get("instance")
        if name != "bind_instance" or len(arguments) + len(keywords) != 2:
            value = None
        bind(run, container, key, value, place)
        return Known(None)
    container.doubt = Opaque(f"{name} of {CONTAINER} is not followed", place)
    return run.blind_call(f"{name}() of {CONTAINER}", place)


def get(container: Made, key: Thing, place: Place) -> Thing:
    """``container[key]``, or what ``get()`` gives."""
    found = container.attributes.get(_name(key) or "")
    if found is None or container.doubt is not None:
        return container.doubt or Opaque(f"what {CONTAINER} has for a key is not known", place)
    return found


def bind(run: State, container: Made, key: Thing, value: Thing | None, place: Place) -> None:
    """``container[key] = value``; a None is a value that is not followed."""
    name = _name(key)
    if name is None:
        # The framework's own keys, which nothing gets from here, and keys that are not known.
        if isinstance(key, Opaque):
            container.doubt = Opaque("a key is not known", place)
        return
    is_plain = isinstance(value, (Instance, Made, Compiled, Mapping)) or (
        isinstance(value, Known) and value.value is not None
    )
    kept = value if is_plain and value is not None else Opaque(f"what {CONTAINER} makes of it is not followed", place)
    container.attributes[name] = run.in_doubt(container.birth) or kept


def _name(key: Thing) -> str | None:
    if isinstance(key, Class):
        return f"class {id(key)}"
    return f"text {key.value}" if isinstance(key, Known) and isinstance(key.value, str) else None
