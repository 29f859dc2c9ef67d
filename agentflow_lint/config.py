"""The linter's own configuration: ``[tool.agentflow-lint]`` in pyproject.toml, or agentflow-lint.toml.

The nearest one counts, from the project's folder upwards to the repository's root; it is not merged with others. Every
name in it that nothing bears is an error with file and line.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING, Any

from agentflow_lint.config_options import option_problems, option_values
from agentflow_lint.config_source import (
    OWN_FILE,
    SHARED_FILE,
    ConfigurationError,
    Problem,
    Source,
    mentions_linter,
    read_source,
    shown_path,
)
from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.selection import by_rule, check_selector, rules_named
from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from agentflow_lint.config_schema import ConfigurationTable
    from agentflow_lint.engine.registry import Catalogue


@record(frozen=True)
class Configuration:
    """What a configuration says, validated; without one, the defaults.

    ``select`` None means every rule; ``fail_on`` None means never. ``ignore`` are rules that are not asked, ``ignores``
    findings that are not reported; with ``require_reason`` a suppression counts only if it gives one. ``baseline`` is
    the path of a file; ``rule_options`` are values by rule code and option name. ``source`` is None without a file.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    ignores: tuple[ConfiguredIgnore, ...] = ()
    require_reason: bool = False
    fail_on: Severity | None = Severity.ERROR
    target_release: str | None = None
    provided_env: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    show_undecided: bool = False
    baseline: str | None = None
    source: Source | None = None


def find_configuration(folder: str, disk: Disk = DISK) -> str | None:
    """The path of the configuration that governs ``folder`` of ``disk``: the nearest, up to the repository's root.

    Outside a repository only the folder itself is looked at, and those above it up to the working directory. Raises
    :class:`ConfigurationError` when one folder holds two.
    """
    for candidate in _upwards(os.path.abspath(folder), disk):
        own, shared = os.path.join(candidate, OWN_FILE), os.path.join(candidate, SHARED_FILE)
        has_own, has_shared = disk.is_file(own), disk.is_file(shared) and mentions_linter(shared, disk)
        if has_own and has_shared:
            message = f"{SHARED_FILE} beside it configures agentflow-lint too; keep one of them"
            raise ConfigurationError(shown_path(own), [Problem(1, message)])
        if has_own or has_shared:
            return own if has_own else shared
    return None


def read_configuration(path: str, catalogue: Catalogue, disk: Disk = DISK) -> Configuration:
    """The configuration in ``path`` of ``disk``, every name in it checked. Raises :class:`ConfigurationError`."""
    from pydantic import ValidationError

    from agentflow_lint.config_schema import ConfigurationTable

    source = read_source(path, disk)
    try:
        table = ConfigurationTable.model_validate(source.table)
    except ValidationError as error:
        raise ConfigurationError(source.path, [_schema_problem(each, source) for each in error.errors()]) from None
    problems = list(_name_problems(table, source, catalogue))
    if problems:
        raise ConfigurationError(source.path, problems)
    return Configuration(
        select=None if table.select is None else tuple(table.select),
        ignore=tuple(each for each in table.ignore if isinstance(each, str)),
        ignores=tuple(_ignores(table, source, catalogue)),
        require_reason=table.require_reason,
        fail_on=threshold(table.fail_on),
        target_release=table.target_release,
        provided_env=tuple(table.provided_env),
        deployments=tuple(table.deployments),
        exclude=tuple(table.exclude),
        rule_options=option_values(table, catalogue),
        severity=by_rule(catalogue, {name: Severity(word) for name, word in table.severity.items()}),
        show_undecided=table.show_undecided,
        baseline=None if table.baseline is None else os.path.join(os.path.dirname(path), table.baseline),
        source=source,
    )


def threshold(word: str) -> Severity | None:
    """The severity that ``fail-on`` names; None for never."""
    return None if word == "never" else Severity(word)


def check_release(version: str) -> None:
    """Raise :class:`UnknownNameError` unless ``version`` is a known server release."""
    from agentflow_lint.framework.release import UnknownRelease, known_releases, load_release

    try:
        load_release(version)
    except UnknownRelease:
        raise UnknownNameError("release", version, known_releases()) from None


def _upwards(folder: str, disk: Disk) -> Iterator[str]:
    """``folder`` and those above it that may hold its configuration, nearest first."""
    chain = [folder]
    while not disk.exists(os.path.join(chain[-1], ".git")):
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            working = os.getcwd()
            return iter(chain[: chain.index(working) + 1] if working in chain else chain[:1])
        chain.append(parent)
    return iter(chain)


