"""Traps in configs, as `init` writes them and the documentation shows them: T7, T8, T18."""

from __future__ import annotations

from tests.traps.sound import config, dockerfile
from tests.traps.trap import COMPOSE, Said, Trap, with_variables

_JWT = {"docker-compose.yml": with_variables(JWT_SECRET_KEY="${JWT_SECRET_KEY:?}", JWT_ALGORITHM="HS256")}
_CLASS = "agentflow_cli.src.app.core.auth.jwt_auth:JwtAuth"

TRAPS = (
    Trap(
        7,
        "redis-object",
        "0.6.1",
        {"agentflow.json": config("0.6.1", redis={"url": "${REDIS_URL}"})},
        (Said("AF106", None, "agentflow.json", "redis.url"),),
        "nothing is expanded there, and an object is no URL: up to 0.7.0 the cache stays off with a warning",
    ),
    Trap(
        7,
        "redis-object",
        "0.9.0",
        {"10xgraph.json": config("0.9.0", redis={"url": "${REDIS_URL}"})},
        (Said("AF103", None, "10xgraph.json", "redis"),),
        "from 0.8.0 on the server does not start with an object there",
    ),
    Trap(
        7,
        "redis-placeholder",
        "0.9.0",
        {"10xgraph.json": config("0.9.0", redis="${REDIS_URL}")},
        (Said("AF106", None, "10xgraph.json", "redis"),),
        "`redis` is never expanded, and the text `${REDIS_URL}` is no URL",
    ),
    Trap(
        8,
        "jwt",
        "0.5.1",
        {"agentflow.json": config("0.5.1", auth="jwt"), **_JWT},
        (Said("AF108", None, "agentflow.json", "jwt-refused"),),
        "0.2.2 to 0.5.1 demand a path that cannot be given",
        undecided=("AF402", "AF403"),
    ),
    Trap(
        8,
        "jwt-by-its-class",
        "0.5.1",
        {"agentflow.json": config("0.5.1", auth=_CLASS), **_JWT},
        (Said("AF108", None, "agentflow.json", "jwt-refused"),),
        "any text with jwt in it is the built-in JWT, so that this does not start either",
        undecided=("AF402", "AF403"),
    ),
    Trap(
        8,
        "jwt-by-its-class",
        "0.6.1",
        {"agentflow.json": config("0.6.1", auth=_CLASS), **_JWT},
        (),
        "and from 0.6.0 on it works, for the same reason",
        undecided=("AF402", "AF403"),
    ),
    Trap(
        18,
        "old-name-and-cli",
        "0.9.0",
        {
            "10xgraph.json": None,
            "agentflow.json": config("0.9.0"),
            "Dockerfile": dockerfile("0.9.0", '["10xgraph", "dev", "--no-open", "--no-reload", "--host", "0.0.0.0"]'),
        },
        (Said("AF107", COMPOSE, "agentflow.json", "not-found"),),
        "the command line of 0.7.0 to 0.9.0 does not find the old name",
    ),
    Trap(
        18,
        "old-name-and-gunicorn",
        "0.9.0",
        {"10xgraph.json": None, "agentflow.json": config("0.9.0")},
        (Said("AF107", None, "agentflow.json", "deprecated-name"),),
        "the ASGI target does, and the name is deprecated",
    ),
)
