"""What kind of thing a thing is: callable, an instance of a class, an exception of a kind."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from agentflow_lint.framework import core_names
from agentflow_lint.model.graph.constructing import Constructing
from agentflow_lint.model.graph.enums import EnumMember, TextMember
from agentflow_lint.model.graph.things import (
    Class,
    Compiled,
    Coroutine,
    External,
    FrameworkName,
    Function,
    Generator,
    Instance,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Method,
    Module,
    Opaque,
    Thing,
    Wrapped,
)

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place

#: Exceptions of libraries that derive from ValueError.
_VALUE_ERRORS = frozenset({"pydantic.ValidationError", "environs.EnvError"})
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "bytes": bytes}


class Calling(Constructing):
    """Questions about things that calls depend on."""

    def is_callable(self, thing: Thing, place: Place) -> bool | None:
        """``callable(thing)``, None when it is not known."""
        if isinstance(thing, (Function, Class, Intrinsic, Method)):
            return True
        if isinstance(thing, Wrapped):
            return thing.kind != "property"
        if isinstance(thing, FrameworkName):
            return True if thing.name[:1].isupper() and not thing.name.isupper() else None
        if isinstance(thing, Instance):
            found = self.in_order(thing.cls.order, "__call__", place)
            return None if isinstance(found, Opaque) else found is not None
        if isinstance(thing, Made):
            if thing.name in core_names.CALLABLE_INSTANCES:
                return True
            return False if thing.name in core_names.BUILDERS or thing.name in core_names.CHECKPOINTERS else None
        if isinstance(thing, (Known, Items, Mapping, Module, Compiled, Coroutine)):
            return False
        if isinstance(thing, Generator) and not thing.is_manager:
            return False
        return False if isinstance(thing, External) and thing.is_module else None

    def is_instance(self, thing: Thing, cls: Thing) -> bool | None:
        """``isinstance(thing, cls)``, None when it is not known."""
        if isinstance(thing, Opaque) or isinstance(cls, (Opaque, External)):
            return None
        if isinstance(thing, Instance):
            if cls in thing.cls.order:
                return True
            for base in thing.cls.order:
                if isinstance(base, FrameworkName) and isinstance(cls, FrameworkName) and base.name == cls.name:
                    return True
                if isinstance(base, (External, Opaque, FrameworkName)):
                    return None
            return False
        if isinstance(thing, Made) and isinstance(cls, FrameworkName):
            return True if thing.name == cls.name else None
        if isinstance(thing, Compiled) and isinstance(cls, FrameworkName):
            return cls.name == "CompiledGraph"
        if isinstance(cls, Intrinsic) and cls.name in _TYPES:
            if isinstance(thing, Known):
                return isinstance(thing.value, _TYPES[cls.name])
            if isinstance(thing, Items):
                return thing.kind == cls.name
            if isinstance(thing, Mapping):
                return cls.name == "dict"
        if isinstance(thing, Known) and isinstance(thing.value, (EnumMember, TextMember)) and isinstance(cls, Class):
            return cls in thing.value.owner.order
        return False if isinstance(thing, Known) and isinstance(cls, Class) else None

    def is_kind(self, kind: Thing, name: str) -> bool | None:
        """Whether exception class ``kind`` is, or derives from, builtin exception ``name``; None: not known."""
        if isinstance(kind, Intrinsic):
            cls, base = getattr(builtins, kind.name, None), getattr(builtins, name, None)
            return isinstance(cls, type) and isinstance(base, type) and issubclass(cls, base)
        if isinstance(kind, Class):
            answers = [self.is_kind(base, name) for base in kind.order if not isinstance(base, Class)]
            if any(answers):
                return True
            return None if None in answers else False
        if isinstance(kind, External) and kind.dotted in _VALUE_ERRORS:
            return name in ("ValueError", "Exception", "BaseException")
        return True if name in ("Exception", "BaseException") else None
