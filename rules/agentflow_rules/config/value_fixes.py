"""What a config value that the server refuses means: a number in quotes, 1 for true, another spelling of a word."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.editing.config_members import with_value
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.framework.config_checks import rejections
from agentflow_lint.model.config_values import lookup_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment


def value_fix(deployment: Deployment, path: KeyPath) -> Fix | None:
    """The same value as the server takes it, where there is one."""
    document = deployment.config.document
    node = document.find(path) if document else None
    value = getattr(node, "value", None)
    for meant in _meanings(value):
        if not _is_refused(deployment, path, meant):
            edit = with_value(deployment.config, path, meant)
            return fix_of(f"Write {json.dumps(meant)}", Applicability.SAFE, edit)
    return None


def _meanings(value: object) -> Iterator[object]:
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        yield bool(value)
    if not isinstance(value, str):
        return
    text = value.strip()
    if text.lower() in ("true", "false"):
        yield text.lower() == "true"
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        yield int(text)
    elif re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text):
        yield float(text)
    if text.lower() != value:
        yield text.lower()


def _is_refused(deployment: Deployment, path: KeyPath, value: object) -> bool:
    data: Any = copy.deepcopy(deployment.config.data)
    parent = data
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    found = rejections(
        deployment.release.version, data, lookup_in(deployment.environment), deployment.container_mentions
    )
    return any(each.path == path for each in found)
