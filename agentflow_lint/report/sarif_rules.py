"""Rules as SARIF describes them: what they decide, their help, and how loud they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.registry import page_url, summary
from agentflow_lint.report.rule_help import rule_help, without_links

if TYPE_CHECKING:
    from agentflow_lint.engine.rule import Rule

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
#: GitHub's words for the severity of what is no security matter.
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
#: GitHub shows a number from 7.0 to 8.9 as "high". It heeds it for rules that are tagged "security".
_SECURITY_SEVERITY = "7.5"
#: GitHub takes no longer descriptions.
_LONGEST = 1024


def level_of(severity: Severity) -> str:
    """SARIF's name for a severity."""
    return _LEVELS[severity]


def described(rule: Rule) -> dict[str, Any]:
    """The rule as a ``reportingDescriptor``."""
    page = rule_help(rule)
    severity = rule.consequence.severity
    properties: dict[str, Any] = {
        "consequence": rule.consequence.value,
        "precision": "high",  # a rule fires only on what is known
        "problem.severity": _PROBLEM[severity],
        "tags": ["deployment", rule.consequence.value],
    }
    if rule.consequence is Consequence.EXPOSES:
        properties["security-severity"] = _SECURITY_SEVERITY
        properties["tags"].append("security")
    described: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _cut(f"{summary(rule)}.")},
        "fullDescription": {"text": _cut(without_links(" ".join(page.introduction.split())))},
        "help": {"text": _as_text(page.markdown), "markdown": page.markdown},
        "defaultConfiguration": {"level": level_of(severity)},
        "properties": properties,
    }
    if url := page_url(rule):
        described["helpUri"] = url
    return described


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _as_text(markdown: str) -> str:
    """Markdown for viewers that show none: without links and the marks of headings."""
    return re.sub(r"^#+ ", "", without_links(markdown), flags=re.MULTILINE)
