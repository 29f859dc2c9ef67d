"""Blocks of an nginx configuration, and which directive counts in one by nginx's rules of inheritance.

A simple directive is taken from the innermost block that has it. One that can be given several times
(``proxy_set_header``) is taken as a whole from the innermost block that has any: one header set in a ``location`` drops
all that the ``server`` sets (ngx_http_proxy_module.c: ngx_http_proxy_merge_loc_conf).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agentflow_lint.model.proxies.files import Node

T = TypeVar("T")

Modifier = Literal["", "=", "^~", "~", "~*", "@"]

_MODIFIERS: tuple[Modifier, ...] = ("=", "^~", "~*", "~")

_TIME = re.compile(r"(?:(\d+)y)?\s*(?:(\d+)M)?\s*(?:(\d+)w)?\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?\s*"
                   r"(?:(\d+)ms)?\s*(\d+)?\Z")  # fmt: skip
_SECONDS = (31_536_000, 2_592_000, 604_800, 86_400, 3600, 60, 1)
_SIZE = re.compile(r"(\d{1,15})([kmgKMG]?)\Z")
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_MAX_LEVELS = 100


@record(frozen=True, eq=False)
class Block:
    """One block with what encloses it: a ``location`` in a ``server``, a ``server`` in ``http``.

    ``node`` is None for ``http``. ``nodes`` are the directives in it.
    """

    node: Node | None
    nodes: tuple[Node, ...]
    outer: Block | None = None

    @property
    def levels(self) -> Iterator[Block]:
        """The block and those around it, innermost first."""
        block: Block | None = self
        for _ in range(_MAX_LEVELS):
            if block is None:
                return
            yield block
            block = block.outer

    @property
    def name(self) -> str:
        """The block's name: ``location``, ``server``, ``http``."""
        return self.node.name if self.node else "http"

    @cached_property
    def _named(self) -> dict[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.name, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    @cached_property
    def _blocks(self) -> dict[str, tuple[Block, ...]]:
        return {
            name: tuple(Block(node, node.children, self) for node in nodes if node.children is not None)
            for name, nodes in self._named.items()
        }

    def own(self, name: str) -> tuple[Node, ...]:
        """The directives of that name that stand in the block itself."""
        return self._named.get(name, ())

    def first(self, name: str) -> Node | None:
        """The first directive of that name in the block itself."""
        return next(iter(self.own(name)), None)

    def blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of that name right in this one."""
        return self._blocks.get(name, ())

    @property
    def modifier(self) -> Modifier:
        """How a ``location`` matches."""
        return self._match[0]

    @property
    def pattern(self) -> str:
        """What a ``location`` matches: a prefix, a path, a regular expression, or a name."""
        return self._match[1]

    @cached_property
    def _match(self) -> tuple[Modifier, str]:
        texts = self.node.texts if self.node else ()
        text = texts[0] if texts else ""
        if text.startswith("@"):
            return "@", text
        for each in _MODIFIERS:
            if len(texts) > 1 and text == each:
                return each, texts[1]
            if len(texts) == 1 and text.startswith(each):
                return each, text[len(each) :]
        return "", texts[-1] if texts else ""

    @property
    def title(self) -> str:
        """The block as it is written: ``location ^~ /v1/``."""
        return " ".join((self.name, *(self.node.texts if self.node else ())))

    # --- what counts in it ---

    def effective(self, name: str) -> Node | Unknown | None:
        """The directive that counts, None where nothing sets it, so that nginx's default does."""
        for level in self.levels:
            found = level.first(name)
            if found is not None:
                return found
            missing = level.first("include")
            if missing is not None:
                return _unseen(missing)
        return None

    def group(self, name: str) -> tuple[tuple[Node, ...], Unknown | None]:
        """The directives of a group that count, and why there may be more of them."""
        for level in self.levels:
            found, missing = level.own(name), level.first("include")
            if found or missing is not None:
                return found, _unseen(missing) if missing is not None else None
        return (), None

    def seconds(self, name: str) -> Value[float]:
        """A time that counts, in seconds; absent for nginx's default."""
        return self._parsed(name, parse_time)

    def size(self, name: str) -> Value[int]:
        """A size that counts, in bytes; absent for nginx's default."""
        return self._parsed(name, parse_size)

    def flag(self, name: str) -> Value[bool]:
        """``on`` or ``off``; absent for nginx's default."""
        return self._parsed(name, {"on": True, "off": False}.get)

    def text(self, name: str) -> Value[str]:
        """A directive's arguments as one text."""
        return self._parsed(name, str)

    def _parsed(self, name: str, parse: Callable[[str], T | None]) -> Value[T]:
        node = self.effective(name)
        if node is None:
            return ABSENT
        if isinstance(node, Unknown):
            return node
        origin = Origin(f"{name} in {node.path}", node.at)
        text = " ".join(node.texts)
        if "$" in text:
            return Unknown(f"{name} is {text[:40]}, which is filled in when nginx starts", origin)
        value = parse(text)
        return Unknown(f"nginx does not take {name} {text[:40]}", origin) if value is None else Known(value, origin)


def _unseen(include: Node) -> Unknown:
    name = include.texts[0][:80] if include.texts else ""
    return Unknown(f"the file {name}, which is included, is not in the project", Origin(include.path, include.at))


def parse_time(text: str) -> float | None:
    """A time as nginx writes it, in seconds; None for what is none (src/core/ngx_parse.c: ngx_parse_time)."""
    match = _TIME.match(text.strip())
    if match is None or not text.strip() or len(text) > 40:
        return None
    units = sum(int(number) * unit for number, unit in zip(match.groups()[:7], _SECONDS, strict=True) if number)
    return units + int(match[8] or 0) / 1000 + int(match[9] or 0)


def parse_size(text: str) -> int | None:
    """A size as nginx writes it, in bytes; None for what is none."""
    match = _SIZE.match(text.strip())
    return int(match[1]) * _UNITS[match[2].lower()] if match else None
