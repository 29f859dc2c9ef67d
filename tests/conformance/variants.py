"""What is changed in a scaffold before the server and the linter see it: one fact at a time, each a name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.conformance.scaffolds import PRODUCTION, QUICK_START, Scaffold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REMOVED = None

#: 48 bytes, and like everything here good for nothing.
LONG_SECRET = "conformance-0123456789-0123456789-0123456789-012"

_KEY = {"GOOGLE_API_KEY": '"not-a-key"'}
_ORIGIN = {"ORIGINS": '"https://app.example.com"'}
_FILLED = {
    **_KEY,
    **_ORIGIN,
    "JWT_SECRET_KEY": f'"{LONG_SECRET}"',
    "JWT_ALGORITHM": '"HS256"',
    "REDIS_URL": '"redis://127.0.0.1:6379/0"',
}


@dataclass(frozen=True)
class Variant:
    """Changes to a copy of a scaffold.

    ``env`` maps a name to the text after ``=`` in ``.env`` (None removes the line); ``config`` maps a top-level key
    of the config to its value (None as :data:`REMOVED`; a JSON null is written as ``Null``); ``sources`` maps a file
    to a (pattern, replacement) pair for its text; ``image_env`` adds ENV lines to the Dockerfile's final stage, and
    ``ships_env_file`` takes the env files out of ``.dockerignore``.
    """

    name: str
    env: Mapping[str, str | None] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    image_env: Mapping[str, str] = field(default_factory=dict)
    ships_env_file: bool = False

    def apply(self, project: Path, config_name: str) -> None:
        """Change the project in place."""
        env_file = project / ".env"
        env_file.write_text(set_names(env_file.read_text(encoding="utf-8"), self.env), encoding="utf-8")
        if self.config:
            path = project / config_name
            document = json.loads(path.read_text(encoding="utf-8"))
            for key, value in self.config.items():
                if value is REMOVED:
                    document.pop(key, None)
                else:
                    document[key] = None if value is NULL else value
            path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        for name, (pattern, replacement) in self.sources.items():
            path = project / (config_name if name == CONFIG else name)
            text, changed = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
            assert changed, f"{self.name}: {pattern!r} is not in {name}"
            path.write_text(text, encoding="utf-8")
        if self.image_env:
            path = project / "Dockerfile"
            lines = "".join(f'ENV {name}="{value}"\n' for name, value in self.image_env.items())
            text, changed = re.subn(r"(?m)^CMD ", lambda _: lines + "CMD ", path.read_text(encoding="utf-8"))
            assert changed == 1, f"{self.name}: the Dockerfile has {changed} CMD instructions"
            path.write_text(text, encoding="utf-8")
        if self.ships_env_file:
            path = project / ".dockerignore"
            kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not re.match(r"(\*|)\.env", line)]
            path.write_text("\n".join(kept) + "\n", encoding="utf-8")


class _Null:
    """A JSON null, where None already means that the key goes."""


NULL = _Null()
CONFIG = "<config>"


def set_names(text: str, changes: Mapping[str, str | None]) -> str:
    """Env file text with names replaced in their line, removed (None), or appended."""
    left = dict(changes)
    lines = []
    for line in text.splitlines():
        name = line.partition("=")[0].strip()
        if name in changes:
            value = left.pop(name, None)
            if value is not None:
                lines.append(f"{name}={value}")
        else:
            lines.append(line)
    lines += [f"{name}={value}" for name, value in left.items() if value is not None]
    return "\n".join(lines) + "\n"


def _mended(name: str, env: Mapping[str, str | None] | None = None, **rest: object) -> Variant:
    """A production scaffold that starts, but for what is said here.

    ``injectq`` goes because the scaffold of 0.6.1 names a container that its module does not define.
    """
    config = {"injectq": REMOVED, **rest.pop("config", {})}  # type: ignore[dict-item]
    return Variant(name, {**_FILLED, **(env or {})}, config, **rest)  # type: ignore[arg-type]


def _keyed(name: str, **config: object) -> Variant:
    """A quick-start that starts, but for the config keys said here."""
    return Variant(name, _KEY, config)


SCAFFOLDED = Variant("as-scaffolded")
KEYED = Variant("provider-key", _KEY)
ORIGINS = Variant("provider-key-and-origins", {**_KEY, **_ORIGIN})
FILLED = Variant("filled", _FILLED)
MENDED = _mended("mended")

#: What the documentation tells people to write for a limiter on Redis.
LIMITED_BY_REDIS = _mended(
    "mended-with-redis-url", config={"rate_limit": {"backend": "redis", "redis": {"url": "${REDIS_URL}"}}}
)

#: Environment facts, on a production scaffold with JWT and a limiter.
ENVIRONMENT = (
    _mended("short-secret", {"JWT_SECRET_KEY": '"short"'}),
    _mended("31-byte-secret", {"JWT_SECRET_KEY": f'"{LONG_SECRET[:31]}"'}),
    _mended("32-byte-secret", {"JWT_SECRET_KEY": f'"{LONG_SECRET[:32]}"'}),
    _mended("empty-secret", {"JWT_SECRET_KEY": '""'}),
    _mended("no-algorithm", {"JWT_ALGORITHM": None}),
    _mended("docs-without-slash", {"DOCS_PATH": '"docs"'}),
    _mended("log-level-lower-case", {"LOG_LEVEL": '"info"'}),
    _mended("wildcard-without-credentials", {"ORIGINS": '"*"', "CORS_ALLOW_CREDENTIALS": "false"}),
    _mended("wildcard-among-origins", {"ORIGINS": '"https://app.example.com, *"'}),
    _mended("wildcard-in-staging", {"ORIGINS": '"*"', "MODE": '"staging"'}),
    _mended("wildcard-in-upper-case-production", {"ORIGINS": '"*"', "MODE": '"PRODUCTION"'}),
    _mended("wildcard-in-padded-production", {"ORIGINS": '"*"', "MODE": '"production "'}),
    _mended("no-origins", {"ORIGINS": None}),
    _mended("empty-origins", {"ORIGINS": '""'}),
    _mended("interpolated-origins", {"FRONTEND": "https://app.example.com", "ORIGINS": "${FRONTEND}"}),
    _mended("origins-with-comment", {"ORIGINS": "https://app.example.com # not *"}),
    _mended("boolean-typo", {"IS_DEBUG": '"maybe"'}),
    _mended("empty-number", {"MAX_REQUEST_SIZE": ""}),
    _mended("number-with-unit", {"HSTS_MAX_AGE": '"1y"'}),
    _mended("media-storage-pg", {"MEDIA_STORAGE_TYPE": '"pg"'}),
    _mended("wildcard-inside-host", {"ALLOWED_HOST": '"api.*.example.com"'}),
    _mended("strict-with-wildcard-hosts", {"STRICT_PRODUCTION_CHECKS": "true"}),
    _mended("strict", {"STRICT_PRODUCTION_CHECKS": "true", "ALLOWED_HOST": '"api.example.com"'}),
)

#: Config facts, on a quick-start in development.
CONFIGURATION = (
    _keyed("agent-misspelt", agent="graph.agent:ap"),
    _keyed("agent-as-file", agent="graph/agent.py:app"),
    _keyed("agent-not-compiled", agent="graph.agent:react_agent"),
    _keyed("agent-missing", agent=REMOVED),
    _keyed("limit-as-text", rate_limit={"requests": "100"}),
    _keyed("limit-of-zero", rate_limit={"requests": 0}),
    _keyed("limit-enabled-by-number", rate_limit={"enabled": 1}),
    _keyed("jwt-without-settings", auth="jwt"),
    _keyed("auth-method-jwt", auth={"method": "jwt"}),
    _keyed("store-missing", store="graph.agent:memories"),
    _keyed("bogus-checkpointer", checkpointer="nowhere:nothing"),
    _keyed("remote-tools-null", remote_tools=NULL),
    Variant("trailing-comma", _KEY, sources={CONFIG: (r"\n\}\s*$", ",\n}\n")}),
    Variant("duplicate-agent", _KEY, sources={CONFIG: (r"\n\}\s*$", ',\n  "agent": "graph.agent:gone"\n}\n')}),
    Variant("syntax-error", _KEY, sources={"graph/agent.py": (r"(?m)^checkpointer = ", "checkpointer == = ")}),
    Variant(
        "variable-at-import",
        _KEY,
        sources={
            "graph/agent.py": (r"(?m)^import logging$", 'import os\nimport logging\n\nURL = os.environ["TICKETS_URL"]')
        },
    ),
)

#: Images: nothing is supplied at deploy time but what is said here.
_SUPPLIED = {
    "GOOGLE_API_KEY": "not-a-key",
    "ORIGINS": "https://app.example.com",
    "JWT_SECRET_KEY": LONG_SECRET,
    "JWT_ALGORITHM": "HS256",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
IMAGE_BARE = Variant("image-bare", _FILLED, {"injectq": REMOVED})
IMAGE_SUPPLIED = Variant("image-supplied", {}, {"injectq": REMOVED}, image_env=_SUPPLIED)
IMAGE_WILDCARD = Variant("image-wildcard", {}, {"injectq": REMOVED}, image_env={**_SUPPLIED, "ORIGINS": "*"})
IMAGE_SHIPS_ENV = Variant("image-ships-env-file", _FILLED, {"injectq": REMOVED}, ships_env_file=True)
IMAGE_SHORT_SECRET = Variant(
    "image-short-secret", {}, {"injectq": REMOVED}, image_env={**_SUPPLIED, "JWT_SECRET_KEY": "short"}
)

_JWT_MEMORY = Scaffold("production", "jwt", "memory")
_JWT_REDIS = Scaffold("production", "jwt", "redis")
_CUSTOM_NONE = Scaffold("production", "custom", "none")
_NONE_NONE = Scaffold("production", "none", "none")
assert {_JWT_MEMORY, _JWT_REDIS, _CUSTOM_NONE, _NONE_NONE} <= set(PRODUCTION)

_SAMPLE = (QUICK_START, _NONE_NONE, _JWT_MEMORY, _JWT_REDIS, _CUSTOM_NONE)

#: Every pair that is started as a project on disk.
PROJECTS: tuple[tuple[Scaffold, Variant], ...] = (
    *((scaffold, SCAFFOLDED) for scaffold in _SAMPLE),
    *((scaffold, KEYED) for scaffold in (QUICK_START, _JWT_REDIS)),
    *((scaffold, ORIGINS) for scaffold in (_NONE_NONE, _JWT_REDIS)),
    *((scaffold, FILLED) for scaffold in (QUICK_START, _JWT_REDIS, _CUSTOM_NONE)),
    *((scaffold, MENDED) for scaffold in PRODUCTION),
    (_JWT_REDIS, LIMITED_BY_REDIS),
    *((_JWT_MEMORY, variant) for variant in ENVIRONMENT),
    *((QUICK_START, variant) for variant in CONFIGURATION),
)

#: Every pair that is started as an image.
IMAGES: tuple[tuple[Scaffold, Variant], ...] = (
    *((scaffold, IMAGE_BARE) for scaffold in (_NONE_NONE, _JWT_REDIS)),
    *((scaffold, IMAGE_SUPPLIED) for scaffold in (_JWT_MEMORY, _JWT_REDIS, _CUSTOM_NONE)),
    (_JWT_MEMORY, IMAGE_WILDCARD),
    (_JWT_MEMORY, IMAGE_SHIPS_ENV),
    (_JWT_MEMORY, IMAGE_SHORT_SECRET),
)

#: Images of a project without declared dependencies, which get what the generated Dockerfile installs and no more.
BARE_IMAGES: tuple[tuple[Scaffold, Variant], ...] = (
    (QUICK_START, IMAGE_BARE),
    (QUICK_START, IMAGE_SUPPLIED),
)
