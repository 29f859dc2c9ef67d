"""Strategies for environment variables, in the process and in an env file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.conformance.configuration.values import weighted

if TYPE_CHECKING:
    from agentflow_lint.framework.facts import Setting
    from agentflow_lint.framework.release import Release

Texts = st.SearchStrategy[str]

#: For each kind of setting: what it takes, and what it takes only just or not at all.
_BOOLEANS = (
    ("true", "false", "1", "0"),
    ("True", "FALSE", "yes", "off", "Y", "t", "", " true", "2", "none", "enabled"),
)
_INTEGERS = (
    ("0", "1", "10", "1000"),
    (
        *("-1", "+5", "1_000", "1000.0", " 7 ", "", "1.5", "1e3", "10MB", "0x10", "1__0", "_1", "1.", ".0", "007", "٣"),
        *("1,000", "9" * 30, "9" * 4400, "1\n", "true", "nan", "-0", "1_0.0", "1.0_0", "--1"),
    ),
)
_FLOATS = (
    ("0", "1", "0.1", "1.0"),
    (
        *("-0.1", "1.1", ".5", "1.", "1e-3", "nan", "inf", "-inf", "Infinity", "", " 0.5 ", "0,5", "1_0.5", "50%"),
        *("true", "1e400", "٠.٥", "0x1", "+0.5", "25"),
    ),
)
_TEXTS = (
    ("x", "a b", "production"),
    ("", " ", "*", "0", "é", "#x", "a#b", "a #b", "'q'", '"q"', "$HOME", "${HOST}"),
)
_PATHS = (
    ("", "/docs", "/"),
    ("docs", "/a b", "//", "/{x}", "/{x}/{x}", "/{x:int}", "/{x:foo}", "/{1x}", " /docs", "*"),
)
_SPECIAL: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "MODE": (
        ("production", "production", "development"),
        ("PRODUCTION", "Production", "DEVELOPMENT", "prod", "", "production ", " production", "testing"),
    ),
    "ORIGINS": (
        ("https://a.example", "https://a.example", "https://a.example,https://b.example", "*"),
        (
            *("https://a.example, *", "", ",", " * ", "*,", "**", "https://*.example", "a,,b", '["*"]', "null"),
            "*, https://a.example",
        ),
    ),
    "ALLOWED_HOST": (
        ("*", "api.example", "a.example,b.example"),
        ("a.example, b.example", "a.example, *", "", "*.example", "*,a.example", " *", "["),
    ),
    "LOG_LEVEL": (
        ("INFO", "DEBUG", "WARNING", "WARN", "ERROR", "FATAL", "CRITICAL", "NOTSET"),
        ("info", "", "20", " INFO", "TRACE", "Info", "INFO ", "0"),
    ),
    "DOCS_PATH": _PATHS,
    "REDOCS_PATH": _PATHS,
    "ROOT_PATH": (("/", "", "/api"), ("api", "/api/")),
    "APP_NAME": (("x",), ("", " ")),
    "APP_VERSION": (("1",), ("", " ")),
    "REDIS_URL": (
        ("redis://localhost:6379/0",),
        ("", "http://h", "redis://h:x", "h:6379", "${HOST}", " ", "redis://h?db=x"),
    ),
    "JWT_SECRET_KEY": (("s" * 32, "s" * 40, "s" * 64), ("s" * 31, "é" * 16, "é" * 15, "", " ", "secret")),
    "JWT_ALGORITHM": (("HS256", "HS384", "HS512"), ("hs256", "RS256", "none", "", " ", "ES256", "XX1", " HS256")),
    "OTEL_LEVEL": (("standard", "full"), ("", "x")),
    "SENTRY_DSN": (("https://k@o.example/1",), ("", "x")),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (("http://localhost:4317",), ("",)),
}
#: Names that decide, drawn more often than the release's other settings.
_WEIGHTY: tuple[str, ...] = (
    "MODE",
    "MODE",
    "MODE",
    "ORIGINS",
    "ORIGINS",
    "ORIGINS",
    "CORS_ALLOW_CREDENTIALS",
    "JWT_SECRET_KEY",
)
_WEIGHTY += ("JWT_ALGORITHM", "JWT_SECRET_KEY", "JWT_ALGORITHM", "REDIS_URL", "LOG_LEVEL", "DOCS_PATH", "REDOCS_PATH")
_WEIGHTY += ("ALLOWED_HOST", "STRICT_PRODUCTION_CHECKS", "MEDIA_STORAGE_TYPE")
#: Of no setting; placeholders and interpolations use them.
_OTHERS = ("HOST", "UNSET_", "A", "B")


def names(release: Release) -> Texts:
    """A variable's name in its usual spelling."""
    known = sorted(release.settings)
    return weighted((2, st.sampled_from(_WEIGHTY)), (1, st.sampled_from([*known, *_OTHERS])))


