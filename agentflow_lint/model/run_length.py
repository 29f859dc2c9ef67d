"""How long the server may take over one request, as far as the project says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.model.values import Absent, Known, Origin, Unknown, Value

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

#: The core's own limit for a model call (core/llm/client_factory.py, from 0.8.0 on); before, the OpenAI and Anthropic
#: clients wait as long by themselves.
MODEL_CALL_SECONDS = 600.0
_LIMIT_SINCE = Version("0.8.0")
_VARIABLE = "AGENTFLOW_LLM_TIMEOUT"


def longest_run(deployment: Deployment) -> Value[float]:
    """The seconds that a run may take, at least: ``runs.timeout`` where the server has it, else one model call's limit.

    A run may make many model calls, each with retries, so without ``runs.timeout`` it may well take longer. The
    origin's label says which of the two it is.
    """
    config = deployment.config
    runs = config.get("runs") if "runs" in deployment.release.config_keys else None
    timeout = runs.get("timeout") if isinstance(runs, dict) else None
    if isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and timeout > 0:
        return Known(float(timeout), Origin("`runs.timeout`", config.at_value("runs", "timeout")))
    if Version(deployment.project.core.version) < _LIMIT_SINCE:
        return Known(MODEL_CALL_SECONDS, Origin("the limit of the OpenAI and Anthropic clients for a model call"))
    return _model_call(deployment.environment.get(_VARIABLE), deployment)


def _model_call(variable: Value[str], deployment: Deployment) -> Value[float]:
    core = deployment.project.core
    default = Known(MODEL_CALL_SECONDS, Origin(f"the limit of {core.distribution} {core.version} for a model call"))
    if isinstance(variable, Absent):
        return default
    if isinstance(variable, Unknown):
        return Unknown(f"{_VARIABLE}: {variable.reason}", variable.origin)
    try:
        seconds = float(variable.value)
    except ValueError:
        return default  # as the core does
    return Known(seconds, Origin(f"{_VARIABLE}", variable.origin.location)) if seconds > 0 else default
