"""AF117 committed-secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.model.committed_secrets import HeldSecret, committed_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project


class CommittedSecret(ProjectRule):
    """A secret that looks live stands in a file that the repository or an image holds."""

    code = "AF117"
    name = "committed-secret"
    consequence = Consequence.EXPOSES

    def check(self, project: Project) -> Iterator[Verdict]:
        """Report each secret where it stands, never its value."""
        for secret in committed_secrets(project):
            yield self.finding(
                at=secret.location,
                place=secret.place,
                message=f"{secret.path} holds what looks like {secret.kind}{_named(secret)}, and {_reach(secret)}.",
                help="Revoke it at whoever issued it, since history and caches keep it, and have the platform's secret "
                "store provide the new one as an environment variable.",
            )


def _named(secret: HeldSecret) -> str:
    return f" in {secret.name}" if secret.name else ""


def _reach(secret: HeldSecret) -> str:
    """Who gets the file, as a clause."""
    kept = {
        "tracked": "git tracks the file, so everybody with a clone has it",
        "not-ignored": "no .gitignore keeps the file out of the repository, so everybody with a clone has it",
    }
    if secret.keeper is None:
        return f"the image of `{secret.image}` contains the file, so everybody who can pull it has the secret"
    image = f", and so has everybody who can pull the image of `{secret.image}`" if secret.image else ""
    return kept[secret.keeper] + image
