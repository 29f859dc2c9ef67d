"""``python -m agentflow_lint``."""

import os
import sys

# ``-m`` puts the working directory on the path, which is often the project itself: a click.py in it would run.
if not getattr(sys.flags, "safe_path", False) and sys.path[:1] in ([""], [os.getcwd()]):
    del sys.path[0]

from agentflow_lint.cli.main import run

if __name__ == "__main__":
    run()
