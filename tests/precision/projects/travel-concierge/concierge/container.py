"""What the server injects: the Redis client that its rate limiter counts with."""

import os

from injectq import InjectQ
from redis.asyncio import Redis

container = InjectQ.get_instance()
container.bind_instance("redis", Redis.from_url(os.environ["REDIS_URL"]))
