"""The keys of the linter's configuration. Imported only when there is one, because pydantic takes its time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)

_EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
_Something = Annotated[str, StringConstraints(min_length=1)]
#: The two forms of an item of ``ignore``, as pydantic names them in the place of an error.
_STRING, _TABLE = FORMS = ("a rule", "a table")
_FolderName = Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")]
_Paths = Annotated[
    list[str],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]

#: Names whose list is known only at run time; the JSON Schema puts it in their place.
Selector = Annotated[str, Field(json_schema_extra={"names": "selector"})]
RuleName = Annotated[str, Field(json_schema_extra={"names": "rule"})]
ReleaseName = Annotated[str, Field(json_schema_extra={"names": "release"})]

# What each key is for, in the JSON Schema and in docs/configuration.md.
_SELECT = "The rules that run: codes, names, families such as `AF3`, or `ALL`. Without it all run but the opt-in ones."
_IGNORE = (
    "Rules that do not run, spelled as for `select`; the more specific of the two wins. A table instead of a rule "
    "names findings that are not reported."
)
_EXTEND = "Configurations to start from: a path or a list of paths, relative to this file. What this file says wins."
_EXTEND_SELECT = "Rules that run besides those that `select`, here or in an extended file, names."
_EXTEND_IGNORE = "Rules that do not run besides those that `ignore`, here or in an extended file, names."
_PER_FILE_IGNORES = (
    "Findings that are not reported, by glob of the files they are in: lists of rules, spelled as for `select`."
)
_REQUIRE_REASON = "A suppression that gives no reason holds nothing back."
_FAIL_ON = "The lowest severity that fails the run."
_TARGET_RELEASE = "Judge by this server release instead of the one that the project pins."
_PROVIDED_ENV = "Variables that the platform provides at deploy time: they are set, to values that nobody knows here."
_DEPLOYMENTS = "The deployments to check, by name; without it, the project's production ones."
_EXCLUDE = "Names of folders in which no projects are searched."
_SEQUENTIAL_CALLS = "Short for the option of AF332: how many calls of models and tools in a row are not too many."
_SEVERITY = "The severity of findings, by rules spelled as for `select`; the most specific spelling wins."
_SHOW_UNDECIDED = "List what could not be decided, and why (AF904)."
_RULES = "The options of rules: a table for each rule that has options, by its code or name."
_BASELINE = "The baseline to apply: a path, relative to this file."


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class IgnoreTable(BaseModel):
    """``[[tool.agentflow-lint.ignore]]``: findings that are not reported, where a file has no comments to say it in."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    rule: Selector = Field(description="The rule, name or family whose findings these are.")
    path: _Something = Field(description="A glob of the files they are in, from the folder of this file.")
    deployment: str | None = Field(None, description="Only those of this deployment.")
    place: str | None = Field(None, description="Only those at this place, as the JSON report gives it.")
    reason: str = Field("", description="Why they may stay.")


def _form(item: object) -> str:
    return _TABLE if isinstance(item, (dict, IgnoreTable)) else _STRING


_Ignored = Annotated[
    Annotated[Selector, Tag(_STRING)] | Annotated[IgnoreTable, Tag(_TABLE)],
    Discriminator(_form),
]


class ConfigurationTable(BaseModel):
    """``[tool.agentflow-lint]`` in pyproject.toml, or the top level of agentflow-lint.toml."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=_kebab)

    extend: _Paths = Field(default_factory=list, description=_EXTEND)
    select: list[Selector] | None = Field(None, description=_SELECT)
    extend_select: list[Selector] = Field(default_factory=list, description=_EXTEND_SELECT)
    ignore: list[_Ignored] = Field(default_factory=list, description=_IGNORE)
    extend_ignore: list[Selector] = Field(default_factory=list, description=_EXTEND_IGNORE)
    per_file_ignores: dict[str, list[Selector]] = Field(default_factory=dict, description=_PER_FILE_IGNORES)
    require_reason: bool = Field(False, description=_REQUIRE_REASON)
    fail_on: Literal["error", "warning", "info", "never"] = Field("error", description=_FAIL_ON)
    target_release: ReleaseName | None = Field(None, description=_TARGET_RELEASE)
    provided_env: list[_EnvName] = Field(default_factory=list, description=_PROVIDED_ENV)
    deployments: list[str] = Field(default_factory=list, description=_DEPLOYMENTS)
    exclude: list[_FolderName] = Field(default_factory=list, description=_EXCLUDE)
    max_sequential_calls: Annotated[int, Field(ge=1)] | None = Field(None, description=_SEQUENTIAL_CALLS)
    severity: dict[Selector, Literal["error", "warning", "info"]] = Field(default_factory=dict, description=_SEVERITY)
    show_undecided: bool = Field(False, description=_SHOW_UNDECIDED)
    baseline: str | None = Field(None, description=_BASELINE)
    rules: dict[RuleName, dict[str, Any]] = Field(default_factory=dict, description=_RULES)


#: Every key there is.
KEYS = tuple(_kebab(name) for name in ConfigurationTable.model_fields)

#: Every key of an entry of ``ignore``.
IGNORE_KEYS = tuple(IgnoreTable.model_fields)

#: What the items of a patterned key are, for messages.
PATTERNS = {"provided-env": "the name of an environment variable", "exclude": "the name of a folder"}
