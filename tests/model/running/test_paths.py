"""Paths through graphs, against the plainest way of finding them."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.model.running.paths import MOST_TRIES, longest_path, reachable, without_way_out

NODES = "ABCDE"
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES), max_size=4, unique=True))
WEIGHTS = st.dictionaries(st.sampled_from(NODES), st.integers(0, 3))


def _heaviest(start: str, edges: dict[str, list[str]], weights: dict[str, int]) -> int:
    best = 0
    for length in range(1, len(NODES) + 1):
        for path in permutations(NODES, length):
            steps = pairwise(path)
            if path[0] == start and all(second in edges.get(first, ()) for first, second in steps):
                best = max(best, sum(weights.get(node, 0) for node in path))
    return best


@given(GRAPHS, WEIGHTS)
def test_the_longest_path_is_the_heaviest_of_all(edges: dict[str, list[str]], weights: dict[str, int]) -> None:
    found = longest_path("A", edges, weights)
    assert found.is_exact
    assert found.weight == found.at_most == _heaviest("A", edges, weights)
    assert found.nodes[0] == "A"
    assert len(set(found.nodes)) == len(found.nodes)
    assert sum(weights.get(node, 0) for node in found.nodes) == found.weight
    assert all(second in edges[first] for first, second in zip(found.nodes, found.nodes[1:], strict=False))


@given(GRAPHS, st.sets(st.sampled_from(NODES)))
def test_a_node_has_a_way_out_if_an_exit_can_be_reached(edges: dict[str, list[str]], exits: set[str]) -> None:
    trapped = without_way_out(NODES, edges, exits)
    for node in NODES:
        assert (node in trapped) == exits.isdisjoint(reachable(node, edges))


def test_a_graph_full_of_loops_ends_the_search_and_says_so() -> None:
    names = [f"N{number}" for number in range(24)]
    edges = {name: [other for other in names if other != name] for name in names}
    everywhere = longest_path("N0", edges, dict.fromkeys(names, 1))
    assert everywhere.is_exact, "one path through all nodes is as heavy as any can be"
    apart = {**edges, "N0": ["N1", "X"], "X": ["Y"]}
    found = longest_path("N0", apart, {**dict.fromkeys(names, 1), "X": 1, "Y": 1})
    assert found.weight < found.at_most
    assert not found.is_exact
    assert MOST_TRIES < 100_000
