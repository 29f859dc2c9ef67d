"""Which rules may account for what the server printed when it refused.

The server stops at its first reason and the linter reports all of them: the codes that belong to the server's reason
must share one with the linter's refusing codes. A refusal that no pattern knows fails the test, so that a person
looks at each new reason.
"""

from __future__ import annotations

import re

#: Patterns for the server's reason, the most telling first, and the codes of which one must have been reported.
REASONS: tuple[tuple[str, str], ...] = (
    (r"InsecureCorsConfigError", "AF302"),
    (r"STRICT_PRODUCTION_CHECKS=true and MODE=production", "AF301 AF303 AF304"),
    (r"ValidationError: \d+ validation errors? for (Media)?Settings", "AF118"),
    (r"Unknown level: ", "AF118"),
    (r"Routed paths must start with '/'", "AF118"),
    (r"GEMINI_API_KEY or GOOGLE_API_KEY environment variable must be set", "AF115"),
    (r"Failed to load (graph|InjectQ) from [\w.]+:\w+: '[A-Z_]+'$", "AF115"),
    (r"SDK is required for (?:the )?\w+ provider|package is required for \w+\.|requires 'fastmcp' and 'mcp'", "AF212"),
    (r"API key must be provided via parameter", "AF115"),
    (r"GraphError: \[GRAPH_00[45]\] Node", "AF103"),
    (r"got multiple values for keyword argument", "AF209"),
    (r"Failed to load InjectQ from ", "AF206"),
    (r"(Attribute|Module) not found for (store|thread name generator) path", "AF206"),
    (r"Module not found for graph path", "AF201 AF202 AF211 AF216"),
    (r"Attribute not found for graph path '[^']*': '\w+' object has no attribute ", "AF115 AF203 AF209"),
    (r"Attribute not found for graph path '[^':]*:(\w*[^\w'][^']*)?'", "AF201"),
    (r"Attribute not found for graph path", "AF203 AF216"),
    (r"the 'package' argument is required to perform a relative import for|Empty module name", "AF201 AF206"),
    (r"Loaded object is not a CompiledGraph", "AF204"),
    (r"Failed to load graph from .*\(\w+\.py, line \d+\)$", "AF205"),
    (r"source code string cannot contain null bytes", "AF205"),
    (r"Either (postgres_dsn|redis_url)|Invalid schema name", "AF509"),
    (r"compile\(\) (got an unexpected keyword argument|takes from )", "AF209"),
    (r"was declared for state class|is already bound to state class|Can't instantiate abstract class", "AF206 AF209"),
    (r"enforces owner-only thread access, but", "AF410"),
    (r"No entry point set|Orphaned nodes|non-existent node|Invalid interrupt nodes", "AF209"),
    (r"Invalid graph path format", "AF201"),
    (r"Invalid [\w ]+ path format", "AF206"),
    (r"(not enough|too many) values to unpack", "AF103 AF201 AF206"),
    (r"^AttributeError: 'int' object has no attribute 'items'", "AF103"),
    (r"Failed to obtain a runnable graph", "AF204"),
    (r"Failed to load graph from .* missing \d+ required (positional|keyword-only) argument", "AF204"),
    (r"Failed to load graph from .*: cannot import name", "AF203 AF216"),
    (r"(Attribute|Module) not found for (auth|authorization|thread name generator|store) path", "AF206"),
    (r"Failed to load (BaseStore|BaseAuth|AuthorizationBackend|ThreadNameGenerator)", "AF206"),
    (r"Custom auth path does not exist", "AF206"),
    (r"^(ModuleNotFoundError: No module named 'plug|AttributeError: module 'plug)", "AF206"),
    (r"Unknown authorization backend", "AF103 AF206"),
    (r"Unsupported auth method", "AF404"),
    (r"Agent graph not found", "AF102"),
    (r"JSONDecodeError", "AF101"),
    (r"rate_limit\.redis\.url is required", "AF103 AF106"),
    (r"Unresolved environment variable in value: ", "AF106"),
    (r"^NameError: ", "AF108"),
    (r"rate_limit\.\w+ must be |rate_limit\.backend='custom' requires", "AF103"),
    (r"remote_tools must be ", "AF103"),
    (r"JWT_SECRET_KEY and JWT_ALGORITHM must be set", "AF402"),
    (r"JWT_SECRET_KEY is shorter than 32 bytes", "AF403"),
    (r"Both method and path must be provided in auth config", "AF404"),
    (r"Both 'method' and 'path' must be specified in auth_config", "AF108"),
)


def codes(reason: str) -> frozenset[str]:
    """The codes that may account for a reason; empty when no pattern knows it."""
    for pattern, accountable in REASONS:
        if re.search(pattern, reason):
            return frozenset(accountable.split())
    return frozenset()
