"""agentflow-lint: what a production AgentFlow / 10xGraph server will see, said before deploy."""

__version__ = "0.1.0"
