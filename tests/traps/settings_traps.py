"""Traps in env templates and in what the documentation says of settings: T3, T15, T16."""

from __future__ import annotations

from tests.traps.sound import config, graph
from tests.traps.trap import COMPOSE, Said, Trap, replacing, with_variables

#: The limiter as the documentation has it, on Redis.
_BY_REDIS = {"requests": 60, "window": 60, "backend": "redis", "redis": {"url": "${REDIS_URL}"}}

#: Routes as the documentation lists them: /health does not exist, and ReDoc is at /redocs.
_EXCLUDED = {
    "requests": 60,
    "window": 60,
    "by": "global",
    "exclude_paths": ["/health", "/docs", "/redoc", "/openapi.json"],
}

_ENV_FILE = replacing("    environment:\n", "    env_file: .env\n    environment:\n")


def _from_env_file(text: str, *names: str) -> str:
    """The compose file that leaves these variables to the env file."""
    return _ENV_FILE(with_variables(**dict.fromkeys(names))(text))


TRAPS = (
    Trap(
        3,
        "template-as-it-is",
        "0.6.1",
        {
            "docker-compose.yml": lambda text: _from_env_file(text, "MODE", "ORIGINS", "ALLOWED_HOST"),
            ".env": 'MODE="production"\nORIGINS="*"\nALLOWED_HOST="*"\nDOCS_PATH=""\nREDOCS_PATH=""\n',
        },
        (
            Said("AF301", COMPOSE, ".env", "ORIGINS"),
            Said("AF302", COMPOSE, ".env", "ORIGINS"),
            Said("AF304", COMPOSE, ".env", "ALLOWED_HOST"),
        ),
        "the production template has ORIGINS=* beside MODE=production, which the server refuses",
    ),
    Trap(
        3,
        "blank-redis",
        "0.9.0",
        {
            "docker-compose.yml": lambda text: _from_env_file(text, "REDIS_URL"),
            "10xgraph.json": config("0.9.0", rate_limit=_BY_REDIS),
            "graph/agent.py": graph("0.9.0").replace('os.environ["REDIS_URL"]', '"redis://redis:6379/1"'),
            ".env": 'REDIS_URL=""\n',
        },
        (Said("AF106", COMPOSE, "10xgraph.json", "rate_limit.redis.url"),),
        "an empty REDIS_URL makes an empty URL of the limiter's, which is refused",
    ),
    Trap(
        3,
        "blank-secret",
        "0.6.1",
        {
            "docker-compose.yml": lambda text: _from_env_file(text),
            "agentflow.json": config("0.6.1", auth="jwt"),
            ".env": 'JWT_SECRET_KEY=""\nJWT_ALGORITHM="HS256"\n',
        },
        (Said("AF402", COMPOSE, ".env", "JWT_SECRET_KEY"),),
        "an empty secret counts as none",
    ),
    Trap(
        15,
        "paths-that-do-not-exist",
        "0.6.1",
        {"agentflow.json": config("0.6.1", rate_limit=_EXCLUDED)},
        (),
        "a path that no route has is excluded in vain, and nothing comes of it: /ping is never limited from 0.6.0 on",
    ),
    Trap(
        15,
        "probe-of-health",
        "0.6.1",
        {
            "docker-compose.yml": replacing(
                "    environment:\n",
                "    healthcheck:\n"
                "      test: [CMD, python, -c, \"import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health')\"]\n"
                "    environment:\n",
            )
        },
        (Said("AF226", COMPOSE, "docker-compose.yml", "compose:web health probe path"),),
        "who takes /health from the documentation for a probe gets 404 from every release",
    ),
    Trap(
        15,
        "redoc-by-its-wrong-name",
        "0.4.0",
        {"docker-compose.yml": with_variables(DOCS_PATH="", REDOC_PATH="")},
        (Said("AF303", COMPOSE, "docker-compose.yml", "REDOCS_PATH"),),
        "REDOC_PATH is no setting, so that with the docs off ReDoc stays where it is by default, at /redocs",
    ),
    Trap(
        16,
        "debug-on",
        "0.6.1",
        {"docker-compose.yml": with_variables(IS_DEBUG="true")},
        (Said("AF305", COMPOSE, "docker-compose.yml", "IS_DEBUG"),),
        "no release acts on IS_DEBUG; the file says the opposite of what is meant",
    ),
    Trap(
        16,
        "media-in-postgres",
        "0.6.1",
        {"docker-compose.yml": with_variables(MEDIA_STORAGE_TYPE="pg")},
        (Said("AF118", COMPOSE, "docker-compose.yml", "MEDIA_STORAGE_TYPE"),),
        "`pg` is refused from 0.6.0 on; where files would be kept then is no question any more, and stays open",
        undecided=("AF507",),
    ),
    Trap(
        16,
        "redis-is-not-optional",
        "0.6.1",
        {"graph/agent.py": graph("0.6.1", 'PgCheckpointer(postgres_dsn=os.environ["POSTGRES_DSN"])')},
        (Said("AF509", COMPOSE, "graph/agent.py", "agent.checkpointer"),),
        "the constructor wants Redis as well and raises",
    ),
)
