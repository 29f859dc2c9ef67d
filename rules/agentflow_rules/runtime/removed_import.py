"""AF216 removed-import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.engine.editing.imports import import_at, names_moved
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import did_you_mean, listed, quoted
from agentflow_lint.framework.facts import CoreRelease
from agentflow_lint.framework.import_names import SERVER_PACKAGES
from agentflow_lint.framework.moves import where_moved
from agentflow_lint.model.graph.results import RemovedImport as Gone
from agentflow_rules.runtime.loading import Words, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import Published
    from agentflow_lint.framework.moves import Whereabouts
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure
    from agentflow_lint.model.project import Project


class RemovedImport(DeploymentRule):
    """The graph's code imports from the framework what the pinned release does not have."""

    code = "AF216"
    name = "removed-import"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for imports of framework modules and names that are not there."""
        yield from verdicts(self, deployment, lambda failure: _words(failure, deployment.project))


def _words(failure: LoadFailure, project: Project) -> Words | None:
    cause = failure.cause
    if not isinstance(cause, Gone) or (failure.is_in_config and failure.key != ("agent",)):
        return None
    published = _owner(cause.module, project)
    what = f"{quoted(cause.name)} in {quoted(cause.module)}" if cause.name else f"module {quoted(cause.module)}"
    message = f"{published.distribution} {published.version} has no {what}"
    place = f"{cause.module}.{cause.name}" if cause.name else cause.module
    if cause.module.partition(".")[0] not in (published.package, *published.aliases):
        renamed = published.package + "." * bool(_below(cause.module)) + _below(cause.module)
        way = f"Write {quoted(renamed)}." if published.has_module(renamed) else "Import what this release offers."
        fix = _fix(cause, published, project, renamed)
        return Words(place, f"{message}: its package is {quoted(published.package)}", way, fix=fix)
    if isinstance(published, CoreRelease):
        moved = where_moved(published, cause.module, cause.name)
        fix = _fix(cause, published, project)
        return Words(place, message + _history(cause, moved, published), _way_out(cause, moved, published), fix=fix)
    return Words(place, message + _near(cause, published), "Import what this release offers.")


def _fix(cause: Gone, published: Published, project: Project, renamed: str = "") -> Fix | None:
    """Import each name of the statement that the release does not have there from where it has it.

    ``renamed`` is the module under the package's present name. None for ``import module`` without ``as``, because the
    rest of the file spells the module out, and where a name has no place in the release.
    """
    found = import_at(project.files, cause.location) if cause.location else None
    if found is None or found.module is None:
        return None
    homes: dict[str, str] = {}
    for each in found.names:
        if published.provides(found.module, each.name) is not False:
            continue
        home = _home(published, found.module, each.name, renamed)
        if home is None:
            return None
        homes[each.name] = home
    edits = names_moved(found, homes)
    if not edits:
        return None
    to = listed(dict.fromkeys(homes.values()))
    module = found.module
    is_same = all(_is_moved(published, module, home) for home in homes.values())
    return Fix(f"Import {listed(homes)} from {to}", Applicability.SAFE if is_same else Applicability.UNSAFE, edits)


def _is_moved(published: Published, module: str, home: str) -> bool:
    """Whether ``home`` is the module that moved (graph to core.graph); another one may mean another thing by a name."""
    if published.has_module(module):
        return False
    old, new = module.split(".")[1:], home.split(".")[1:]
    return old[-1:] == new[-1:] and set(old) <= set(new)


def _home(published: Published, module: str, name: str, renamed: str) -> str | None:
    """The module of the release that has a name which ``module`` had."""
    if renamed and published.provides(renamed, name):
        return renamed
    if not isinstance(published, CoreRelease):
        return None
    now = where_moved(published, module, name).now
    return next((home for home in now if _is_moved(published, module, home)), None) or min(
        now, key=lambda home: (home.count("."), home), default=None
    )


def _owner(module: str, project: Project) -> Published:
    """The library that a module belongs to: the server where its name is one of the server's, else the core."""
    top = module.partition(".")[0]
    return project.release if top in SERVER_PACKAGES else project.core


def _below(module: str) -> str:
    return module.partition(".")[2]


def _history(cause: Gone, moved: Whereabouts, core: CoreRelease) -> str:
    """What became of it, as the rest of the sentence."""
    if moved.first is None or moved.last is None:
        return f", nor has any other release{_near(cause, core)}" if not moved.now else ""
    present = Version(core.version)
    if Version(moved.last) < present:
        return f"; {moved.last} was the last release with it"
    return f"; {moved.first} was the first release with it" if Version(moved.first) > present else ""


def _way_out(cause: Gone, moved: Whereabouts, core: CoreRelease) -> str:
    if moved.now:
        what = f"{quoted(cause.name)} from" if cause.name else "from"
        return f"Import {what} {listed(moved.now[:2], 'or')}."
    if moved.first is not None and Version(moved.first) > Version(core.version):
        return f"Upgrade the core library to {moved.first} or later."
    if moved.last is not None:
        return "Nothing takes its place in this release: write what needs it anew, or remove the import."
    return "Import what this release offers."


def _near(cause: Gone, published: Published) -> str:
    if cause.name:
        return did_you_mean(cause.name, published.names(cause.module) or ())
    top = cause.module.partition(".")[0]
    known = (top + module[len(published.package) :] for module in published.modules)
    return did_you_mean(cause.module, known)
