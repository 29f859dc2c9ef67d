"""Paths through a directed graph: the longest without a node twice, and what leads nowhere. Knows nothing of agents."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Extensions of a path that are tried; the longest path of a graph full of loops takes exponential time.
MOST_TRIES = 20_000


@record(frozen=True)
class LongestPath:
    """The heaviest path found; ``is_exact`` False when there may be a heavier one, of ``at_most`` that weight."""

    nodes: tuple[str, ...]
    weight: int
    is_exact: bool
    at_most: int


def longest_path(start: str, edges: Mapping[str, Sequence[str]], weights: Mapping[str, int]) -> LongestPath:
    """The heaviest path from ``start`` that comes to no node twice; ``weights`` default to 0."""
    best: tuple[int, tuple[str, ...]] = (weights.get(start, 0), (start,))
    path = [start]
    on_path = {start}
    weight = weights.get(start, 0)
    waiting = [iter(edges.get(start, ()))]
    at_most = sum(weights.get(node, 0) for node in reachable(start, edges))
    tries = 0
    while waiting and tries < MOST_TRIES and best[0] < at_most:
        tries += 1
        target = next(waiting[-1], None)
        if target is None:
            waiting.pop()
            last = path.pop()
            on_path.discard(last)
            weight -= weights.get(last, 0)
        elif target not in on_path:
            path.append(target)
            on_path.add(target)
            weight += weights.get(target, 0)
            waiting.append(iter(edges.get(target, ())))
            if weight > best[0]:
                best = (weight, tuple(path))
    exact = not waiting or best[0] == at_most
    return LongestPath(best[1], best[0], exact, best[0] if exact else at_most)


def reachable(start: str, edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The nodes that can be got to from ``start``, with the fewest edges on the way."""
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for target in edges.get(node, ()):
            if target not in found:
                found[target] = found[node] + 1
                waiting.append(target)
    return found


def without_way_out(nodes: Iterable[str], edges: Mapping[str, Sequence[str]], exits: Iterable[str]) -> frozenset[str]:
    """The nodes from which none of ``exits`` can be got to."""
    sources: dict[str, list[str]] = {}
    for node, targets in edges.items():
        for target in targets:
            sources.setdefault(target, []).append(node)
    leading: set[str] = set()
    for each in exits:
        leading.update(reachable(each, sources))
    return frozenset(set(nodes) - leading)
