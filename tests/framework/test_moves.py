"""Where an import of the core library went."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.moves import module_origin, where_moved
from agentflow_lint.framework.release import load_core

OLD = ("10xscale-agentflow", "0.6.7")
LAST_OLD_NAME = ("10xscale-agentflow", "0.10.1")
NEW = ("10xgraph", "0.10.3")


@pytest.mark.parametrize(
    ("core", "module", "name", "now"),
    [
        (LAST_OLD_NAME, "agentflow.checkpointer", "InMemoryCheckpointer", "agentflow.storage.checkpointer"),
        (LAST_OLD_NAME, "agentflow.graph", "StateGraph", "agentflow.core.graph"),
        (LAST_OLD_NAME, "agentflow.graph.state_graph", "StateGraph", "agentflow.core.graph.state_graph"),
        (LAST_OLD_NAME, "agentflow.store", "QdrantStore", "agentflow.storage.store"),
        (LAST_OLD_NAME, "agentflow.publisher", "RedisPublisher", "agentflow.runtime.publisher"),
        (LAST_OLD_NAME, "agentflow.state", "AgentState", "agentflow.core.state"),
        (LAST_OLD_NAME, "agentflow.checkpointer", None, "agentflow.storage.checkpointer"),
        (LAST_OLD_NAME, "agentflow.graph", None, "agentflow.core.graph"),
        (LAST_OLD_NAME, "agentflow.adapters", None, "agentflow.runtime.adapters"),
        (LAST_OLD_NAME, "agentflow.evaluation", None, "agentflow.qa.evaluation"),
        (LAST_OLD_NAME, "tenxgraph.core.graph", "StateGraph", "agentflow.core.graph"),
        (LAST_OLD_NAME, "tenxgraph.core.graph", None, "agentflow.core.graph"),
        (NEW, "agentflow.checkpointer", "InMemoryCheckpointer", "agentflow.storage.checkpointer"),
        (NEW, "tenxgraph.checkpointer", "InMemoryCheckpointer", "tenxgraph.storage.checkpointer"),
        (OLD, "agentflow.storage.checkpointer", "InMemoryCheckpointer", "agentflow.checkpointer"),
        (OLD, "agentflow.core.graph", None, "agentflow.graph"),
    ],
)
def test_the_place_it_has_now(core: tuple[str, str], module: str, name: str | None, now: str) -> None:
    pinned = load_core(*core)
    assert not (pinned.provides(module, name) if name else pinned.has_module(module)), "nothing moved"
    found = where_moved(pinned, module, name)
    assert found.now[0] == now
    assert pinned.provides(now, name) if name else pinned.has_module(now)


def test_every_place_named_really_offers_it() -> None:
    pinned = load_core(*NEW)
    places = where_moved(pinned, "agentflow.graph", "StateGraph").now
    assert len(places) > 3
    assert all(pinned.provides(place, "StateGraph") for place in places)


def test_something_that_came_later_or_ended_says_when() -> None:
    later = where_moved(load_core(*OLD), "agentflow.storage.checkpointer", "SqliteCheckpointer")
    assert (later.first, later.last, later.now) == ("0.9.0", "0.10.3", ())
    ended = where_moved(load_core(*NEW), "agentflow.utils.thread_name_generator")
    assert (ended.first, ended.last, ended.now) == ("0.3.9", "0.4.5", ())


def test_what_never_existed_has_no_origin() -> None:
    found = where_moved(load_core(*NEW), "agentflow.graphs", "StateGraphs")
    assert (found.first, found.last, found.now) == (None, None, ())


def test_another_library_is_none_of_its_business() -> None:
    assert module_origin("langgraph.graph") == ()
    found = where_moved(load_core(*NEW), "langgraph.checkpoint.memory")
    assert (found.first, found.last, found.now) == (None, None, ())


def test_the_origin_counts_both_names_of_the_library() -> None:
    releases = module_origin("agentflow.core.graph", "RemoteToolConfig")
    assert ("10xscale-agentflow", "0.10.0") in releases
    assert ("10xgraph", "0.10.3") in releases
    assert releases == module_origin("tenxgraph.core.graph", "RemoteToolConfig")
    assert releases[-1] == ("10xgraph", "0.10.3")
