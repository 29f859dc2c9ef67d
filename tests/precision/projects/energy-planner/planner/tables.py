import asyncio

from planner import threads

asyncio.run(threads().asetup())
