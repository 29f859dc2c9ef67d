"""Tokens that the login service has taken back, in its Redis."""

import os

from redis.asyncio import Redis
from tenxgraph_api.src.app.core.auth.revocation import TokenRevocationBackend


class Revoked(TokenRevocationBackend):
    def __init__(self) -> None:
        self._redis = Redis.from_url(os.environ["REDIS_URL"])

    async def is_revoked(self, identity) -> bool:
        return bool(await self._redis.sismember("revoked", identity.get("jti", "")))
