"""The JSON Schema of the linter's own configuration, for editors: made from its model and the installed rules.

The schema takes what the linter takes, as far as a schema can say it: it does not know paths and deployments. The one
for the built-in rules is shipped as ``schemas/agentflow-lint.schema.json``.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.selection import ALL

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

#: The schema as shipped: the one for the built-in rules.
SHIPPED = os.path.join(os.path.dirname(__file__), "schemas", "agentflow-lint.schema.json")

_DRAFT = "http://json-schema.org/draft-07/schema#"
_DEFINITIONS = "definitions"


def linter_schema(catalogue: Catalogue) -> dict[str, Any]:
    """A JSON Schema (draft 7, which most editors read) of ``[tool.agentflow-lint]`` and of agentflow-lint.toml."""
    from agentflow_lint.config_schema import ConfigurationTable

    made = ConfigurationTable.model_json_schema(by_alias=True, ref_template=f"#/{_DEFINITIONS}/{{model}}")
    definitions = {**made.pop("$defs", {}), **_names(catalogue)}
    properties = {key: _plain(each) for key, each in made["properties"].items()}
    for name, field in ConfigurationTable.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if default is not None:  # TOML has no null
            properties[field.alias or name]["default"] = default
    return {
        "$schema": _DRAFT,
        "title": "The configuration of agentflow-lint",
        "description": "[tool.agentflow-lint] in pyproject.toml, or agentflow-lint.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        _DEFINITIONS: {key: _plain(definitions[key]) for key in sorted(definitions)},
    }


def linter_schema_text(catalogue: Catalogue) -> str:
    """The schema as it is printed and shipped."""
    return json.dumps(linter_schema(catalogue), indent=2, ensure_ascii=False) + "\n"


def _names(catalogue: Catalogue) -> dict[str, Any]:
    """What stands in the place of names: the known ones, and rule codes of packs that are not installed here."""
    from agentflow_lint.framework.release import known_releases

    codes = [rule.code for rule in catalogue.rules]
    families = sorted({code[:size] for code in codes for size in range(2, len(code))})
    rules = {"enum": [*codes, *(rule.name for rule in catalogue.rules)]}
    letters = sorted({code.rstrip("0123456789") for code in codes})
    of_other_packs = {"pattern": rf"^(?!(?:{'|'.join(letters)})[0-9])[A-Z]{{2,8}}[0-9]{{1,3}}$"}
    return {
        "selector": {"type": "string", "anyOf": [rules, {"enum": [ALL, *families]}, of_other_packs]},
        "release": {"type": "string", "enum": list(known_releases())},
    }


def _plain(schema: Any) -> Any:
    """A schema without what pydantic adds to it for nobody's use, and with references to the lists of names."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    either = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(either) == 1:
        schema = {**{key: value for key, value in schema.items() if key != "anyOf"}, **either[0]}
    if "names" in schema:
        reference = {"$ref": f"#/{_DEFINITIONS}/{schema['names']}"}
        # Draft 7 ignores whatever stands beside a reference.
        return {"description": schema["description"], "allOf": [reference]} if "description" in schema else reference
    dropped = {"title"} if "properties" not in schema else {"title", "description"}
    if schema.get("default", 0) is None:
        dropped.add("default")
    return {
        key: {name: _plain(each) for name, each in value.items()} if key == "properties" else _plain(value)
        for key, value in schema.items()
        if key not in dropped
    }
