"""What the rules about the proxy in front of a deployment have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Related
from agentflow_lint.engine.wording import listed, place
from agentflow_lint.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agentflow_lint.engine.finding import Undecided
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.blocks import Block
    from agentflow_lint.model.proxies.facts import Proxied
    from agentflow_lint.model.proxies.files import Node
    from agentflow_lint.model.values import Location


def undecided_fronts(rule: Rule, deployment: Deployment) -> Iterator[Undecided]:
    """What is not known about the proxies in front of a deployment."""
    for each in deployment.fronts.open:
        yield rule.undecided(each.location, each.reason, deployment=deployment)


def undecided_value(rule: Rule, deployment: Deployment, value: Unknown, proxied: Proxied) -> Undecided:
    """That a directive or a header that counts for a route is not known."""
    location = value.origin.location if value.origin and value.origin.location else place_of_block(proxied)
    return rule.undecided(location, f"{proxied.passed.block.title}: {value.reason}", deployment=deployment)


def place_of_block(proxied: Proxied) -> Location:
    """Where the ``location`` stands that takes the route."""
    node = proxied.passed.block.node
    return node.at if node else proxied.passed.proxy_pass.at


def where(proxied: Proxied) -> str:
    """The ``location`` that takes the route, in words, with its place."""
    return f"`{proxied.passed.block.title}` in {place(place_of_block(proxied))}"


def passed_on(proxied: Proxied) -> Related:
    """The related place of the proxy_pass that leads to the server."""
    return Related(proxied.passed.proxy_pass.at, "requests are passed on to the server here")


def symbol(proxied: Proxied, role: str) -> str:
    """The symbolic place of something in a ``location``: its server and itself, and what it is about."""
    server = proxied.passed.server
    names = [
        " ".join((node.name, *node.texts)) for node in (server.first("listen"), server.first("server_name")) if node
    ]
    return " ".join((*names, proxied.passed.block.title, role))


def decider(block: Block, name: str) -> Node | None:
    """The directive that counts in a block, None for nginx's default and for what is not known."""
    found = block.effective(name)
    return None if isinstance(found, Unknown) else found


def together(proxied: Iterable[Proxied], decided_by: Callable[[Proxied], Node | None]) -> list[list[Proxied]]:
    """The routes with one cause: the directive that decides, else the ``location`` that has none."""
    groups: dict[tuple[object, ...], list[Proxied]] = {}
    for each in proxied:
        node = decided_by(each)
        at = node.at if node else place_of_block(each)
        groups.setdefault((at, symbol(each, "") if node is None else ""), []).append(each)
    return list(groups.values())


def routes(proxied: Iterable[Proxied]) -> str:
    """The routes as callers ask for them, in backticks."""
    return listed(dict.fromkeys(f"{each.route.method} {each.passed.public}" for each in proxied))


def seconds(value: float) -> str:
    """A time in words."""
    return f"{value:g} s"


def megabytes(value: float) -> str:
    """A size in words."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB")):
        if value >= unit:
            return f"{value / unit:.4g} {name}"
    return f"{value:g} bytes"
