"""Poetry's version constraints in PEP 440 terms."""

from __future__ import annotations

import re

from agentflow_lint.sources.requirements.facts import LENGTH_LIMIT

_CLAUSE = re.compile(r"(\^|~=|~|===|==|!=|<>|>=|<=|>|<|=)?\s*(\*|[vV]?[0-9A-Za-z][0-9A-Za-z.*+!_-]*)")
_RELEASE = re.compile(r"[vV]?(\d+(?:\.\d+)*)")
_SEPARATOR = re.compile(r"[\s,]*")


def specifier_of(constraint: str) -> str | None:
    """The PEP 440 specifier that allows the same versions; None where there is none (``||``) or it cannot be read.

    Carets and tildes become a lower and an upper bound, a bare version becomes ``==``.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if len(constraint) > LENGTH_LIMIT:
        return None
    clauses: list[str] = []
    at = _skip(constraint, 0)
    while at < len(constraint):
        match = _CLAUSE.match(constraint, at)
        if match is None:
            return None
        clauses.extend(_clauses(match[1] or "", match[2]))
        at = _skip(constraint, match.end())
    try:
        return str(SpecifierSet(",".join(clauses)))
    except InvalidSpecifier:
        return None


def _skip(constraint: str, at: int) -> int:
    match = _SEPARATOR.match(constraint, at)
    return match.end() if match else at


def _clauses(operator: str, version: str) -> tuple[str, ...]:
    if version == "*":
        return ()
    if operator in ("^", "~"):
        release = _RELEASE.match(version)
        if release is None:
            return ("invalid",)
        numbers = [int(number) for number in release[1].split(".")]
        return (f">={version}", f"<{_upper(operator, numbers)}")
    return ({"": "==", "=": "==", "<>": "!="}.get(operator, operator) + version,)


def _upper(operator: str, numbers: list[int]) -> str:
    """The first release that a caret or a tilde excludes."""
    if operator == "~":
        kept = min(2, len(numbers))
    else:
        # A caret keeps the leading number that is not zero, and of zeros only as many as are written.
        kept = next((index + 1 for index, number in enumerate(numbers) if number), len(numbers))
    return ".".join(map(str, [*numbers[: kept - 1], numbers[kept - 1] + 1]))
