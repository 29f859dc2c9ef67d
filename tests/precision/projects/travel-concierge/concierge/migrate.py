"""Make the tables on a new database; does nothing on one that has them."""

import asyncio

from concierge.checkpointing import checkpointer

if __name__ == "__main__":
    asyncio.run(checkpointer.asetup())
