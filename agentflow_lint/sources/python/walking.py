"""Walks over the nodes of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def nodes(root: object, stop: type | tuple[type, ...] = ()) -> Iterator[object]:
    """Every node below ``root`` and ``root`` itself, in source order, without recursion.

    Nothing inside a node of the classes ``stop``, ``root`` excepted.
    """
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(reversed(node))
        elif hasattr(node, "__match_args__"):
            yield node
            if node is root or not isinstance(node, stop):
                stack.extend(getattr(node, name) for name in reversed(node.__match_args__))
