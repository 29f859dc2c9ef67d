"""Which model provider an Agent uses, and what the environment must hold for it to be constructed.

Read in ``core/graph/agent.py``, ``core/graph/agent_internal/providers.py`` and ``core/llm/client_factory.py`` of every
core release (``graph/agent.py`` up to 0.6.7), and run with 0.10.1 and 0.10.3. An Agent builds its provider's client
in its constructor, so a missing key is an exception while the graph's modules are imported.
"""

from __future__ import annotations

from packaging.version import Version

from agentflow_lint.records import record

GOOGLE, OPENAI, ANTHROPIC = "google", "openai", "anthropic"

#: From here on an Agent builds the provider's own client; before, LiteLLM was called at the first request.
_NATIVE_CLIENTS = Version("0.5.8")
#: From here on the constructor's ``api_key=`` is handed to the OpenAI client instead of passed along twice.
_READS_API_KEY = Version("0.6.0")
#: Vertex AI, by argument or by GOOGLE_GENAI_USE_VERTEXAI.
_VERTEX = Version("0.7.3")
#: From here on a prefix before a slash is looked up; before, whatever stands there was the provider.
_KNOWN_PREFIXES = Version("0.8.0")
_ANTHROPIC = Version("0.9.2")
#: From here on imagen-, veo- and chirp are Google's too.
_MEDIA_MODELS = Version("0.6.3")

_PREFIXES = {"gemini": GOOGLE, "google": GOOGLE, "openai": OPENAI, "gpt": OPENAI}
_ANTHROPIC_PREFIXES = {"anthropic": ANTHROPIC, "claude": ANTHROPIC}

#: The Agent-like classes of the core whose constructor, or whose compile(), builds Agents: the parameters that name
#: their models, and the method that builds them. All but Agent since 0.7.4.9 (prebuilt/agent/).
AGENT_MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Agent": ("__init__", ("model",)),
    "ReactAgent": ("__init__", ("model",)),
    "StructuredOutputAgent": ("compile", ("model",)),
    "PlanActReflectAgent": ("compile", ("model", "plan_model", "reflect_model")),
    "SupervisorTeamAgent": ("compile", ("supervisor_model",)),
}
PREBUILT_WITH_MODELS = Version("0.7.4.9")


@record(frozen=True)
class Needs:
    """What constructing a provider's client needs from the environment.

    One of ``variables`` must hold something (an empty value counts as missing); with none of them the constructor
    raises ``error`` (a builtin exception, or ``Exception`` for the SDK's own).
    """

    provider: str
    variables: tuple[str, ...]
    error: str


#: What the embedding classes want when they are given no ``api_key``; an empty value will do
#: (storage/store/embedding/, before 0.7.0 store/embedding/).
EMBEDDINGS = {
    "OpenAIEmbedding": Needs(OPENAI, ("OPENAI_API_KEY",), "ValueError"),
    "GoogleEmbedding": Needs(GOOGLE, ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "ValueError"),
}

NEEDS = {
    GOOGLE: Needs(GOOGLE, ("GEMINI_API_KEY", "GOOGLE_API_KEY"), "ValueError"),
    "vertex": Needs("vertex", ("GOOGLE_CLOUD_PROJECT",), "ValueError"),
    OPENAI: Needs(OPENAI, ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"), "Exception"),
    "anthropic-vertex": Needs("anthropic-vertex", ("CLOUD_ML_REGION",), "ValueError"),
}


@record(frozen=True)
class UnsupportedProvider:
    """The constructor raises ValueError: this release has no such provider."""

    provider: str


def builds_clients(version: str) -> bool:
    """Whether an Agent of this core release builds its client when it is constructed."""
    return Version(version) >= _NATIVE_CLIENTS


def reads_api_key(version: str) -> bool:
    """Whether ``api_key=`` given to an Agent stands for OPENAI_API_KEY in this core release."""
    return Version(version) >= _READS_API_KEY


def knows_vertex(version: str) -> bool:
    """Whether this core release can use Vertex AI."""
    return Version(version) >= _VERTEX


def provider_of(version: str, model: str, provider: str | None, vertex: bool) -> str | UnsupportedProvider:
    """The provider whose client core release ``version`` builds for ``Agent(model, provider=provider)``.

    ``vertex`` is the effective ``use_vertex_ai``. The answer ``vertex`` is Google through Vertex AI,
    ``anthropic-vertex`` Claude through it.
    """
    release = Version(version)
    vertex = vertex and release >= _VERTEX
    if provider is None and release < _KNOWN_PREFIXES and "/" in model:
        provider, model = model.split("/", 1)
    if provider is not None:
        found = provider.lower()
    else:
        found = _by_model(release, model, vertex)
        if release < _KNOWN_PREFIXES:
            vertex = False
    known = {GOOGLE, OPENAI} | ({ANTHROPIC} if release >= _ANTHROPIC else set())
    if found not in known:
        return UnsupportedProvider(found)
    if vertex and found == GOOGLE:
        return "vertex"
    return "anthropic-vertex" if vertex and found == ANTHROPIC else found


def _by_model(release: Version, model: str, vertex: bool) -> str:
    """The provider that the model's name stands for; whatever is unknown goes to the OpenAI client."""
    knows_claude = release >= _ANTHROPIC
    if vertex and not knows_claude:
        return GOOGLE
    if release >= _KNOWN_PREFIXES and "/" in model:
        prefix, model = model.split("/", 1)
        prefixes = _PREFIXES | _ANTHROPIC_PREFIXES if knows_claude else _PREFIXES
        if prefix.lower() in prefixes:
            return prefixes[prefix.lower()]
    name = model.lower()
    if knows_claude and name.startswith(("claude-", "anthropic.")):
        return ANTHROPIC
    if vertex or name.startswith("gemini-"):
        return GOOGLE
    if release >= _MEDIA_MODELS and name.startswith(("imagen-", "veo-", "chirp")):
        return GOOGLE
    return OPENAI
