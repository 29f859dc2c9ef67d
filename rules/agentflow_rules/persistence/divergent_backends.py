"""AF505 divergent-backends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import quoted, source
from agentflow_lint.framework.secrets import redact_url
from agentflow_lint.model.divergence import Divergence, divergences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.backends import Backend, Use
    from agentflow_lint.model.project import Project

_WHAT: dict[Use, str] = {
    "threads": "its threads' database",
    "thread-cache": "its threads' Redis",
    "store": "its store",
    "shared-redis": "its Redis",
}
_EFFECT: dict[Use, str] = {
    "threads": "a thread that one of them has is unknown to the other",
    "thread-cache": "threads are read from Redis first, so that one of them goes on with what the other has outdated",
    "store": "what one of them remembers is unknown to the other",
    "shared-redis": "what goes by way of Redis (owners of threads, revoked tokens, runs at once) holds for one alone",
}


class DivergentBackends(ProjectRule):
    """Instances of one graph have different databases or Redis servers."""

    code = "AF505"
    name = "divergent-backends"
    consequence = Consequence.LOSES_DATA

    def check(self, project: Project) -> Iterator[Verdict]:
        """Compare the deployments that run side by side."""
        for each in divergences(project):
            if each.together is None:
                reason = (
                    f"{each.backend.name} differs from that of {each.other.name}, and whether the two are instances of "
                    "one service or two services of their own is not known"
                )
                yield self.undecided(each.backend.location, reason, deployment=each.deployment)
            else:
                yield self._differs(each, each.together)

    def _differs(self, each: Divergence, together: str) -> Verdict:
        use = each.backend.use
        there = each.others.origin.location
        return self.finding(
            at=each.backend.location,
            place=f"{each.deployment.name} {use}",
            message=(
                f"Deployment `{each.deployment.name}` has {_WHAT[use]} at {_shown(each.backend)}, and "
                f"`{each.other.name}` has its own at {_shown(each.others)}, although {together}: {_EFFECT[use]}."
            ),
            help="Give all instances of the graph the same URL, from one place: a shared env file, an x- anchor, one "
            "ConfigMap or Secret.",
            consequence=Consequence.DEGRADES if use == "shared-redis" else None,
            deployment=each.deployment,
            related=[Related(there, f"{each.other.name} has it from here")] if there else (),
        )


def _shown(backend: Backend) -> str:
    where = f" ({source(backend.origin)})" if backend.origin.location else ""
    return f"{quoted(redact_url(backend.url))}{where}"
