import asyncio

from invoices.memory import memory

asyncio.run(memory.asetup())
