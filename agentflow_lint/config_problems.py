"""What is wrong with one configuration file, in our words: its form, and the names in it that nothing bears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.config_options import option_problems
from agentflow_lint.config_source import ConfigurationError, Problem
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.selection import check_selector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agentflow_lint.config_schema import ConfigurationTable
    from agentflow_lint.config_source import Source
    from agentflow_lint.engine.registry import Catalogue


def validated(source: Source, catalogue: Catalogue) -> ConfigurationTable:
    """The table of a file, every name in it checked. Raises :class:`ConfigurationError`."""
    from pydantic import ValidationError

    from agentflow_lint.config_schema import ConfigurationTable

    try:
        table = ConfigurationTable.model_validate(source.table)
    except ValidationError as error:
        raise ConfigurationError(source.path, [_schema_problem(each, source) for each in error.errors()]) from None
    problems = list(_name_problems(table, source, catalogue))
    if problems:
        raise ConfigurationError(source.path, problems)
    return table


def check_release(version: str) -> None:
    """Raise :class:`UnknownNameError` unless ``version`` is a known server release."""
    from agentflow_lint.framework.release import UnknownRelease, known_releases, load_release

    try:
        load_release(version)
    except UnknownRelease:
        raise UnknownNameError("release", version, known_releases()) from None


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
        ("extend-select", table.extend_select, selector),
        ("ignore", [each for each in table.ignore if isinstance(each, str)], selector),
        ("extend-ignore", table.extend_ignore, selector),
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
