"""What the text of a settings variable means that the server refuses, where that is clear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.env_lines import without_binding
from agentflow_lint.engine.editing.settings import setting_edit
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.setting_values import LOG_LEVELS, Accepted, parse_setting, start_rejections

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.framework.facts import Setting
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Known

_PAGES = ("DOCS_PATH", "REDOCS_PATH")
_OFF = frozenset({"false", "off", "no", "none", "null", "disabled", "0"})
_WORDS = {"enabled": "true", "enable": "true", "disabled": "false", "disable": "false"}
#: A number with the unit in which the variable counts anyway.
_UNITS = {"MEDIA_MAX_SIZE_MB": r"mb?|mib", "HSTS_MAX_AGE": r"s|secs?|seconds?"}
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[0-9]+)?")


def setting_fix(deployment: Deployment, name: str, value: Known[str]) -> Fix | None:
    """The fix of a variable with which the server does not start; None where a person has to say what is meant."""
    setting = deployment.release.settings[name]
    if not value.value.strip():
        return _unset(deployment, name, value)
    sure = _meant(setting, value.value)
    if sure is not None and _is_taken(deployment, setting, sure):
        edit = setting_edit(deployment, name, sure)
        return fix_of(f"Write {name} as the server takes it", Applicability.SAFE, edit)
    likely = _likely(name, value.value)
    if likely is not None and _is_taken(deployment, setting, likely):
        return fix_of(f"Write {likely}", Applicability.UNSAFE, setting_edit(deployment, name, likely))
    return None


def _meant(setting: Setting, raw: str) -> str | None:
    """The text that is certainly meant: without quotes and blanks, in the right letters, without the unit."""
    text = raw.strip().strip("\"'").strip()
    if setting.name == "LOG_LEVEL":
        return text.upper() if text.upper() in LOG_LEVELS else None
    if setting.name in _PAGES:
        return "" if text.lower() in _OFF else text if text.startswith("/") else None
    if setting.kind == "choice":
        return next((choice for choice in setting.choices if choice.lower() == text.lower()), None)
    if setting.kind == "bool":
        return _WORDS.get(text.lower(), text)
    if setting.name in _UNITS and (
        found := re.fullmatch(rf"([0-9.]+)\s*(?:{_UNITS[setting.name]})", text, re.IGNORECASE)
    ):
        return found[1]
    return text if setting.kind in ("int", "float") else None


def _likely(name: str, raw: str) -> str | None:
    """The text that is most likely meant, which shows more than before or is one of several."""
    text = raw.strip().strip("\"'").strip()
    if name in _PAGES and _PATH.fullmatch(text):
        return f"/{text}"
    if name == "REDIS_URL" and _HOST.fullmatch(text) and redis_url_problem(f"redis://{text}") is None:
        return f"redis://{text}"
    return None


def _is_taken(deployment: Deployment, setting: Setting, text: str) -> bool:
    """Whether the server starts with a text."""
    if not isinstance(parse_setting(setting, text), Accepted):
        return False
    rejections = start_rejections(
        deployment.release.version, {setting.name: text}, registers_trace=deployment.registers_trace
    )
    return not any(rejection.name == setting.name for rejection in rejections)


def _unset(deployment: Deployment, name: str, value: Known[str]) -> Fix | None:
    """Leave out what is set to nothing: it is the default then. Where a line cannot go, write the default."""
    default = deployment.settings.default(name).value
    edit: Edit | None = None
    use = deployment.environment.env_file
    if value.origin.notation == "env-file" and use.path is not None and use.parsed is not None:
        bindings = [each for each in use.parsed.bindings if each.name == name]
        if len(bindings) == 1 and not value.overrode:
            edit = without_binding(deployment.project, use.path, bindings[0])
        return fix_of(f"Leave {name} out", Applicability.SAFE, edit)
    text = str(default).lower() if isinstance(default, bool) else str(default)
    if default is None or not _is_taken(deployment, deployment.release.settings[name], text):
        return None
    return fix_of(f"Give {name} its default", Applicability.SAFE, setting_edit(deployment, name, text))
