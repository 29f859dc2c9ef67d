"""Values that stand for a secret until somebody puts one in.

The framework has no such list: these are the words that documentation, templates and tutorials use. A value counts
only when it consists of nothing else, so that a real secret that happens to contain "secret" does not.
"""

from __future__ import annotations

import re

_FILLER = frozenset(
    [
        "a", "an", "and", "be", "by", "change", "changeme", "changethis", "default", "demo", "dev",
        "development", "do", "dummy", "enter", "example", "fill", "foo", "for", "here", "in", "insecure",
        "insert", "it", "jwt", "key", "me", "mode", "must", "my", "needed", "never", "not", "note", "password",
        "placeholder", "please", "prod", "production", "put", "random", "replace", "replaceme", "sample",
        "secret", "secretkey", "secure", "set", "signing", "some", "string", "strong", "super", "supersecret",
        "test", "the", "this", "to", "todo", "token", "use", "value", "very", "with", "you", "your", "xxx",
    ]
)  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]+|\d+")
_MARKERS = re.compile(r"^(?:<.*>|\{\{.*\}\}|\[.*\]|(.)\1*)$", re.DOTALL)
_COUNTING = re.compile(r"^(?:0?123\d*|\d{1,4})$")


def is_placeholder(value: str) -> bool:
    """Whether a text is a stand-in such as ``change-me-in-production``, ``<your secret>`` or ``xxxxxxxx``.

    An empty text is none: it is a missing value, which is another matter.
    """
    text = value.strip()
    if not text:
        return False
    if _MARKERS.match(text):
        return True
    words = _WORDS.findall(text.lower())
    return bool(words) and all(word in _FILLER or _COUNTING.match(word) for word in words)
