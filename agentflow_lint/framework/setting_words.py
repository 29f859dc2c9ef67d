"""What each settings variable is for, in words: what editors show.

Source: ``src/app/core/config/settings.py`` and ``media_settings.py`` of the releases, and the code that reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.setting_values import LOG_LEVELS, TRACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.framework.facts import Setting

#: One entry for every setting that some release has.
DESCRIPTIONS: Mapping[str, str] = {
    "ALLOWED_HOST": "The host names that requests may ask for, with commas and no blanks between them; no scheme, no "
    'port. Every other Host header gets a 400. "*" takes any.',
    "APP_NAME": "The title of the API in its docs.",
    "APP_VERSION": "The version of the API in its docs.",
    "CONTENT_TYPE_OPTIONS": "The X-Content-Type-Options header of every response.",
    "CORS_ALLOW_CREDENTIALS": "Whether browsers may send cookies and the Authorization header from the websites in "
    "ORIGINS.",
    "CSP_POLICY": "The Content-Security-Policy header of every response. Without it the server has one of its own.",
    "DOCS_PATH": "Where the Swagger page is served. It starts with a slash; empty turns the page off.",
    "DOCUMENT_HANDLING": "What becomes of an uploaded document before the model gets it: extract_text, pass_raw or "
    "skip. An unknown word counts as extract_text.",
    "FRAME_OPTIONS": "The X-Frame-Options header of every response: who may show it in a frame.",
    "HSTS_ENABLED": "Whether responses over HTTPS carry Strict-Transport-Security, which keeps browsers to it.",
    "HSTS_INCLUDE_SUBDOMAINS": "Whether Strict-Transport-Security counts for subdomains too.",
    "HSTS_MAX_AGE": "For how many seconds browsers keep to HTTPS.",
    "HSTS_PRELOAD": "Whether Strict-Transport-Security asks for a place in the browsers' built-in lists.",
    "IS_DEBUG": "A switch that no feature of the server reads. It only leads to a warning in production, or is turned "
    "off there.",
    "JWT_ALGORITHM": "The one algorithm with which tokens may be signed. JWT auth wants the variable itself to be set: "
    "the default does not help.",
    "JWT_AUDIENCE": "The audience that a token must be made for, if set.",
    "JWT_ISSUER": "The issuer that a token must come from, if set.",
    "JWT_SECRET_KEY": "The key that tokens are verified with: the shared secret for HS algorithms, the public key for "
    "the others. Whoever has a shared secret can make tokens.",
    "LOG_LEVEL": "The level from which on messages are logged, in capitals.",
    "MAX_REQUEST_SIZE": "The largest request body, in bytes. More gets a 413.",
    "MEDIA_ALLOWED_CONTENT_TYPES": "The content types that may be uploaded, with commas between them; image/* is "
    "every image. Empty takes any.",
    "MEDIA_CLOUD_ACCESS_KEY_ID": "The name of the access key for the bucket.",
    "MEDIA_CLOUD_BUCKET": "The bucket for uploaded files, with MEDIA_STORAGE_TYPE=cloud.",
    "MEDIA_CLOUD_CREDENTIALS_JSON": "The service account for the bucket in Google's cloud.",
    "MEDIA_CLOUD_PREFIX": "What the names of uploaded files in the bucket begin with.",
    "MEDIA_CLOUD_PROJECT_ID": "The project of the bucket in Google's cloud.",
    "MEDIA_CLOUD_PROVIDER": "Whose bucket it is: aws, gcp or gcs. Any other word fails the first request for a file.",
    "MEDIA_CLOUD_REGION": "The region of the bucket.",
    "MEDIA_CLOUD_SECRET_ACCESS_KEY": "The secret of the access key for the bucket.",
    "MEDIA_CLOUD_SESSION_TOKEN": "The token that goes with a temporary access key.",
    "MEDIA_MAX_SIZE_MB": "The largest uploaded file, in megabytes.",
    "MEDIA_REQUIRE_OWNER": "Whether uploaded files without a recorded owner are denied. Otherwise every user with "
    "access may read them.",
    "MEDIA_SIGNED_URL_REFRESH_BUFFER_SECONDS": "How many seconds before its end a link to a file in the bucket is made "
    "anew.",
    "MEDIA_SIGNED_URL_TTL_SECONDS": "For how many seconds a link to a file in the bucket works.",
    "MEDIA_STORAGE_PATH": "The folder of uploaded files, relative to the working directory, with "
    "MEDIA_STORAGE_TYPE=local.",
    "MEDIA_STORAGE_TYPE": "Where uploaded files are kept: memory (each process for itself), local (a folder) or cloud "
    "(a bucket).",
    "MODE": "Whether the server is in production. Only the word production says so, in any case from 0.2.7 on; any "
    "other text, prod too, is development.",
    "ORIGINS": "The websites whose pages may call the API from a browser (CORS), with commas between them, each with "
    'its scheme. "*" takes any.',
    "OTEL_ENABLED": "Whether traces are sent with OpenTelemetry.",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "Where traces go, over gRPC.",
    "OTEL_LEVEL": "How much is traced. An unknown word leads to a warning.",
    "OTEL_SERVICE_NAME": "The name that traces go by.",
    "PERMISSIONS_POLICY": "The Permissions-Policy header of every response. Without it most browser features are off.",
    "REDIS_URL": "The Redis that processes share state through, unless the config's redis key names one. The rate "
    "limiter has its own key.",
    "REDOCS_PATH": "Where the ReDoc page is served. It starts with a slash; empty turns the page off.",
    "REFERRER_POLICY": "The Referrer-Policy header of every response.",
    "ROOT_PATH": "The path below which a proxy serves the API, if it takes that path off requests.",
    "SECURITY_HEADERS_ENABLED": "Whether responses carry security headers at all.",
    "SENTRY_DSN": "The Sentry project that errors are sent to, with its key.",
    "SENTRY_PROFILES_SAMPLE_RATE": "The part of the traced requests that Sentry profiles.",
    "SENTRY_TRACES_SAMPLE_RATE": "The part of the requests that Sentry traces.",
    "SNOWFLAKE_EPOCH": "Checked and never used as a setting; the id generator reads the variable itself.",
    "SNOWFLAKE_NODE_BITS": "Checked and never used as a setting; the id generator reads the variable itself.",
    "SNOWFLAKE_NODE_ID": "Checked and never used as a setting; the id generator reads the variable itself.",
    "SNOWFLAKE_TIME_BITS": "Checked and never used as a setting; the id generator reads the variable itself.",
    "SNOWFLAKE_WORKER_BITS": "Checked and never used as a setting; the id generator reads the variable itself.",
    "SNOWFLAKE_WORKER_ID": "Checked and never used as a setting; the id generator reads the variable itself.",
    "STRICT_PRODUCTION_CHECKS": "Whether production refuses to start with any host allowed, any origin allowed, or the "
    "docs served.",
    "SUMMARY": "The summary of the API in its docs.",
    "XSS_PROTECTION": "The X-XSS-Protection header of every response; today's browsers ignore it.",
}

_KINDS = {"str": "text", "bool": "true or false", "int": "a whole number", "float": "a number"}
#: The texts that mean something for settings which take any text.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "MODE": ("production", "development"),
    "LOG_LEVEL": (*LOG_LEVELS, TRACE),
    "JWT_ALGORITHM": ("HS256", "HS384", "HS512", "RS256", "ES256", "EdDSA"),
    "DOCUMENT_HANDLING": ("extract_text", "pass_raw", "skip"),
    "FRAME_OPTIONS": ("DENY", "SAMEORIGIN"),
    "MEDIA_CLOUD_PROVIDER": ("aws", "gcp", "gcs"),
    "OTEL_LEVEL": ("spans", "standard", "full"),
    "REFERRER_POLICY": ("strict-origin-when-cross-origin", "no-referrer", "same-origin"),
}


def first_release_with(name: str) -> str | None:
    """The first known release that has a setting; None when that is the oldest known one."""
    from agentflow_lint.framework.release import known_releases, load_release

    oldest, *later = known_releases()
    if name in load_release(oldest).settings:
        return None
    return next((each for each in later if name in load_release(each).settings), None)


def meaning(name: str, version: str) -> str:
    """What a setting is for, with the first release that has it, seen from server release ``version``."""
    since = first_release_with(name)
    return DESCRIPTIONS[name] + (f" Since {since}." if since and Version(since) <= Version(version) else "")


def kind_in_words(setting: Setting) -> str:
    """What a setting takes."""
    said = f"one of {', '.join(setting.choices)}" if setting.choices else _KINDS.get(setting.kind, setting.kind)
    if setting.minimum is not None and setting.maximum is not None:
        said += f" from {setting.minimum:g} to {setting.maximum:g}"
    return said


def known_values(setting: Setting) -> tuple[str, ...]:
    """The texts that a setting is usually given, where there are few of them."""
    if setting.kind == "bool":
        return ("true", "false")
    return setting.choices or _WORDS.get(setting.name, ())
