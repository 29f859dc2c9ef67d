"""The JSON Schema of the linter's own configuration, for editors: made from its model and the installed rules.

The schema takes what the linter takes, as far as a schema can say it: it does not know paths and deployments. The one
for the built-in rules is shipped as ``schemas/agentflow-lint.schema.json``.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from agentflow_lint.config_options import SHORTHANDS
from agentflow_lint.engine.options import options_of
from agentflow_lint.engine.registry import summary
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
    properties["rules"] = _options(catalogue, properties["rules"]["description"])
    for option in (option for rule in catalogue.rules for option in options_of(type(rule))):
        if option.name in SHORTHANDS:
            properties[option.name]["default"] = option.default
    return {
        "$schema": _DRAFT,
        "title": "The configuration of agentflow-lint",
        "description": "[tool.agentflow-lint] in pyproject.toml, or agentflow-lint.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        _DEFINITIONS: {key: _plain(definitions[key]) for key in sorted(definitions)},
    }


def _options(catalogue: Catalogue, description: str) -> dict[str, Any]:
    """The table of the rules' options: those of the installed rules, and whatever rules of other packs have."""
    tables: dict[str, Any] = {}
    for rule in catalogue.rules:
        if options := options_of(type(rule)):
            table = {
                "description": f"{rule.code} {rule.name}: {summary(rule)}.",
                "type": "object",
                "properties": {option.name: option.schema for option in options},
                "additionalProperties": False,
            }
            tables |= {rule.code: table, rule.name: table}
    others = {_other_codes(catalogue): {"type": "object"}}
    return {
        "description": description,
        "type": "object",
        "properties": tables,
        "patternProperties": others,
        "additionalProperties": False,
        "default": {},
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
    of_other_packs = {"pattern": _other_codes(catalogue)}
    return {
        "selector": {"type": "string", "anyOf": [rules, {"enum": [ALL, *families]}, of_other_packs]},
        "rule": {"type": "string", "anyOf": [rules, of_other_packs]},
        "release": {"type": "string", "enum": list(known_releases())},
    }


def _other_codes(catalogue: Catalogue) -> str:
    """A pattern for the codes and families of packs that are not installed here."""
    letters = sorted({rule.code.rstrip("0123456789") for rule in catalogue.rules})
    return rf"^(?!(?:{'|'.join(letters)})[0-9])[A-Z]{{2,8}}[0-9]{{1,3}}$"


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
