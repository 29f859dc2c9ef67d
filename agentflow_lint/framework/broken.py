"""What server releases ship broken: setups that are valid by every rule of the release and that it cannot run.

A new one is a new entry of the table: ``since`` is the first release that has the defect, ``mended`` the first one
without it. The comment above each entry names the code to blame (inside the server package).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from packaging.version import Version

from agentflow_lint.framework.config_checks.auth import is_jwt_auth
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Path = tuple[str | int, ...]

_REDIS_LIMITER = "redis-rate-limit"

Presence = Literal["present", "averted", "undecided"]
"""``averted``: the setup does not use what is broken; ``undecided``: the project's own code may avert it."""


@record(frozen=True)
class Setup:
    """What decides whether a defect is met: the parsed config, and the core release beside the server.

    ``has_yaml`` says whether PyYAML is installed, ``has_a2a`` the same of a2a-sdk, None where that is not known.
    """

    data: Mapping[str, Any]
    core: str
    has_yaml: bool | None = True
    has_a2a: bool | None = None


@record(frozen=True)
class Defect:
    """One defect of some releases.

    ``when`` is ``start`` (the server does not come up) or ``use`` (requests fail); ``path`` the config key that leads
    into it, empty where no key does. ``what`` is a clause about the server ("raises ... when"), ``way_around`` an
    imperative for those who cannot upgrade, ``unless`` says what may avert it where ``presence`` is undecided.
    """

    name: str
    since: str
    mended: str
    when: Literal["start", "use"]
    path: Path
    what: str
    way_around: str
    presence: Callable[[Setup], Presence]
    unless: str = ""

    def ships_with(self, version: str) -> bool:
        """Whether server release ``version`` has the defect."""
        return Version(self.since) <= Version(version) < Version(self.mended)


def defects(version: str, setup: Setup) -> Iterator[tuple[Defect, Presence]]:
    """The defects of server release ``version`` that ``setup`` meets, or may meet (``undecided``)."""
    for defect in DEFECTS:
        if defect.ships_with(version):
            presence = defect.presence(setup)
            if presence != "averted":
                yield defect, presence


def breaks_redis_limiter(version: str) -> bool:
    """Whether release ``version`` fails to build a rate limiter from a Redis URL."""
    return any(defect.name == _REDIS_LIMITER and defect.ships_with(version) for defect in DEFECTS)


def _uses_jwt(setup: Setup) -> Presence:
    return "present" if is_jwt_auth(setup.data) else "averted"


def _uses_custom_auth(setup: Setup) -> Presence:
    auth = setup.data.get("auth")
    if not isinstance(auth, dict) or auth.get("method") != "custom":
        return "averted"
    return "present" if isinstance(auth.get("path"), str) and auth["path"] else "averted"


def _has_no_auth(setup: Setup) -> Presence:
    if setup.data.get("auth"):
        return "averted"
    # Without the key the built-in backend asks every caller for a user id; a backend of the project's own may not.
    return "undecided" if setup.data.get("authorization") else "present"


def _limits_with_redis(setup: Setup) -> Presence:
    limit = setup.data.get("rate_limit")
    if not isinstance(limit, dict) or limit.get("backend") != "redis" or not boolean(limit.get("enabled", True)):
        return "averted"
    redis = limit.get("redis")
    url = redis.get("url") if isinstance(redis, dict) else redis
    if not url or not isinstance(url, str):
        return "averted"
    return "undecided" if setup.data.get("injectq") else "present"


def _has_reorganised_core(setup: Setup) -> Presence:
    return "present" if Version(setup.core) >= Version("0.7.0") else "averted"


def _lacks_yaml(setup: Setup) -> Presence:
    if setup.has_yaml or not Version("0.6.7") <= Version(setup.core) < Version("0.7.5.0"):
        return "averted"
    return "undecided" if setup.has_yaml is None else "present"


def _lacks_a2a(setup: Setup) -> Presence:
    if Version(setup.core) != Version("0.7.1"):
        return "averted"
    # That it is there does not say that it is an old one.
    return "present" if setup.has_a2a is False else "undecided"


def _has_too_old_core(setup: Setup) -> Presence:
    return "present" if Version(setup.core) < Version("0.5.0") else "averted"


