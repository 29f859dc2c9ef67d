"""How long one call of a language model may take in the served graph, before its client gives up.

From core 0.8.0 on (core/llm/client_factory.py) every client gets 600 seconds, AGENTFLOW_LLM_TIMEOUT seconds where that
is set, or what set_default_llm_timeout() says; Agent(timeout=...) reaches the clients of OpenAI and Anthropic. Before,
the SDKs' own defaults hold: 600 seconds for OpenAI and Anthropic, and no limit for google-genai.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from packaging.version import Version

from agentflow_lint.framework.providers import GOOGLE, OPENAI
from agentflow_lint.model.values import Known, Origin, Unknown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Construction

_DEFAULT_SECONDS = 600.0
_LIMITS_EVERY_CLIENT = Version("0.8.0")
_VARIABLE = "AGENTFLOW_LLM_TIMEOUT"
_SETTER = "set_default_llm_timeout"


@record(frozen=True)
class Limit:
    """How long something may take: ``seconds``, infinite without a limit, where that comes from, and for what it is."""

    seconds: float
    origin: Origin
    of: Literal["call", "run"] = "call"

    @property
    def to_grant(self) -> float:
        """The seconds that whoever waits for it must grant.

        No finite wait is enough for a client without a limit, so it is held to what the other clients take.
        """
        return _DEFAULT_SECONDS if math.isinf(self.seconds) else self.seconds

    @property
    def words(self) -> str:
        """A main clause: what may last how long."""
        return f"{'a run may take' if self.of == 'run' else 'one call of the model may last'} {self.duration}"

    @property
    def duration(self) -> str:
        """The limit in words, to stand after "may last"."""
        return "any time" if math.isinf(self.seconds) else f"{self.seconds:g} seconds"


def longest_model_call(deployment: Deployment) -> Limit | Unknown | None:
    """The longest that a model call of the served graph may take; None for a graph that is not seen to call one.

    ``runs.timeout`` ends a whole run, so no call takes longer than that.
    """
    call, run = _longest_call(deployment), _longest_run(deployment)
    if run is None or call is None:
        return call
    return run if isinstance(call, Unknown) or run.seconds < call.seconds else call


def longest_run(deployment: Deployment) -> Limit | Unknown:
    """The least that a run may take: what ``runs.timeout`` allows, else one model call.

    Without ``runs.timeout`` nothing ends a run, and it may make many calls, each with retries. Where no call is seen to
    be made, it is what a client gets by default.
    """
    return _longest_run(deployment) or _longest_call(deployment) or _default(deployment, OPENAI)


def _longest_run(deployment: Deployment) -> Limit | None:
    """What ``runs.timeout`` allows, from the release on that knows it (0.8.0)."""
    config = deployment.config
    runs = config.get("runs") if "runs" in deployment.release.config_keys else None
    seconds = runs.get("timeout") if isinstance(runs, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds <= 0:
        return None
    return Limit(float(seconds), Origin("runs.timeout", config.at_value("runs", "timeout")), "run")


def _longest_call(deployment: Deployment) -> Limit | Unknown | None:
    agents = [each for each in deployment.intended_graph.constructions if each.provider is not None]
    if not agents:
        return None
    limits = [_limit(deployment, agent) for agent in agents]
    unknown = next((limit for limit in limits if isinstance(limit, Unknown)), None)
    known = [limit for limit in limits if isinstance(limit, Limit)]
    return unknown or max(known, key=lambda limit: limit.seconds)


def _limit(deployment: Deployment, agent: Construction) -> Limit | Unknown:
    given = agent.arguments.get("timeout")
    if agent.provider != GOOGLE and "**" not in agent.arguments:
        if isinstance(given, Unknown):
            return Unknown(f"the timeout of {agent.class_name}: {given.reason}")
        if isinstance(given, Known) and isinstance(given.value, (int, float)) and not isinstance(given.value, bool):
            return Limit(float(given.value), Origin(f"timeout of {agent.class_name}", agent.location))
    return _default(deployment, agent.provider or "")


def _default(deployment: Deployment, provider: str) -> Limit | Unknown:
    core = deployment.project.core
    if Version(core.version) < _LIMITS_EVERY_CLIENT:
        longest = math.inf if provider == GOOGLE else _DEFAULT_SECONDS
        return Limit(longest, Origin(f"default of the {provider} SDK"))
    sources, modules = deployment.project.python_sources, deployment.intended_graph.modules
    if any(sources.mentions(path, _SETTER) for path in modules):
        return Unknown(f"the graph's modules call {_SETTER}()")
    value = deployment.environment.get(_VARIABLE)
    if isinstance(value, Unknown):
        return Unknown(f"{_VARIABLE}: {value.reason}", value.origin)
    seconds = _positive(value.value) if isinstance(value, Known) else None
    if seconds is not None and isinstance(value, Known):
        return Limit(seconds, value.origin)
    return Limit(_DEFAULT_SECONDS, Origin(f"default of {core.distribution} {core.version}"))


def _positive(text: str) -> float | None:
    """What the core makes of the variable; None for what it ignores."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if seconds > 0 else None
