"""Dataclasses that are cheap to define.

``dataclass`` compiles the source of up to seven methods for every class that it decorates. For the couple of hundred
classes a run imports, that takes longer than importing libcst. :func:`record` gives a class methods that are shared by
all records instead, and leaves the fields to ``dataclass``; only a class that is instantiated often has an
``__init__`` compiled. So ``fields``, ``replace`` and ``asdict`` of
:mod:`dataclasses` work on records, and to a type checker a record is a dataclass.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields
from functools import wraps
from itertools import pairwise
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

__all__ = ["once", "record"]

#: A class of which so many are made gets an initializer of its own.
_OFTEN = 100
#: Where a record keeps what :func:`once` has read off it; no field can be called so.
_FACTS = "<facts>"

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(cls=None, /, *, frozen=False, eq=True):
        """``dataclass`` with its parameters of these names, as a decorator with or without them.

        The class gets ``__init__``, ``__repr__``, ``__eq__`` and ``__hash__`` as a dataclass would, except where it
        defines its own. Instances have a ``__dict__``; a frozen one refuses assignment and deletion.
        """
        if cls is None:
            return lambda decorated: record(decorated, frozen=frozen, eq=eq)
        cls.__doc__ = cls.__doc__ or cls.__name__  # dataclass would make one up from the signature, at some expense
        dataclass(init=False, repr=False, eq=False)(cls)
        methods = {"__init__": _initializer(cls), "__repr__": _repr, "__getstate__": _state}
        if eq:
            methods |= _comparison(cls)
            if not frozen:
                methods["__hash__"] = None
            elif vars(cls).get("__hash__", MISSING) is None:  # what a class gets that defines __eq__ alone
                del cls.__hash__
        if frozen:
            methods |= {"__setattr__": _refuse_assignment, "__delattr__": _refuse_deletion}
        for name, method in methods.items():
            if name not in vars(cls):
                setattr(cls, name, method)
        return cls


def _initializer(cls: type) -> Any:
    of_init = [field for field in fields(cls) if field.init]
    names = tuple(field.name for field in of_init)
    known = frozenset(names)
    defaults = {field.name: field.default for field in of_init if field.default is not MISSING}
    factories = [(field.name, field.default_factory) for field in of_init if field.default_factory is not MISSING]
    optional = defaults.keys() | {name for name, _ in factories}
    if any(name in optional and later not in optional for name, later in pairwise(names)):
        raise TypeError(f"{cls.__qualname__}: a field without a default follows one with a default")
    made = 0

    def __init__(self: Any, *values: object, **named: object) -> None:  # noqa: N807 - it becomes the class's method
        nonlocal made
        made += 1
        if made == _OFTEN and vars(cls).get("__init__") is __init__:
            cls.__init__ = _compiled_initializer(cls)  # type: ignore[misc]
        state = self.__dict__
        given = len(values)
        if given < len(names):
            state.update(defaults)
            for name, make in factories:
                if name not in named:
                    state[name] = make()
            state.update(named)
        state.update(zip(names, values, strict=False))
        if (given != len(names) or named) and (
            given + len(named) > len(names) or state.keys() != known or not named.keys().isdisjoint(names[:given])
        ):
            raise TypeError(f"{cls.__qualname__}({', '.join(names)}) got {given} values and {sorted(named)}")

    return __init__


def _compiled_initializer(cls: type) -> Any:
    """An ``__init__`` of the class's own, five times as fast and as dear to make as two hundred instances."""
    given: dict[str, Any] = {"_MISSING": MISSING}
    parameters, lines = ["self"], ["_state = self.__dict__"]
    for field in fields(cls):
        if not field.init:
            continue
        name = field.name
        if field.default_factory is not MISSING:
            given[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_MISSING")
            lines.append(f"_state[{name!r}] = _make_{name}() if {name} is _MISSING else {name}")
            continue
        if field.default is not MISSING:
            given[f"_default_{name}"] = field.default
        parameters.append(name if field.default is MISSING else f"{name}=_default_{name}")
        lines.append(f"_state[{name!r}] = {name}")
    source = "\n    ".join([f"def __init__({', '.join(parameters)}):", *lines])
    exec(source, given)  # of the names of fields alone
    made = given["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _comparison(cls: type) -> dict[str, Any]:
    names = [field.name for field in fields(cls) if field.compare]
    state: Any = attrgetter(*names) if len(names) > 1 else lambda self: tuple(getattr(self, name) for name in names)

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return bool(state(self) == state(other)) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(state(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _state(self: object) -> dict[str, Any]:
    """What is copied and pickled: not the facts, which hold for the fields as they are and for this process."""
    return {name: value for name, value in self.__dict__.items() if name != _FACTS}


def _refuse_assignment(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def once(reader: Callable[Concatenate[_R, _P], _T]) -> Callable[Concatenate[_R, _P], _T]:
    """A reader that reads a record once for each set of further arguments, which are hashable.

    For pure functions whose results nobody changes: the facts stay with the record, so that whoever keeps a text or a
    statement of it, as the editor does, keeps what has been read off it.
    """

    @wraps(reader)
    def reading(read: _R, /, *args: _P.args, **options: _P.kwargs) -> _T:
        key = (reader, args, tuple(options.items())) if args or options else reader
        facts = read.__dict__.get(_FACTS)
        if facts is None:
            facts = read.__dict__[_FACTS] = {}
        if key not in facts:
            facts[key] = reader(read, *args, **options)
        return facts[key]  # type: ignore[no-any-return]

    return reading
