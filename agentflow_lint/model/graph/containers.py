"""Methods of strings, lists and dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph import operators
from agentflow_lint.model.graph.things import External, Items, Known, Mapping, Opaque, Thing

if TYPE_CHECKING:
    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place


def string_method(
    run: Calling, receiver: Known, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
) -> Thing:
    """A method of a str or bytes; raises Raised where Python raises."""
    if name == "join" and isinstance(receiver.value, str) and len(arguments) == 1:
        items = run.elements(arguments[0])
        texts = [item.value for item in items or () if isinstance(item, Known) and isinstance(item.value, str)]
        if items is not None and len(texts) == len(items) and sum(map(len, texts)) < operators.LONGEST:
            return Known(receiver.value.join(texts), place)
        wrong = next((item.value for item in items or () if isinstance(item, Known) and item.value not in texts), "")
        if items is not None and all(isinstance(item, Known) for item in items) and not isinstance(wrong, str):
            raise run.python_error("TypeError", f"expected str instance, {type(wrong).__name__} found", place)
    values = []
    for argument in arguments:
        if isinstance(argument, Opaque):
            return argument
        if isinstance(argument, Items) and argument.kind == "tuple":
            inner = [item.value for item in argument.items if isinstance(item, Known)]
            if len(inner) == len(argument.items):
                values.append(tuple(inner))
                continue
        if not isinstance(argument, Known):
            return Opaque(f"an argument of {name}() is not known", place)
        values.append(argument.value)
    if keywords:
        return Opaque(f"{name}() with keywords is not computed", place)
    try:
        result = operators.method(receiver.value, name, values)
    except operators.NotComputed:
        return Opaque(f"{name}() is not computed", place)
    except (TypeError, ValueError, LookupError) as error:
        raise run.python_error(type(error).__name__, str(error), place) from None
    if isinstance(result, (list, tuple)):
        items = [Known(item, receiver.place, receiver.origin) for item in result]
        return Items("list" if isinstance(result, list) else "tuple", list(items), run.born())
    return Known(result, receiver.place, receiver.origin)


def list_method(run: Calling, receiver: Items, name: str, arguments: list[Thing], place: Place) -> Thing:
    """A method of a list, tuple or set; changes in doubt leave the list in doubt."""
    doubt = run.in_doubt(receiver.birth)
    if name in ("append", "add") and len(arguments) == 1:
        if doubt is None and receiver.doubt is None:
            receiver.items.append(arguments[0])
        else:
            receiver.doubt = receiver.doubt or doubt
        return Known(None)
    if name == "extend" and len(arguments) == 1:
        items = run.elements(arguments[0])
        if items is None or doubt is not None or receiver.doubt is not None:
            receiver.doubt = receiver.doubt or doubt or Opaque("a list is extended by unknown items", place)
        else:
            receiver.items.extend(items)
        return Known(None)
    if name == "copy":
        run.tick(len(receiver.items))
        return Items(receiver.kind, list(receiver.items), run.born(), receiver.doubt)
    if name == "pop" and receiver.doubt is None and doubt is None and not arguments and receiver.items:
        return receiver.items.pop()
    if name in ("index", "count"):
        return Opaque(f"{name}() is not computed", place)
    receiver.doubt = receiver.doubt or doubt or Opaque(f"{name}() of a list is not computed", place)
    return Opaque(f"{name}() of a list is not computed", place)


def dict_method(
    run: Calling, receiver: Mapping, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place
) -> Thing:
    """A method of a dict; changes in doubt leave the entries in doubt."""
    key = arguments[0] if arguments else None
    default = arguments[1] if len(arguments) > 1 else Known(None, place)
    if name in ("get", "setdefault", "pop") and key is not None:
        if not isinstance(key, Known):
            return key if isinstance(key, Opaque) else Opaque("a key is not a constant", place)
        run.note_entry(receiver, key, name == "pop" and len(arguments) < 2, place)
        held = run.entry(receiver, key.value)
        if held is not None:
            if held is receiver.doubt:
                return held
            found = held
        elif name == "pop" and len(arguments) < 2:
            raise run.python_error("KeyError", repr(key.value), place)
        else:
            found = default
        if name == "setdefault":
            receiver.entries[key.value] = run.in_doubt(receiver.birth) or found
        elif name == "pop":
            receiver.entries.pop(key.value, None)
            receiver.below.pop(key.value, None)
            if receiver.has_environment:
                receiver.doubt = Opaque("a variable is taken out of a copy of the environment", place)
            receiver.doubt = receiver.doubt or run.in_doubt(receiver.birth)
        return found
    if name == "update":
        update(run, receiver, key, keywords, place)
        return Known(None)
    if name == "copy":
        run.tick(len(receiver.entries))
        made = Mapping({}, run.born())
        update(run, made, receiver, {}, place)
        return made
    if name in ("keys", "values", "items") and receiver.doubt is None and not receiver.has_environment:
        run.tick(len(receiver.entries))
        keys: list[Thing] = [Known(item) for item in receiver.entries]
        values = list(receiver.entries.values())
        if name == "items":
            pairs: list[Thing] = [
                Items("tuple", [left, right], run.born()) for left, right in zip(keys, values, strict=True)
            ]
            return Items("list", pairs, run.born())
        return Items("list", keys if name == "keys" else values, run.born())
    receiver.doubt = receiver.doubt or Opaque(f"{name}() of a dict is not computed", place)
    return receiver.doubt


def _put_below(receiver: Mapping, others: dict[object, Thing]) -> None:
    """Lay the environment over all that a dict has, and over ``others``."""
    receiver.below = {**receiver.below, **receiver.entries, **others}
    receiver.entries = {}
    receiver.has_environment = True


def update(run: Calling, receiver: Mapping, other: Thing | None, keywords: dict[str, Thing], place: Place) -> None:
    """``receiver.update(other, **keywords)``."""
    doubt = run.in_doubt(receiver.birth)
    new: dict[object, Thing] = {}
    if isinstance(other, Mapping):
        run.tick(len(other.entries))
        if other.has_environment:
            _put_below(receiver, other.below)
        new.update(other.entries)
        receiver.env_file = receiver.env_file or other.env_file
        receiver.doubt = receiver.doubt or other.doubt
    elif isinstance(other, External) and other.dotted == "os.environ":
        _put_below(receiver, {})
        receiver.doubt = receiver.doubt or doubt
    elif other is not None:
        receiver.doubt = Opaque("a dict is updated with unknown items", place)
    new.update(keywords)
    for key, value in new.items():
        receiver.entries[key] = doubt or value
