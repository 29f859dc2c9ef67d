"""What the assistant remembers of the catalogue."""

import os

from agentflow.storage.store import QdrantStore
from agentflow.storage.store.embedding import GoogleEmbedding

store = QdrantStore(embedding=GoogleEmbedding(), url=os.environ["QDRANT_URL"], collection="catalogue")