def values(name: str, release: Release) -> Texts:
    """A value for the variable: eight times out of nine one that its setting takes."""
    if name in _SPECIAL:
        good, odd = _SPECIAL[name]
    elif name in release.settings:
        good, odd = _of_setting(release.settings[name])
    else:
        good, odd = ("localhost", "production", "redis://h"), ("", "${A}", "$B")
    return weighted((8, st.sampled_from(good)), (1, st.sampled_from(odd)))


def _of_setting(setting: Setting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if setting.kind == "choice":
        return setting.choices, (*(choice.upper() for choice in setting.choices), "", "pg", " local", "x")
    return {"bool": _BOOLEANS, "int": _INTEGERS, "float": _FLOATS}.get(setting.kind, _TEXTS)


def spelled(name: str) -> Texts:
    """The name as written: mostly as it is; settings are read in any case."""
    return st.sampled_from((*[name] * 9, name.lower(), name.title()))


@st.composite
def process_environments(draw: st.DrawFn, release: Release) -> dict[str, str]:
    """What the server inherits; no variable in two spellings, whose order is the shell's to decide."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in draw(st.lists(names(release), max_size=4, unique=True)):
        spelling = draw(spelled(name))
        if spelling.upper() not in taken:
            taken.add(spelling.upper())
            found[spelling] = draw(values(name, release))
    return found


_WRITTEN: tuple[str, ...] = (
    "{n}={v}",
    "{n}={v}",
    "{n}={v}",
    "{n}='{v}'",
    '{n}="{v}"',
    "export {n}={v}",
    "{n} = {v}",
    "{n}={v} # why",
)
_ODDLY_WRITTEN: tuple[str, ...] = (
    *("{n}={v}#why", "{n}='{v}' # why", '{n}="{v}" # why', "{n}", "{n}=", "{n}:{v}", "  {n}={v}  ", "#{n}={v}"),
    *("export {n}", "set {n}={v}", "'{n}'={v}", "{n}='{v}", '{n}="{v}', '{n}="{v}\\n"', "{n}='{v}\\n'", "{n}=`{v}`"),
    *("{n}={v}\\", "{n}+={v}", "={v}", "{n}=={v}", '{n}="{v}"x', "{n}=\t{v}\t", "export\t{n}={v}", "EXPORT {n}={v}"),
    *("{n}='it\\'s {v}'", '{n}="\\"{v}\\""', '{n}="{v}\n"', "{n}=${{UNSET:-{v}}}", "{n}=${{A:-{v}}}", "{n}=${{A}}{v}"),
    *(
        "{n}=${{MODE}}",
        "{n}=${{MODE:-{v}}}",
        "{n}='${{A}}{v}'",
        '{n}="${{A}}{v}"',
        "{n}=$A{v}",
        "{n}=${{A",
        "A={v}\n{n}=${{A}}",
    ),
    *("{n}=x\n{n}={v}", "{n}={v}\n{n}=", "- {n}={v}", "{n}.x={v}", "{n}-x={v}", "{n} {v}", "{n}={v};", "{n}=\\{v}"),
)


@st.composite
def lines(draw: st.DrawFn, release: Release) -> str:
    """One statement of an env file, or something like one."""
    name = draw(names(release))
    value = draw(values(name, release))
    form = draw(weighted((5, st.sampled_from(_WRITTEN)), (1, st.sampled_from(_ODDLY_WRITTEN))))
    return str(form.format(n=draw(spelled(name)), v=value))


@st.composite
def env_files(draw: st.DrawFn, release: Release) -> str:
    """The text of an env file."""
    written = draw(
        st.lists(weighted((6, lines(release)), (1, st.sampled_from(("", "# why", "  ", "junk")))), max_size=6)
    )
    newline = draw(st.sampled_from(("\n", "\n", "\n", "\n", "\r\n", "\r")))
    mark = draw(st.sampled_from(("", "", "", "", "", "", "", "\ufeff")))
    return mark + newline.join(written) + draw(st.sampled_from(("", newline)))
