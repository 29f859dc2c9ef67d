"""Makes tables and sweeps old threads, at the start and every night."""

import asyncio
import os

from permits.threads import Threads


async def main() -> None:
    checkpointer = Threads.from_environment(os.environ).checkpointer
    await checkpointer.asetup()


asyncio.run(main())
