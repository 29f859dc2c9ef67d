"""Runs before the server: the tables of the threads."""

import asyncio

from shop.memory import build_checkpointer


async def main() -> None:
    checkpointer = build_checkpointer()
    await checkpointer.asetup()
    await checkpointer.arelease()


if __name__ == "__main__":
    asyncio.run(main())
