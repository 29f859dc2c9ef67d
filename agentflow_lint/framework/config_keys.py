"""Which config keys a release reads, and which release began or stopped to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.release import known_releases, load_release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from agentflow_lint.framework.facts import ConfigKeys

    KeyPath = tuple[str, ...]


def unread_keys(tree: ConfigKeys, data: Mapping[str, Any], above: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of the keys in ``data`` that no part of the release reads, in the order of the file.

    Where ``tree`` ends, the release takes whatever stands there; inside lists it is not looked at, as the one list of
    objects (``remote_tools``) refuses keys it does not know.
    """
    for key, value in data.items():
        path = (*above, key)
        if key not in tree:
            yield path
        elif tree[key] and isinstance(value, dict):
            yield from unread_keys(tree[key], value, path)


def subtree(tree: ConfigKeys, path: Sequence[str]) -> ConfigKeys | None:
    """What is read below ``path``; None when ``path`` itself is not read."""
    for key in path:
        if key not in tree:
            return None
        tree = tree[key]
    return tree


def is_read(tree: ConfigKeys, path: Sequence[str | int]) -> bool:
    """Whether the release looks at ``path``, list indexes included: where ``tree`` ends it takes whatever is there."""
    for step in path:
        if isinstance(step, str) and tree:
            if step not in tree:
                return False
            tree = tree[step]
    return True


def introduced_after(version: str, path: KeyPath) -> str | None:
    """The first known release after ``version`` that reads ``path``, or None."""
    later = (known for known in known_releases() if Version(known) > Version(version))
    return next((known for known in later if _reads(known, path)), None)


def last_read_before(version: str, path: KeyPath) -> str | None:
    """The last known release before ``version`` that read ``path``, or None."""
    earlier = (known for known in reversed(known_releases()) if Version(known) < Version(version))
    return next((known for known in earlier if _reads(known, path)), None)


def paths_ending_in(tree: ConfigKeys, key: str, above: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path that the release reads and that ends in ``key``."""
    for name, inner in tree.items():
        if name == key:
            yield (*above, name)
        yield from paths_ending_in(inner, key, (*above, name))


def _reads(version: str, path: KeyPath) -> bool:
    return subtree(load_release(version).config_keys, path) is not None
