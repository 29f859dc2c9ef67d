"""The report as SARIF 2.1.0, for code scanning.

The log holds no absolute path, no time and no machine: the same input gives the same bytes. Columns are UTF-16 code
units. What GitHub makes of each property is documented at
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from agentflow_lint import __version__
from agentflow_lint.engine.fix import Applicability
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.engine.run import EXIT_CLEAN, EXIT_FAILED, EXIT_FINDINGS, EXIT_NOTHING_TO_LINT
from agentflow_lint.report.entries import entries, reason_of
from agentflow_lint.report.fixes import replacements
from agentflow_lint.report.regions import exact_region, region_of
from agentflow_lint.report.sarif_rules import described, level_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.run import Crash, Hidden, Report, Run
    from agentflow_lint.model.values import Location
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths

_Object = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: The name under which SARIF consumers know the root of the repository.
ROOT = "%SRCROOT%"
#: The name, and the version, of our identity among a result's partial fingerprints.
FINGERPRINT = "agentflowLint/v1"

_EXITED = {
    EXIT_CLEAN: "nothing at or above the severity that fails the run",
    EXIT_FINDINGS: "findings at or above the severity that fails the run",
    EXIT_FAILED: "the linter could not do its work: the verdicts are not complete",
    EXIT_NOTHING_TO_LINT: "nothing to lint",
}
#: What a viewer would take for a link.
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def sarif_report(report: Report, paths: RepositoryPaths, *, with_hidden: bool = True) -> str:
    """The findings as a log of one run.

    Findings that are held back are results with ``suppressions``. GitHub's code scanning does not heed those and would
    open an alert for each, so it is given a log without them (``with_hidden`` False). Undecided cases are counted in
    the run's properties.
    """
    found = [entry for entry in entries(report) if with_hidden or entry.hidden is None]
    asked = {rule.code for run in report.runs for rule in run.rules} | {entry.finding.code for entry in found}
    rules = [rule for rule in report.catalogue.rules if rule.code in asked]
    index = {rule.code: number for number, rule in enumerate(rules)}
    run: _Object = {
        "tool": {
            "driver": {
                "name": "agentflow-lint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [described(rule) for rule in rules],
            }
        },
        "invocations": [_invocation(report, index)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_result(entry, index, paths) for entry in found],
        "properties": _properties(report, paths),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, sort_keys=True) + "\n"


def github_sarif_report(report: Report, paths: RepositoryPaths) -> str:
    """The log for GitHub's code scanning: without what is held back."""
    return sarif_report(report, paths, with_hidden=False)


def _invocation(report: Report, index: Mapping[str, int]) -> _Object:
    return {
        "executionSuccessful": not report.crashes,
        "exitCode": report.exit_code,
        "exitCodeDescription": _EXITED[report.exit_code],
        "toolExecutionNotifications": [_notification(crash, index) for crash in report.crashes],
    }


def _notification(crash: Crash, index: Mapping[str, int]) -> _Object:
    what = f"Rule {crash.code} crashed" if crash.code else "The linter crashed"
    where = f" on deployment {crash.deployment}" if crash.deployment else ""
    text = f"{what}{where} ({crash.error}); this is a bug in agentflow-lint, not in the project."
    notification: _Object = {
        "level": "error",
        "message": {"text": on_one_line(text)},
        "exception": {"kind": crash.error},
        "properties": {"frames": list(crash.frames)},
    }
    if crash.code is not None and crash.code in index:
        notification["associatedRule"] = {"id": crash.code, "index": index[crash.code]}
    return notification


def _properties(report: Report, paths: RepositoryPaths) -> _Object:
    return {
        "undecided": sum(len(run.undecided) for run in report.runs),
        "ladder": [{"name": rung.name, "status": rung.status} for rung in report.ladder],
        "projects": [
            {"path": paths.of(run), "release": run.release or None, "deployments": list(run.deployments)}
            for run in report.runs
        ],
    }


def _result(entry: Entry, index: Mapping[str, int], paths: RepositoryPaths) -> _Object:
    run, finding = entry.run, entry.finding
    location: _Object = {"physicalLocation": _physical(run, finding.location, paths)}
    if finding.deployment:
        location["logicalLocations"] = [_deployment(run, finding.deployment, paths)]
    result: _Object = {
        "ruleId": finding.code,
        "level": level_of(finding.severity),
        "message": {"text": _message(entry)},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: entry.fingerprint},
        "properties": {
            "consequence": finding.consequence.value,
            "deployment": finding.deployment,
            "help": on_one_line(finding.help),
            "place": finding.place,
        },
    }
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": _plain(related.message)},
                "physicalLocation": _physical(run, related.location, paths),
            }
            for number, related in enumerate(finding.related, 1)
        ]
    if fixes := list(_fixes(entry, paths)):
        result["fixes"] = fixes
    if entry.hidden:
        result["suppressions"] = [_suppression(entry.hidden)]
    return result


def _message(entry: Entry) -> str:
    """What is wrong, the way out, and links to the related places, which GitHub shows only where a text links them."""
    finding = entry.finding
    lines = [_plain(finding.message), _plain(finding.help)]
    lines += [f"See [{_link_text(related.message)}]({number})." for number, related in enumerate(finding.related, 1)]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text on one line in which nothing is a link."""
    return _LINK.sub(r"\\[", on_one_line(text))


def _link_text(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", on_one_line(text))


def _physical(run: Run, location: Location, paths: RepositoryPaths) -> _Object:
    return {
        "artifactLocation": _artifact(run, location.path, paths),
        "region": region_of(run.project, location),
    }


def _artifact(run: Run, path: str, paths: RepositoryPaths) -> _Object:
    return {"uri": paths.uri(run, path), "uriBaseId": ROOT}


def _deployment(run: Run, name: str, paths: RepositoryPaths) -> _Object:
    folder = paths.of(run)
    return {"name": name, "fullyQualifiedName": name if folder == "." else f"{folder}/{name}", "kind": "deployment"}


def _fixes(entry: Entry, paths: RepositoryPaths) -> Iterator[_Object]:
    """The finding's fix, unless it is a suggestion: whoever reads the log may apply what stands here at a click."""
    run, fix = entry.run, entry.finding.fix
    if fix is None or fix.applicability is Applicability.SUGGESTION:
        return
    changes: dict[str, list[_Object]] = {}
    for each in replacements(run.project, entry.finding) or ():
        replacement = {
            "deletedRegion": exact_region(run.project, each.edit.location),
            "insertedContent": {"text": each.text},
        }
        changes.setdefault(each.edit.location.path, []).append(replacement)
    if changes:
        yield {
            "description": {"text": f"{_plain(fix.description)} ({fix.applicability.value})"},
            "artifactChanges": [
                {"artifactLocation": _artifact(run, path, paths), "replacements": edits}
                for path, edits in changes.items()
            ],
            "properties": {"applicability": fix.applicability.value},
        }


def _suppression(hidden: Hidden) -> _Object:
    """A comment is in the source; the configuration and the baseline are outside of it."""
    suppression: _Object = {
        "kind": "inSource" if hidden.by == "suppressed" else "external",
        "status": "accepted",
        "properties": {"by": hidden.by},
    }
    if hidden.reason:
        suppression["justification"] = reason_of(hidden)
    return suppression
