import asyncio

from tutor.main import app

if __name__ == "__main__":
    asyncio.run(app._checkpointer.asetup())
