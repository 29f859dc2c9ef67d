"""The classes of the framework that decide what production serves: where they are, and how they are called.

A class is known by its name inside the framework's own packages, whatever module it is imported from: the cores
re-export it in several places and moved it in 0.7.0 (``agentflow.checkpointer`` became
``agentflow.storage.checkpointer``), and from 10xgraph 0.10.0 on every module has two names.
"""

from __future__ import annotations

from packaging.version import Version

IN_MEMORY, NONE, POSTGRES, SQLITE, CUSTOM = "in-memory", "none", "postgres", "sqlite", "custom"

#: What each checkpointer class keeps its state in (storage/checkpointer/ of the core).
CHECKPOINTERS = {
    "InMemoryCheckpointer": IN_MEMORY,
    "PgCheckpointer": POSTGRES,
    "SqliteCheckpointer": SQLITE,
    "BaseCheckpointer": CUSTOM,
}

#: The classes with a compile() that returns a CompiledGraph (core/graph/state_graph.py, prebuilt/agent/).
BUILDERS = frozenset(
    {
        *("StateGraph", "ReactAgent", "RAGAgent", "RouterAgent", "PlanActReflectAgent", "StructuredOutputAgent"),
        *("SupervisorTeamAgent", "SwarmAgent", "AudioAgent", "BranchJoinAgent", "DeepResearchAgent", "GuardedAgent"),
        *("MapReduceAgent", "NetworkAgent", "SequentialAgent"),
    }
)
COMPILED_GRAPH = "CompiledGraph"

#: Names that a framework module binds to something else than the class of that name.
NOT_THE_CLASS = frozenset({("qa.testing", "StateGraph"), ("testing", "StateGraph")})

#: The framework's string constants that stand for nodes (utils/constants.py since 0.3.9).
CONSTANTS = {"START": "__start__", "END": "__end__"}

#: Framework classes whose instances can be called (``__call__`` of BaseAgent, core/graph/base_agent.py).
CALLABLE_INSTANCES = frozenset({"Agent", "BaseAgent", "LiveAgent", "TestAgent"})

#: From here on compile() binds a checkpointer to the class of the graph's state (base_checkpointer.py).
BINDS_STATE = Version("0.10.0")

#: Methods of CompiledGraph that are ``asyncio.run()`` of something (compiled_graph.py of every core since 0.3.9).
RUNS_A_LOOP = frozenset({"invoke", "stop"})

#: The packages of the framework's evaluation tools (the first since 0.7.0), which read files, validate what they are
#: given and want pytest: no server needs them.
EVALUATION = ("qa.evaluation", "evaluation")

#: Methods of StateGraph that return the graph itself, so calls can be chained.
CHAINED = frozenset({"add_node", "add_edge", "add_conditional_edges", "set_entry_point", "override_node"})

#: Decorators of the framework that return the function they are given (utils/decorators.py; not in 0.4.5, in 0.6.7).
MARKERS = frozenset({"tool"})

#: The parameters of PgCheckpointer (pg_checkpointer.py, the same in every release); others are swallowed.
CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "PgCheckpointer": (
        *("postgres_dsn", "pg_pool", "pool_config", "redis_url", "redis", "redis_pool", "redis_pool_config"),
        "schema",
    ),
    "SqliteCheckpointer": ("db_path",),
    "InMemoryCheckpointer": (),
    "StateGraph": ("state", "context_manager", "publisher", "id_generator", "container"),
    "OpenAIEmbedding": ("model", "api_key"),
    "GoogleEmbedding": ("model", "api_key", "output_dimensionality"),
    "ToolNode": ("tools", "client"),
}

_GRAPH_SERVICES = ("state", "context_manager", "publisher", "id_generator", "container")
#: Classes whose constructors take these arguments and no others, and how many of them they cannot do without
#: (prebuilt/agent/ since 0.7.4.9).
EXACT: dict[str, tuple[tuple[str, ...], int]] = {
    "WorkerConfig": (("agent", "description"), 1),
    "SwarmMemberConfig": (("agent", "can_handoff_to", "description"), 1),
    "SwarmAgent": (("members", "entry", *_GRAPH_SERVICES), 2),
    "RAGAgent": (
        (
            *("store", "agent", "reranker", "top_k", "top_n", "retrieval_strategy", "score_threshold", "store_config"),
            *_GRAPH_SERVICES,
        ),
        2,
    ),
}

