from injectq import InjectQ
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer

from graph.keys import Kept

InjectQ.get_instance().bind_instance(Kept, SqliteCheckpointer())
