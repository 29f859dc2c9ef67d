"""Where the linter's claim about a project differs from what the server did with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.model.graph.results import Served
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.cors import WILDCARD, allowed_origins, sends_credentials
from agentflow_rules.network.hosts import allowed_hosts, answers_any_host, is_host_pattern
from tests.conformance import reasons
from tests.conformance.starts.linter import RAISED
from tests.conformance.starts.observing import GUARDED, HOSTS, ORIGINS, PATHS, READY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from tests.conformance.starts.linter import Claim
    from tests.conformance.starts.observing import Observed

#: A reason that no pattern of reasons.py knows and that says this is an exception of the project's own code.
_OF_PROJECT = ("Exception: Failed to load graph from ", "SystemExit: ")
_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
#: The linter's answer where it has none.
OPEN = Unknown("left open")


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


def compare(observed: Observed, claim: Claim) -> Compared:
    """Compare everything that both sides say something about.

    A server that is up and answers nothing but errors has skipped what would have refused; whether it starts is then
    no question.
    """
    differences = [] if observed.dead else list(of_start(observed, claim))
    undecided = ["refused"] if claim.refuses is None and not observed.dead else []
    if observed.refused and claim.refuses and not _accountable(observed) & claim.codes and not differences:
        undecided.append("reason")
    compared = 1 - len(undecided)
    if not observed.refused:
        for question, theirs, ours in _questions(observed, claim):
            if isinstance(ours, Unknown):
                undecided.append(question)
                continue
            compared += 1
            if theirs != ours:
                said = f"{question}: the server has {theirs!r}, the linter says {ours!r}"
                differences.append(Difference(f"{question} {ours}", said))
    return Compared(tuple(differences), tuple(undecided), compared)


def of_start(observed: Observed, claim: Claim) -> Iterator[Difference]:
    """Whether it starts and, if not, for which reason."""
    if claim.refuses is None:
        return
    said = "; ".join(claim.refusing)
    if observed.refused and not claim.refuses:
        reason = observed.reason or ""
        yield Difference(f"refused {reason[:80]}", f"the server refuses, the linter does not: {reason}")
    elif claim.refuses and not observed.refused:
        yield Difference(f"starts {said[:80]}", f"the server starts, the linter says that it refuses: {said}")
    elif observed.refused:
        accountable = _accountable(observed)
        # The server stops at its first reason, and that may be a question that the linter leaves open.
        if not accountable & (claim.codes | claim.open_codes):
            wanted = " or ".join(sorted(accountable)) or "of no known kind"
            yield Difference(
                f"reason {(observed.reason or '')[:60]}",
                f"the server refuses for {observed.reason!r}, which is {wanted}; the linter says {said}",
            )


def _accountable(observed: Observed) -> frozenset[str]:
    """The codes of which one has to be reported for what the server printed."""
    reason = observed.reason or ""
    found = reasons.codes(reason)
    return found or (frozenset({RAISED, "AF115"}) if reason.startswith(_OF_PROJECT) else found)


def _questions(observed: Observed, claim: Claim) -> Iterator[tuple[str, object, object]]:
    deployment = claim.deployment
    hosts = _text(deployment, "ALLOWED_HOST")
    dead = isinstance(hosts, str) and not all(map(is_host_pattern, allowed_hosts(hosts)))
    yield "dead", observed.dead, OPEN if isinstance(hosts, Unknown) else dead
    if observed.dead or dead:
        yield "AF310", observed.dead, "AF310" in claim.findings
        return
    for host in HOSTS:
        yield f"ping for {host}", observed.ping[host], _ping(deployment, hosts, host)
        yield f"{READY} for {host}", _ready(observed.ready[host]), _ready_of(deployment, hosts, host)
    if not isinstance(hosts, str):
        return
    reached = _reaches(hosts, HOSTS[0])
    if isinstance(reached, Unknown):
        yield "hosts", None, OPEN
        return
    if reached:
        yield from _of_docs(observed, claim)
        yield from _of_auth(observed, claim)
    if reached or deployment.release.behaviour.ping_ignores_allowed_hosts:
        yield from _of_origins(observed, claim)
    yield from of_checkpointer(observed, claim)


def _ping(deployment: Deployment, hosts: str | Unknown, host: str) -> object:
    if deployment.release.behaviour.ping_ignores_allowed_hosts:
        return 200
    reached = hosts if isinstance(hosts, Unknown) else _reaches(hosts, host)
    return reached if isinstance(reached, Unknown) else 200 if reached else 400


def _ready(status: int) -> str:
    """What the answer says of the request's host; whether the server calls itself ready is no question here."""
    return {400: "host refused", 404: "no such route"}.get(status, "answered")


