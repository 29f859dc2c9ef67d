"""Suggested entries of ORIGINS and ALLOWED_HOST: which ones are right only a person knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit, settings_added
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.model.values import Absent, Known
from agentflow_rules.network.entries import with_entry

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.model.deployment import Deployment

ORIGIN = "https://app.example.com"
HOST = "api.example.com"


def suggested(deployment: Deployment, name: str, entry: str, example: str) -> Fix | None:
    """``example`` in place of ``entry``, or for the whole setting where nothing sets it."""
    value = deployment.settings.raw(name)
    edit = None
    if isinstance(value, Absent):
        edit, _ = settings_added(deployment, {name: example})
    elif isinstance(value, Known):
        edit = setting_edit(deployment, name, with_entry(value.value, entry, [example]), by_entry=True)
    what = (
        "the origins of your own front ends" if name == "ORIGINS" else "the names under which clients reach the server"
    )
    return fix_of(f"List {what}", Applicability.SUGGESTION, edit)
