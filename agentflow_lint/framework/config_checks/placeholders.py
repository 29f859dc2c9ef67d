"""``$VAR`` and ``${VAR}`` in config values: where the server expands them, and to what.

Only ``rate_limit.redis`` and ``rate_limit.redis.url`` are ever expanded (from 0.3.2,
``src/app/core/config/graph_config.py``), with the semantics of ``os.path.expandvars``: a variable that is not set
stays as it is written, values are not expanded again, and ``${VAR:-default}`` is a variable of that very name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packaging.version import Version

from agentflow_lint.framework.config_checks.verdict import UNKNOWN, Lookup, Path, Unseen
from agentflow_lint.records import record

_REFERENCE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@record(frozen=True)
class Placeholder:
    """One reference to an environment variable inside one config value.

    ``text`` is the reference as written, ``variable`` the name that is looked up (for ``${A:-b}`` the server looks
    for a variable called ``A:-b``; ``intended`` is then ``A``). ``expanded`` says whether the release replaces it.
    """

    path: Path
    text: str
    variable: str
    expanded: bool

    @property
    def intended(self) -> str:
        """The variable that the author most likely means."""
        return intended(self.variable)


@record(frozen=True)
class Expansion:
    """A value after expansion; ``value`` is UNKNOWN as soon as one variable in it is.

    ``variables`` are all names looked up, ``unresolved`` those that are not set; ``refused`` says that the server
    raises because nothing at all was replaced in a value that visibly asks for it.
    """

    value: str | Unseen
    variables: tuple[str, ...]
    unresolved: tuple[str, ...]
    refused: bool


def intended(variable: str) -> str:
    """The variable that the author means by what the server looks up: ``A`` for ``A:-b``."""
    match = _VARIABLE.match(variable)
    return match[0] if match else variable


def spoken(variables: Iterable[str]) -> str:
    """Variables for a message; of a default in the shell's manner, which may be a secret, only that it is there."""
    shown = []
    for variable in variables:
        meant = intended(variable)
        shell = f"${{{meant}...}} (a variable of that whole name: the server knows no defaults or other operators)"
        shown.append(meant if meant == variable else shell)
    return " and ".join(shown)


def references(value: str) -> Iterator[tuple[str, str]]:
    """The references in ``value`` as ``os.path.expandvars`` finds them: (text, variable name)."""
    for match in _REFERENCE.finditer(value):
        name = match[1]
        yield match[0], name[1:-1] if name.startswith("{") else name


def expand(value: str, environ: Lookup) -> Expansion:
    """What the server makes of ``value`` in the given environment."""
    names, unresolved, unknown = [], [], False
    pieces, last = [], 0
    for match in _REFERENCE.finditer(value):
        name = match[1][1:-1] if match[1].startswith("{") else match[1]
        names.append(name)
        found = environ(name)
        pieces.append(value[last : match.start()])
        last = match.end()
        if found is None:
            unresolved.append(name)
            pieces.append(match[0])
        elif isinstance(found, Unseen):
            unknown = True
        else:
            pieces.append(found)
    result = "".join(pieces) + value[last:]
    asks = value.startswith("$") or "${" in value
    variables = tuple(dict.fromkeys(names))
    missing = tuple(dict.fromkeys(unresolved))
    if unknown:
        return Expansion(UNKNOWN, variables, missing, refused=False)
    return Expansion(result, variables, missing, refused=asks and result == value)


def placeholders(version: str, data: Mapping[str, Any]) -> Iterator[Placeholder]:
    """Every reference in every string value of the config, in document order.

    In values that the release never expands only references to something that can be a variable's name count, so
    that a price or a pattern is not taken for one.
    """
    expands = Version(version) >= Version("0.3.2")
    pending: list[tuple[Path, Any]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str):
            expanded = expands and _is_expanded(path, data)
            for text, name in references(value):
                if expanded or _VARIABLE.match(name):
                    yield Placeholder(path, text, name, expanded)
        elif isinstance(value, Mapping):
            pending.extend(((*path, key), value[key]) for key in reversed(list(value)))
        elif isinstance(value, (list, tuple)):
            pending.extend(((*path, index), value[index]) for index in range(len(value) - 1, -1, -1))


def _is_expanded(path: Path, data: Mapping[str, Any]) -> bool:
    return path in {("rate_limit", "redis"), ("rate_limit", "redis", "url")} and isinstance(data["rate_limit"], dict)
