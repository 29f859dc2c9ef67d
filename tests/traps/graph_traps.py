"""Traps in graphs, as `init` writes them and the documentation shows them: T6, T9, T10, T14, T17."""

from __future__ import annotations

from tests.traps.sound import config, graph
from tests.traps.trap import COMPOSE, Said, Trap, replacing, with_variables

_UNCOMPILED = "    return workflow().compile(checkpointer=checkpointer)\n"

_UNWRITTEN_AUTH = """from agentflow_cli import BaseAuth


class Tokens(BaseAuth):
    def authenticate(self, request, response, credential):
        raise NotImplementedError("decide here who the caller is")
"""

_PODS = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
spec:
  replicas: 2
  template:
    spec:
      terminationGracePeriodSeconds: 660
      containers:
        - name: agent
          image: registry.example.com/agent:1
          ports: [{containerPort: 8000}]
          env:
            - {name: MODE, value: production}
            - {name: IS_DEBUG, value: "false"}
            - {name: ORIGINS, value: "https://app.example.com"}
            - {name: ALLOWED_HOST, value: api.example.com}
            - {name: POSTGRES_DSN, value: "postgresql://agent@db/threads"}
            - {name: REDIS_URL, value: "redis://redis:6379/0"}
          volumeMounts: [{name: uploads, mountPath: /app/uploads}]
      volumes:
        - {name: uploads, persistentVolumeClaim: {claimName: uploads}}
"""

TRAPS = (
    Trap(
        6,
        "checkpointer-key",
        "0.9.0",
        {
            "10xgraph.json": config("0.9.0", checkpointer="graph.agent:checkpointer"),
            "graph/agent.py": replacing(_UNCOMPILED, "    return workflow().compile()\n"),
        },
        (
            Said("AF105", None, "10xgraph.json", "checkpointer"),
            Said("AF502", COMPOSE, "graph/agent.py", "agent.checkpointer"),
        ),
        "no release applies the key: the graph, compiled without a checkpointer, keeps its threads in memory",
    ),
    Trap(
        6,
        "db-url",
        "0.9.0",
        {"graph/agent.py": graph("0.9.0", 'PgCheckpointer(db_url=os.environ["POSTGRES_DSN"])')},
        (Said("AF509", COMPOSE, "graph/agent.py", "agent.checkpointer"),),
        "the constructor swallows db_url and raises, because it has neither database nor Redis",
    ),
    Trap(
        9,
        "old-imports",
        "0.3.1",
        {"graph/agent.py": lambda text: text.replace("agentflow.core.graph", "agentflow.graph")},
        (Said("AF216", None, "graph/agent.py", "agentflow.graph"),),
        "the core that this server requires has no agentflow.graph any more",
    ),
    Trap(
        10,
        "memory-in-two-workers",
        "0.9.0",
        {
            "graph/agent.py": graph("0.9.0", "InMemoryCheckpointer()"),
            "docker-compose.yml": with_variables(WEB_CONCURRENCY="2"),
            "10xgraph.json": config("0.9.0", rate_limit={"requests": 60, "enabled": True, "by": "global"}),
        },
        (
            Said("AF407", COMPOSE, "10xgraph.json", "rate_limit.backend"),
            Said("AF501", COMPOSE, "graph/agent.py", "agent.checkpointer"),
            Said("AF503", COMPOSE, "docker-compose.yml", "agent.checkpointer of several copies"),
        ),
        "threads are lost at each restart, and each of the two workers has half of them until then",
    ),
    Trap(
        10,
        "memory-in-two-pods",
        "0.9.0",
        {
            "graph/agent.py": graph("0.9.0", "InMemoryCheckpointer()"),
            "docker-compose.yml": None,
            "k8s.yaml": _PODS,
        },
        (
            Said("AF407", "Deployment/agent", "10xgraph.json", "rate_limit.backend"),
            Said("AF501", "Deployment/agent", "graph/agent.py", "agent.checkpointer"),
            Said("AF503", "Deployment/agent", "k8s.yaml", "agent.checkpointer of several copies"),
        ),
        "and so has each of the two pods",
    ),
    Trap(
        14,
        "unwritten-auth",
        "0.5.1",
        {"auth/tokens.py": _UNWRITTEN_AUTH},
        (),
        "the loader wants such a class, and that its method only raises is the project's own affair: it fails closed",
    ),
    Trap(
        17,
        "no-setup",
        "0.9.0",
        {
            "graph/agent.py": replacing(
                '    if hasattr(checkpointer, "asetup"):\n        await checkpointer.asetup()\n', ""
            )
        },
        (Said("AF511", COMPOSE, "graph/agent.py", "agent.checkpointer"),),
        "nothing calls asetup(), so that on an empty database the first request finds no tables",
    ),
)
