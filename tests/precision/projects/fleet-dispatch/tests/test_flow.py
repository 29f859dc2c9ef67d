from agentflow.storage.checkpointer import InMemoryCheckpointer

from dispatch.flow import flow


def test_compiles():
    assert flow.compile(checkpointer=InMemoryCheckpointer())
