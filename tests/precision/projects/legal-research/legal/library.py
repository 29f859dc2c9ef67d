"""The vector store of judgments and notes."""

import os

from agentflow.storage.store import QdrantStore
from agentflow.storage.store.embedding import GoogleEmbedding

library = QdrantStore(GoogleEmbedding(), url=os.environ["QDRANT_URL"], collection="judgments")
