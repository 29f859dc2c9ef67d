from agentflow.checkpointer import PgCheckpointer
from agentflow.graph import Agent, StateGraph
from agentflow.utils.constants import END

from tutor import settings

graph = StateGraph()
graph.add_node(
    "TUTOR",
    Agent(
        model="gemini-2.0-flash",
        provider="google",
        system_prompt=[{"role": "system", "content": "Explain; never solve the homework."}],
    ),
)
graph.set_entry_point("TUTOR")
graph.add_edge("TUTOR", END)

app = graph.compile(
    checkpointer=PgCheckpointer(postgres_dsn=settings.DATABASE_URL, redis_url=settings.REDIS_URL),
)
