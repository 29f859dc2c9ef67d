import asyncio

from faq.app import app


def create() -> None:
    asyncio.run(app._checkpointer.asetup())


if __name__ == "__main__":
    create()
