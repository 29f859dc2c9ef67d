"""Edits of an nginx configuration: directives added to the ``location`` that passes requests on, values replaced.

One ``proxy_set_header`` in a ``location`` drops all that it would inherit (agentflow_lint/model/proxies/blocks.py), so
where a header is added to a location that has none of its own, those that it inherits come along.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import indentation, line_break_after, written_at
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.proxies.files import Node
    from agentflow_lint.model.proxies.requests import Passed

_HEADER = "proxy_set_header"
_END = re.compile(r"\s*;")


def directives_added(files: ProjectFiles, passed: Passed, lines: Sequence[str]) -> Edit | None:
    """Put directives, without their ``;``, behind the proxy_pass of a location.

    None where an included file holds it: other locations may include that too.
    """
    node, block = passed.proxy_pass, passed.block.node
    found = written_at(files, node.at)
    if found is None or block is None or block.path != node.path or not lines:
        return None
    end = _END.match(found.text.content, found.end)
    if end is None or not found.raw.startswith("proxy_pass"):
        return None
    stop = line_break_after(found.text, end.end())
    rest = found.text.content[end.end() : stop].strip()
    if rest and not rest.startswith("#"):
        return found.edit(end.end(), end.end(), "".join(f" {line};" for line in lines))
    blanks = indentation(found.text, found.start)
    if found.text.content[found.start - len(blanks) : found.start] != blanks:
        blanks = " " * (found.text.position(found.start)[1] - 1)
    return found.edit(stop, stop, "".join(f"\n{blanks}{line};" for line in lines))


def headers_added(files: ProjectFiles, passed: Passed, headers: Iterable[str], more: Sequence[str] = ()) -> Edit | None:
    """Set headers (``Host $host``) in a location, with those that it would no longer inherit; ``more`` before them.

    None where a file that is not in the project may set some.
    """
    nodes, doubt = passed.block.group(_HEADER)
    if doubt is not None:
        return None
    inherited: list[str] = []
    for node in () if passed.block.own(_HEADER) else nodes:
        found = written_at(files, node.at)
        if found is None:
            return None
        inherited.append(re.sub(r"\s*\r?\n\s*", " ", found.raw))
    lines = [*more, *dict.fromkeys(inherited), *(f"{_HEADER} {header}" for header in headers)]
    return directives_added(files, passed, lines)


def set_in_location(files: ProjectFiles, passed: Passed, name: str, value: str) -> Edit | None:
    """Give a directive a value in a location: in place of the one that stands there, else added."""
    own = passed.block.first(name)
    return directives_added(files, passed, [f"{name} {value}"]) if own is None else value_replaced(files, own, value)


def value_replaced(files: ProjectFiles, node: Node, value: str, argument: int = 0) -> Edit | None:
    """Put ``value`` in place of one argument of a directive, where it stands in a file of the project itself."""
    arguments = node.directive.arguments
    if argument >= len(arguments):
        return None
    # A directive that stands for one of nginx's own files has that file's places.
    named = written_at(files, Location(node.path, node.directive.name_span))
    found = written_at(files, Location(node.path, arguments[argument].span))
    if found is None or named is None or named.raw != node.name or found.inner != arguments[argument].text:
        return None
    return found.edit(found.start, found.end, value)
