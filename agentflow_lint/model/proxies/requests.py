"""What one nginx does with a request: the ``location`` it falls into, and where and under which path it is passed on.

ngx_http_core_module.c: ngx_http_core_find_location; ngx_http_rewrite_module.c; ngx_http_proxy_module.c.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.proxies.blocks import Block
from agentflow_lint.model.proxies.patterns import search
from agentflow_lint.model.proxies.variables import Request
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.proxies.files import HttpContext, Node

_MAX_ROUNDS = 10  # nginx ends a request that is rewritten more often
_MAX_NESTING = 20
_PROTOCOLS = ("proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached")
_URL = re.compile(r"(?P<scheme>https?)://(?:unix:(?P<socket>[^:]+)(?::(?P<rest>/.*)?)?|(?P<host>\[[^]]*\]|[^/:?]+)"
                  r"(?::(?P<port>\d{1,5}))?(?P<uri>[/?].*)?)\Z", re.DOTALL)  # fmt: skip
_ADDRESS = re.compile(r"(?:unix:(?P<socket>\S+)|(?P<host>\[[^]]*\]|[^:\s]+)(?::(?P<port>\d{1,5}))?)\Z")


@record(frozen=True)
class Address:
    """Where requests are passed to: a host and a port, or a Unix socket."""

    host: str
    port: int | None
    socket: str | None
    location: Location


@record(frozen=True, eq=False)
class Passed:
    """A request that nginx passes on over HTTP.

    ``block`` is the ``location`` whose directives count, ``proxy_pass`` its directive. ``public`` is the path that the
    caller uses, ``path`` the one that is passed on. ``addresses`` are those of the server, or of each in the upstream
    group, unknown where they cannot be told; ``authority`` is what ``$proxy_host`` holds.
    """

    block: Block
    proxy_pass: Node
    public: str
    path: Value[str]
    addresses: tuple[Address, ...] | Unknown
    authority: Value[str]
    request: Request

    @property
    def server(self) -> Block:
        """The ``server`` that took it."""
        return next(block for block in self.block.levels if block.name == "server")

    def header(self, name: str) -> Header:
        """What becomes of one of the caller's headers, or of one that nginx sets."""
        nodes, doubt = self.block.group("proxy_set_header")
        found = next((node for node in nodes if node.texts and node.texts[0].lower() == name.lower()), None)
        if found is not None:
            text = found.texts[1] if len(found.texts) > 1 else ""
            return Header(found, self._with_proxy_host().expand(found, text))
        if doubt is not None:
            return Header(None, doubt)
        if name.lower() == "host":
            return Header(None, self.authority)
        if name.lower() in _NEVER_PASSED:
            return Header(None, Known("", Origin("nginx's default")))
        passes = self.block.flag("proxy_pass_request_headers")
        if isinstance(passes, Unknown):
            return Header(None, passes)
        if isinstance(passes, Known) and not passes.value:
            off = self.block.effective("proxy_pass_request_headers")
            return Header(off if off is not None and not isinstance(off, Unknown) else None, Known("", passes.origin))
        return Header(None, None)

    def _with_proxy_host(self) -> Request:
        known = (("proxy_host", self.authority.value),) if isinstance(self.authority, Known) else ()
        return replace(self.request, more=known)


#: Headers of one connection, which nginx drops unless it is told to set them (ngx_http_proxy_headers).
_NEVER_PASSED = ("connection", "upgrade", "keep-alive", "te", "expect", "transfer-encoding")


@record(frozen=True)
class Header:
    """A header on its way to the server: ``value`` is None where the caller's own passes, "" where none is sent.

    ``node`` is the directive that decides, None for nginx's default.
    """

    node: Node | None
    value: Value[str] | None


def servers_of(context: HttpContext) -> tuple[Block, ...]:
    """The ``server`` blocks of a configuration."""
    return Block(None, context.nodes).blocks("server")


def locations_of(block: Block, depth: int = 0) -> Iterator[Block]:
    """Every ``location`` in a block, nested ones too."""
    for location in block.blocks("location"):
        yield location
        if depth < _MAX_NESTING:
            yield from locations_of(location, depth + 1)


