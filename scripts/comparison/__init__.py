"""What agentflow-lint and the tools that people have today say about the same small projects (scripts/compare.py)."""