#: Every known defect, in the order in which the server meets them.
DEFECTS: tuple[Defect, ...] = (
    # src/app/core/exceptions/handle_errors.py imports MetricsError, which the core has from 0.5.0 on; Requires-Dist is
    # 10xscale-agentflow>=0.4.0.
    Defect(
        name="core-too-old",
        since="0.1.8",
        mended="0.1.9",
        when="start",
        path=(),
        what="imports an exception that the core has from 0.5.0 on only, although its own requirement allows 0.4",
        way_around="use 10xscale-agentflow from 0.5.0 to 0.6.6",
        presence=_has_too_old_core,
    ),
    # src/app/loader.py and many more import agentflow.graph and agentflow.checkpointer, which the core has under
    # agentflow.core and agentflow.storage from 0.7.0 on; Requires-Dist is 10xscale-agentflow>=0.5.0 without a limit.
    Defect(
        name="core-reorganised",
        since="0.1.8",
        mended="0.3.0",
        when="start",
        path=(),
        what="imports modules that the core has under other names from 0.7.0 on, although its own requirement "
        "allows that core",
        way_around="pin 10xscale-agentflow below 0.6.7 (0.6.7 itself needs PyYAML beside it)",
        presence=_has_reorganised_core,
    ),
    # skills/loader.py of the core (core/skills/loader.py from 0.7.0 on), imported with its graph module: it imports
    # yaml, and PyYAML is in Requires-Dist from 0.7.5.0 on. The server 0.4.0 requires a core of 0.8.0 or later.
    Defect(
        name="core-without-yaml",
        since="0.1.8",
        mended="0.4.0",
        when="start",
        path=(),
        what="stands on a core (0.6.7 to 0.7.4.9) that imports yaml and does not require PyYAML, which nothing here "
        "installs",
        way_around="add PyYAML to the requirements",
        presence=_lacks_yaml,
        unless="whether something else brings PyYAML, which averts it, is not known",
    ),
    # runtime/__init__.py of core 0.7.1 imports protocols.a2a, which imports httpx and A2AClient; a2a-sdk is in an
    # extra, without an upper bound, and 1.0 dropped that name.
    Defect(
        name="core-without-a2a",
        since="0.3.0",
        mended="0.4.0",
        when="start",
        path=(),
        what="stands on a core (0.7.1) that imports an a2a-sdk below 1.0 and does not require it",
        way_around="use 10xscale-agentflow 0.7.5.0 or later",
        presence=_lacks_a2a,
        unless="whether an a2a-sdk that goes with it is installed, which averts it, is not known",
    ),
    # src/app/core/middleware/rate_limit/factory.py, _bind_redis: Redis is imported under TYPE_CHECKING only.
    Defect(
        name=_REDIS_LIMITER,
        since="0.3.2",
        mended="0.9.0",
        when="start",
        path=("rate_limit", "backend"),
        what="raises a NameError (name 'Redis' is not defined) while it builds a rate limiter from a Redis URL",
        way_around="bind a redis.asyncio client under the name redis in the container that injectq names",
        presence=_limits_with_redis,
        unless="whether the project's InjectQ container binds a client under redis or redis_client, which averts it, "
        "is not decided here",
    ),
    # src/app/loader.py, attach_all_modules: the backend for "jwt" is bound from 0.2.0 on only.
    Defect(
        name="jwt-never-bound",
        since="0.1.8",
        mended="0.2.0",
        when="use",
        path=("auth",),
        what="checks the JWT settings and then never puts the built-in JWT auth to use",
        way_around="",
        presence=_uses_jwt,
    ),
    # src/app/loader.py, attach_all_modules (from 0.2.7 load_and_bind_auth): a path is demanded before the method is
    # looked at, and the config class has none to give for "jwt".
    Defect(
        name="jwt-refused",
        since="0.2.2",
        mended="0.6.0",
        when="start",
        path=("auth",),
        what="demands a path for the built-in JWT auth, which cannot be given (Both 'method' and 'path' must be "
        "specified in auth_config.)",
        way_around='name a BaseAuth class of your own that checks the token: {"method": "custom", "path": "..."} '
        "(from 0.2.4 on)",
        presence=_uses_jwt,
    ),
    # src/app/core/config/graph_config.py, auth_config: Path(path).exists() on the whole module:attribute string.
    Defect(
        name="custom-auth-refused",
        since="0.1.8",
        mended="0.2.4",
        when="start",
        path=("auth", "path"),
        what="demands that a file exists whose name is the whole of module:attribute",
        way_around="",
        presence=_uses_custom_auth,
    ),
    # src/app/core/auth/permissions.py, RequirePermission: authorization runs without auth too, with an empty user.
    Defect(
        name="anonymous-refused",
        since="0.2.7",
        mended="0.2.8",
        when="use",
        path=("auth",),
        what="answers 403 on every guarded route while auth is off",
        way_around="name an AuthorizationBackend of your own under authorization that lets anonymous callers in",
        presence=_has_no_auth,
        unless="whether the project's own authorization lets anonymous callers in, which averts it, is not decided "
        "here",
    ),
)
