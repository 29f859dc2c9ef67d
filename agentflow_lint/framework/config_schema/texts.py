"""What each config key is for, in words, and its default: what editors show.

Source: ``src/app/core/config/graph_config.py``, ``src/app/loader.py`` and ``cli/commands/`` of the releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.framework.config_keys import KeyPath

#: One entry for every key that some release reads.
DESCRIPTIONS: Mapping[KeyPath, str] = {
    ("agent",): "The graph to serve, as module:attribute: a compiled graph, or a callable without parameters that "
    "returns one.",
    ("checkpointer",): "Read and never applied, in any release: the checkpointer that the graph is compiled with "
    "counts.",
    ("store",): "The store for memories, as module:attribute: an instance of BaseStore.",
    (
        "injectq",
    ): "The project's InjectQ container, as module:attribute: an instance, imported before the app is built.",
    ("thread_name_generator",): "Names new threads, as module:attribute: a ThreadNameGenerator, class or instance.",
    ("env",): "The env file to load, relative to the working directory (under the CLI: to this file). It overrides no "
    "variable that is set already, and a file that is missing is skipped without a word.",
    ("redis",): "The Redis URL that the server shares state through. Variables are never replaced here; in the absence "
    "of the key REDIS_URL counts.",
    ("auth",): 'Who may call the API: "jwt" for the built-in JWT, which needs JWT_SECRET_KEY and JWT_ALGORITHM in the '
    "environment, an object for a backend of your own; without it every route is open.",
    ("auth", "method"): 'The object form knows "custom" only.',
    ("auth", "path"): "Your backend as module:attribute: a BaseAuth, class or instance, in a file below the working "
    "directory.",
    ("authorization",): "What a caller may do: the name of a built-in backend, module:attribute of an "
    "AuthorizationBackend, or an object for roles. Without it the release and MODE decide.",
    ("authorization", "backend"): "The object form is for roles.",
    ("authorization", "type"): "Another name for backend, which wins.",
    ("authorization", "roles"): "The scopes of each role.",
    ("authorization", "role_scopes"): "Another name for roles, which wins.",
    ("authorization", "default_scopes"): "The scopes of a caller without a role.",
    ("authorization", "isolation"): '"owner" lets only its owner read a thread, "none" every caller with the scope.',
    ("rate_limit",): "Limits how many requests a caller may make; null or no key for no limit.",
    ("rate_limit", "enabled"): "Whether to limit; the other keys are checked all the same.",
    ("rate_limit", "requests"): "How many requests a caller may make in one window.",
    ("rate_limit", "window"): "The window in seconds.",
    ("rate_limit", "by"): "What requests are counted by.",
    (
        "rate_limit",
        "backend",
    ): "Where they are counted: memory is each process for itself, redis is shared, custom is a "
    "BaseRateLimitBackend that the InjectQ container binds.",
    ("rate_limit", "redis"): "The Redis of the redis backend: a URL, or an object with url and prefix. ${NAME} is "
    "replaced; REDIS_URL is not read for it.",
    ("rate_limit", "redis", "url"): "The Redis URL; ${NAME} is replaced.",
    ("rate_limit", "redis", "prefix"): "What the names of the counters begin with.",
    ("rate_limit", "exclude_paths"): "Paths that are not counted, as they stand in the request.",
    ("rate_limit", "fail_open"): "Whether requests pass while the backend fails; false answers 429.",
    ("rate_limit", "trusted_proxy_headers"): "Whether the caller's address is taken from X-Forwarded-For.",
    ("rate_limit", "trusted_proxy_hops"): "How many proxies of your own append to X-Forwarded-For.",
    ("rate_limit", "trusted_proxies"): "The networks that your proxies connect from.",
    ("websocket",): "The WebSocket routes and their limits.",
    (
        "websocket",
        "enabled",
    ): "Whether they are served; null serves them and warns where no WebSocket library is there.",
    ("websocket", "max_connections"): "Connections at a time in one process; 0 or null for no limit.",
    ("websocket", "max_connections_per_user"): "Of these, how many one user may hold; 0 or null for no limit.",
    ("websocket", "realtime_models"): "The models that a realtime client may ask for.",
    ("websocket", "realtime_client_overrides"): "The options of its session that a realtime client may set.",
    ("runs",): "What a client may say about a run, and how long and how often it may run.",
    ("runs", "thread_ids"): "Who names a new thread.",
    ("runs", "config_keys"): "The keys that a request's config may hold; null for all.",
    ("runs", "state_keys"): "The keys that a request's initial state may hold; null for all.",
    ("runs", "max_concurrent_per_user"): "Runs of one user at a time; 0 or null for no limit. No string.",
    ("runs", "timeout"): "The longest that a run may take, in seconds; null for no limit. No string.",
    ("ag_ui",): "The AG-UI endpoint, which needs the extra ag-ui.",
    ("ag_ui", "enabled"): "Whether it is served.",
    ("ag_ui", "allow_client_tools"): "Whether the tools that a client sends are offered to the model.",
    ("remote_tools",): "Tools that the client runs. Their names differ, and no other key than these is taken.",
    ("remote_tools", "node"): "The tool node of the graph that offers it.",
    ("remote_tools", "node_name"): "Another name for node; one of the two.",
    ("remote_tools", "name"): "The tool's name for the model.",
    ("remote_tools", "description"): "What the tool does, for the model.",
    ("remote_tools", "parameters"): "The tool's parameters as a JSON schema of an object.",
    ("observability",): "Sends traces to Logfire or LangSmith; their tokens stay in the environment.",
    ("observability", "level"): "How much is traced; what is none of these counts as standard.",
    ("observability", "logfire"): "Logfire.",
    ("observability", "logfire", "enabled"): "Whether to use it: anything but false, null, 0 and the empty is yes.",
    ("observability", "logfire", "service_name"): "The name that traces go by.",
    ("observability", "logfire", "send_to_logfire"): "Whether traces leave the process.",
    ("observability", "logfire", "console"): "Whether they are printed too.",
    ("observability", "langsmith"): "LangSmith.",
    ("observability", "langsmith", "enabled"): "Whether to use it: anything but false, null, 0 and the empty is yes.",
    ("observability", "langsmith", "project"): "The project that traces go to.",
    ("observability", "langsmith", "endpoint"): "Another endpoint than LangSmith's own.",
    ("graph_introspection",): "Who may read the graph's structure: open is every caller, scoped those with the scope "
    "graph:read. null and no key are scoped in production, open elsewhere.",
    ("token_revocation",): "Where revoked tokens are kept, as long as auth is on: redis (the redis key or REDIS_URL), "
    "memory (each process for itself), or module:attribute of a TokenRevocationBackend.",
    ("test",): "Defaults of the test command; the server does not look at them.",
    ("test", "path"): "The tests to run.",
    ("test", "coverage"): "Whether to measure coverage.",
    ("test", "coverage_threshold"): "The lowest coverage that passes, in percent.",
    ("evaluation",): "Defaults of the eval command; the server does not look at them.",
    ("evaluation", "directory"): "Where the evaluations are.",
    ("evaluation", "output_dir"): "Where reports are written.",
    ("evaluation", "threshold"): "The lowest score that passes, from 0 to 1.",
    ("evaluation", "parallel"): "Whether evaluations run at the same time.",
    ("evaluation", "max_concurrency"): "How many of them at most.",
}

#: What a missing key means, where a value says it: since which release, and the value, oldest first.
_DEFAULTS: Mapping[KeyPath, tuple[tuple[str, Any], ...]] = {
    ("rate_limit", "enabled"): (("0", True),),
    ("rate_limit", "requests"): (("0", 100),),
    ("rate_limit", "window"): (("0", 60),),
    ("rate_limit", "by"): (("0", "ip"),),
    ("rate_limit", "backend"): (("0", "memory"),),
    ("rate_limit", "redis", "prefix"): (("0", "agentflow:rate-limit"), ("0.7.0", "10xgraph:rate-limit")),
    ("rate_limit", "exclude_paths"): (("0", []),),
    ("rate_limit", "fail_open"): (("0", True),),
    ("rate_limit", "trusted_proxy_headers"): (("0", False),),
    ("rate_limit", "trusted_proxy_hops"): (("0", 1),),
    ("rate_limit", "trusted_proxies"): (("0", []),),
    ("websocket", "enabled"): (("0", None),),
    ("websocket", "max_connections"): (("0", None), ("0.6.0", 1000)),
    ("websocket", "max_connections_per_user"): (("0", 10),),
    ("websocket", "realtime_models"): (("0", []),),
    ("websocket", "realtime_client_overrides"): (("0", ["voice", "modalities", "vad"]),),
    ("runs", "thread_ids"): (("0", "client"),),
    ("runs", "config_keys"): (("0", None),),
    ("runs", "state_keys"): (("0", None),),
    ("runs", "max_concurrent_per_user"): (("0", 10),),
    ("runs", "timeout"): (("0", None),),
    ("ag_ui", "enabled"): (("0", False),),
    ("ag_ui", "allow_client_tools"): (("0", True),),
    ("remote_tools",): (("0", []),),
    ("remote_tools", "parameters"): (("0", {"type": "object", "properties": {}, "required": []}),),
    ("observability", "level"): (("0", "standard"),),
    ("observability", "logfire", "enabled"): (("0", False),),
    ("observability", "langsmith", "enabled"): (("0", False),),
    ("authorization", "isolation"): (("0", "owner"),),
    ("test", "coverage"): (("0", False),),
    ("evaluation", "directory"): (("0", "evals"),),
    ("evaluation", "parallel"): (("0", False),),
}

#: Values that editors offer where the schema itself names none: since which release, and the values.
_EXAMPLES: Mapping[KeyPath, tuple[tuple[str, list[Any]], ...]] = {
    ("agent",): (("0", ["graph.agent:app"]),),
    ("injectq",): (("0", ["graph.dependencies:container"]),),
    ("env",): (("0", [".env"]),),
    ("redis",): (("0", ["redis://localhost:6379/0"]),),
    ("auth",): (("0", [{"method": "custom", "path": "auth.backend:Auth"}]),),
    ("authorization",): (("0.5.0", [{"backend": "rbac", "roles": {"admin": ["*"]}}]),),
    ("authorization", "isolation"): (("0", ["owner", "none"]),),
    ("rate_limit", "redis"): (("0", ["${REDIS_URL}"]),),
    ("rate_limit", "redis", "url"): (("0", ["${REDIS_URL}"]),),
    ("rate_limit", "exclude_paths"): (("0", [["/ping"]]),),
    ("observability", "level"): (("0", ["spans", "standard", "full"]),),
    ("observability", "logfire", "enabled"): (("0", [True, False]),),
    ("observability", "langsmith", "enabled"): (("0", [True, False]),),
}


def hints(version: str, path: KeyPath) -> dict[str, Any]:
    """The default and the examples of ``path`` in release ``version``, as JSON Schema's keywords."""
    found: dict[str, Any] = {}
    for keyword, table in (("default", _DEFAULTS), ("examples", _EXAMPLES)):
        for since, value in table.get(path, ()):
            if Version(since) <= Version(version):
                found[keyword] = value
    return found