def _schema_problem(error: Any, source: Source) -> Problem:
    """One of pydantic's errors in our words."""
    from agentflow_lint.config_schema import FORMS, KEYS, PATTERNS

    if len(error["loc"]) > 2 and error["loc"][0] == "ignore":
        return _ignore_problem(error, source)
    path = [str(part) for part in error["loc"] if not isinstance(part, int) and part not in FORMS]
    dotted = ".".join(path) or "the table"
    given = str(error["input"])
    if error["type"] == "extra_forbidden":
        return source.problem(str(UnknownNameError("key", path[-1], KEYS)), *path)
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        unknown = UnknownNameError(f"value of {dotted}", given, allowed)
        return source.problem(f"{unknown} (known are {', '.join(allowed)})", *path, given)
    if error["type"] == "string_pattern_mismatch":
        return source.problem(f"{dotted}: '{given}' is not {PATTERNS[path[0]]}", *path, given)
    return source.problem(f"{dotted}: {error['msg'][0].lower()}{error['msg'][1:]}", *path)


def _ignore_problem(error: Any, source: Source) -> Problem:
    """What is wrong with one item of ``ignore``, at that item."""
    from agentflow_lint.config_schema import IGNORE_KEYS

    index, key = error["loc"][1], error["loc"][3] if len(error["loc"]) > 3 else None
    line = source.span("ignore", index, *([key] if key else [])).line
    if error["type"] == "extra_forbidden":
        return Problem(line, f"ignore: {UnknownNameError('key', str(key), IGNORE_KEYS)}")
    if error["type"] == "missing":
        return Problem(line, f"ignore: an entry needs the key '{key}'")
    if key is None:
        return Problem(line, "ignore: an item must be a rule, or a table with 'rule' and 'path'")
    return Problem(line, f"ignore.{key}: {error['msg'][0].lower()}{error['msg'][1:]}")


def _ignores(table: ConfigurationTable, source: Source, catalogue: Catalogue) -> Iterator[ConfiguredIgnore]:
    """The entries about files, in the order of the configuration."""

    def codes(selector: str) -> frozenset[str]:
        return frozenset(rule.code for rule in rules_named(catalogue, selector))

    for index, each in enumerate(table.ignore):
        if not isinstance(each, str):
            yield ConfiguredIgnore(
                each.rule, codes(each.rule), each.path, each.deployment, each.place, each.reason.strip(), "ignore",
                index, source.file, source.span("ignore", index), source.content,
            )  # fmt: skip
    for path, selectors in table.per_file_ignores.items():
        for index, selector in enumerate(selectors):
            yield ConfiguredIgnore(
                selector, codes(selector), path, None, None, "", "per-file-ignores",
                index, source.file, source.span("per-file-ignores", path, index), source.content,
            )  # fmt: skip


def _entry_problems(table: ConfigurationTable, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong with the entries about files; their deployments are judged later, project by project."""
    for index, each in enumerate(table.ignore):
        if isinstance(each, str):
            continue
        complaint = _complaint(lambda name: check_selector(catalogue, name), each.rule)
        if complaint:
            yield Problem(source.span("ignore", index, "rule").line, f"ignore: {complaint}")
        if table.require_reason and not each.reason.strip():
            line = source.span("ignore", index).line
            yield Problem(line, "ignore: an entry needs a 'reason', because require-reason is true")
    for path, selectors in table.per_file_ignores.items():
        for index, selector in enumerate(selectors):
            complaint = _complaint(lambda name: check_selector(catalogue, name), selector)
            if complaint:
                line = source.span("per-file-ignores", path, index).line
                yield Problem(line, f"per-file-ignores: {complaint}")


def _name_problems(table: ConfigurationTable, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """The names that nothing bears; deployments are judged later, project by project."""

    def selector(name: str) -> None:
        check_selector(catalogue, name)

    questions: list[tuple[str, Iterable[str], Callable[[str], object]]] = [
        ("select", table.select or (), selector),
        ("ignore", [each for each in table.ignore if isinstance(each, str)], selector),
        ("severity", table.severity, selector),
        ("target-release", [table.target_release] if table.target_release is not None else (), check_release),
    ]
    for key, names, check in questions:
        for name in names:
            if complaint := _complaint(check, name):
                yield source.problem(f"{key}: {complaint}", key, name)
    yield from _entry_problems(table, source, catalogue)
    yield from option_problems(table, source, catalogue)


def _complaint(check: Callable[[str], object], name: str) -> str | None:
    try:
        check(name)
    except UnknownNameError as error:
        return str(error)
    return None
