from tenxgraph.storage.checkpointer import SqliteCheckpointer

from newsroom.desk import build


def test_compiles(tmp_path):
    assert build().compile(checkpointer=SqliteCheckpointer(str(tmp_path / "threads.db")))
