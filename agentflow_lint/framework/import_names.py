"""Which names one imports from a distribution, and which of them the server imports before it loads anything.

A distribution's import name is its own name with underscores, but for the few in ``_DIFFERENT``.
"""

from __future__ import annotations

from packaging.utils import canonicalize_name

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

#: Distributions that install under another name, as far as they occur beside an agent server.
_DIFFERENT = {
    "beautifulsoup4": ("bs4",),
    "google-genai": ("google",),
    "mem0ai": ("mem0",),
    "opencv-python": ("cv2",),
    "pillow": ("PIL",),
    "psycopg-binary": ("psycopg",),
    "psycopg2-binary": ("psycopg2",),
    "pyjwt": ("jwt",),
    "python-dateutil": ("dateutil",),
    "python-dotenv": ("dotenv",),
    "python-multipart": ("python_multipart", "multipart"),
    "pyyaml": ("yaml",),
    "scikit-learn": ("sklearn",),
}


def import_names(distribution: str) -> tuple[str, ...]:
    """The top-level names that ``distribution`` (any spelling) is imported by."""
    name = canonicalize_name(distribution)
    return _DIFFERENT.get(name, (name.replace("-", "_"),))
