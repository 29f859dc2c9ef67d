"""What varies between generated projects besides the graph's module, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHAPE = "shape"


@dataclass(frozen=True)
class Dimension:
    """``often`` is how often (0 to 1) one of ``choices`` replaces the baseline; a variable stands in the env file."""

    name: str
    baseline: str
    often: float
    choices: tuple[str, ...]
    is_variable: bool = False


def _variable(name: str, baseline: str, often: float, *choices: str) -> Dimension:
    return Dimension(name, baseline, often, choices, is_variable=True)


_SECRET = "s" * 40

DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "agent",
        "graph.agent:app",
        0.05,
        (
            *("graph/agent.py:app", "graph.agent", "graph.agent:app:app", "graph.agnet:app", "graph.agent:ap", ""),
            *("graph.agent:app.graph", "graph:app", "graph:agent", ".graph.agent:app", "graph.agent:", ":app"),
            *("graph.agent:app()", " graph.agent:app", "agent:app", "json:dumps", "graph.agent:graph", "(absent)"),
        ),
    ),
    Dimension(
        "injectq",
        "",
        0.05,
        (
            *("plug.parts:container", "plug.parts:container", "plug.parts:fresh_container", "plug.parts:nothing"),
            *("plug.parts:Names", "plug.parts", "plug.part:container", "plug.parts:contaner", "plug.raising:container"),
            "plug.parts:make_container",
        ),
    ),
    Dimension(
        "thread_name_generator",
        "",
        0.05,
        (
            *("plug.parts:Names", "plug.parts:names", "plug.parts:NamesWithArgument", "plug.parts:container"),
            *("plug.parts:make_names", "plug.parts:NotNames", "plug.parts:Nmes", "plug.missing:Names", "plug/parts:N"),
        ),
    ),
    Dimension(
        "authorization",
        "",
        0.07,
        (
            *("plug.rules:Rules", "plug.rules:rules", "plug.rules:AbstractRules", "plug.rules:NotRules"),
            *("plug.rules:Missing", "ownership", "allow_all", "none", "plug.rule:Rules", "owner", "plug.rules:module"),
            *('{"backend": "rbac", "roles": {"member": ["graph:read"]}}', '{"backend": "rbac", "roles": 1}', "{}"),
        ),
    ),
    Dimension(
        "token_revocation",
        "",
        0.04,
        (
            *(
                "memory",
                "redis",
                "plug.revocation:Revocation",
                "plug.revocation:revocation",
                "plug.revocation:Abstract",
            ),
            *("plug.revocation:NotRevocation", "plug.revoking:Revocation", "plug.revocation:Revocaton"),
        ),
    ),
    Dimension(
        "store",
        "",
        0.05,
        ("plug.store:store", "plug.store:Store", "plug.store:nothing", "plug.store:sotre", "plug.stores:store", "x"),
    ),
    Dimension("checkpointer", "", 0.05, ("graph.agent:saver", "nowhere:nothing", "plug.parts:container")),
    Dimension(
        "auth",
        "",
        0.3,
        (
            *("jwt", "jwt", "jwt", "none", "x.my_jwt:Auth", "JWT", "custom plug.parts:Auth", "custom plug.parts:Auth"),
            *("custom plug.parts:auth", "custom plug.parts:AuthWithArgument", "custom plug.parts:AbstractAuth"),
            *("custom plug.parts:container", "custom plug.part:Auth", "custom top:Auth", "custom plug.parts"),
            *("custom plug:Auth", "custom plug.parts:make_auth", "custom plug.parts:UnfinishedAuth"),
        ),
    ),
    Dimension(
        "rate_limit",
        "",
        0.04,
        (
            *('{"requests": 1000}', '{"requests": 0}', '{"backend": "redis"}', '{"enabled": 1}', "{}"),
            *('{"backend": "custom"}', '{"backend": "redis", "redis": {"url": "${REDIS_URL}"}}'),
        ),
    ),
    Dimension(
        "env",
        "plain",
        0.2,
        ("missing", "quoted", "quoted", "exported", "spaced", "crlf", "lower", "junk", "mark"),
    ),
    Dimension("urls", "", 0.4, ("given",)),
    _variable("MODE", "production", 0.25, "development", "PRODUCTION", "Production", "prod", "staging", "", "(unset)"),
    _variable(
        "ORIGINS",
        "https://app.example.com",
        0.3,
        *("*", "*", "https://app.example.com, *", "(unset)", "", ",", "https://evil.example", "https://*.example"),
        *("https://app.example.com,https://evil.example", " https://app.example.com ,https://b.example", "**"),
        "https://app.example.com/",
    ),
    _variable("CORS_ALLOW_CREDENTIALS", "(unset)", 0.3, "false", "false", "true", "no", "off"),
    _variable("DOCS_PATH", "(unset)", 0.3, "/docs", "/docs", "", "", "/internal/docs", "/internal/docs", "/", "docs"),
    _variable("REDOCS_PATH", "(unset)", 0.2, "/redocs", "/redocs", "", "/internal/redoc", "/internal/redoc", "redoc"),
    _variable("LOG_LEVEL", "(unset)", 0.12, "INFO", "DEBUG", "WARNING", "CRITICAL", "TRACE", "info", "VERBOSE"),
    _variable(
        "ALLOWED_HOST",
        "(unset)",
        0.3,
        *("api.example.com", "api.example.com", "*", "*.example.com", "a.example, api.example.com", "api.example.com,"),
        *("other.example", "api.example.com,*", "api.*.com", "API.example.com", "https://api.example.com"),
    ),
    _variable("STRICT_PRODUCTION_CHECKS", "(unset)", 0.1, "true"),
    _variable("JWT_SECRET_KEY", _SECRET, 0.12, "short", "s" * 31, "", "(unset)"),
    _variable("JWT_ALGORITHM", "HS256", 0.1, "(unset)", "RS256", "hs256", "none", ""),
    _variable("GEMINI_API_KEY", "not-a-key", 0.25, "(unset)", ""),
    _variable("TICKETS_URL", "(unset)", 0.4, "https://tickets.example"),
    _variable("LIMIT", "(unset)", 0.4, "10", "ten"),
    _variable("DB", "(unset)", 0.4, "threads.db", ""),
    _variable("SAVER", "(unset)", 0.4, "sqlite", "memory", "redis"),
)

BASELINE: Mapping[str, str] = {SHAPE: "memory", **{dimension.name: dimension.baseline for dimension in DIMENSIONS}}

#: The variables of the dimension ``urls``.
URLS = ("DATABASE_URL=postgresql://db/app", "CACHE_URL=redis://cache:6379/0")

#: Modules that are there in every project, whether the config names them or not.
PLUGINS: Mapping[str, str] = {
    "plug/__init__.py": "from plug.parts import Auth\n",
    "plug/raising.py": 'raise RuntimeError("not yet")\n',
    "plug/parts.py": """\
