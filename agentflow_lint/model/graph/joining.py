"""Whether two things are the same for all that is asked of them."""

from __future__ import annotations

from agentflow_lint.model.graph.things import (
    Compiled,
    External,
    Frame,
    FrameworkName,
    Instance,
    Intrinsic,
    Items,
    Known,
    Made,
    Mapping,
    Method,
    Opaque,
    Thing,
)

#: Bigger containers are not compared.
_MOST_ITEMS = 50


def same(left: Thing, right: Thing, depth: int = 3) -> bool:
    """Whether ``left`` may stand for ``right`` after two branches: equal constants, like instances of one class."""
    if left is right:
        return True
    if type(left) is not type(right) or depth == 0:
        return False
    if isinstance(left, Known) and isinstance(right, Known):
        return type(left.value) is type(right.value) and left.value == right.value
    if isinstance(left, External) and isinstance(right, External):
        return left.dotted == right.dotted
    if isinstance(left, (FrameworkName, Intrinsic)) and isinstance(right, (FrameworkName, Intrinsic)):
        return left.name == right.name
    if isinstance(left, Opaque) and isinstance(right, Opaque):
        return left.reason == right.reason and left.truthy == right.truthy
    if isinstance(left, Made) and isinstance(right, Made):
        return (
            left.name == right.name
            and left.calls == right.calls
            and _all_same(left.arguments, right.arguments, depth)
            and _all_same(left.attributes, right.attributes, depth)
        )
    if isinstance(left, Instance) and isinstance(right, Instance):
        return left.cls is right.cls and _all_same(left.attributes, right.attributes, depth)
    if isinstance(left, Compiled) and isinstance(right, Compiled):
        one, other = left.call, right.call
        return (one.builder, one.store, one.checkpointer.kind, one.checkpointer.class_name, one.arguments) == (
            (other.builder, other.store, other.checkpointer.kind, other.checkpointer.class_name, other.arguments)
        ) and one.checkpointer.arguments == other.checkpointer.arguments
    if isinstance(left, Items) and isinstance(right, Items):
        return (
            left.kind == right.kind
            and left.doubt is right.doubt
            and len(left.items) == len(right.items) <= _MOST_ITEMS
            and all(same(one, other, depth - 1) for one, other in zip(left.items, right.items, strict=True))
        )
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if left.has_environment or right.has_environment:
            return False
        return left.doubt is right.doubt and _all_same(left.entries, right.entries, depth)
    if isinstance(left, Method) and isinstance(right, Method):
        return left.function == right.function and same(left.receiver, right.receiver, depth - 1)
    return False


def _all_same(left: dict[str, Thing], right: dict[str, Thing], depth: int) -> bool:
    return (
        left.keys() == right.keys()
        and len(left) <= _MOST_ITEMS
        and all(same(left[name], right[name], depth - 1) for name in left)
    )


def differing(before: Frame, one: dict[str, Thing], other: dict[str, Thing]) -> set[str]:
    """The names that two outcomes of a branch bind differently."""
    return {
        name
        for name in one.keys() | other.keys()
        if name not in one or name not in other or not same(one[name], other[name])
    }
