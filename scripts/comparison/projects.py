"""The projects of the comparison: one sound base, and one change each.

Most changes are an example of a rule's page made into a project that starts. ``telling`` names the findings, of
whichever tool, that would tell somebody of the defect; a tool that reports one of them is right where there is a defect
and wrong where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

AUDIT_FAILED = "exit code 1"

_AGENT = '''"""A small agent; the server loads ``make``."""

from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END, START

from graph.memory import checkpointer


def answer(state):
    """Answer nothing."""
    return state


def make():
    """The compiled graph."""
    workflow = StateGraph()
    workflow.add_node("answer", answer)
    workflow.add_edge(START, "answer")
    workflow.add_edge("answer", END)
    return workflow.compile(checkpointer=checkpointer)
'''

_MEMORY = '''"""Where conversations are kept."""

import os

from tenxgraph.storage.checkpointer import PgCheckpointer

checkpointer = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
'''

_RELEASE = '''"""Creates the tables; the platform runs it before each deploy."""

import asyncio

from graph.memory import checkpointer

asyncio.run(checkpointer.asetup())
'''

_REQUIREMENTS = """10xgraph-api[jwt,redis]==0.9.0
10xgraph[pg-checkpoint,cloud-storage]==0.10.3
gunicorn==27.0.1
uvicorn-worker==0.4.0
"""

_CMD = (
    'CMD ["gunicorn", "tenxgraph_api.src.app.main:app", "-k", "uvicorn_worker.UvicornWorker", '
    '"-b", "0.0.0.0:8000", "--timeout", "660"]\n'
)


def _dockerfile(env: str, before: str = "") -> str:
    return (
        f"FROM python:3.12-slim\n{before}WORKDIR /app\nCOPY requirements.txt .\n"
        "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n"
        f"{env}RUN useradd --uid 1001 agent\nUSER 1001\n{_CMD}"
    )


_SOUND_ENV = (
    "ENV MODE=production ORIGINS=https://app.example.com ALLOWED_HOST=api.example.com\n"
    "ENV JWT_ALGORITHM=HS256 MEDIA_STORAGE_TYPE=cloud MEDIA_CLOUD_BUCKET=uploads\n"
)

_CONFIG = """{
  "agent": "graph.agent:make",
  "auth": "jwt",
  "rate_limit": {"enabled": true, "backend": "redis", "requests": 60, "window": 60, "redis": {"url": "${REDIS_URL}"}}
}
"""

BASE = {
    "10xgraph.json": _CONFIG,
    ".env.example": "DATABASE_URL=\nREDIS_URL=\nJWT_SECRET_KEY=\n",
    "requirements.txt": _REQUIREMENTS,
    "graph/__init__.py": "",
    "graph/agent.py": _AGENT,
    "release.py": _RELEASE,
    "Procfile": "release: python release.py\n",
    "graph/memory.py": _MEMORY,
    "Dockerfile": _dockerfile(_SOUND_ENV),
}

#: What the platform supplies, and what the image's ENV says, of the base.
PLATFORM = {
    "DATABASE_URL": "postgresql://db.example.com/threads",
    "REDIS_URL": "redis://cache.example.com/0",
    "JWT_SECRET_KEY": "f3a1c7e95b2d48069ad7c1e4b8f05e2796d3",
}
_IMAGE_ENV = {
    "MODE": "production",
    "ORIGINS": "https://app.example.com",
    "ALLOWED_HOST": "api.example.com",
    "JWT_ALGORITHM": "HS256",
    "MEDIA_STORAGE_TYPE": "cloud",
    "MEDIA_CLOUD_BUCKET": "uploads",
}


@dataclass(frozen=True)
class Project:
    """One project: ``changes`` to the base (None drops a file), and how production runs it.

    ``production`` is the process environment beside PLATFORM, ``absent`` the files that the image does not have, and
    ``plain`` says that the image lacks the extras of Postgres and Redis. ``question`` is what the server is asked:
    ``start``, ``cors``, ``docs`` or ``checkpointer``; None if it is no matter of the server. ``defect`` is whether
    there is one.
    """

    name: str
    about: str
    defect: bool
    telling: frozenset[str]
    question: str | None
    changes: dict[str, str | None] = field(default_factory=dict)
    production: dict[str, str] = field(default_factory=lambda: dict(_IMAGE_ENV))
    absent: tuple[str, ...] = ()
    plain: bool = False

    @property
    def files(self) -> dict[str, str]:
        """The files by their path in the project."""
        merged = BASE | self.changes
        return {path: text for path, text in merged.items() if text is not None}


def _without(*names: str) -> dict[str, str]:
    return {name: value for name, value in _IMAGE_ENV.items() if name not in names}


_ENV_LOADED = _CONFIG.replace('"auth"', '"env": ".env",\n  "auth"')
_NO_ORIGINS = _SOUND_ENV.replace(" ORIGINS=https://app.example.com", "")
_NO_MODE = _NO_ORIGINS.replace("MODE=production ", "")

_COMPOSE = """services:
  api:
    build: .
    stop_grace_period: 60s
    environment:
      DATABASE_URL: ${{DATABASE_URL:?}}
      REDIS_URL: ${{REDIS_URL:?}}
      JWT_SECRET_KEY: ${{JWT_SECRET_KEY:?}}
      ORIGINS: "{origins}"
      CORS_ALLOW_CREDENTIALS: "false"
