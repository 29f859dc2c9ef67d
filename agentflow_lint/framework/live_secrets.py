"""Which texts look like secrets that work: keys of a known format, private keys, random values of secret names.

A stand-in (``sk-...``, ``your-key-here``, ``changeme``), a reference (``${NAME}``) and words that a person made up are
none. When in doubt a text is none: a finding about it would tell people to change what is harmless.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from agentflow_lint.framework.placeholders import is_placeholder
from agentflow_lint.framework.secrets import is_secret_name

_LONGEST = 8192

#: Formats by which providers mark their keys, with what to call them; the first that matches counts.
_FORMATS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![A-Za-z0-9_-])(?:{pattern})(?![A-Za-z0-9])", re.ASCII), name)
    for pattern, name in (
        (r"sk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{32,}", "an Anthropic API key"),
        (r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,}|sk-[A-Za-z0-9]{32,}", "an OpenAI API key"),
        (r"sk-or-v1-[0-9a-f]{48,}", "an OpenRouter API key"),
        (r"AIza[0-9A-Za-z_-]{35}", "a Google API key"),
        (r"ya29\.[0-9A-Za-z_-]{30,}", "a Google access token"),
        (r"(?:AKIA|ASIA)[0-9A-Z]{16}", "an AWS access key id"),
        (r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,}", "a GitHub token"),
        (r"glpat-[A-Za-z0-9_-]{20,}", "a GitLab token"),
        (r"xox[abprs]-[A-Za-z0-9-]{24,}", "a Slack token"),
        (r"[sr]k_live_[A-Za-z0-9]{24,}", "a Stripe key"),
        (r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}", "a LangSmith API key"),
        (r"pylf_v\d_[a-z]{2}_[A-Za-z0-9]{32,}", "a Logfire token"),
        (r"hf_[A-Za-z]{34}", "a Hugging Face token"),
        (r"gsk_[A-Za-z0-9]{48,}", "a Groq API key"),
        (r"xai-[A-Za-z0-9]{64,}", "an xAI API key"),
        (r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{28,}", "a Tavily API key"),
        (r"pcsk_[A-Za-z0-9_]{48,}", "a Pinecone API key"),
        (r"r8_[A-Za-z0-9]{37}", "a Replicate token"),
        (r"SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}", "a SendGrid API key"),
        (r"sntrys_eyJ[A-Za-z0-9_=-]{40,}", "a Sentry token"),
    )
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\\n]*[A-Za-z0-9+/=\s\\]{64,}")
_URL_PASSWORD = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?P<user>[^\s:/?#@]*):(?P<password>[^\s@/]+)@(?P<host>[^\s:/?#@]+)"
)
_EXAMPLE = re.compile(
    r"example|placeholder|your|dummy|fake|sample|changeme|replace|redacted|x{4,}|\.{3}|\*{3}", re.IGNORECASE
)
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]|\{\{|\$\(|<[^>]*>|%\(|\{[A-Za-z_]\w*\}")
_RANDOM = re.compile(r"[A-Za-z0-9+/_=.~!@#%^&*-]+")
#: Names whose values are public, or only tell where a secret is.
_NOT_SECRET = re.compile(
    r"(?:^|_)(?:public|publishable)(?:_|$)|(?:^|_)(?:id|url|uri|host|file|path|dir|name|arn|ref|version)$",
    re.IGNORECASE,
)

#: A value of a secret name counts from this length and this many bits of Shannon entropy per character on.
_SHORTEST = 16
_LEAST_ENTROPY = 3.0


def live_secret(name: str, value: str) -> str | None:
    """What a value looks like, in words with an article; None when it is not taken for a secret that works.

    ``name`` is the variable or key that holds it, "" for none.

    >>> live_secret("OPENAI_API_KEY", "sk-...") is None
    True
    """
    text = value.strip()
    if not text or len(text) > _LONGEST or _REFERENCE.search(text):
        return None
    if _PRIVATE_KEY.search(text):
        return "a private key"
    for pattern, kind in _FORMATS:
        found = pattern.search(text)
        if found and not _EXAMPLE.search(found[0]) and _entropy(found[0]) >= _LEAST_ENTROPY:
            return kind
    password = _URL_PASSWORD.search(text)
    if password:
        return "a URL with a password" if _is_live_password(password) else None
    return "a random secret" if _names_a_secret(name) and _is_random(text) else None


def _names_a_secret(name: str) -> bool:
    return is_secret_name(name) and not _NOT_SECRET.search(name)


def _is_live_password(found: re.Match[str]) -> bool:
    """Whether the password of a URL was not made up as an example, nor for the developer's own machine."""
    password, host = found["password"], found["host"].lower()
    if host in ("localhost", "127.0.0.1", "host", "hostname") or password.lower() in (found["user"].lower(), host):
        return False
    if is_placeholder(password) or _EXAMPLE.search(password) or len(password) < 8:
        return False
    return any(char.isdigit() for char in password) and any(char.isalpha() for char in password)


def _is_random(text: str) -> bool:
    """Whether a value is long, of one piece, and no words: letters and digits in a mixture that nobody types."""
    if len(text) < _SHORTEST or not _RANDOM.fullmatch(text) or is_placeholder(text) or _EXAMPLE.search(text):
        return False
    if text.startswith(("/", "./", "../", "~/")) or re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)+", text):
        return False  # a path or a module
    pieces = [piece for piece in re.split(r"[^A-Za-z0-9]+", text) if piece]
    if all(
        (piece.isalpha() and (piece.islower() or piece.istitle() or piece.isupper())) or piece.isdigit()
        for piece in pieces
    ):
        return False  # words, as in change-me-to-32-characters
    if not (any(char.isdigit() for char in text) and any(char.isalpha() for char in text)):
        return False
    return _entropy(text) >= _LEAST_ENTROPY


def _entropy(text: str) -> float:
    """Bits per character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
