"""What PgCheckpointer's arguments have to look like; the same in every core (pg_checkpointer.py)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.framework.core_names import CONSTRUCTORS

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Further keywords that its constructor looks for; every other one is swallowed.
_KEYWORDS = frozenset(
    {"user_id_type", "id_type", "cache_ttl", "release_resources", "state_history_limit", "enforce_user_isolation"}
)
_SCHEMES = ("postgresql", "postgres")


def swallowed_keywords(names: Iterable[str]) -> tuple[str, ...]:
    """The keywords among ``names`` that the constructor never looks at."""
    known = _KEYWORDS.union(CONSTRUCTORS["PgCheckpointer"])
    return tuple(name for name in names if name not in known)


def dsn_problem(dsn: str) -> str | None:
    """Why asyncpg refuses a DSN at first use, in words that follow its name; shows no more of it than the scheme.

    Source: ``_parse_connect_dsn_and_args`` in asyncpg/connect_utils.py.
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(//)?", dsn)
    if scheme is not None and scheme[1].lower() in _SCHEMES:
        return None
    if scheme is None or not scheme[2]:
        return "is no URL; asyncpg takes postgresql:// and postgres://"
    return f"starts with {scheme[1]}://, which is another driver's form; asyncpg takes postgresql:// and postgres://"


def schema_problem(schema: str) -> str | None:
    """Why the constructor raises for a schema name, in words that follow it."""
    return None if re.match(r"^[a-zA-Z_][a-zA-Z0-9_]*$", schema) else "is no plain SQL name, so the constructor raises"
