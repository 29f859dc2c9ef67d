"""A project that is ready for production, as far as a release lets it be: each trap is one change of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.traps.trap import Edit

#: The server releases that the traps are about, with a core that was current then.
CORES = {
    "0.3.1": "0.7.4.8",
    "0.4.0": "0.8.0",
    "0.5.1": "0.9.2",
    "0.6.1": "0.10.1",
    "0.7.0": "0.10.0",
    "0.8.0": "0.10.1",
    "0.9.0": "0.10.3",
}


def is_renamed(release: str) -> bool:
    return release >= "0.7.0"


def config_name(release: str) -> str:
    return "10xgraph.json" if is_renamed(release) else "agentflow.json"


def target(release: str) -> str:
    """The ASGI target."""
    return f"{'tenxgraph_api' if is_renamed(release) else 'agentflow_cli'}.src.app.main:app"


def worker(release: str) -> str:
    return "uvicorn_worker.UvicornWorker" if release >= "0.8.0" else "uvicorn.workers.UvicornWorker"


def config(release: str, **changes: object) -> str:
    """The config with other values; None takes a key away."""
    values: dict[str, object] = {
        "agent": "graph.agent:app",
        "auth": {"method": "custom", "path": "auth.tokens:Tokens"},
        "authorization": "ownership",
        "rate_limit": {"requests": 60, "window": 60, "by": "global"},
    }
    if release < "0.5.0":
        del values["authorization"]
    if release < "0.3.2":
        del values["rate_limit"]
    values |= changes
    return json.dumps({key: value for key, value in values.items() if value is not None}, indent=2) + "\n"


def graph(release: str, checkpointer: str | None = None) -> str:
    """The graph's module, compiled with an expression for the checkpointer."""
    package = "tenxgraph" if is_renamed(release) else "agentflow"
    given = checkpointer or 'PgCheckpointer(postgres_dsn=os.environ["POSTGRES_DSN"], redis_url=os.environ["REDIS_URL"])'
    return f"""import asyncio
import os

from {package}.core.graph import StateGraph
from {package}.storage.checkpointer import InMemoryCheckpointer, PgCheckpointer
from {package}.utils import END


async def reply(state):
    return state


def workflow():
    graph = StateGraph()
    graph.add_node("REPLY", reply)
    graph.set_entry_point("REPLY")
    graph.add_edge("REPLY", END)
    return graph


checkpointer = {given}


async def app():
    if hasattr(checkpointer, "asetup"):
        await checkpointer.asetup()
    return workflow().compile(checkpointer=checkpointer)
"""


def dockerfile(release: str, command: str | None = None) -> str:
    """The Dockerfile, with a CMD in exec form."""
    words = ["gunicorn", "-k", worker(release), "-b", "0.0.0.0:8000", "--graceful-timeout", "600", "--timeout", "660"]
    return f"""FROM python:3.13-slim
ENV PYTHONPATH=/app
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN useradd --system app && mkdir uploads && chown app uploads
USER app
EXPOSE 8000
CMD {command or json.dumps([*words, target(release)])}
"""


#: What is said of the sound project, and nothing in it can help: the release does so, or it is an old one.
UNAVOIDABLE = {
    "0.3.1": ["AF217", "AF217", "AF303", "AF405", "AF409"],
    "0.4.0": ["AF217", "AF217", "AF303", "AF405"],
    "0.5.1": ["AF217", "AF217", "AF303"],
    "0.6.1": ["AF217", "AF217"],
}

COMPOSE = """services:
  web:
    build: .
    stop_grace_period: 660s
    ports:
      - "8000:8000"
    volumes:
      - uploads:/app/uploads
    environment:
      MODE: production
      IS_DEBUG: "false"
      ORIGINS: https://app.example.com
      ALLOWED_HOST: api.example.com
      POSTGRES_DSN: postgresql://agent@db/threads
      REDIS_URL: redis://redis:6379/0
  db:
    image: postgres:17
  redis:
    image: redis:7
volumes:
  uploads: {}
"""


def project(release: str, *, image_only: bool = False) -> dict[str, str]:
    """All its files."""
    new = is_renamed(release)
    server, core, package = (
        ("10xgraph-api", "10xgraph", "tenxgraph_api")
        if new
        else ("10xscale-agentflow-cli", "10xscale-agentflow", "agentflow_cli")
    )
    requirements = [
        f"{server}[jwt,redis]=={release}",
        f"{core}[pg-checkpoint]=={CORES[release]}",
        "gunicorn",
        "uvicorn",
    ]
    if release >= "0.8.0":
        requirements.append("uvicorn-worker")
    files = {
        config_name(release): config(release),
        "graph/__init__.py": "",
        "graph/agent.py": graph(release),
        "auth/__init__.py": "",
        "auth/tokens.py": f"""from fastapi import HTTPException
from {package} import BaseAuth


class Tokens(BaseAuth):
    def authenticate(self, request, response, credential):
        if credential is None:
            raise HTTPException(status_code=401)
        return {{"user_id": credential.credentials}}
""",
        "requirements.txt": "\n".join(requirements) + "\n",
        "Dockerfile": dockerfile(release),
        ".dockerignore": ".git\n.venv\n",
        "docker-compose.yml": COMPOSE,
    }
    if image_only:
        given = [line.strip().replace(": ", "=", 1) for line in COMPOSE.splitlines() if line.startswith("      ")]
        variables = "".join(f"ENV {line}\n" for line in given if line[0].isupper())
        files["Dockerfile"] = files["Dockerfile"].replace("WORKDIR", f"{variables}WORKDIR", 1)
        del files["docker-compose.yml"]
    return files


def with_edits(files: Mapping[str, str], edits: Mapping[str, Edit]) -> dict[str, str]:
    """The files after the edits."""
    found = dict(files)
    for path, edit in edits.items():
        if edit is None:
            del found[path]
        else:
            found[path] = edit if isinstance(edit, str) else edit(found[path])
    return found
