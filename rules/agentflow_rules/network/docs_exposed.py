"""AF303 docs-exposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit, settings_added, trust_in_place
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of, quoted, server, setting, subject, undecided
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.model.exposure import is_open_to_all
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_rules.network.strict_checks import checks_strictly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_PAGES = {"DOCS_PATH": "interactive API docs", "REDOCS_PATH": "ReDoc pages"}
_SCHEMA = "/openapi.json"


class DocsExposed(DeploymentRule):
    """The API's docs, ReDoc pages or OpenAPI schema are served to everyone."""

    code = "AF303"
    name = "docs-exposed"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the two paths, then what the release serves by itself."""
        paths = {name: deployment.settings.text(name) for name in _PAGES}
        served = {name: path for name, path in paths.items() if isinstance(path, Known) and path.value}
        if any(not path.value.startswith("/") for path in served.values()) and not checks_strictly(deployment):
            return  # the server does not start: AF118; strict checks come before that
        kept_back = self._kept_back(deployment, [path.value for path in served.values()])
        if kept_back is not False:
            if isinstance(kept_back, Unknown):
                yield self.undecided(deployment.anchor, kept_back.reason, deployment=deployment)
            return
        by_default = [name for name in served if isinstance(deployment.settings.raw(name), Absent)]
        for name, path in served.items():
            if name not in by_default:
                yield self._chosen(deployment, name, path)
        if by_default:
            yield self._by_default(deployment, by_default)
        yield from self._open_questions(deployment, [name for name in paths if isinstance(paths[name], Unknown)])
        if not served and not deployment.release.behaviour.schema_follows_docs:
            yield self._schema_alone(deployment, paths["DOCS_PATH"])

    def _kept_back(self, deployment: Deployment, pages: Sequence[str]) -> bool | Unknown:
        """Whether the proxy in front refuses the pages and the schema that the server serves."""
        if checks_strictly(deployment) or (not pages and deployment.release.behaviour.schema_follows_docs):
            return False
        answers = [is_open_to_all(deployment, path) for path in (*pages, _SCHEMA)]
        if any(isinstance(answer, Known) and answer.value for answer in answers):
            return False
        return next((answer for answer in answers if isinstance(answer, Unknown)), True)

    def _chosen(self, deployment: Deployment, name: str, path: Known[str]) -> Verdict:
        refused = checks_strictly(deployment)
        effect = (
            "STRICT_PRODUCTION_CHECKS makes the server refuse to start with it"
            if refused
            else f"anyone can read them and the list of every route and model at `{_SCHEMA}`"
        )
        verb = "is to serve" if refused else "serves"
        return self.finding(
            at=place_of(path, deployment),
            place=name,
            message=f"{subject(deployment)} {verb} the {_PAGES[name]}: {setting(name, path)}, so {effect}.",
            help=_way_out(deployment, [name], chosen=True),
            consequence=Consequence.REFUSES_TO_START if refused else None,
            deployment=deployment,
            related=explained_by(deployment, name),
            fix=_emptied(deployment, name),
        )

    def _by_default(self, deployment: Deployment, names: Sequence[str]) -> Verdict:
        pages = " and ".join(
            f"the {_PAGES[name]} at {quoted(deployment.settings.default(name).value)}" for name in names
        )
        mode = deployment.settings["MODE"]
        follows_mode = deployment.release.behaviour.hides_docs_in_production
        reason = "outside production " if follows_mode else ""
        related = [extra for name in names for extra in explained_by(deployment, name)]
        if follows_mode and isinstance(mode, Known) and mode.origin.location:
            related.insert(0, Related(mode.origin.location, f"not production: MODE is {quoted(mode.value)}"))
        return self.finding(
            at=deployment.anchor,
            place=names[0],
            message=(
                f"{subject(deployment)} serves {pages}, and the list of every route and model at `{_SCHEMA}`, to "
                f"everyone: {' and '.join(names)} {'is' if len(names) == 1 else 'are'} not set, and "
                f"{server(deployment)} serves them {reason}by default."
            ),
            help=_way_out(deployment, names, chosen=False),
            deployment=deployment,
            related=related,
            fix=_added(deployment, names),
        )

    def _open_questions(self, deployment: Deployment, names: Sequence[str]) -> Iterator[Verdict]:
        """One statement for each variable from outside, and one for MODE where the paths follow it."""
        mode_decides = False
        for name in names:
            value = deployment.settings[name]
            if isinstance(deployment.settings.raw(name), Absent):
                mode_decides = True
            elif isinstance(value, Unknown):
                yield undecided(self, deployment, name, value)
        mode = deployment.settings["MODE"]
        if mode_decides and isinstance(mode, Unknown):
            yield undecided(self, deployment, "MODE", mode)

    def _schema_alone(self, deployment: Deployment, docs_path: object) -> Verdict:
        since = first_release_with("schema_follows_docs")
        at = place_of(docs_path, deployment) if isinstance(docs_path, Known) else deployment.anchor
        return self.finding(
            at=at,
            place=_SCHEMA,
            message=(
                f"{subject(deployment)} serves the list of every route and model at `{_SCHEMA}` to everyone: "
                f"{server(deployment)} does so whatever DOCS_PATH and REDOCS_PATH say."
            ),
            help=f"Block `{_SCHEMA}` at the proxy, or move to {since} or newer, which serves it only with the docs.",
            deployment=deployment,
        )


def _emptied(deployment: Deployment, name: str) -> Fix | None:
    """Empty a path where it is set. Where the schema stays all the same, that is no way out."""
    if not deployment.release.behaviour.schema_follows_docs:
        return None
    edit = setting_edit(deployment, name, "")
    return fix_of(f"Serve no {_PAGES[name]}", trust_in_place(deployment, name), edit)


def _added(deployment: Deployment, names: Sequence[str]) -> Fix | None:
    """Set the paths to nothing where the deployment reads its settings."""
    if not deployment.release.behaviour.schema_follows_docs:
        return None
    edit, applicability = settings_added(deployment, dict.fromkeys(names, ""))
    return fix_of(f"Serve no {' and no '.join(_PAGES[name] for name in names)}", applicability, edit)


def _way_out(deployment: Deployment, names: Sequence[str], *, chosen: bool) -> str:
    behaviour = deployment.release.behaviour
    empty = " and ".join(f"{name}=" for name in names)
    if not behaviour.hides_docs_in_production:
        since = first_release_with("schema_follows_docs")
        return (
            f"Set {empty} (empty). `{_SCHEMA}` stays even then: block it at the proxy, or move to {since} or newer, "
            "where production serves none of them by default."
        )
    if deployment.in_production:
        return f"Remove {' and '.join(names)}: in production this release serves neither docs nor schema by default."
    removed = f" and remove {' and '.join(names)}" if chosen else ""
    return f"Set MODE=production{removed}: docs and schema are off by default then. Or set {empty} (empty)."