def _ready_of(deployment: Deployment, hosts: str | Unknown, host: str) -> object:
    if deployment.release.behaviour.reports_readiness:  # since 0.8.0, and with it the host is ignored
        return "answered"
    reached = hosts if isinstance(hosts, Unknown) else _reaches(hosts, host)
    return reached if isinstance(reached, Unknown) else "no such route" if reached else "host refused"


def _of_auth(observed: Observed, claim: Claim) -> Iterator[tuple[str, object, object]]:
    """Whether a stranger gets an answer; custom auth of the generated projects lets everybody in."""
    kind = auth_kind(claim.deployment.release.version, claim.deployment.config.data)
    if kind != "custom":
        yield "AF401", observed.guarded == _OK, "AF401" in claim.findings
        yield f"{GUARDED} without credentials", observed.guarded in (_UNAUTHORIZED, _FORBIDDEN), kind == "jwt"


def _reaches(hosts: str, host: str) -> bool | Unknown:
    """Whether requests for ``host`` are served; capitals count or do not, by Starlette's release (trusted_hosts.py)."""
    if answers_any_host(hosts) or _is_allowed(hosts, host):
        return True
    return OPEN if _is_allowed(hosts.lower(), host) else False


def _is_allowed(hosts: str, host: str) -> bool:
    return any(host == entry or (entry.startswith("*.") and host.endswith(entry[1:])) for entry in allowed_hosts(hosts))


def _of_docs(observed: Observed, claim: Claim) -> Iterator[tuple[str, object, object]]:
    deployment = claim.deployment
    docs, redoc = _text(deployment, "DOCS_PATH"), _text(deployment, "REDOCS_PATH")
    if isinstance(docs, Unknown) or isinstance(redoc, Unknown):
        yield "docs", None, OPEN
        return
    schema = not deployment.release.behaviour.schema_follows_docs or bool(docs or redoc)
    served = {docs, redoc, "/openapi.json" if schema else ""}
    for path in PATHS:
        yield f"status of {path}", observed.paths[path], 200 if path in served else 404
    exposed = any(observed.paths[path] == 200 for path in PATHS)
    yield "AF303", exposed, OPEN if "AF303" in claim.undecided else "AF303" in claim.findings


def _of_origins(observed: Observed, claim: Claim) -> Iterator[tuple[str, object, object]]:
    deployment = claim.deployment
    text = _text(deployment, "ORIGINS")
    credentials = sends_credentials(deployment)
    if isinstance(text, Unknown):
        yield "origins", None, OPEN
        return
    allowed = allowed_origins(text, deployment.release)
    for origin in ORIGINS:
        ours = WILDCARD in allowed or origin in allowed
        sent: object = OPEN if credentials is None else ours and credentials
        for method, answers in (("GET", observed.simple), ("preflight", observed.preflight)):
            yield f"{method} from {origin} allowed", answers[origin].allowed, ours
            yield f"{method} from {origin} with credentials", answers[origin].credentials, sent
    stranger = observed.simple[ORIGINS[0]].allowed and ORIGINS[0] not in allowed
    fired = bool({"AF301", "AF302"} & claim.findings)
    yield "AF301", stranger, OPEN if "AF301" in claim.undecided and not fired else fired


def of_checkpointer(observed: Observed, claim: Claim) -> Iterator[tuple[str, object, object]]:
    """Which checkpointer is bound: the question, what the server has, what the linter says."""
    assert observed.checkpointer is not None
    name, in_memory = observed.checkpointer
    outcome = claim.deployment.graph.outcome
    if not isinstance(outcome, Served) or outcome.compile.checkpointer.kind == "unknown":
        yield "checkpointer", name, OPEN
        return
    fact = outcome.compile.checkpointer
    yield "checkpointer", name, "InMemoryCheckpointer" if fact.kind == "none" else fact.class_name
    fired = bool({"AF501", "AF502"} & claim.findings)
    yield "AF501", in_memory, fired


def _text(deployment: Deployment, name: str) -> str | Unknown:
    value = deployment.settings[name]
    if isinstance(value, Known):
        return str(value.value)
    return value if isinstance(value, Unknown) else ""
