"""Writes the JSON Schema of the linter's configuration that is shipped, from the model and the built-in rules.

python scripts/generate_config_schema.py            # write it
python scripts/generate_config_schema.py --check    # say whether it is up to date, for CI
"""

from __future__ import annotations

import sys
from pathlib import Path

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.linter_schema import SHIPPED, linter_schema_text

PACK = "agentflow_rules"


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` return 1 if it is not up to date."""
    path = Path(SHIPPED)
    text = linter_schema_text(load_catalogue([PACK]))
    if arguments == ["--check"]:
        up_to_date = path.exists() and path.read_text(encoding="utf-8") == text
        print(f"{path.name} is {'up to date' if up_to_date else 'out of date: run scripts/generate_config_schema.py'}")
        return 0 if up_to_date else 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
