"""The Dockerfiles of production that ``docker build`` refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile import read_dockerfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.dockerfile import Dockerfile

#: Names of files that something else makes a Dockerfile of, or that are none any more.
_NOT_BUILT = re.compile(
    r"\.(?:bak|erb|example|in|j2|jinja2?|md|mustache|old|orig|rej|rst|sample|swp|template|tmpl|tpl|txt)$"
)
_DOCKERS_OWN = re.compile(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@].*)?\Z")


@record(frozen=True)
class BrokenDockerfile:
    """The first thing at which a build stops: ``reason`` is a clause. ``doubt`` says why it may not, if it may not."""

    location: Location
    reason: str
    doubt: str | None = None


def broken_dockerfiles(project: Project) -> Iterator[BrokenDockerfile]:
    """What is wrong with the Dockerfiles that production builds, one of each file."""
    from agentflow_lint.model.deployments import dockerfile_paths, is_for_development

    read: dict[str, Dockerfile] = {}
    for deployment in project.all_deployments:
        composed = deployment.composed
        written = composed is None or composed.service.build is not None
        if deployment.image is not None and written and not deployment.is_development:
            read[deployment.image.dockerfile_path] = deployment.image.dockerfile
    for path in dockerfile_paths(project.files):
        if path in read or is_for_development(path) or _NOT_BUILT.search(path.lower()):
            continue
        text = project.files.read(path)
        found = None if isinstance(text, (Missing, Unreadable)) else read_dockerfile(text)
        if found is not None and not found.stages:  # one with stages that is no deployment builds something else
            read[path] = found
    for path, dockerfile in sorted(read.items()):
        problem = next(iter(dockerfile.problems), None)
        if problem is None:
            continue
        syntax = next((each.value for each in dockerfile.directives if each.name == "syntax"), None)
        doubt = None
        if not problem.refused:
            doubt = problem.message
        elif syntax is not None and not _DOCKERS_OWN.match(syntax):
            doubt = f"{problem.message}, and the syntax {syntax} may have it so"
        yield BrokenDockerfile(Location(path, problem.span), problem.message, doubt)
