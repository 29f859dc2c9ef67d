"""The served graph: what the server's loader gets from the config's import path, without running anything.

``results`` says what can come out; ``serving`` computes it (and imports libcst, so import it late).
"""

from agentflow_lint.model.graph.results import CheckpointerFact, CompileCall, ServedGraph, Target

__all__ = ["CheckpointerFact", "CompileCall", "ServedGraph", "Target"]
