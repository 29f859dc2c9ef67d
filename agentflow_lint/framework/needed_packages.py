"""Which packages a feature cannot do without, and which extra of the framework brings them.

Constructors: ``storage/checkpointer/pg_checkpointer.py`` and ``sqlite_checkpointer.py``, and
``core/llm/client_factory.py`` (``graph/agent.py`` and ``agent_internal/providers.py`` before 0.7.4.9) of every core;
``storage/store/qdrant_store.py``, ``mem0_store.py`` and ``embedding/``; ``prebuilt/agent/rag.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from agentflow_lint.framework import providers
from agentflow_lint.framework.packages import parsed_requirement

if TYPE_CHECKING:
    from agentflow_lint.framework.facts import Published

#: What the client of a model provider is imported from while an Agent is constructed.
PROVIDER_PACKAGES = {
    providers.GOOGLE: "google-genai",
    "vertex": "google-genai",
    providers.OPENAI: "openai",
    providers.ANTHROPIC: "anthropic",
    "anthropic-vertex": "anthropic",
}

#: Framework classes whose constructor raises ImportError without these packages.
CLASS_PACKAGES = {
    "PgCheckpointer": ("asyncpg", "redis"),
    "SqliteCheckpointer": ("aiosqlite",),
    "QdrantStore": ("qdrant-client",),
    "Mem0Store": ("mem0ai",),
    "SnowFlakeIdGenerator": ("snowflakekit",),
    "OpenAIEmbedding": ("openai",),
    "GoogleEmbedding": ("google-genai",),
    "CohereReranker": ("cohere",),
    "CrossEncoderReranker": ("sentence-transformers",),
}

#: Framework classes whose constructor raises ImportError without these packages if they are given a ``client``
#: (``core/graph/tool_node/base.py``, before 0.7.0 ``graph/tool_node/base.py``; the agents make a ToolNode of it).
MCP_CLASSES = frozenset({"ToolNode", "ReactAgent", "PlanActReflectAgent", "StructuredOutputAgent", "AudioAgent"})
MCP_PACKAGES = ("fastmcp", "mcp")

#: Publishers that import their client with the first event. A failure there is an error in the log: the event is lost,
#: the run goes on (``runtime/publisher/publish.py``).
PUBLISHER_PACKAGES = {"RedisPublisher": "redis", "KafkaPublisher": "aiokafka", "RabbitMQPublisher": "aio-pika"}

#: Of these one is enough for WebSockets (``src/app/routers/setup_router.py``, 0.9.0).
WEBSOCKET_PACKAGES = ("websockets", "wsproto")

#: What PyJWT needs besides for an asymmetric algorithm.
ASYMMETRIC = ("RS", "ES", "PS", "EdDSA")


def extra_with(published: Published, package: str, wanted: tuple[str, ...] = ()) -> str | None:
    """The extra of a release that names ``package``, else None.

    Of several the one with the most of what is ``wanted``, then with the least besides, then the package's namesake.
    """
    found = []
    for extra, lines in published.extras.items():
        names = {canonicalize_name(parsed_requirement(line).name) for line in lines}
        if package in names:
            found.append((-len(names.intersection(wanted)), len(names), extra != package, extra))
    return min(found)[-1] if found else None
