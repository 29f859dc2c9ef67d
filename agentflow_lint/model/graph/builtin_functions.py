"""Python's builtin functions, as far as configuration code uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.containers import update
from agentflow_lint.model.graph.state import Raised
from agentflow_lint.model.graph.things import (
    Class,
    FrameworkName,
    Generator,
    Instance,
    Items,
    Known,
    Made,
    Mapping,
    Opaque,
    Super,
    Thing,
    Wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.classifying import Calling
    from agentflow_lint.model.graph.results import Place

    _Function = Callable[[Calling, list[Thing], dict[str, Thing], Place], Thing]


def call_intrinsic(run: Calling, name: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    """A builtin function or class by its name."""
    known = _BUILTINS.get(name)
    if known is not None:
        return known(run, arguments, keywords, place)
    if any(isinstance(argument, Opaque) for argument in arguments):
        return next(argument for argument in arguments if isinstance(argument, Opaque))
    return Opaque(f"the result of {name}() is not computed", place)


def _convert(run: Calling, function: Callable[..., object], arguments: list[Thing], place: Place) -> Thing:
    values = [argument.value for argument in arguments if isinstance(argument, Known)]
    if len(values) != len(arguments):
        opaque = next((argument for argument in arguments if isinstance(argument, Opaque)), None)
        return opaque or Opaque("a conversion is not computed", place)
    if any(isinstance(value, (str, bytes)) and len(value) > 1000 for value in values):
        return Opaque("a long conversion is not computed", place)
    try:
        result = function(*values)
    except (TypeError, ValueError, OverflowError) as error:
        raise run.python_error(type(error).__name__, str(error), place) from None
    source = arguments[0] if arguments else None
    return Known(result, place, source.origin if isinstance(source, Known) else None)


def _choose(function: Callable[..., object]) -> _Function:
    def choose(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
        given = run.elements(arguments[0]) if len(arguments) == 1 else arguments
        if given is None or not given or keywords:
            return Opaque(f"the result of {function.__name__}() is not computed", place)
        values = [item.value for item in given if isinstance(item, Known)]
        if len(values) != len(given):
            opaque = next((item for item in given if isinstance(item, Opaque)), None)
            return opaque or Opaque(f"the result of {function.__name__}() is not computed", place)
        try:
            return Known(function(values), place)
        except TypeError as error:
            raise run.python_error("TypeError", str(error), place) from None

    return choose


def _int(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _convert(run, int, arguments, place)


def _float(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _convert(run, float, arguments, place)


def _str(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _convert(run, str, arguments, place)


def _bool(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    truth = run.truth(arguments[0], place) if arguments else False
    if truth is None:
        return arguments[0] if isinstance(arguments[0], Opaque) else Opaque("a truth value is not known", place)
    return Known(truth, place)


def _len(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    thing = arguments[0] if arguments else None
    if isinstance(thing, Known) and isinstance(thing.value, (str, bytes)):
        return Known(len(thing.value), place)
    if isinstance(thing, Items) and thing.doubt is None and thing.kind != "set":
        return Known(len(thing.items), place)
    if isinstance(thing, Mapping) and thing.doubt is None and not thing.has_environment:
        return Known(len(thing.entries), place)
    return thing if isinstance(thing, Opaque) else Opaque("a length is not known", place)


def _collect(run: Calling, kind: str) -> Callable[[list[Thing], Place], Thing]:
    def collect(arguments: list[Thing], place: Place) -> Thing:
        if not arguments:
            return Items(kind, [], run.born())
        items = run.elements(arguments[0])
        if items is None:
            source = arguments[0]
            doubt = source if isinstance(source, Opaque) else Opaque(f"the items of a {kind} are not known", place)
            return Items(kind, [], run.born(), doubt)
        return Items(kind, items, run.born())

    return collect


def _list(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _collect(run, "list")(arguments, place)


def _tuple(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _collect(run, "tuple")(arguments, place)


def _set(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _collect(run, "set")(arguments, place)


def _dict(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    made = Mapping({}, run.born())
    update(run, made, arguments[0] if arguments else None, keywords, place)
    return made


def _getattr(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if len(arguments) < 2:
        return Opaque("getattr() without a name", place)
    thing, name = arguments[0], arguments[1]
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return name if isinstance(name, Opaque) else Opaque("an attribute's name is not known", place)
    try:
        with run.catching():
            return run.attribute(thing, name.value, place)
    except Raised as raised:
        if len(arguments) > 2 and run.is_kind(raised.error.kind, "AttributeError"):
            return arguments[2]
        raise


def _hasattr(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    missing = Known(None)
    found = _getattr(run, [*arguments[:2], missing], {}, place)
    if isinstance(found, Opaque):
        return found
    return Known(found is not missing, place)


def _setattr(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if len(arguments) == 3 and isinstance(arguments[1], Known) and isinstance(arguments[1].value, str):
        run.set_attribute(arguments[0], arguments[1].value, arguments[2], place)
    elif arguments:
        run.blind_call("setattr() with an unknown name", place, arguments[:1])
    return Known(None)


def _print(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return Known(None)


def _type(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    thing = arguments[0] if len(arguments) == 1 else None
    if isinstance(thing, Instance):
        return thing.cls
    if isinstance(thing, Made):
        return FrameworkName(thing.name, "")
    return Opaque("the result of type() is not followed", place)


def _next(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    thing = arguments[0] if arguments else None
    if not isinstance(thing, Generator) or thing.is_manager or thing.function.is_async:
        return thing if isinstance(thing, Opaque) else Opaque("next() is not followed", place)
    found = run.first_of(thing)
    if found is not None:
        return found
    if len(arguments) > 1:
        return arguments[1]
    raise run.python_error("StopIteration", "the generator yields nothing", place)


def _callable(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    known = run.is_callable(arguments[0], place) if arguments else None
    return Opaque("whether it can be called is not known", place) if known is None else Known(known, place)


def _isinstance(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if len(arguments) != 2:
        return Opaque("isinstance() is not followed", place)
    thing, cls = arguments
    choices = cls.items if isinstance(cls, Items) and cls.doubt is None else [cls]
    known = [run.is_instance(thing, choice) for choice in choices]
    if any(known):
        return Known(True, place)
    if all(item is False for item in known):
        return Known(False, place)
    return Opaque("whether it is an instance of that class is not known", place)


def _super(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    if len(arguments) == 2 and isinstance(arguments[0], Class):
        return Super(arguments[0], arguments[1])
    return Opaque("super() is not followed here", place)


def _property(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return Wrapped("property", arguments[0]) if arguments else Opaque("property() without a function", place)


def _staticmethod(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return Wrapped("staticmethod", arguments[0]) if arguments else Opaque("staticmethod() is not followed", place)


def _classmethod(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return Wrapped("classmethod", arguments[0]) if arguments else Opaque("classmethod() is not followed", place)


def _range(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    bounds = [item.value for item in arguments if isinstance(item, Known) and isinstance(item.value, int)]
    if len(bounds) == len(arguments) and 1 <= len(bounds) <= 3 and not (len(bounds) == 3 and bounds[2] == 0):
        numbers = range(*bounds)
        if len(numbers) <= 100:
            return Items("list", [Known(number) for number in numbers], run.born())
    return Opaque("a range is not followed", place)


def _enumerate(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    items = run.elements(arguments[0]) if len(arguments) == 1 and not keywords else None
    if items is None:
        return Opaque("what enumerate() gives is not known", place)
    pairs: list[Thing] = [Items("tuple", [Known(n), item], run.born()) for n, item in enumerate(items)]
    return Items("list", pairs, run.born())


def _zip(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    columns = [run.elements(argument) for argument in arguments]
    known = [column for column in columns if column is not None]
    uneven = len({len(column) for column in known}) > 1
    if not columns or len(known) < len(columns) or (keywords and uneven):  # strict=True may raise
        return Opaque("what zip() gives is not known", place)
    rows: list[Thing] = [Items("tuple", list(row), run.born()) for row in zip(*known, strict=False)]
    return Items("list", rows, run.born())


def _all(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _quantify(run, arguments, place, every=True)


def _any(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return _quantify(run, arguments, place, every=False)


def _quantify(run: Calling, arguments: list[Thing], place: Place, every: bool) -> Thing:
    items = run.elements(arguments[0]) if len(arguments) == 1 else None
    truths = [run.truth(item, place) for item in items or ()]
    if items is not None and (not every) in truths:
        return Known(not every, place)
    if items is None or None in truths:
        return Opaque("not all items are known", place)
    return Known(every, place)


def _same(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return arguments[0] if len(arguments) == 1 else Opaque("a decorator is not followed", place)


def _nothing(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    return Known(None)


def _object_new(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    cls = arguments[0] if arguments else None
    if isinstance(cls, Class):
        return Instance(cls, {}, run.born(), place)
    return Opaque("object.__new__() is not followed", place)


def _import(run: Calling, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> Thing:
    name = arguments[0] if len(arguments) == 1 else None
    if isinstance(name, Known) and isinstance(name.value, str):
        run.import_module(name.value, place)
        return run.import_module(name.value.partition(".")[0], place)
    return Opaque("__import__() is not followed", place)


_BUILTINS: dict[str, _Function] = {
    "max": _choose(max),
    "min": _choose(min),
    "int": _int,
    "float": _float,
    "str": _str,
    "bool": _bool,
    "len": _len,
    "list": _list,
    "tuple": _tuple,
    "set": _set,
    "frozenset": _set,
    "dict": _dict,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "setattr": _setattr,
    "print": _print,
    "type": _type,
    "callable": _callable,
    "next": _next,
    "isinstance": _isinstance,
    "super": _super,
    "property": _property,
    "staticmethod": _staticmethod,
    "classmethod": _classmethod,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "all": _all,
    "any": _any,
    "same": _same,
    "object": _object_new,
    "object.__init__": _nothing,
    "object.__init_subclass__": _nothing,
    "object.__new__": _object_new,
    "__import__": _import,
}
