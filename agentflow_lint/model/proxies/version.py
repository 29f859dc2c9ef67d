"""Which nginx the project runs, where an image of it says so."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.dockerfile import read_dockerfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.project import Project

_IMAGE = re.compile(r"(?:.*/)?(?:nginx|nginx-unprivileged):(\d+)\.(\d+)(?:\.(\d+))?(?:-[\w.-]+)?(?:@.*)?\Z")
_DOCKERFILE = re.compile(r"(?:.*\.)?(?:docker|container)file(?:\..*)?\Z", re.IGNORECASE)
_FOLDERS = ("", "docker", "deploy", "deployment", "build", "proxy", "docker/nginx", "deploy/nginx", "nginx")

#: From here on requests are passed on with HTTP/1.1 unless proxy_http_version says otherwise (nginx's CHANGES).
HTTP_1_1_BY_DEFAULT = (1, 29, 7)


def passes_http_1_1(project: Project) -> Value[bool]:
    """Whether the project's nginx uses HTTP/1.1 towards the server by default."""
    found: Value[bool] = Unknown("the version of nginx is not known, and from 1.29.7 on it uses HTTP/1.1 by default")
    for path, image, location in _images(project):
        match = _IMAGE.match(image)
        if match is None:
            continue
        lowest = (int(match[1]), int(match[2]), int(match[3] or 0))
        highest = lowest if match[3] else (lowest[0], lowest[1], 999)
        if (lowest >= HTTP_1_1_BY_DEFAULT) == (highest >= HTTP_1_1_BY_DEFAULT):
            found = Known(lowest >= HTTP_1_1_BY_DEFAULT, Origin(f"{image} in {path}", location))
    return found


def _images(project: Project) -> Iterator[tuple[str, str, Location]]:
    """The images of compose services, and those that Dockerfiles end in, by the folders where nginx's may lie."""
    for compose in project.compose_projects:
        for service in compose.model.services.values():
            if service.image is not None and service.image.text:
                place = service.image.place
                yield place.path, service.image.text, Location(place.path, place.span)
    folders = {posixpath.dirname(context.path) for context in project.nginx.contexts}
    for folder in dict.fromkeys((*_FOLDERS, *sorted(folders))):
        for name in project.files.names(folder):
            path = posixpath.join(folder, name)
            if not _DOCKERFILE.match(name) or not project.files.is_file(path):
                continue
            text = project.files.read(path)
            if isinstance(text, (Missing, Unreadable)):
                continue
            stages = read_dockerfile(text).stages
            if stages and stages[-1].base:
                yield path, stages[-1].base, Location(path, stages[-1].instruction.span)
