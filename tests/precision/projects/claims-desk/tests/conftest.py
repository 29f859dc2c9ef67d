import pytest
from tenxgraph.storage.checkpointer import InMemoryCheckpointer

from claims_desk.workflow import build_workflow


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "test")
    return build_workflow().compile(checkpointer=InMemoryCheckpointer())
