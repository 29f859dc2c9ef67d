"""Questions about classes: what they leave abstract, and what they derive from."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from agentflow_lint.model.graph.importing import Imports
from agentflow_lint.model.graph.things import (
    Class,
    External,
    FrameworkName,
    Function,
    Intrinsic,
    Opaque,
    Thing,
    Wrapped,
)

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place

#: Bases that bring no constructor and no methods of their own.
PLAIN_BASES = frozenset({"abc.ABC", "typing.Protocol", "typing.Generic", "typing_extensions.Protocol"})


class Classes(Imports):
    """What is asked of classes before they are called, and of two classes."""

    def left_abstract(self, cls: Thing) -> tuple[str, ...]:
        """The methods because of which ``cls`` cannot be instantiated; those of bases that are not seen do not count.

        ``@abstractmethod`` means something only under the metaclass ABCMeta, which every framework class has that
        leaves something abstract.
        """
        order = cls.order if isinstance(cls, Class) else [cls]
        left: list[str] = []
        bound: set[str] = set()
        heeded = False
        for item in order:
            if isinstance(item, FrameworkName):
                published = self.libraries.get(item.module.partition(".")[0])
                methods = published.abstract_methods.get(item.name, ()) if published else ()
                heeded = heeded or bool(methods)
                left += [name for name in methods if name not in bound]
                break  # what else it defines is not known, so nothing behind it counts
            if isinstance(item, Class):
                if item.frame.doubt is not None:
                    break
                heeded = heeded or item.has_abstract_meta
                left += [name for name, value in item.frame.names.items() if name not in bound and _is_abstract(value)]
                bound.update(item.frame.names)
            elif isinstance(item, External) and item.dotted in PLAIN_BASES:
                heeded = heeded or item.dotted != "typing.Generic"
            elif not isinstance(item, Intrinsic):
                break
        return tuple(left) if heeded else ()

    def refuse_abstract(self, cls: Class | FrameworkName, place: Place) -> None:
        """Raise the TypeError of instantiating a class that leaves methods abstract, if it is one."""
        from agentflow_lint.model.graph.results import ConstructionError

        left = self.left_abstract(cls)
        if left:
            reason = f"the class {cls.name} is abstract: it does not define {listed(left)}"
            raise self.error("TypeError", reason, place, ConstructionError("abstract-class", (), reason, place))

    def is_subclass(self, cls: Thing, of: Thing) -> bool | None:
        """``issubclass(cls, of)``, None when it is not known.

        No framework class derives from a class of the project or from one of Python's, ``object`` aside.
        """
        if not isinstance(cls, (Class, FrameworkName)) or not _is_class(of):
            return None
        order: list[Thing] = cls.order if isinstance(cls, Class) else [cls, Intrinsic("object")]
        if any(is_same_class(item, of) for item in order):
            return True
        if any(isinstance(item, (External, Opaque)) for item in order):
            return None
        in_framework = isinstance(of, FrameworkName) and any(isinstance(item, FrameworkName) for item in order)
        return None if in_framework else False


def listed(names: tuple[str, ...], at_most: int = 3) -> str:
    """``a, b, c and 12 more``."""
    shown = ", ".join(names[:at_most])
    return shown if len(names) <= at_most else f"{shown} and {len(names) - at_most} more"


def _is_abstract(value: Thing) -> bool:
    inner = value.function if isinstance(value, Wrapped) else value
    return isinstance(inner, Function) and inner.is_abstract


def _is_class(thing: Thing) -> bool:
    if isinstance(thing, Intrinsic):
        return isinstance(getattr(builtins, thing.name, None), type)
    return isinstance(thing, (Class, FrameworkName))


def is_same_class(left: Thing, right: Thing) -> bool:
    """Whether two classes are one; the framework's and Python's own are known by their names."""
    if isinstance(left, (FrameworkName, Intrinsic)) and type(left) is type(right):
        return left.name == right.name
    return left is right
