"""AF327 root-path-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.engine.editing.commands import option_removed
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place_of, quoted, setting, subject, undecided
from agentflow_lint.framework.routes import INVOKE, route_path
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.proxies import place_of_block, symbol, undecided_fronts, where
from agentflow_rules.runtime.command import place_of_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.facts import Front, Proxied

_SETTING = "ROOT_PATH"
_OPTION = "root-path"
#: The first release whose uvicorn is one that puts ``--root-path`` in front of every path (uvicorn 0.26).
_PREFIXING_SINCE = Version("0.5.1")
_DOCS = ("DOCS_PATH", "REDOCS_PATH")


class RootPathMismatch(DeploymentRule):
    """The proxy and the server do not agree on the path below which the API lies."""

    code = "AF327"
    name = "root-path-mismatch"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow a request below the proxy's sub-path to the server's router; compare uvicorn's own option."""
        yield from undecided_fronts(self, deployment)
        root = deployment.settings.text(_SETTING)
        yield from self._option(deployment, root)
        if isinstance(root, Unknown) and deployment.fronts.fronts:
            yield undecided(self, deployment, _SETTING, root)
        if not isinstance(root, Known):
            return
        for front in deployment.fronts.fronts:
            asked = [each for each in front.proxied if each.route == INVOKE]
            if not any(each.arrives for each in asked):
                yield from self._astray(deployment, front, root)
            elif not any(each.arrives and each.passed.public == INVOKE.path for each in asked):
                yield from self._docs(deployment, front, root)

    def _astray(self, deployment: Deployment, front: Front, root: Known[str]) -> Iterator[Verdict]:
        """The proxy passes its sub-path on, and the server does not know it."""
        lost = next(
            (each for each in front.proxied if each.route == INVOKE and not _is_of_docs(deployment, each)), None
        )
        if lost is None:
            return
        arriving = lost.passed.path.value if isinstance(lost.passed.path, Known) else ""
        sub_path = arriving.removesuffix(INVOKE.path)
        yield self.finding(
            at=lost.passed.proxy_pass.at,
            place=symbol(lost, "proxy_pass"),
            message=(
                f"{subject(deployment)} gets {quoted(arriving)} from the nginx in front ({where(lost)}), and "
                f"{setting(_SETTING, root)}: it knows no such path and answers every request below it with 404."
            ),
            help=_way_out(sub_path),
            deployment=deployment,
            related=[Related(root.origin.location, f"{_SETTING} is set here")] if root.origin.location else [],
        )

    def _docs(self, deployment: Deployment, front: Front, root: Known[str]) -> Iterator[Verdict]:
        """The proxy takes its sub-path away, so the API answers, but pages that link to it do not find it."""
        first = next(each for each in front.proxied if each.route == INVOKE and each.arrives)
        prefix = first.passed.public.removesuffix(INVOKE.path)
        paths = [deployment.settings.text(name) for name in _DOCS]
        served = any(isinstance(path, Known) and path.value for path in paths)
        if not served or not prefix or prefix == first.passed.public or root.value.rstrip("/") == prefix:
            return
        yield self.finding(
            at=place_of_block(first),
            place=symbol(first, "docs"),
            message=(
                f"{subject(deployment)} lies below {quoted(prefix)} ({where(first)}), and {setting(_SETTING, root)}: "
                "its "
                f"docs page asks for `/openapi.json` outside of {quoted(prefix)} and stays empty. The API itself "
                "answers."
            ),
            help=f"Set {_SETTING}={prefix}.",
            consequence=Consequence.DEGRADES,
            deployment=deployment,
            related=[Related(first.passed.proxy_pass.at, "the prefix is taken away here")],
        )

    def _option(self, deployment: Deployment, root: object) -> Iterator[Verdict]:
        """Of uvicorn's own option: it puts its root in front of every path, and ROOT_PATH decides what is taken off."""
        process = deployment.process
        option = process.option(_OPTION) if process and process.kind == "uvicorn" else None
        text = option.value.text if option and option.value else None
        if process is None or option is None or not text or Version(deployment.release.version) < _PREFIXING_SINCE:
            return
        if not isinstance(root, Known) or route_path(text.rstrip("/") + INVOKE.path, root.value) == INVOKE.path:
            return
        edits = option_removed(deployment.project.files, process, option)
        yield self.finding(
            at=place_of_word(deployment, option.value),
            place=f"{deployment.name} --{_OPTION}",
            message=(
                f"{subject(deployment)} starts uvicorn with `--root-path {text}`, which puts that in front of every "
                "path, "
                f"and {setting(_SETTING, root)}: every "
                "request is answered 404."
            ),
            help=f"Remove the option, and set {_SETTING} if a proxy serves the API below a sub-path.",
            deployment=deployment,
            related=[Related(place_of(root, deployment), f"{_SETTING} is set here")] if root.origin.location else [],
            fix=Fix("Remove --root-path", Applicability.UNSAFE, edits) if edits else None,
        )


def _way_out(sub_path: str) -> str:
    ends = "a proxy_pass that ends in `/` in a location that ends in `/`"
    if not sub_path.strip("/"):
        return f"Use {ends}: with only one of the two the path begins with two slashes."
    return f"Set {_SETTING}={sub_path} (without a slash at its end), or let nginx take the prefix away: {ends}."


def _is_of_docs(deployment: Deployment, proxied: Proxied) -> bool:
    """Whether the ``location`` is one of a path of the server itself, so that nothing else lies below it."""
    prefix = proxied.passed.public.removesuffix(INVOKE.path)
    known = [deployment.settings.text(name) for name in _DOCS]
    paths = {path.value for path in known if isinstance(path, Known)} | {"/openapi.json", "/ping", "/health", "/docs"}
    return any(path and (prefix == path or prefix.startswith(f"{path}/")) for path in paths) or prefix.startswith("/v1")
