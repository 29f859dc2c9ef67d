"""Holds rules to their pages; rule packs of others may use it in their own tests.

from agentflow_lint.testing import page_of, verify_example

for example in page_of(rule).examples:
verify_example(rule, example, tmp_path, catalogue)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.check import Request, check
from agentflow_lint.config import find_configuration, read_configuration
from agentflow_lint.engine.fixing import apply_fixes
from agentflow_lint.engine.options import options_of
from agentflow_lint.engine.pages import PageError, read_page
from agentflow_lint.engine.registry import page_path
from agentflow_lint.report.words import from_working_directory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agentflow_lint.engine.finding import Finding, Undecided
    from agentflow_lint.engine.pages import Example, Page
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.engine.run import Report

_NO_DEPLOYMENT = "-"

#: A fix that still finds something to change after this many passes does not converge.
_MOST_PASSES = 10


class ExampleMismatchError(AssertionError):
    """A rule does not say about an example what its page says it does."""


def page_of(rule: Rule) -> Page:
    """The rule's page.

    Raises :class:`PageError` when it is missing, malformed, another rule's, or silent about an option.
    """
    path = page_path(rule)
    try:
        with open(path, encoding="utf-8") as stream:
            page = read_page(stream.read(), path)
    except OSError as error:
        raise PageError(f"{path}:1: the page of {rule.code} cannot be read ({error.strerror})") from None
    if (page.code, page.name) != (rule.code, rule.name):
        raise PageError(f"{path}:1: the page is titled {page.code} {page.name}, the rule is {rule.code} {rule.name}")
    for option in options_of(type(rule)):
        told = f"`{option.name}` (default `{option.default_text}`)"
        if told not in page.sections["Options"]:
            raise PageError(f"{path}:1: the section Options does not name the option {told}")
    return page


def verify_example(rule: Rule, example: Example, folder: str, catalogue: Catalogue) -> None:
    """Write an example's files below ``folder`` (which must be empty), lint them, and compare.

    Only this rule's verdicts and fixes count. It alone is selected, unless a configuration in the example selects rules
    itself. Where the example shows fixed files, no finding with such a fix may be left.
    Raises :class:`ExampleMismatchError`.
    """
    _write(folder, example.files)
    configuration = find_configuration(folder)
    selects = configuration is not None and read_configuration(configuration, catalogue).select is not None
    request = Request(paths=(folder,), select=None if selects else (rule.code,))
    report = check(request, catalogue)
    if report.crashes:
        frames = "\n  ".join(report.crashes[0].frames)
        raise ExampleMismatchError(f"{_where(rule, example)} crashes with {report.crashes[0].error}:\n  {frames}")
    if not report.runs:
        raise ExampleMismatchError(f"{_where(rule, example)} is no project: it has no config file")
    _compare("findings", rule, example, _normalised(example.findings), _findings(rule, example, folder, report))
    if not example.fires or example.undecided:
        expected = example.undecided
        actual = _undecided(rule, folder, report)
        counts = len(expected) == 1 and expected[0].isdigit()
        _compare("undecided", rule, example, expected, (str(len(actual)),) if counts else actual)
    for applicability, expected_files in example.fixed.items():
        _write(folder, example.files)
        changed = _fixed(rule, example, request, folder, catalogue, unsafe=applicability == "unsafe")
        _compare_files(f"{applicability} fix", rule, example, expected_files, changed)


def _write(folder: str, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        target = os.path.join(folder, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as stream:
            stream.write(content)


def _fixed(
    rule: Rule, example: Example, request: Request, folder: str, catalogue: Catalogue, *, unsafe: bool
) -> dict[str, bytes]:
    """The files that the rule's fixes change, by their paths below ``folder``, with their bytes after the last pass."""
    changed: dict[str, bytes] = {}
    for _ in range(_MOST_PASSES):
        contents: dict[str, bytes] = {}
        for run in check(request, catalogue).runs:
            of_rule = [finding for finding in run.findings if finding.code == rule.code]
            for path, content in apply_fixes(run.project.files, of_rule, unsafe).contents.items():
                contents[from_working_directory(run.project.root, path, os.path.realpath(folder))] = content
        if not contents:
            return changed
        _write(folder, contents)
        changed |= contents
    raise ExampleMismatchError(f"{_where(rule, example)}: its fixes come to no end in {_MOST_PASSES} passes")


def _compare_files(
    what: str, rule: Rule, example: Example, expected: Mapping[str, bytes], actual: Mapping[str, bytes]
) -> None:
    for path in sorted({*expected, *actual}):
        if expected.get(path) != actual.get(path):
            shown = "".join(
                f"\n{sign} {content!r}" for sign, content in (("-", expected.get(path)), ("+", actual.get(path)))
            )
            raise ExampleMismatchError(f"{_where(rule, example)}: {what} of {path}, expected (-) and found (+):{shown}")


def _compare(what: str, rule: Rule, example: Example, expected: Sequence[str], actual: Sequence[str]) -> None:
    if sorted(expected) != sorted(actual):
        missing = "".join(f"\n  - {line}" for line in sorted(expected))
        found = "".join(f"\n  + {line}" for line in sorted(actual))
        raise ExampleMismatchError(f"{_where(rule, example)}: {what}, expected (-) and found (+):{missing}{found}")


def _where(rule: Rule, example: Example) -> str:
    return f"{page_path(rule)}:{example.line}: the example '{example.name}'"


def _normalised(lines: Sequence[str]) -> list[str]:
    """Expected findings with the place of an omitted deployment filled."""
    return [" ".join(words if len(words) > 2 else [*words, _NO_DEPLOYMENT]) for words in map(str.split, lines)]


def _findings(rule: Rule, example: Example, folder: str, report: Report) -> list[str]:
    """Each finding as a page spells it: with its consequence only where the page gives one."""
    expected = _normalised(example.findings)
    lines = []
    for run in report.runs:
        for finding in run.findings:
            if finding.code != rule.code:
                continue
            span = finding.location.span
            place = f"{_path(run.project.root, finding, folder)}:{span.line}:{span.column}"
            line = f"{place} {finding.code} {finding.deployment or _NO_DEPLOYMENT}"
            full = f"{line} {finding.consequence.value}"
            lines.append(line if line in expected else full)
    return lines


def _undecided(rule: Rule, folder: str, report: Report) -> list[str]:
    return [
        f"{_path(run.project.root, item, folder)}:{item.location.span.line}"
        for run in report.runs
        for item in run.undecided
        if item.code == rule.code
    ]


def _path(root: str, verdict: Finding | Undecided, folder: str) -> str:
    return from_working_directory(root, verdict.location.path, os.path.realpath(folder))