#: Stands for the answer 301 that nginx gives by itself.
_REDIRECT = Block(None, ())


def find_location(block: Block, path: str, depth: int = 0) -> Block | Unknown | None:
    """The ``location`` that a path falls into; None where none takes it.

    None also for a path that one with a slash more takes: nginx redirects there by itself.
    """
    found = _find(block, path, depth)
    if found is None or isinstance(found, Unknown):
        return found
    return None if found[0] is _REDIRECT else found[0]


def _find(block: Block, path: str, depth: int) -> tuple[Block, bool] | Unknown | None:
    """The location and whether it ends the search: an exact one does, and one by a regular expression."""
    locations = block.blocks("location")
    exact = next((each for each in locations if each.modifier == "=" and each.pattern == path), None)
    if exact is not None:
        return exact, True
    prefixes = [each for each in locations if each.modifier in ("", "^~") and path.startswith(each.pattern)]
    if all(each.pattern != path for each in prefixes) and any(_redirects_to(each, path) for each in locations):
        return _REDIRECT, True
    longest = max(prefixes, key=lambda each: len(each.pattern), default=None)
    found: tuple[Block, bool] | None = None
    goes_on = True
    if longest is not None:
        goes_on = longest.modifier != "^~"
        found = longest, False
        if depth < _MAX_NESTING:
            inner = _find(longest, path, depth + 1)
            if isinstance(inner, Unknown) or (inner is not None and inner[1]):
                return inner
            found = inner or found
    for each in locations if goes_on else ():
        if each.modifier not in ("~", "~*"):
            continue
        match = search(each.pattern, path, ignores_case=each.modifier == "~*")
        if match is None:
            at = each.node.at if each.node else None
            return Unknown(f"whether `{each.title[:80]}` takes {path} is not known", Origin("nginx", at))
        if match:
            inner = _find(each, path, depth + 1) if depth < _MAX_NESTING else None
            if isinstance(inner, Unknown):
                return inner
            return (inner[0] if inner is not None else each), True
    return found


def _redirects_to(location: Block, path: str) -> bool:
    """Whether a location with a slash at its end, which passes requests on, makes nginx add that slash."""
    if location.modifier not in ("", "=", "^~") or location.pattern != f"{path}/":
        return False
    return any(location.first(f"{protocol}_pass") for protocol in _PROTOCOLS)


def pass_on(server: Block, path: str, method: str = "POST", upgrade: str = "") -> Passed | Unknown | None:
    """How a server passes a request on; None where it does not, because it answers by itself or speaks no HTTP."""
    request = Request(server, path, path, method, upgrade)
    rewritten = _rewritten(request, server)
    if not isinstance(rewritten, Request):
        return rewritten
    request = rewritten
    for _ in range(_MAX_ROUNDS):
        location = find_location(server, request.path)
        if not isinstance(location, Block):
            return location
        before = request.path
        done = _rewritten(replace(request, block=location, captures=_captures(location, request.path)), location)
        if not isinstance(done, Request):
            return done
        request = done
        if request.path != before and not _breaks(location, before):
            continue
        return _content(server, location, request, is_rewritten=request.path != before)
    return None


def _captures(location: Block, path: str) -> tuple[str, ...]:
    if location.modifier not in ("~", "~*"):
        return ()
    match = search(location.pattern, path, ignores_case=location.modifier == "~*")
    return tuple(group or "" for group in match.groups()) if isinstance(match, re.Match) else ()


def _rewritten(request: Request, block: Block) -> Request | Unknown | None:
    """The request after the ``rewrite`` and ``return`` of a block; None where that answers it."""
    for node in block.nodes:
        if node.name == "return":
            return None
        if node.name != "rewrite" or len(node.texts) < 2:
            continue
        pattern, replacement, *flags = node.texts
        match = search(pattern, request.path)
        if match is None:
            return Unknown(f"what `rewrite {pattern[:60]}` does is not known", Origin(node.path, node.at))
        if not isinstance(match, re.Match):
            continue
        groups = tuple(group or "" for group in match.groups())
        value = replace(request, captures=groups).expand(node, replacement)
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, Known) or flags[:1] in (["redirect"], ["permanent"]) or "://" in value.value:
            return None
        request = replace(request, path=value.value.partition("?")[0], captures=groups)
        if flags[:1] in (["break"], ["last"]):
            break
    return request


