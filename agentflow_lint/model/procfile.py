"""The processes of a Procfile that serve: what Heroku, Dokku, Railway and their kin start.

They run the project's files as they lie in the repository, in its root, and tell the process its port in PORT.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.command.process import parse_command
from agentflow_lint.model.command.surroundings import ProjectFolder
from agentflow_lint.model.deployment import Deployment
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import ABSENT, Location, Origin, Unknown
from agentflow_lint.sources.dockerfile import LocatedText
from agentflow_lint.sources.procfile import read_procfile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.env_files import StartedBy
    from agentflow_lint.model.environment import Environment
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.procfile import ProcfileEntry

    MakeEnvironment = Callable[
        [Project, tuple[Mapping[str, Value[str]], ...], StartedBy, Image | None, Value[str]], Environment
    ]

_NAME = re.compile(r"Procfile(?:\.(?P<suffix>[\w.-]+))?")
_DEVELOPMENT = re.compile(r"(?:^|[._-])(?:dev|devel|development|local|test|tests|testing|ci|debug)(?:$|[._-])")

#: The process type that gets requests from outside, whatever its command looks like.
_WEB = "web"

_SERVERS = ("cli", "uvicorn", "gunicorn")

#: What the platform sets for every process that gets requests.
_PLATFORM: Mapping[str, Value[str]] = {
    "PORT": Unknown("the platform that runs the Procfile sets PORT", Origin("set by the platform"))
}


def procfile_deployments(project: Project, environment: MakeEnvironment) -> Iterator[Deployment]:
    """The processes that serve: those whose command is a server, and ``web`` where that is not known.

    ``environment`` makes a deployment's environment of the variables that are there before the server starts.
    """
    for path in project.files.names():
        match = _NAME.fullmatch(path)
        text = project.files.read(path) if match and project.files.is_file(path) else Missing(path)
        if match is None or isinstance(text, (Missing, Unreadable)):
            continue
        for entry in read_procfile(text).entries:
            process = _process(project, path, entry, _PLATFORM)
            if process.kind not in _SERVERS and (process.kind == "other" or entry.name != _WEB):
                continue
            started_by: StartedBy = "cli" if process.kind == "cli" else "asgi"
            variables = environment(project, (process.env_assignments, _PLATFORM), started_by, None, ABSENT)
            provided = {name: variables.inherited(name) for name in variables.provided}
            yield Deployment(
                name=f"{path}:{entry.name}",
                kind="procfile",
                anchor=Location(path, entry.span),
                project=project,
                environment=variables,
                started_by=started_by,
                process=_process(project, path, entry, {**provided, **_PLATFORM}),
                is_development=_DEVELOPMENT.search(match["suffix"] or "") is not None,
            )


def _process(project: Project, path: str, entry: ProcfileEntry, env: Mapping[str, Value[str]]) -> Process:
    span = entry.command_span
    return parse_command(
        LocatedText(entry.command, ((0, span.line, span.column),)),
        env,
        path=path,
        label=f"`{entry.name}` in {path}",
        surroundings=ProjectFolder(project.files),
    )
