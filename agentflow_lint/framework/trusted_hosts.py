"""How Starlette's TrustedHostMiddleware compares the Host header with the allowed hosts, by Starlette's own release."""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_IGNORES_CASE_SINCE = Version("1.9.0")


def ignores_case(specifier: str) -> bool | None:
    """Whether hosts are compared without regard to case, by the one release that ``specifier`` names.

    None where it names no single release. Before 1.9.0 the comparison is exact, and browsers send lower case
    (starlette/middleware/trustedhost.py).
    """
    try:
        wanted = [each for each in SpecifierSet(specifier) if each.operator in ("==", "===")]
        return Version(wanted[0].version) >= _IGNORES_CASE_SINCE if wanted else None
    except (InvalidSpecifier, InvalidVersion):
        return None