#: What a prebuilt agent hands on to the Agents that compile() builds, beside what it takes itself: given by keyword, it
#: is given twice (prebuilt/agent/plan_act_reflect.py since 0.7.4.9).
GIVEN_TWICE: dict[str, frozenset[str]] = {"PlanActReflectAgent": frozenset({"system_prompt", "tool_node"})}

_LATE = ("interrupt_before", "interrupt_after", "callback_manager")
_STATE_GRAPH = (
    (Version("0"), ("checkpointer", "store", *_LATE)),
    (Version("0.5.0"), ("checkpointer", "store", *_LATE, "shutdown_timeout")),
    (Version("0.7.0"), ("checkpointer", "store", "media_store", *_LATE, "shutdown_timeout")),
)
_PREBUILT = ("checkpointer", "store", *_LATE, "media_store", "shutdown_timeout")
_AUDIO = ("checkpointer", "store", "callback_manager", "shutdown_timeout")

#: From here on the prebuilt agents take their models in the constructor and nothing but services in compile().
RESHAPED_PREBUILT = Version("0.7.4.9")

#: What compile() of the prebuilt agents took first before that (0.3.9 to 0.7.4.8).
_OLD_PREBUILT: dict[str, tuple[str, ...]] = {
    "BranchJoinAgent": ("branches", "join_node", "next_branch_condition"),
    "DeepResearchAgent": ("plan_node", "research_tool_node", "synthesize_node", "critique_node"),
    "GuardedAgent": ("produce_node", "repair_node", "validator", "max_attempts"),
    "MapReduceAgent": ("map_node", "reduce_node", "split_node", "condition"),
    "NetworkAgent": ("nodes", "entry", "static_edges", "conditional_edges"),
    "PlanActReflectAgent": ("plan_node", "tool_node", "reflect_node", "condition"),
    "RAGAgent": ("retriever_node", "synthesize_node", "followup_condition"),
    "ReactAgent": ("main_node", "tool_node"),
    "RouterAgent": ("router_node", "routes", "condition", "path_map"),
    "SequentialAgent": ("steps",),
    "SupervisorTeamAgent": ("supervisor_node", "workers", "condition", "aggregate_node"),
    "SwarmAgent": ("workers", "consensus_node", "options"),
}

#: The first parameters of the prebuilt agents' constructors from 0.7.4.9 on, as far as a rule or a model needs them.
_PREBUILT_CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "ReactAgent": ("model", "state", "context_manager", "publisher", "id_generator", "container"),
    "AudioAgent": ("model", "state", "context_manager", "publisher", "id_generator", "container"),
    "StructuredOutputAgent": ("model", "output_schema", "tools", "system_prompt"),
    "PlanActReflectAgent": ("model", "tools", "plan_system_prompt", "reflect_system_prompt", "max_iterations"),
    "SupervisorTeamAgent": ("supervisor_model", "workers", "supervisor_system_prompt", "max_rounds"),
}


def compile_parameters(builder: str, version: str) -> tuple[str, ...]:
    """The parameters of ``builder.compile()`` in core release ``version``, in order (all may be given by keyword)."""
    release = Version(version)
    if builder == "AudioAgent":
        return _AUDIO
    if builder != "StateGraph":
        if release >= RESHAPED_PREBUILT:
            return _PREBUILT
        return (*_OLD_PREBUILT.get(builder, ()), "checkpointer", "store", *_LATE)
    return max((entry for entry in _STATE_GRAPH if entry[0] <= release), key=lambda entry: entry[0])[1]


def constructor_parameters(name: str, version: str) -> tuple[str, ...]:
    """The positional parameters of a framework class in core release ``version``, as far as they are known."""
    if name in CONSTRUCTORS:
        return CONSTRUCTORS[name]
    release = Version(version)
    if name == "Agent":
        if release >= Version("0.7.3"):
            return ("model", "output_type", "system_prompt", "tool_node")
        if release >= Version("0.5.8"):
            return ("model", "provider", "output_type", "system_prompt")
        return ("model", "system_prompt", "tools", "tool_node_name")
    if release >= RESHAPED_PREBUILT and name in EXACT:
        return EXACT[name][0]
    if release >= RESHAPED_PREBUILT:
        return _PREBUILT_CONSTRUCTORS.get(name, ())
    return CONSTRUCTORS["StateGraph"] if name in BUILDERS else ()
