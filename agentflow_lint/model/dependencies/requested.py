"""Which distributions the project's own requirements bring, as far as they can be followed.

Followed are the names in the project's files and the extras of the framework's two distributions; what other packages
depend on is in lock files only. So a distribution that is not found here may still be installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.dependencies.pins import Dependencies


def requested_distributions(dependencies: Dependencies, published: Iterable[Published]) -> frozenset[str]:
    """The canonical names of what the main requirements name, and of what the extras of ``published`` add to them."""
    framework = {canonicalize_name(release.distribution): release for release in published}
    main = [pin.requirement for pin in dependencies.pins if pin.requirement.group is None]
    pending = [(requirement.name, extra) for requirement in main for extra in requirement.extras]
    found = {requirement.name for requirement in main}
    seen = set(pending)
    while pending:
        name, extra = pending.pop()
        for requirement in _brought_by(framework.get(canonicalize_name(name)), extra):
            found.add(canonicalize_name(requirement.name))
            more = {(canonicalize_name(requirement.name), inner) for inner in requirement.extras} - seen
            seen |= more
            pending.extend(more)
    return frozenset(found)


def _brought_by(release: Published | None, extra: str) -> Iterator[Requirement]:
    if release is None:
        return
    for name, lines in release.extras.items():
        if canonicalize_name(name) == canonicalize_name(extra):
            yield from map(Requirement, lines)
