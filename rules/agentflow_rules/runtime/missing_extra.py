"""AF212 missing-extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import listed, quoted, subject
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.framework.needed_packages import (
    ASYMMETRIC,
    CLASS_PACKAGES,
    MCP_CLASSES,
    MCP_PACKAGES,
    PROVIDER_PACKAGES,
    PUBLISHER_PACKAGES,
    WEBSOCKET_PACKAGES,
)
from agentflow_lint.model.loading.unconditional import doubt_about
from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown
from agentflow_lint.records import record
from agentflow_rules.auth.rate_limit import enabled_rate_limit
from agentflow_rules.runtime.requiring import requirements_for, requiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location


_PROVIDERS = {
    "google": "Google",
    "vertex": "Google (Vertex AI)",
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "anthropic-vertex": "Anthropic (Vertex AI)",
}


@record(frozen=True)
class _Need:
    """A feature in use (``what``, in words), the packages it does not work without, and why that may not be so.

    ``one_is_enough`` of the packages; ``late`` is what fails, in words, where that is not the start, and
    ``consequence`` what that amounts to.
    """

    what: str
    packages: tuple[str, ...]
    at: Location
    place: str
    doubt: str | None = None
    late: str | None = None
    consequence: Consequence = Consequence.FAILS_REQUESTS
    one_is_enough: bool = False


class MissingExtra(DeploymentRule):
    """A feature in use needs a package that nothing in the deployment installs."""

    code = "AF212"
    name = "missing-extra"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare what the config and the graph use with what is installed."""
        needs = [*_in_config(deployment), *_in_graph(deployment)]
        installed = deployment.installed if needs else None
        if installed is None or not installed.at:
            return
        for need in needs:
            missing = tuple(package for package in need.packages if not installed.has(package))
            if need.one_is_enough and len(missing) < len(need.packages):
                continue
            reason = installed.doubt(*missing)
            if missing and reason:
                text = f"whether {listed(missing)}, which {need.what} needs, is installed: {reason}"
                yield self.undecided(need.at, text, deployment=deployment)
            elif missing and need.doubt:
                yield self.undecided(need.at, need.doubt, deployment=deployment)
            elif missing:
                yield self._missing(deployment, installed, need, missing)

    def _missing(
        self, deployment: Deployment, installed: Distributions, need: _Need, missing: tuple[str, ...]
    ) -> Verdict:
        lines = requirements_for(installed, missing[:1] if need.one_is_enough else missing)
        wanted = listed(missing, "or" if need.one_is_enough else "and")
        where = "image" if deployment.image is not None else "project's requirements"
        return self.finding(
            at=need.at,
            place=need.place,
            message=(
                f"{subject(deployment)} uses {need.what}, which needs {wanted}, and nothing in the {where} brings "
                f"that. {need.late or 'The server raises an error while it starts, and exits'}."
            ),
            help=_way_out(lines),
            consequence=need.consequence if need.late else None,
            deployment=deployment,
            related=way_to(
                deployment,
                need.at,
                more=[Related(at, "the server is installed here, without it") for at in installed.at[:2]],
            ),
            fix=_fix(deployment, installed, lines),
        )


def _way_out(lines: tuple[str, ...]) -> str:
    return f"Add {listed(lines)} to the requirements that the deployment installs."


def _fix(deployment: Deployment, installed: Distributions, lines: tuple[str, ...]) -> Fix | None:
    """The extra in the requirement that has it, else the requirement beside the server's.

    An extra of the framework brings what the release was made for; the versions of anything else are not narrowed.
    """
    edits = requiring(deployment, installed, lines)
    if not edits:
        return None
    is_extra = all("[" in line for line in lines)
    return Fix(f"Require {listed(lines)}", Applicability.SAFE if is_extra else Applicability.UNSAFE, edits)


