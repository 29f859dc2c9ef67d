"""AF116 env-template-drift."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.env_lines import with_lines
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import listed
from agentflow_lint.model.loading.contract import contract, is_written_out, supply
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.env_files import EnvTemplate
    from agentflow_lint.model.loading.contract import Need, Supply
    from agentflow_lint.model.project import Project


class EnvTemplateDrift(ProjectRule):
    """The env template leaves out a variable that the server cannot do without."""

    code = "AF116"
    name = "env-template-drift"
    consequence = Consequence.CONFUSES

    def check(self, project: Project) -> Iterator[Verdict]:
        """Compare what the deployments require with what the template names."""
        template = project.env_template
        if template is None:
            return
        besides = {*template.names, *project.options.provided_env}
        required: dict[str, list[tuple[Need, Supply]]] = {}
        for deployment in project.deployments:
            found = contract(deployment, besides=besides)
            if found.open_reason:
                at = project.config.at_value("agent")
                yield self.undecided(at, f"which variables it needs: {found.open_reason}", deployment=deployment)
            for need in found.needs:
                if need.required:
                    required.setdefault(need.name, []).append((need, supply(deployment, need)))
        missing = [each[0] for each in required.values() if not all(starmap(_needs_no_template, each))]
        fix = _all_added(project, template, [need.name for need, _ in missing])
        for need, given in missing:
            yield self._left_out(template, need, given, fix)

    def _left_out(self, template: EnvTemplate, need: Need, given: Supply, fix: Fix | None) -> Verdict:
        names = listed(need.alternatives or (need.name,), "or")
        when = "at a request" if need.late else "at the start"
        place = given.origin.location if given.origin else None
        return self.finding(
            at=need.first,
            place=need.name,
            message=(
                f"{template.path} does not name {names}, and {' and '.join(need.readers)} cannot do without "
                f"{'one of them' if need.alternatives else 'it'} {when}. Who sets up a deployment from it misses it."
            ),
            help=f"Add `{need.name}=` to {template.path}; `agentflow-lint env --template` writes a whole one.",
            related=[
                Related(Location(template.path), "the env template"),
                *([Related(place, f"{need.name} is supplied here")] if place else []),
            ],
            fix=fix,
        )


def _all_added(project: Project, template: EnvTemplate, names: Sequence[str]) -> Fix | None:
    """One fix for all that is missing: lines that are added at one place are added together."""
    edit = with_lines(project, template.path, dict.fromkeys(names, "")) if names else None
    return fix_of(f"Add {' and '.join(names)} to {template.path}", Applicability.SAFE, edit)


def _needs_no_template(need: Need, given: Supply) -> bool:
    """Whether the deployment's description sets it, or nobody does and it does not start: AF115 says so."""
    return is_written_out(given) or (given.by == "nobody" and not need.late and need.group != "setting")
