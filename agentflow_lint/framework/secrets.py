"""What may be shown of a value.

The one place that decides it: every message, the ``show`` command and every report ask here. When in doubt a value
is hidden, but what a person needs to see in order to act (hosts, origins, modes, paths, limits) stays visible.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

HIDDEN = "***"
"""What stands in place of a hidden value."""

_LONGEST_SHOWN = 80
# A longer text is hidden unread: no URL is that long, and reading it has to take bounded time.
_LONGEST_READ = 8192

# Words (the parts of a name between underscores) that make a name secret wherever they stand in it.
_SECRET_WORDS = frozenset(
    {
        "apikey",
        "auth",
        "authorization",
        "bearer",
        "connection",
        "cookie",
        "cred",
        "creds",
        "credential",
        "credentials",
        "dsn",
        "jwt",
        "key",
        "keys",
        "masterauth",
        "passphrase",
        "passwd",
        "password",
        "passwords",
        "pat",
        "pin",
        "pwd",
        "requirepass",
        "salt",
        "secret",
        "secrets",
        "signature",
        "token",
        "tokens",
        "webhook",
    }
)
# Run-together spellings: DBPASSWORD, secretKey, MyApiToken.
_SECRET_PARTS = ("password", "passwd", "passphrase", "secret", "apikey", "credential", "privatekey")

# Words that say that the value is about a secret without being one: JWT_ALGORITHM, TOKEN_TTL_SECONDS, SECRET_NAME.
_HARMLESS_ENDINGS = frozenset(
    {
        "algorithm",
        "alg",
        "audience",
        "aud",
        "backend",
        "count",
        "enabled",
        "expiry",
        "file",
        "header",
        "iss",
        "issuer",
        "length",
        "limit",
        "max",
        "method",
        "minutes",
        "mode",
        "name",
        "path",
        "port",
        "prefix",
        "provider",
        "region",
        "seconds",
        "size",
        "ttl",
        "type",
    }
)
# What nginx's directives that end in "pass" start with: proxy_pass.
_PASSING_ON = frozenset({"fastcgi", "grpc", "memcached", "proxy", "scgi", "uwsgi"})
# Names that hold no secret, whatever their words suggest: the framework's own, and limits of language models.
_ALWAYS_SHOWN = frozenset(
    {
        "config_keys",
        "cors_allow_credentials",
        "max_output_tokens",
        "max_tokens",
        "maxtokens",
        "state_keys",
        "token_budget",
        "token_revocation",
    }
)

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
# scheme://user:password@ ; a password may hold "@", "/" or "#" unescaped, so unless a port follows the first colon
# everything up to the last "@" counts as credentials.
_URL_CREDENTIALS = re.compile(
    r"(?P<scheme>(?<![A-Za-z0-9+.-])[A-Za-z0-9+.-]+://)"
    r"(?:[^\s:/?#@]*:(?!\d{1,5}(?:[/?#,;\s]|$))\S*|[^\s/?#]*)@"
)
# The same without an authority mark, as in user:password@tcp(host)/db; only where a colon and an "@" frame it.
_BARE_CREDENTIALS = re.compile(r"^(?P<user>[^\s/?#:@]+:[^\s@]+)@(?=[^\s@]+$)")
_QUERY_VALUE = re.compile(r"(?P<head>[?&;](?P<name>[^=&;#\s]+)=)(?P<value>[^&;#\s]*)")
_KEYWORD_VALUE = re.compile(r"(?P<head>(?:^|[\s;])(?P<name>[A-Za-z_]+)\s*=\s*)(?P<value>'[^']*'|[^\s;]+)")
# The default of a reference in the shell's manner: ${DB_PASSWORD:-hunter2}.
_DEFAULT_VALUE = re.compile(r"(?P<head>\$\{(?P<name>[A-Za-z_]\w*):?[-=+?])(?P<value>[^}]*)", re.ASCII)
# Shapes of live credentials: provider prefixes, JSON web tokens, private keys.
_LIVE_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]+"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|lsv2_[A-Za-z0-9_]{20,}|pylf_[A-Za-z0-9_]{16,}"
    r"|hf_[A-Za-z]{30,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,}|tvly-[A-Za-z0-9-]{20,}|pcsk_[A-Za-z0-9_]{40,}"
    r"|r8_[A-Za-z0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}|sntrys_[A-Za-z0-9_=-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.?[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*"
    r"|(?<=earer )[A-Za-z0-9._~+/=-]{8,}"
)


def is_secret_name(name: str) -> bool:
    """Whether a variable, setting or config key of this name usually holds a secret.

    >>> [is_secret_name(n) for n in ("OPENAI_API_KEY", "JWT_ALGORITHM", "ORIGINS", "SENTRY_DSN")]
    [True, False, False, True]
    """
    folded = name.strip().lower()
    if folded in _ALWAYS_SHOWN:
        return False
    words = [word.lower() for word in _WORD_BREAK.split(name.strip()) if word]
    if not words or words[-1] in _HARMLESS_ENDINGS:
        return False
    if words[-1] == "pass" and words[0] not in _PASSING_ON:
        return True
    return any(
        word in _SECRET_WORDS or word.startswith(_SECRET_PARTS) or word.endswith((*_SECRET_PARTS, "token"))
        for word in words
    )


def redact_url(value: str) -> str:
    """``value`` with every credential inside URLs and connection strings replaced by ``***``.

    Host, port, path and harmless query arguments stay, and a text without credentials comes back unchanged; one of
    more than 8192 characters is hidden as a whole.
    """
    if len(value) > _LONGEST_READ:
        return HIDDEN

    def credentials(match: re.Match[str]) -> str:
        return f"{match['scheme']}{HIDDEN}@"

    def argument(match: re.Match[str]) -> str:
        hidden = is_secret_name(unquote(match["name"])) or unquote(match["name"]).lower() in {"user", "username"}
        return match["head"] + HIDDEN if hidden and match["value"] else match[0]

    shown = _URL_CREDENTIALS.sub(credentials, value)
    if "://" not in shown:
        shown = _BARE_CREDENTIALS.sub(f"{HIDDEN}@", shown)
        shown = _KEYWORD_VALUE.sub(argument, shown)
    shown = _DEFAULT_VALUE.sub(argument, _QUERY_VALUE.sub(argument, shown))
    return _LIVE_SHAPES.sub(HIDDEN, shown)


def without_credentials(text: str) -> str:
    """Prose without the credentials of the URLs that it quotes, and without live keys."""
    return _LIVE_SHAPES.sub(HIDDEN, _URL_CREDENTIALS.sub(lambda match: f"{match['scheme']}{HIDDEN}@", text))


def redact(name: str, value: str) -> str:
    """What may be shown of ``value``, the value of the variable or key ``name``.

    A secret name hides all of it (an empty value stays empty, a ``${REFERENCE}`` stays readable); any other name
    shows it with the credentials of its URLs replaced.
    """
    if not value or _REFERENCE.fullmatch(value):
        return value
    return HIDDEN if is_secret_name(name) else redact_url(value)


_REFERENCE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})", re.ASCII)


def shown(value: object) -> str:
    """A JSON value as a short quotation for a message: redacted, on one line, at most 80 characters.

    Objects and lists are named, not quoted: they may hold anything.
    """
    if isinstance(value, str):
        text = redact_url(value)
        text = text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text
        return f'"{text[:_LONGEST_SHOWN]}..."' if len(text) > _LONGEST_SHOWN else f'"{text}"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, (list, tuple)) else "this value"


def _number(value: float) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python prints
        return "this number"
    return text if len(text) <= _LONGEST_SHOWN else "this number"
