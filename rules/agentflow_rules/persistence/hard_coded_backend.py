"""AF506 hard-coded-backend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import written_at
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import quoted
from agentflow_lint.framework.placeholders import is_placeholder
from agentflow_lint.framework.secrets import redact_url
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.backends import credentials_of, host_of, is_backend_url
from agentflow_lint.model.source_literals import Literal, string_literals
from agentflow_rules.persistence.from_environment import os_imported, variables_provided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


_PLAIN_LITERAL = re.compile(r"""(?:"[^"\\\r\n{]*"|'[^'\\\r\n{]*')\Z""")
_LOOKUP = re.compile(r"(?:getenv|environ\.get|setdefault|pop)\(\s*[^()]*,\s*\Z")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
_NAMES = {"postgresql": "POSTGRES_DSN", "postgres": "POSTGRES_DSN", "redis": "REDIS_URL", "rediss": "REDIS_URL"}


class HardCodedBackend(DeploymentRule):
    """The source holds a backend's URL with its password."""

    code = "AF506"
    name = "hard-coded-backend"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the string literals of the modules that are imported with the graph."""
        sources = deployment.project.python_sources
        for path in deployment.intended_graph.modules:
            if not sources.mentions(path, "://"):
                continue
            for literal in string_literals(sources, path):
                if _holds_credentials(literal.text):
                    yield self._said(deployment, literal)

    def _said(self, deployment: Deployment, literal: Literal) -> Verdict:
        shown = redact_url(literal.text)
        path = literal.place.path
        name = f", for {literal.name}," if literal.name else ""
        return self.finding(
            at=literal.place.location,
            place=f"{path} {literal.name} {shown}",
            message=(
                f"{path} has the URL {quoted(shown)} with its password in the source{name}: whoever can read the "
                "repository or the image has it, it is the same in every environment, and changing it takes a release."
            ),
            help="Read the URL from the environment, without a default, and change the password: the history of the "
            "repository keeps the old one.",
            related=way_to(deployment, literal.place.location),
            fix=_fix(deployment, literal),
        )


def _fix(deployment: Deployment, literal: Literal) -> Fix | None:
    """Read the URL from a variable; a default of one that is read already is taken away."""
    files, name = deployment.project.files, _variable(literal)
    found = written_at(files, literal.place.location)
    if found is None or not _PLAIN_LITERAL.match(found.raw):
        return None
    provided = variables_provided(deployment.project, (name,))
    if provided is None:
        return None
    before = found.text.content[: found.start]
    default = re.search(rf"(?:getenv|environ\.get)\(\s*[\"']{name}[\"'](?P<rest>\s*,\s*)\Z", before)
    if default:
        edits = [found.edit(found.start - len(default["rest"]), found.end, "")]
    else:
        imported = os_imported(files, literal.place.path)
        if imported is None or _LOOKUP.search(before):
            return None
        edits = [found.edit(found.start, found.end, f'os.environ["{name}"]'), *imported]
    return Fix(f"Read the URL from {name}", Applicability.UNSAFE, (*edits, *provided))


def _variable(literal: Literal) -> str:
    """The name that the code has for the URL, if that is a variable's; else one that tells what is behind it."""
    if _VARIABLE.fullmatch(literal.name):
        return literal.name
    scheme = literal.text.partition(":")[0].partition("+")[0].lower()
    return _NAMES.get(scheme, f"{re.sub(r'[^A-Z0-9]', '', scheme.upper())}_URL")


def _holds_credentials(text: str) -> bool:
    """Whether a text is a backend's URL with a password that is no stand-in, for a host other than the own machine."""
    if not is_backend_url(text) or any(mark in text for mark in ("{", "%(", "<", "$")):
        return False
    found = credentials_of(text)
    host = host_of(text)
    if found is None or host is None or is_loopback(host):
        return False
    _, password = found
    return bool(password) and not is_placeholder(password) and not set(password) <= set("*.")
