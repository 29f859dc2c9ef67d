"""nginx's variables, for one request that is thought of: what ``set`` and ``map`` make of its headers and its path."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.model.proxies.patterns import search
from agentflow_lint.model.values import Known, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.proxies.blocks import Block
    from agentflow_lint.model.proxies.files import Node

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")
_MAX_DEPTH = 10
_MAX_LENGTH = 4000

#: What the request that is thought of says of itself. Only whether these arrive matters, not what they are.
CALLER_HOST = "caller.invalid"
CALLER_ADDRESS = "192.0.2.7"
CREDENTIALS = "Bearer of-the-caller"

_REQUEST: Mapping[str, str] = MappingProxyType(
    {
        "host": CALLER_HOST,
        "http_host": CALLER_HOST,
        "scheme": "https",
        "https": "on",
        "remote_addr": CALLER_ADDRESS,
        "realip_remote_addr": CALLER_ADDRESS,
        "proxy_add_x_forwarded_for": CALLER_ADDRESS,
        "http_authorization": CREDENTIALS,
        "http_x_forwarded_for": "",
        "http_cookie": "",
        "args": "",
        "is_args": "",
        "query_string": "",
        "server_port": "443",
        "server_protocol": "HTTP/1.1",
    }
)


@record(frozen=True, eq=False)
class Request:
    """A request on its way through nginx: the ``block`` that it is in, its ``path`` now, and further variables.

    ``upgrade`` is the Upgrade header that the caller sends, "" for none.
    """

    block: Block
    path: str
    original: str
    method: str = "POST"
    upgrade: str = ""
    captures: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()

    def expand(self, node: Node, text: str, depth: int = 0) -> Value[str]:
        """``text``, an argument of ``node``, with its variables put in; unknown where one of them is."""
        origin = Origin(f"{node.name} in {node.path}", node.at)
        written: list[str] = []
        end = 0
        for match in _VARIABLE.finditer(text):
            name = match[1] or match[2]
            value = self._variable(name, depth)
            if value is None:
                what = "which is filled in from the environment" if name.isupper() else "which is not known here"
                return Unknown(f"it depends on ${name}, {what}", origin)
            written += (text[end : match.start()], value)
            end = match.end()
        whole = "".join((*written, text[end:]))
        return Known(whole[:_MAX_LENGTH], origin)

    def _variable(self, name: str, depth: int) -> str | None:
        if depth > _MAX_DEPTH:
            return None
        if name.isdecimal():
            number = int(name)
            return self.captures[number - 1] if 0 < number <= len(self.captures) else None
        further = dict(self.more)
        if name in further:
            return further[name]
        if self._is_set_under_condition(name):
            return None
        set_by = self._set(name)
        if set_by is not None:
            value = self.expand(set_by, set_by.texts[1], depth + 1)
            return value.value if isinstance(value, Known) else None
        mapped = self._map(name)
        if mapped is not None:
            return self._mapped(mapped, depth)
        if name in ("uri", "document_uri"):
            return self.path
        if name == "request_uri":
            return self.original
        if name == "request_method":
            return self.method
        if name == "http_upgrade":
            return self.upgrade
        if name == "http_connection":
            return "Upgrade" if self.upgrade else "keep-alive"
        if name == "server_name":
            named = next((block.first(name) for block in self.block.levels if block.name == "server"), None)
            return named.texts[0] if named and named.texts else ""
        return _REQUEST.get(name)

    def _is_set_under_condition(self, name: str) -> bool:
        inside = (item for level in self.block.levels for node in level.own("if") for item in node.children or ())
        return any(item.name == "set" and item.texts[:1] == (f"${name}",) for item in inside)

    def _set(self, name: str) -> Node | None:
        """The ``set`` that counts; None where there is none."""
        for level in self.block.levels:
            for node in reversed(level.own("set")):
                if len(node.texts) == 2 and node.texts[0] == f"${name}":
                    return node
        return None

    def _map(self, name: str) -> Node | None:
        *_, http = self.block.levels
        for node in http.own("map"):
            if node.children is not None and len(node.texts) == 2 and node.texts[1] == f"${name}":
                return node
        return None

    def _mapped(self, node: Node, depth: int) -> str | None:
        source = self.expand(node, node.texts[0], depth + 1)
        if not isinstance(source, Known):
            return None
        result: Node | None = None
        fallback: Node | None = None
        for entry in node.children or ():
            if entry.name == "default" and entry.texts:
                fallback = entry
            elif entry.name.lower().removeprefix("\\") == source.value.lower() and entry.texts:
                return self._entry(entry, depth)
        for entry in node.children or ():
            if entry.name.startswith("~") and entry.texts and result is None:
                ignores_case = entry.name.startswith("~*")
                found = search(entry.name[2 if ignores_case else 1 :], source.value, ignores_case=ignores_case)
                if found is None:
                    return None
                result = entry if found else None
        chosen = result or fallback
        return "" if chosen is None else self._entry(chosen, depth)

    def _entry(self, entry: Node, depth: int) -> str | None:
        value = self.expand(entry, entry.texts[0], depth + 1)
        return value.value if isinstance(value, Known) else None
