"""Which names one imports from a distribution, and which of them the server imports before it loads anything.

A distribution's import name is its own name with underscores, but for those of which
:mod:`agentflow_lint.framework.packages` says otherwise.
"""

from __future__ import annotations

from packaging.utils import canonicalize_name

from agentflow_lint.framework.packages import known_package

#: What ``src/app/main.py`` imports at its top, directly or through the server's and the core's own modules, in every
#: release from 0.1.7 to 0.9.0 (read from the wheels); the framework's own packages come on top.
IMPORTED_AT_START = frozenset({"dotenv", "fastapi", "injectq", "pydantic", "pydantic_settings", "starlette"})

#: The distributions that bring each of the framework's own packages (alias packages included), in any release: those
#: that hold it, and the servers, which require a core.
FRAMEWORK_PACKAGES = {
    "agentflow": ("10xscale-agentflow", "10xgraph", "10xscale-agentflow-cli", "10xgraph-api"),
    "agentflow_cli": ("10xscale-agentflow-cli", "10xgraph-api"),
    "tenxgraph": ("10xgraph", "10xgraph-api"),
    "tenxgraph_api": ("10xgraph-api",),
}

#: Those of them that are the server's; the others are the core library's.
SERVER_PACKAGES = frozenset({"agentflow_cli", "tenxgraph_api"})

#: Distributions of others that are easily taken for the server's: the generated Dockerfile of releases up to 0.5.1
#: installs the first one (cli/templates/defaults.py).
NAMESAKES = frozenset({"agentflow-cli"})


def import_names(distribution: str) -> tuple[str, ...]:
    """The top-level names that ``distribution`` (any spelling) is imported by."""
    package = known_package(distribution)
    if package is not None:
        return tuple(dict.fromkeys(name.partition(".")[0] for name in package.imports))
    return (canonicalize_name(distribution).replace("-", "_"),)
