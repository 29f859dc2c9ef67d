"""The keys of the linter's configuration. Imported only when there is one, because pydantic takes its time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agentflow_lint.model.project import DEFAULT_SEQUENTIAL_CALLS

_EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
_FolderName = Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class ConfigurationTable(BaseModel):
    """``[tool.agentflow-lint]`` in pyproject.toml, or the top level of agentflow-lint.toml."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=_kebab)

    select: list[str] | None = None
    ignore: list[str] = Field(default_factory=list)
    fail_on: Literal["error", "warning", "info", "never"] = "error"
    target_release: str | None = None
    provided_env: list[_EnvName] = Field(default_factory=list)
    deployments: list[str] = Field(default_factory=list)
    exclude: list[_FolderName] = Field(default_factory=list)
    max_sequential_calls: Annotated[int, Field(ge=1)] = DEFAULT_SEQUENTIAL_CALLS
    severity: dict[str, Literal["error", "warning", "info"]] = Field(default_factory=dict)
    show_undecided: bool = False
    baseline: str | None = None


#: Every key there is.
KEYS = tuple(_kebab(name) for name in ConfigurationTable.model_fields)

#: What the items of a patterned key are, for messages.
PATTERNS = {"provided-env": "the name of an environment variable", "exclude": "the name of a folder"}
