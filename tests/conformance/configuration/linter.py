"""What the linter says of a configuration: its own model and rules, on files that are in memory only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Undecided
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.rule import DeploymentRule, ProjectRule
from agentflow_lint.model import deployments
from agentflow_lint.model.deployment import BARE_PROJECT
from agentflow_lint.model.disk import Content
from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.model.project import ModelOptions, Project
from agentflow_lint.model.values import ABSENT, Known, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.deployment import Deployment
    from tests.conformance.configuration.case import Configuration
    from tests.conformance.referees import Referee


_RULES = load_catalogue().rules


class MemoryFiles(ProjectFiles):
    """A project folder that exists in memory only."""

    def __init__(self, contents: Mapping[str, str]) -> None:
        super().__init__("/project")
        self._held = contents

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._held

    def is_dir(self, path: str) -> bool:
        """Whether some file lies below ``path``."""
        return not path or any(name.startswith(path.rstrip("/") + "/") for name in self._held)

    def names(self, path: str = "") -> tuple[str, ...]:
        """The names in a folder."""
        prefix = path.rstrip("/") + "/" if path else ""
        below = (name[len(prefix) :] for name in self._held if name.startswith(prefix))
        return tuple(sorted({name.partition("/")[0] for name in below}))

    def _load(self, path: str, max_bytes: int | None = None) -> Content | Unreadable | Missing:
        if path in self._held:
            return Content(self._held[path].encode("utf-8", "surrogateescape"))
        return Unreadable(path, "type", "is not a regular file") if self.is_dir(path) else Missing(path)


@dataclass(frozen=True)
class Verdict:
    """The linter's answer: why the server refuses to start, what was left open (both as lines), and its model."""

    deployment: Deployment
    refusing: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def refuses(self) -> bool | None:
        """Whether the server does not start; None where the linter does not say."""
        if self.refusing:
            return True
        return None if self.open else False

    @property
    def codes(self) -> frozenset[str]:
        """The codes that refuse."""
        return frozenset(line.partition(" ")[0] for line in self.refusing)


def judge(referee: Referee, configuration: Configuration) -> Verdict:
    """Ask every rule about the project's own deployment, and keep what decides whether the server starts."""
    deployment = deploy(referee, configuration)
    refusing: list[str] = []
    open_questions: list[str] = []
    for rule in _RULES:
        verdicts = (
            rule.check(deployment)
            if isinstance(rule, DeploymentRule)
            else rule.check(deployment.project)
            if isinstance(rule, ProjectRule)
            else ()
        )
        for verdict in verdicts:
            if isinstance(verdict, Undecided):
                if rule.consequence is Consequence.REFUSES_TO_START:
                    open_questions.append(f"{verdict.code} {verdict.reason}")
            elif verdict.consequence is Consequence.REFUSES_TO_START:
                refusing.append(f"{verdict.code} {verdict.message}")
    return Verdict(deployment, tuple(refusing), tuple(open_questions))


def deploy(referee: Referee, configuration: Configuration) -> Deployment:
    """The project in memory, served by its ASGI target with the configuration's environment."""
    project = Project(MemoryFiles(configuration.files(referee)), ModelOptions(target_release=referee.release))
    origin = Origin("the process environment")
    inherited = {name: Known(value, origin) for name, value in configuration.environment.items()}
    bare = next(each for each in project.all_deployments if each.name == BARE_PROJECT)
    return replace(bare, environment=deployments._environment(project, (inherited,), "asgi", None, ABSENT))
