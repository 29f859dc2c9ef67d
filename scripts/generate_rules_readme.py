"""Writes rules/README.md: the catalogue as a table, made from the rule classes and their pages.

python scripts/generate_rules_readme.py            # write it
python scripts/generate_rules_readme.py --check    # say whether it is up to date, for CI
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agentflow_lint.engine.registry import load_catalogue, page_path, summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.engine.rule import Rule

RULES = Path(__file__).resolve().parent.parent / "rules"
README = RULES / "README.md"
PACK = "agentflow_rules"

FAMILIES = {
    "AF1": ("Config", "agentflow.json / 10xgraph.json and the env files"),
    "AF2": ("Runtime", "imports, the image, the command, the dependencies"),
    "AF3": ("Network", "CORS, docs, hosts, proxies, timeouts"),
    "AF4": ("Auth", "who may call, and how often"),
    "AF5": ("Persistence", "threads, memory and files that outlive the process"),
    "AF9": ("The lint run", "what it could not read or decide"),
}

TABLE_HEAD = "| code | name | consequence | what it says |\n|---|---|---|---|\n"

INTRODUCTION = """\
# Rules

<!-- Written by scripts/generate_rules_readme.py from the rule classes; do not edit. -->

One rule decides one thing. Its code and its name both work in the configuration, in comments and on the command line;
its page says what it decides, why it matters, what the server does, and shows examples, which are also its tests.
`agentflow-lint explain CODE` prints the page.

The consequence is what production does if nobody acts, in the usual case; it decides the severity:
`refuses-to-start`, `fails-requests`, `loses-data` and `exposes` are errors, `degrades` is a warning, `confuses` is
information.
"""


def readme(rules: Iterable[Rule]) -> str:
    """The text of rules/README.md."""
    rules = list(rules)
    parts = [INTRODUCTION]
    for prefix, (title, what) in FAMILIES.items():
        family = [rule for rule in rules if rule.code.startswith(prefix)]
        if not family:
            continue
        parts.append(f"\n## {prefix}xx {title}: {what}\n\n{TABLE_HEAD}")
        parts += [_row(rule) for rule in family]
    return "".join(parts)


def _row(rule: Rule) -> str:
    link = os.path.relpath(page_path(rule), RULES).replace(os.sep, "/")
    words = summary(rule).replace("``", "`")
    opt_in = " (only when selected)" if rule.opt_in else ""
    return f"| [{rule.code}]({link}) | {rule.name} | {rule.consequence.value} | {words}{opt_in} |\n"


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` return 1 if it is not up to date."""
    text = readme(load_catalogue([PACK]).rules)
    if arguments == ["--check"]:
        up_to_date = README.exists() and README.read_text(encoding="utf-8") == text
        print(f"{README.name} is {'up to date' if up_to_date else 'out of date: run scripts/generate_rules_readme.py'}")
        return 0 if up_to_date else 1
    README.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
