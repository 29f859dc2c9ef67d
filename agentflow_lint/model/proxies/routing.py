"""What a project's nginx configurations do with requests; each is sent once, however many deployments ask."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.model.proxies.requests import locations_of, pass_on, servers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.proxies.blocks import Block
    from agentflow_lint.model.proxies.files import HttpContext, NginxFiles
    from agentflow_lint.model.proxies.requests import Passed
    from agentflow_lint.model.values import Unknown


class Routing:
    """The ``server`` blocks of all configurations, and the way of each request through one of them."""

    def __init__(self, nginx: NginxFiles) -> None:
        self.servers: tuple[tuple[HttpContext, Block], ...] = tuple(
            (context, server) for context in nginx.contexts for server in servers_of(context)
        )
        self._passed: dict[tuple[Block, str, str, str], Passed | Unknown | None] = {}
        self._paths: dict[tuple[Block, str, str], tuple[str, ...]] = {}

    def pass_on(self, server: Block, path: str, method: str, upgrade: str = "") -> Passed | Unknown | None:
        """How one of the servers passes a request on; see :func:`requests.pass_on`."""
        key = (server, path, method, upgrade)
        if key not in self._passed:
            self._passed[key] = pass_on(server, path, method, upgrade)
        return self._passed[key]

    def public_paths(self, server: Block, path: str, root_path: str) -> tuple[str, ...]:
        """The paths under which callers may ask one of the servers for a path of the deployment's."""
        key = (server, path, root_path)
        if key not in self._paths:
            self._paths[key] = tuple(_public_paths(server, path, root_path))
        return self._paths[key]

    @cached_property
    def targets(self) -> frozenset[str]:
        """What every proxy_pass names: scheme, host and port, without a path."""
        return frozenset(text for _, server in self.servers for text in _targets(server))


def _public_paths(server: Block, path: str, root_path: str) -> Iterator[str]:
    """The paths under which callers may ask a server of nginx for a path of ours: as it is, or below a ``location``."""
    seen = {path}
    yield path
    prefixes = [root_path.rstrip("/")] if root_path.startswith("/") else []
    for location in locations_of(server):
        node = location.first("proxy_pass") or location.first("rewrite") or location.first("try_files")
        if node is None or location.modifier == "@":
            continue
        literal = location.pattern
        if location.modifier in ("~", "~*"):
            match = re.match(r"\^(/[\w/.-]*)", literal)
            literal = match[1] if match else ""
            literal = literal[: literal.rfind("/") + 1] if match and match.end() < len(location.pattern) else literal
        _, _, rest = (node.texts[0] if node.name == "proxy_pass" and node.texts else "").partition("://")
        uri = rest[rest.find("/") :] if "/" in rest and "$" not in rest else ""
        if uri and uri != "/" and path.startswith(uri):
            candidate = literal + path[len(uri) :]
            if candidate not in seen:
                seen.add(candidate)
                yield candidate
        prefixes.append(literal.rstrip("/"))
    for prefix in prefixes:
        if prefix and not (path == prefix or path.startswith(f"{prefix}/")) and prefix + path not in seen:
            seen.add(prefix + path)
            yield prefix + path


def _targets(server: Block) -> Iterator[str]:
    for location in locations_of(server):
        for node in location.own("proxy_pass"):
            scheme, _, rest = (node.texts[0] if node.texts else "").partition("://")
            yield f"{scheme}://{rest.partition('/')[0]}"