def _in_config(deployment: Deployment) -> Iterator[_Need]:
    config, keys = deployment.config, deployment.release.config_keys
    if not config.is_valid:
        return
    bound = "the project's InjectQ container may bind a client of its own" if config.get("injectq") else None
    limit = enabled_rate_limit(deployment)
    if limit is not None and limit.get("backend") == "redis":
        at = config.at_value("rate_limit", "backend")
        yield _Need("the rate limit's Redis backend", ("redis",), at, "rate_limit.backend", bound)
    ag_ui = config.get("ag_ui")
    if "ag_ui" in keys and isinstance(ag_ui, dict) and boolean(ag_ui.get("enabled", False)):
        yield _Need("AG-UI", ("ag-ui-protocol",), config.at_value("ag_ui", "enabled"), "ag_ui.enabled")
    has_auth = auth_kind(deployment.release.version, config.data) in ("jwt", "custom")
    if "token_revocation" in keys and config.get("token_revocation") == "redis" and has_auth:
        yield _Need("token revocation in Redis", ("redis",), config.at_value("token_revocation"), "token_revocation")
    websocket = config.get("websocket")
    if "enabled" in keys.get("websocket", {}) and isinstance(websocket, dict) and boolean(websocket.get("enabled")):
        at = config.at_value("websocket", "enabled")
        yield _Need("WebSockets", WEBSOCKET_PACKAGES, at, "websocket.enabled", one_is_enough=True)
    yield from _late(deployment)


def _late(deployment: Deployment) -> Iterator[_Need]:
    """What the config and the settings ask for that is imported with the first request that needs it."""
    config = deployment.config
    if auth_kind(deployment.release.version, config.data) == "jwt":
        fails = "The server starts, and every request with a token is answered 500"
        yield _Need("JWT authentication", ("pyjwt",), config.at_value("auth"), "auth", late=fails)
        algorithm = deployment.environment.get("JWT_ALGORITHM")
        if isinstance(algorithm, Known) and algorithm.value.startswith(ASYMMETRIC):
            at = algorithm.origin.location or config.at_value("auth")
            what = f"the JWT algorithm {quoted(algorithm.value)}"
            yield _Need(what, ("cryptography",), at, "JWT_ALGORITHM", late=fails)
    storage = deployment.settings["MEDIA_STORAGE_TYPE"]
    if isinstance(storage, Known) and storage.value == "cloud":
        at = storage.origin.location or deployment.anchor
        fails = "The server starts, and every request for a file fails"
        what = "media storage in a cloud"
        yield _Need(what, ("cloud-storage-manager",), at, "MEDIA_STORAGE_TYPE", late=fails)


def _in_graph(deployment: Deployment) -> Iterator[_Need]:
    """What is constructed while the graph loads; of each class and provider the first."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for each in deployment.intended_graph.constructions:
        late = None
        packages = CLASS_PACKAGES.get(each.class_name, ())
        if each.class_name in PUBLISHER_PACKAGES:
            packages = (PUBLISHER_PACKAGES[each.class_name],)
            late = "The server starts and answers; every event that it should publish is lost, with an error in the log"
        what = f"`{each.class_name}`"
        client = each.arguments.get("client", ABSENT)
        if each.class_name in MCP_CLASSES and not isinstance(client, Absent):
            named = f"agent.{each.class_name}.{'+'.join(MCP_PACKAGES)}"
            doubt = doubt_about(deployment.project.python_sources, each.place)
            if isinstance(client, Unknown):
                doubt = doubt or f"whether {what} is given an MCP client: {client.reason}"
            yield _Need(f"{what} with an MCP client", MCP_PACKAGES, each.location, named, doubt)
        if each.provider in PROVIDER_PACKAGES:
            packages = (PROVIDER_PACKAGES[each.provider],)
            what = f"`{each.class_name}` with a model of {_PROVIDERS[each.provider]}"
        key = (each.class_name, packages)
        if not packages or key in seen:
            continue
        seen.add(key)
        doubt = doubt_about(deployment.project.python_sources, each.place)
        named = f"agent.{each.class_name}.{'+'.join(packages)}"
        yield _Need(what, packages, each.location, named, doubt, late, Consequence.DEGRADES)