from abc import abstractmethod

from {server} import BaseAuth, ThreadNameGenerator
from injectq import InjectQ

container = InjectQ.get_instance()
fresh_container = InjectQ()
nothing = None


def make_container():
    return container


class Names(ThreadNameGenerator):
    async def generate_name(self, messages):
        return "one"


class NamesWithArgument(Names):
    def __init__(self, prefix):
        self.prefix = prefix


class NotNames:
    async def generate_name(self, messages):
        return "one"


names = Names()


def make_names():
    return names


class Auth(BaseAuth):
    def authenticate(self, *arguments, **named):
        return {{"user_id": "one"}}


class AuthWithArgument(Auth):
    def __init__(self, key):
        self.key = key


class AbstractAuth(BaseAuth):
    @abstractmethod
    def realm(self):
        ...


class UnfinishedAuth(BaseAuth):
    pass


auth = Auth()


def make_auth():
    return auth
""",
    "plug/rules.py": """\
import json as module

from {server}.src.app.core.auth.authorization import AuthorizationBackend


class Rules(AuthorizationBackend):
    async def authorize(self, user, resource, action, resource_id=None, **context):
        return True


class AbstractRules(AuthorizationBackend):
    pass


class NotRules:
    pass


rules = Rules()
""",
    "plug/revocation.py": """\
from {server}.src.app.core.auth.revocation import TokenRevocationBackend


class Revocation(TokenRevocationBackend):
    async def is_revoked(self, *arguments, **named):
        return False


class Abstract(TokenRevocationBackend):
    pass


class NotRevocation:
    pass


revocation = Revocation()
""",
    "plug/store.py": """\
from {core}.qa.testing import InMemoryStore


class Store(InMemoryStore):
    pass


store = Store()
nothing = None
""",
    "top.py": "from plug.parts import Auth\n",
}
