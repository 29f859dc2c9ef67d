"""Where the linter's answer to a configuration differs from the release's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.broken import Setup, defects
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_rules.network.cors import allowed_origins, sends_credentials
from agentflow_rules.network.hosts import allowed_hosts
from tests.conformance.configuration import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.values import Value
    from tests.conformance.configuration.linter import Verdict

_AUTH_CLASSES = {"off": None, "jwt": "JwtAuth", "custom": "Auth"}


@dataclass(frozen=True)
class Difference:
    """``kind`` is the same for all differences of one cause, as far as that can be told; ``text`` says what differs."""

    kind: str
    text: str


@dataclass(frozen=True)
class Compared:
    """``undecided`` holds the questions that the linter left open; ``compared`` counts those it answered."""

    differences: tuple[Difference, ...]
    undecided: tuple[str, ...]
    compared: int


def compare(answer: Mapping[str, Any], verdict: Verdict) -> Compared:
    """Compare everything that both sides say something about."""
    differences: list[Difference] = []
    undecided: list[str] = []
    compared = 0
    for question, theirs, ours in _questions(answer, verdict):
        if isinstance(ours, Unknown):
            undecided.append(question)
            continue
        compared += 1
        if not _equal(theirs, ours):
            differences.append(Difference(*_described(question, theirs, ours, answer, verdict)))
    if answer["outcome"] == "refused" and verdict.refuses:
        differences += _other_reasons(answer, verdict)
    return Compared(tuple(differences), tuple(undecided), compared)


def _other_reasons(answer: Mapping[str, Any], verdict: Verdict) -> Iterator[Difference]:
    """The server stops at its first reason, and the linter gives all: the server's has to be among them."""
    accountable = reasons.codes(answer["stage"], answer["error"], answer["message"])
    if accountable and not accountable & verdict.codes:
        wanted = " or ".join(sorted(accountable))
        told = f"the server refuses for {answer['error']}: {answer['message']}, which is {wanted}"
        yield Difference(f"reason {answer['error']}", f"{told}; the linter says {'; '.join(verdict.refusing)}")


def _described(
    question: str, theirs: object, ours: object, answer: Mapping[str, Any], verdict: Verdict
) -> tuple[str, str]:
    if question != "refused":
        return question, f"{question}: the server has {theirs!r}, the linter says {ours!r}"
    if theirs:
        told = f"{answer['error']} in the {answer['stage']}: {answer['message']}"
        return f"refused {answer['error']} {answer['message'][:60]}", f"the server refuses, the linter does not: {told}"
    reasons = "; ".join(verdict.refusing)
    return f"starts {reasons[:60]}", f"the server starts, the linter says that it refuses: {reasons}"


def _questions(answer: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, object, object]]:
    if answer["outcome"] == "unserving":
        yield "refused", None, Unknown("the process stays up and serves nothing")
    else:
        refuses = verdict.refuses
        ours = Unknown("; ".join(verdict.open)) if refuses is None else refuses
        yield "refused", answer["outcome"] == "refused", ours
    deployment = verdict.deployment
    settings = deployment.release.settings
    for group in ("settings", "media"):
        built = answer[group]
        if built is None:
            continue
        names = {name for name, setting in settings.items() if setting.group == group}
        for name in sorted(names | set(built)):
            yield f"setting {name}", built.get(name, "no such setting"), _plain(deployment.settings[name])
    if answer["outcome"] == "accepted" or answer["stage"] == "lifespan":
        environ = answer["environ"]
        for name in sorted(set(environ) | set(deployment.environment.names())):
            yield "variable", environ.get(name), _plain(deployment.environment.get(name))
    if answer["app"] is not None:
        yield from _of_app(answer["app"], verdict)
    if answer["outcome"] == "accepted":
        yield "auth", answer["auth"], _bound_auth(verdict)


def _bound_auth(verdict: Verdict) -> str | None:
    """What is bound for the config's ``auth``; nothing in a release that checks it and forgets it (AF108)."""
    deployment = verdict.deployment
    setup = Setup(deployment.config.data, deployment.project.core.version)
    if any(defect.name == "jwt-never-bound" for defect, _ in defects(deployment.release.version, setup)):
        return "unbound"
    kind = auth_kind(deployment.release.version, deployment.config.data)
    return _AUTH_CLASSES.get(kind, kind)


def _of_app(app: Mapping[str, Any], verdict: Verdict) -> Iterator[tuple[str, object, object]]:
    deployment = verdict.deployment
    settings, behaviour = deployment.settings, deployment.release.behaviour
    docs, redoc = _plain(settings["DOCS_PATH"]), _plain(settings["REDOCS_PATH"])
    if "DOCS_PATH" in deployment.release.settings:
        yield "docs", app["docs"], docs or None
        yield "redoc", app["redoc"], redoc or None
        if not isinstance(docs, Unknown) and not isinstance(redoc, Unknown):
            served = not behaviour.schema_follows_docs or docs or redoc
            yield "schema", app["schema"], "/openapi.json" if served else None
    mode = _plain(settings["MODE"])
    if not isinstance(mode, Unknown):
        yield "debug", app["debug"], behaviour.development_enables_debug and mode == "DEVELOPMENT"
    origins = _plain(settings["ORIGINS"])
    if isinstance(origins, str):
        yield "origins", app["origins"], [*allowed_origins(origins, deployment.release)]
        yield "credentials", app["credentials"], sends_credentials(deployment)
    hosts = _plain(settings["ALLOWED_HOST"])
    if isinstance(hosts, str):
        yield "hosts", app["hosts"], [*allowed_hosts(hosts)]


def _plain(value: Value[Any]) -> object:
    if isinstance(value, Known):
        return value.value
    return None if isinstance(value, Absent) else value


def _equal(theirs: object, ours: object) -> bool:
    if isinstance(theirs, float) and isinstance(ours, float) and math.isnan(theirs):
        return math.isnan(ours)
    return theirs == ours and type(theirs) is type(ours)
