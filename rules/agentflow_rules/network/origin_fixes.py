"""The origin that an entry of ORIGINS means, where it means one for certain."""

from __future__ import annotations

import re

from agentflow_rules.network.origins import reason_unmatchable

_QUOTES = "\"'"
_OWN_PORT = {"http": ":80", "https": ":443"}
_IN_LIST = re.compile(r"[\s,;]+")


def meant_origin(entry: str) -> str | None:
    """What a browser sends for the address that ``entry`` is; None where a person has to say.

    Blanks, quotes, capitals, a path and the scheme's own port are taken off. Whether a front end without a scheme is
    served over https is not known, nor which subdomains a wildcard stands for.
    """
    scheme, mark, rest = entry.strip().strip(_QUOTES).strip().partition("://")
    if not mark:
        return None
    scheme = scheme.lower()
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].lower()
    origin = f"{scheme}://{authority.removesuffix(_OWN_PORT.get(scheme, '/'))}"
    return origin if reason_unmatchable(origin) is None else None


def meant_origins(entry: str) -> tuple[str, ...] | None:
    """The origins that an entry means which blanks or semicolons divide; of any other entry the one."""
    parts = [part for part in _IN_LIST.split(entry.strip().strip(_QUOTES)) if part]
    found = [meant_origin(part) for part in parts]
    return tuple(each for each in found if each) if found and None not in found else None


def meant_list(text: str) -> tuple[str, ...] | None:
    """The origins of a value that is written as a JSON list."""
    return meant_origins(text.strip().removeprefix("[").removesuffix("]").replace('"', "").replace("'", ""))
