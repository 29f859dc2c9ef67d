"""Writes what is made from the model of the linter's configuration and the built-in rules.

That is the JSON Schema that is shipped, and the tables of keys and options in docs/configuration.md.

python scripts/generate_config_schema.py            # write them
python scripts/generate_config_schema.py --check    # say whether they are up to date, for CI
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.options import options_of
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.linter_schema import SHIPPED, linter_schema, linter_schema_text

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

PACK = "agentflow_rules"
ROOT = Path(__file__).resolve().parent.parent
#: Pages with a part between ``<!-- NAME: generated -->`` and ``<!-- end of NAME -->``.
PAGES = (ROOT / "docs" / "configuration.md",)


def keys_table(schema: dict[str, Any]) -> str:
    """Every key with its type, its default and what it says."""
    rows = ["| key | type | default | what it says |", "| --- | --- | --- | --- |"]
    for key, each in schema["properties"].items():
        default = f"`{json.dumps(each['default'])}`" if "default" in each else ""
        rows.append(f"| `{key}` | {kind_of(each)} | {default} | {each['description']} |")
    return "\n".join(rows)


def options_table(catalogue: Catalogue) -> str:
    """Every option of the built-in rules."""
    rows = ["| rule | option | type | default | what it says |", "| --- | --- | --- | --- | --- |"]
    for rule in catalogue.rules:
        for option in options_of(type(rule)):
            names, kind = f"{rule.code} {rule.name} | `{option.name}`", kind_of(option.schema)
            rows.append(f"| {names} | {kind} | `{option.default_text}` | {option.description} |")
    return "\n".join(rows)


def kind_of(schema: dict[str, Any]) -> str:
    """The type of a value in a word or two."""
    if "$ref" in schema or "allOf" in schema:
        reference: str = schema.get("$ref") or schema["allOf"][0]["$ref"]
        name = reference.rpartition("/")[2]
        return {"selector": "rule", "IgnoreTable": "table"}.get(name, name)
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        return " or ".join(kind_of(each) for each in either)
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema["type"] == "array":
        return f"list of {re.sub(r'(?<=[a-z])(?= or |$)', 's', kind_of(schema['items']))}"
    if schema["type"] == "object":
        inner = schema.get("additionalProperties")
        return f"table of {kind_of(inner)}" if inner else "table of tables"
    return str(schema["type"])


def documents() -> dict[Path, str]:
    """Each file that is generated, or has a generated part, with the text that it should have."""
    catalogue = load_catalogue([PACK])
    schema = linter_schema(catalogue)
    parts = {"keys": keys_table(schema), "options": options_table(catalogue)}
    made = {Path(SHIPPED): linter_schema_text(catalogue)}
    for page in PAGES:
        made[page] = re.sub(
            r"(<!-- (\w+): generated[^>]*-->\n).*?(<!-- end of \2 -->)",
            lambda part: f"{part[1]}\n{parts[part[2]]}\n\n{part[3]}",
            page.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
    return made


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` return 1 if one is not up to date."""
    stale = [
        path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.name} is out of date: run scripts/generate_config_schema.py")
        return 1 if stale else 0
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
