from dispatch.flow import flow
from dispatch.storage import threads

app = flow.compile(checkpointer=threads())
