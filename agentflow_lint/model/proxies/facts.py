"""The proxies in front of a deployment, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.framework.routes import Route
    from agentflow_lint.model.proxies.blocks import Block
    from agentflow_lint.model.proxies.requests import Passed
    from agentflow_lint.model.values import Location


@record(frozen=True, eq=False)
class Proxied:
    """A route of the server as one nginx passes it on.

    ``arrives``: the server's router sees the route's path; else it sees another one, and answers 404.
    """

    route: Route
    passed: Passed
    arrives: bool


@record(frozen=True)
class Open:
    """What could not be told about the proxies in front: a reason and a place."""

    reason: str
    location: Location


@record(frozen=True, eq=False)
class Front:
    """One ``server`` of an nginx that passes requests on to the deployment."""

    server: Block
    proxied: tuple[Proxied, ...]

    def routes(self, *kinds: str) -> tuple[Proxied, ...]:
        """The routes of these kinds that arrive."""
        return tuple(each for each in self.proxied if each.arrives and each.route.kind in kinds)


@record(frozen=True, eq=False)
class Fronts:
    """The proxies in front of a deployment, and what is not known about them."""

    fronts: tuple[Front, ...]
    open: tuple[Open, ...]

    def routes(self, *kinds: str) -> tuple[Proxied, ...]:
        """The routes of these kinds that arrive, through every front."""
        return tuple(each for front in self.fronts for each in front.routes(*kinds))


NO_FRONTS = Fronts((), ())
"""Where no file of the project can be a proxy's configuration."""
