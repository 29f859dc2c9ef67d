import os

from agentflow.prebuilt.agent import ReactAgent
from agentflow.storage.checkpointer import InMemoryCheckpointer, PgCheckpointer


def convert(grams: float) -> float:
    """Grams in ounces."""
    return grams / 28.35


def memory(testing: bool = False):
    if testing:
        return InMemoryCheckpointer()
    kept = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    kept.setup()
    return kept


agent = ReactAgent(model="gemini-2.5-flash", provider="google", tools=[convert])
app = agent.compile(checkpointer=memory())
