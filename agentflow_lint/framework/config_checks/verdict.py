"""What a replayed parser says, and what it may ask about the process environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

from packaging.version import Version

from agentflow_lint.records import record


class Unseen(Enum):
    """The answer of an environment lookup that the repository does not decide."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unseen.UNKNOWN

Lookup = Callable[[str], "str | Unseen | None"]
"""The process environment as the parser would see it: the value, ``UNKNOWN``, or None for an absent variable."""

Mentions = Callable[[str], bool]
"""Whether the code that runs with the project's InjectQ container may contain a word: without it nothing is bound
under that name."""

Path = tuple["str | int", ...]
"""A key path: object keys and list indexes from the top of the config."""


@record(frozen=True)
class Rejection:
    """One config value that a server release refuses.

    ``message`` says what stands there and what this release accepts, without a secret. ``when`` is ``start`` (the
    process does not come up) or ``use`` (the first request that needs the value fails). ``rule`` is the code of the
    rule that owns the verdict. ``environment`` names the variables whose values mattered.

    ``uncertain`` is true where something outside the config can still avert it, which ``message`` then names (a
    backend that the project's own InjectQ container may bind). ``requires`` is the import name of the package
    without which the server skips the value with a warning instead.
    """

    path: Path
    message: str
    when: str
    rule: str
    environment: tuple[str, ...] = ()
    uncertain: bool = False
    requires: str | None = None


@record(frozen=True)
class Start:
    """One start of one release with one config: what every check works on."""

    release: Version
    data: Mapping[str, Any]
    environ: Lookup
    container_mentions: Mentions = lambda _: True

    def since(self, version: str) -> bool:
        """Whether this release is ``version`` or a later one."""
        return self.release >= Version(version)

    def may_bind(self, word: str) -> bool:
        """Whether the project's InjectQ container may bind a backend or client whose name contains ``word``."""
        return bool(self.data.get("injectq")) and self.container_mentions(word)


def refused(path: Path, message: str, rule: str = "AF103", *, when: str = "start") -> Rejection:
    """A rejection that depends on nothing outside the config."""
    return Rejection(path, message, when, rule)


def dotted(path: Path) -> str:
    """The key path as a person writes it: ``rate_limit.trusted_proxies[2]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
