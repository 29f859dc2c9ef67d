"""Which rules run: codes, names, families such as ``AF3``, and ``ALL``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from agentflow_lint.engine.names import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule

_T = TypeVar("_T")

#: The selector for every rule.
ALL = "ALL"

_EXACT = 100
_UNMENTIONED = -1


def select_rules(catalogue: Catalogue, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that ``select`` (nothing means all) names and ``ignore`` does not.

    Where both name a rule, the more specific one wins: a code or name beats a family, a longer family a shorter one,
    and each of them ``ALL``; at a tie the rule is ignored. An opt-in rule must be selected by its own code or name.

    Raises :class:`UnknownNameError` for a selector that names no rule.
    """
    for selector in (*select, *ignore):
        check_selector(catalogue, selector)
    wanted = tuple(select) or (ALL,)
    return tuple(
        rule
        for rule in catalogue.rules
        if _specificity(rule, wanted) > _specificity(rule, ignore)
        and (not rule.opt_in or _specificity(rule, wanted) == _EXACT)
    )


def check_selector(catalogue: Catalogue, selector: str) -> None:
    """Raise :class:`UnknownNameError` when ``selector`` names no rule and no family."""
    if not any(_match(rule, selector) != _UNMENTIONED for rule in catalogue.rules):
        raise UnknownNameError("rule", selector, catalogue.known_names)


def is_family(catalogue: Catalogue, selector: str) -> bool:
    """Whether a selector means several rules: ``ALL``, or what their codes begin with."""
    return catalogue.find(selector) is None and any(_match(rule, selector) != _UNMENTIONED for rule in catalogue.rules)


def rules_named(catalogue: Catalogue, selector: str) -> tuple[Rule, ...]:
    """The rules that a selector names; raises as :func:`check_selector`."""
    check_selector(catalogue, selector)
    return tuple(rule for rule in catalogue.rules if _match(rule, selector) != _UNMENTIONED)


def canonical(catalogue: Catalogue, selector: str) -> str:
    """A selector as every spelling of it is written: a rule's code, or a family in capitals."""
    rule = catalogue.find(selector)
    return rule.code if rule else selector.upper()


def by_rule(catalogue: Catalogue, settings: Mapping[str, _T]) -> dict[str, _T]:
    """What a table whose keys are selectors says about each rule that it mentions, by code.

    The most specific selector wins as in :func:`select_rules`, and of two that are equally so the later one.
    """
    said: dict[str, _T] = {}
    for rule in catalogue.rules:
        matches = [(_match(rule, selector), value) for selector, value in settings.items()]
        most = max((specificity for specificity, _ in matches), default=_UNMENTIONED)
        if most != _UNMENTIONED:
            said[rule.code] = [value for specificity, value in matches if specificity == most][-1]
    return said


def _specificity(rule: Rule, selectors: Sequence[str]) -> int:
    return max((_match(rule, selector) for selector in selectors), default=_UNMENTIONED)


def _match(rule: Rule, selector: str) -> int:
    """How specifically a selector names a rule: 0 for ALL, the length of a family, or ``_EXACT``."""
    upper = selector.upper()
    if upper == rule.code or selector.lower() == rule.name:
        return _EXACT
    if upper == ALL:
        return 0
    return len(upper) if upper and rule.code.startswith(upper) else _UNMENTIONED