"""

_BEHIND_FACTORY = '''"""Where conversations are kept."""

from tenxgraph.storage import checkpointer as kinds


def _kinds():
    return {"memory": kinds.InMemoryCheckpointer}


def _make(kind="memory"):
    return _kinds()[kind]()


checkpointer = _make()
'''

_ONLY_IN_DEVELOPMENT = '''"""Where conversations are kept."""

import os

from tenxgraph.storage.checkpointer import InMemoryCheckpointer, PgCheckpointer

if os.environ.get("MODE") == "production":
    checkpointer = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
else:
    checkpointer = InMemoryCheckpointer()
'''

_ALIASED = '''"""Where conversations are kept."""

from tenxgraph.storage.checkpointer import InMemoryCheckpointer as Memory

checkpointer = Memory()
'''

_MEMORY_FINDINGS = frozenset({"AF501", "AF502", "in-memory-checkpointer"})
_ORIGIN_FINDINGS = frozenset({"AF301", "AF302", "wildcard-origins"})

PROJECTS = (
    Project("base", "the base: nothing wrong", False, frozenset(), "start"),
    Project(
        "wrong-import-path",
        "`agent` names a module that does not exist",
        True,
        frozenset({"AF202", AUDIT_FAILED}),
        "start",
        {"10xgraph.json": BASE["10xgraph.json"].replace("graph.agent", "graph.workflow")},
    ),
    Project(
        "no-import-path",
        "`agent` is no `module:attribute`",
        True,
        frozenset({"AF201", AUDIT_FAILED}),
        "start",
        {"10xgraph.json": BASE["10xgraph.json"].replace("graph.agent:make", "graph.agent.make")},
    ),
    Project(
        "compose-opens",
        "`.env` names one origin, compose says `*`",
        True,
        _ORIGIN_FINDINGS,
        "cors",
        {
            "10xgraph.json": _ENV_LOADED,
            ".env": "ORIGINS=https://app.example.com\n",
            "Dockerfile": _dockerfile(_NO_ORIGINS),
            "compose.yaml": _COMPOSE.format(origins="*"),
        },
        _without("ORIGINS") | {"ORIGINS": "*", "CORS_ALLOW_CREDENTIALS": "false"},
    ),
    Project(
        "compose-closes",
        "`.env` says `*`, compose names one origin",
        False,
        _ORIGIN_FINDINGS,
        "cors",
        {
            "10xgraph.json": _ENV_LOADED,
            ".env": "ORIGINS=*\n",
            "Dockerfile": _dockerfile(_NO_ORIGINS),
            "compose.yaml": _COMPOSE.format(origins="https://app.example.com"),
        },
        _without("ORIGINS") | {"ORIGINS": "https://app.example.com", "CORS_ALLOW_CREDENTIALS": "false"},
    ),
    Project(
        "env-file-left-out",
        "`.env` has production's settings, `.dockerignore` leaves it out",
        True,
        frozenset({"AF112"}),
        "docs",
        {
            "10xgraph.json": _ENV_LOADED,
            ".env": "MODE=production\nORIGINS=https://app.example.com\n",
            ".dockerignore": ".env\n",
            "Dockerfile": _dockerfile(_NO_MODE),
            ".env.example": None,
            "compose.yaml": _COMPOSE.format(origins="https://app.example.com"),
        },
        _without("MODE", "ORIGINS"),
        absent=(".env",),
    ),
    Project(
        "memory-by-alias",
        "`InMemoryCheckpointer` under another name",
        True,
        _MEMORY_FINDINGS,
        "checkpointer",
        {"graph/memory.py": _ALIASED},
    ),
    Project(
        "memory-behind-factory",
        "`InMemoryCheckpointer` from a table, behind a factory",
        True,
        _MEMORY_FINDINGS,
        "checkpointer",
        {"graph/memory.py": _BEHIND_FACTORY},
    ),
    Project(
        "memory-in-development",
        "`InMemoryCheckpointer` only in the branch that production does not take",
        False,
        _MEMORY_FINDINGS,
        "checkpointer",
        {"graph/memory.py": _ONLY_IN_DEVELOPMENT},
    ),
    Project(
        "wildcard-by-default",
        "production, and nobody sets ORIGINS: the default is `*` with credentials",
        True,
        _ORIGIN_FINDINGS,
        "start",
        {"Dockerfile": _dockerfile(_NO_ORIGINS)},
        _without("ORIGINS"),
    ),
    Project(
        "missing-extra",
        "`PgCheckpointer` and a Redis rate limit without their extras",
        True,
        frozenset({"AF212"}),
        "start",
        {"requirements.txt": _REQUIREMENTS.replace("[pg-checkpoint,cloud-storage]", "").replace("jwt,redis", "jwt")},
        plain=True,
    ),
    Project(
        "missing-extra-beside-another",
        "the same, beside the extra `cloud-storage`, which brings packages of its own",
        True,
        frozenset({"AF212"}),
        "start",
        {"requirements.txt": _REQUIREMENTS.replace("pg-checkpoint,", "").replace("jwt,redis", "jwt")},
        plain=True,
    ),
    Project(
        "shell",
        "apt-get without pins, a pipe that hides its failure",
        True,
        frozenset({"DL3008", "DL3015", "DL4006"}),
        None,
        {
            "Dockerfile": _dockerfile(
                _SOUND_ENV,
                "RUN apt-get update && apt-get install -y curl\nRUN curl -s https://example.com/setup.sh | sh\n",
            )
        },
    ),
    Project(
        "env-style",
        "an env file with spaces, lower case and a name twice",
        True,
        frozenset({"AF114", "101", "102", "200", "300"}),
        None,
        {
            "10xgraph.json": _ENV_LOADED,
            ".env": "log_level = INFO\nAPP_NAME=one\nAPP_NAME=two\n",
        },
    ),
    Project(
        "eval-in-tool",
        "a node that evaluates what the user wrote",
        True,
        frozenset({"eval"}),
        None,
        {
            "graph/agent.py": _AGENT.replace(
                "    return state\n", "    eval(state.context[-1].text())\n    return state\n"
            )
        },
    ),
)