def _breaks(location: Block, path: str) -> bool:
    """Whether the rewrite that applied in a location keeps the request there."""
    for node in location.own("rewrite"):
        if len(node.texts) > 2 and isinstance(search(node.texts[0], path), re.Match):
            return node.texts[2] == "break"
    return False


def _content(server: Block, location: Block, request: Request, *, is_rewritten: bool) -> Passed | Unknown | None:
    fallback = location.first("try_files")
    if fallback is not None and fallback.texts:
        last = fallback.texts[-1]
        named = next((each for each in locations_of(server) if each.modifier == "@" and each.pattern == last), None)
        if named is None:
            return None  # a file, another path or a status code
        location, request = named, replace(request, block=named)
        is_rewritten = True  # a named location changes no path
    node = location.first("proxy_pass")
    if node is None or not node.texts:
        return None
    return _passed(location, node, request, is_rewritten=is_rewritten)


def _passed(location: Block, node: Node, request: Request, *, is_rewritten: bool) -> Passed:
    request = replace(request, block=location)
    origin = Origin(f"proxy_pass in {node.path}", node.at)
    written = node.texts[0]
    url = request.expand(node, written)
    match = _URL.match(url.value) if isinstance(url, Known) else None
    if match is None:
        unknown = url if isinstance(url, Unknown) else Unknown("proxy_pass holds no URL that is understood", origin)
        return Passed(
            location, node, request.original, _same_path(written, request, unknown), unknown, unknown, request
        )
    uri = match["uri"] if match["socket"] is None else match["rest"]
    path = _passed_path(written, uri, location, request, is_rewritten=is_rewritten)
    addresses = _addresses(match, location, node)
    authority = match["host"] or "localhost"
    if match["port"]:
        authority = f"{authority}:{match['port']}"
    return Passed(location, node, request.original, Known(path, origin), addresses, Known(authority, origin), request)


def _same_path(written: str, request: Request, unknown: Unknown) -> Value[str]:
    """Without a path of its own proxy_pass leaves the request's as it is, whatever the address is."""
    _, _, rest = written.partition("://")
    return unknown if "/" in re.sub(r"\$\{\w+\}", "", rest) else Known(request.path, unknown.origin or Origin("nginx"))


def _passed_path(written: str, uri: str | None, location: Block, request: Request, *, is_rewritten: bool) -> str:
    """The path that proxy_pass sends (ngx_http_proxy_create_request)."""
    if not uri:
        return request.path
    if "$" in written:
        return uri.partition("?")[0]  # as it is, nothing of the request's is put in its place
    if is_rewritten or location.modifier in ("~", "~*", "@"):
        return request.path
    return uri.partition("?")[0] + request.path[len(location.pattern) :]


def _addresses(match: re.Match[str], location: Block, node: Node) -> tuple[Address, ...] | Unknown:
    if match["socket"]:
        return (Address("", None, match["socket"], node.at),)
    host = match["host"]
    *_, http = location.levels
    group = next((each for each in http.blocks("upstream") if each.node and each.node.texts[:1] == (host,)), None)
    if group is None:
        port = int(match["port"]) if match["port"] else 443 if match["scheme"] == "https" else 80
        return (Address(host.strip("[]"), port, None, node.at),)
    found: list[Address] = []
    for server in group.own("server"):
        if "down" in server.texts or not server.texts:
            continue
        address = _ADDRESS.match(server.texts[0])
        if "$" in server.texts[0] or address is None:
            return Unknown(f"the address {server.texts[0][:60]} is not known", Origin(server.path, server.at))
        number = None if address["socket"] else int(address["port"] or 80)
        found.append(Address((address["host"] or "").strip("[]"), number, address["socket"], server.at))
    return tuple(found)
