from os import environ

from tenxgraph.storage.checkpointer import PgCheckpointer


class DeskArchive(PgCheckpointer):
    """The desk's own schema."""

    def __init__(self, **connection: str) -> None:
        super().__init__(schema="desk", **connection)


def open_archive() -> DeskArchive:
    archive = DeskArchive(postgres_dsn=environ["DATABASE_URL"], redis_url=environ["REDIS_URL"])
    archive.setup()
    return archive
