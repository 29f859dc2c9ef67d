"""``python -m agentflow_lint``."""

from agentflow_lint.cli.main import run

if __name__ == "__main__":
    run()
