"""Small projects for the server to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = '{\n  "agent": "graph.agent:app",\n  "env": ".env",\n  "auth": null\n}\n'
ENV = "MODE=production\nIS_DEBUG=false\nORIGINS=*\nALLOWED_HOST=api.example.com\n"
GRAPH = """from tenxgraph.core.graph import Agent, StateGraph
from tenxgraph.storage.checkpointer import InMemoryCheckpointer

graph = StateGraph()
graph.add_node("MAIN", Agent(model="gpt-4o"))
graph.set_entry_point("MAIN")
app = graph.compile(checkpointer=InMemoryCheckpointer())
"""
PYPROJECT = '[project]\nname = "desk"\nversion = "1"\ndependencies = ["10xgraph-api==0.9.0", "10xgraph==0.10.3"]\n'
DOCKERFILE = """FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install . gunicorn uvicorn-worker
USER nobody
CMD ["gunicorn", "tenxgraph_api.src.app.main:app", "-k", "uvicorn_worker.UvicornWorker", "-b", "0.0.0.0:8000"]
"""


def leaky(root: Path) -> Path:
    """A project with findings in its env file, its config, its Dockerfile and its graph."""
    (root / "graph").mkdir(parents=True)
    (root / "graph" / "__init__.py").write_text("")
    (root / "graph" / "agent.py").write_text(GRAPH)
    (root / "10xgraph.json").write_text(CONFIG)
    (root / ".env").write_text(ENV)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "Dockerfile").write_text(DOCKERFILE)
    return root


#: The linter's own configuration, which projects start without.
OWN_CONFIGURATION = "agentflow-lint.toml"
_COMPOSE = """services:
  web:
    build: .
    env_file: .env
    ports: ["8000:8000"]
"""
_TOOLS = '''"""Tools of the graph. 😀"""

import os

WHERE = os.getenv("SEARCH_URL", "https://search.example")


def look_up(query: str) -> str:
    """Look something up."""
    return f"{WHERE}/{query}"
'''


def full(root: Path) -> Path:
    """The leaky project with a compose file, a second module and what a build leaves out."""
    leaky(root)
    (root / "compose.yaml").write_text(_COMPOSE)
    (root / "graph" / "tools.py").write_text(_TOOLS, encoding="utf-8")
    (root / "graph" / "agent.py").write_text(GRAPH.replace("\n\n", "\n\nfrom graph.tools import look_up\n\n", 1))
    (root / ".dockerignore").write_text("*.md\n")
    return root
