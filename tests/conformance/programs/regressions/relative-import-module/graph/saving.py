from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer

saver = SqliteCheckpointer()
