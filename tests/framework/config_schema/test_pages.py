"""The configs on the rules' pages: what a rule says the server refuses the schema refuses, and what none objects to it
takes.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.framework.config_checks import UNKNOWN, rejections
from agentflow_lint.testing import page_of
from tests.conformance.schema.comparison import validator
from tests.conformance.schema.inexpressible import why_valid

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.run import Run

CATALOGUE = load_catalogue()
#: The rules about the values in the config, and those of which some verdicts are about values.
VALUES = ("AF102", "AF103", "AF201", "AF404")
BESIDE = ("AF101", "AF106", "AF206")


def written(example: Example, folder: Path) -> str:
    for path, content in example.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return str(folder)


def refuses(run: Run) -> bool | None:
    """Whether a rule about values objects to the config; None where another one says why no schema can tell."""
    codes = {finding.code for finding in run.findings if finding.location.path == run.project.config.path}
    if codes & {*VALUES}:
        return True
    return None if codes or run.undecided else False


def test_every_config_on_a_page(tmp_path: Path) -> None:
    counted: Counter[str] = Counter()
    number = 0
    for rule in CATALOGUE.rules:
        for example in page_of(rule).examples:
            number += 1
            folder = tmp_path / str(number)
            report = check(Request(paths=(written(example, folder),), select=(*VALUES, *BESIDE)), CATALOGUE)
            for run in report.runs:
                where = f"{rule.code}, {example.name}: {os.path.relpath(run.project.root, folder)}"
                counted[outcome(run, where)] += 1
    assert counted["taken"] > 800, counted
    assert counted["refused"] >= 25, counted
    assert counted["inexpressible"] <= 5, counted
    assert counted["undecided"] < counted["taken"] / 5, counted


def outcome(run: Run, where: str) -> str:
    data, version = run.project.config.data, run.project.release.version
    refused = refuses(run)
    errors = [error.message for error in validator(version).iter_errors(data)]
    if refused is None:
        return "undecided"
    if not refused:
        assert not errors, (where, errors)
        return "taken"
    reasons = [why_valid(each, data) for each in rejections(version, data, lambda _: UNKNOWN)]
    if not reasons and all(finding.place.startswith("remote_tools[") for finding in run.findings):
        reasons = ["project-code"]  # what the graph's node does is no matter of the config's parsers
    assert errors or (reasons and all(reasons)), (where, reasons)
    return "refused" if errors else "inexpressible"
