"""The nginx configurations of a project: which files are some, and each with what it includes.

A configuration is an ``http`` context: that of a whole nginx.conf, or what a file in conf.d, sites-enabled or
templates adds to the one that the distribution or the image brings (which sets nothing that matters here).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.proxies.paths import MAX_FILES, MAX_FOLDERS, SITES, UNUSED, nginx_paths
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.dockerignore import glob_match
from agentflow_lint.sources.nginx import Directive, NginxFile, read_nginx
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.model.files import ProjectFiles

_MAX_INCLUDES = 10
_MAX_NODES = 50_000

#: What distributions put beside nginx.conf and what holds nothing about a proxied request.
_HARMLESS = re.compile(
    r"(?:.*/)?(?:mime\.types|(?:fastcgi|uwsgi|scgi)[_.](?:params|conf)|win-utf|koi-\w+|options-ssl-nginx\.conf|"
    r"ssl[\w.-]*|.*/?modules-enabled/.*)\Z"
)
#: Debian's own /etc/nginx/proxy_params.
_PROXY_PARAMS = SourceText(
    "proxy_set_header Host $host;\nproxy_set_header X-Real-IP $remote_addr;\n"
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto $scheme;\n"
)


@record(frozen=True)
class Node:
    """A directive in its place: ``path`` is the file that holds it, ``children`` what is in its block.

    A node named ``include`` stands for a file that is not in the project. ``is_template``: its ``${NAME}`` are
    filled in from the environment when the container starts.
    """

    directive: Directive
    path: str
    children: tuple[Node, ...] | None = None
    is_template: bool = False

    @property
    def name(self) -> str:
        """The directive's name."""
        return self.directive.name

    @property
    def texts(self) -> tuple[str, ...]:
        """Its arguments as text."""
        return self.directive.texts

    @property
    def at(self) -> Location:
        """Where it stands."""
        return Location(self.path, self.directive.span)


@record(frozen=True)
class NginxProblem:
    """Why a file of nginx could not be read to its end, and where."""

    reason: str
    location: Location


@record(frozen=True)
class HttpContext:
    """What one nginx has in its ``http`` block; ``path`` is the file that begins it."""

    path: str
    nodes: tuple[Node, ...]


@record(frozen=True)
class NginxFiles:
    """All contexts of the project, and what could not be read."""

    contexts: tuple[HttpContext, ...] = ()
    problems: tuple[NginxProblem, ...] = ()


def find_nginx(files: ProjectFiles) -> NginxFiles:
    """The project's nginx configurations for production."""
    read: dict[str, NginxFile] = {}
    problems: list[NginxProblem] = []
    for path in nginx_paths(files):
        text = files.read(path)
        if isinstance(text, (Missing, Unreadable)) or not _MENTIONS.search(text.content):
            continue
        parsed = read_nginx(text)
        if parsed.problem is None:
            read[path] = parsed
        else:
            at = Location(path, parsed.problem.span)
            problems.append(NginxProblem(f"nginx does not start with this file: {parsed.problem.message}", at))
    return NginxFiles(tuple(_contexts(files, read, problems)), tuple(problems))


_MENTIONS = re.compile(r"\b(?:server|upstream|http|map)\b[^;]*\{|\bproxy_\w+\s")


def _contexts(files: ProjectFiles, read: dict[str, NginxFile], problems: list[NginxProblem]) -> tuple[HttpContext, ...]:
    found: list[HttpContext] = []
    mains = [path for path, file in read.items() if any(item.name == "http" for item in file.directives)]
    sites = [path for path, file in read.items() if path not in mains and _holds_sites(file)]
    enabled = {posixpath.dirname(path) for path in sites if posixpath.basename(posixpath.dirname(path)) == SITES[2]}
    sites = [path for path in sites if not _is_only_available(path, enabled)]
    used: set[str] = set()
    for path in mains:
        reader = _Includes(files, path, tuple(sites))
        items = [item for item in reader.nodes(path, read[path].directives, 0) if item.name == "http"]
        found.extend(HttpContext(path, item.children) for item in items if item.children is not None)
        problems += reader.problems
        used |= reader.used
    groups: dict[str, list[str]] = {}
    for path in sites:
        folder = posixpath.dirname(path)
        together = posixpath.basename(folder) in (*SITES[:3], "templates")
        if path not in used:
            groups.setdefault(folder if together else path, []).append(path)
    for paths in groups.values():
        nodes: list[Node] = []
        for path in paths:
            reader = _Includes(files, path, ())
            nodes += reader.nodes(path, read[path].directives, 0)
            problems += reader.problems
        found.append(HttpContext(paths[0], tuple(nodes)))
    return tuple(found)


def _holds_sites(file: NginxFile) -> bool:
    """Whether a file stands in the ``http`` context and decides something there."""
    names = {item.name for item in file.directives}
    return bool(names & {"server", "upstream", "map"}) or any(name.startswith("proxy_") for name in names)


def _is_only_available(path: str, enabled: set[str]) -> bool:
    folder = posixpath.dirname(path)
    beside = posixpath.join(posixpath.dirname(folder), "sites-enabled")
    return posixpath.basename(folder) == "sites-available" and beside in enabled


class _Includes:
    """Puts what is included in its place, for one configuration that begins with file ``main``."""

    def __init__(self, files: ProjectFiles, main: str, sites: Sequence[str]) -> None:
        self._files = files
        self._main = main
        self._sites = sites
        self._nodes = 0
        self.used: set[str] = set()
        self.problems: list[NginxProblem] = []

    def nodes(self, path: str, directives: Sequence[Directive], depth: int) -> tuple[Node, ...]:
        """The directives of a file as nodes, with those of the files that they include."""
        found: list[Node] = []
        for directive in directives:
            self._nodes += 1
            if self._nodes > _MAX_NODES:
                if not self.problems:
                    reason = f"with what it includes it has more than {_MAX_NODES} directives, which are not followed"
                    self.problems.append(NginxProblem(reason, Location(path, directive.span)))
                break
            is_template = path.endswith(".template")
            if directive.name == "include" and directive.block is None and directive.texts:
                found.extend(self._included(directive, path, depth))
                continue
            children = None if directive.block is None else self.nodes(path, directive.block, depth)
            found.append(Node(directive, path, children, is_template))
        return tuple(found)

    def _included(self, directive: Directive, path: str, depth: int) -> Iterator[Node]:
        pattern = directive.texts[0]
        if depth >= _MAX_INCLUDES:
            return
        paths = self._resolve(pattern, path)
        for each in paths:
            text = self._files.read(each)
            if not isinstance(text, (Missing, Unreadable)):
                self.used.add(each)
                yield from self.nodes(each, read_nginx(text).directives, depth + 1)
        if not paths and posixpath.basename(pattern) == "proxy_params":
            for item in read_nginx(_PROXY_PARAMS).directives:
                yield Node(Directive(item.name, item.arguments, directive.span, directive.name_span), path)
        elif not paths and not _HARMLESS.match(pattern) and not any(char in pattern for char in "*?["):
            yield Node(directive, path)

    def _resolve(self, pattern: str, path: str) -> tuple[str, ...]:
        """The project files that an ``include`` takes, in order.

        nginx looks from the folder of nginx.conf on, which is /etc/nginx; the repository may keep the file anywhere, so
        the folders around it are tried. A pattern for a folder that the repository does not have takes the files
        beside nginx.conf that hold sites: the image puts them there.
        """
        inside = re.sub(r"^/(?:usr/local/)?(?:etc|conf)/(?:nginx|openresty)/", "", pattern)
        if inside.startswith("/") or "$" in inside:
            inside = posixpath.basename(inside)
        bases = dict.fromkeys((posixpath.dirname(self._main), posixpath.dirname(posixpath.dirname(path)), _up(path)))
        for base in bases:
            found = self._matching(posixpath.normpath(posixpath.join(base, inside)))
            if found:
                return found
        name = posixpath.basename(inside)
        if "*" not in name:
            return ()
        home = posixpath.dirname(self._main)
        below = [each for each in self._sites if each not in self.used and (not home or each.startswith(f"{home}/"))]
        return tuple(each for each in below if glob_match(name, posixpath.basename(each).removesuffix(".template")))

    def _matching(self, pattern: str) -> tuple[str, ...]:
        if pattern.startswith("../"):
            return ()
        folder, name = posixpath.split(pattern)
        if not any(char in pattern for char in "*?["):
            for candidate in (pattern, f"{pattern}.template"):
                if self._files.is_file(candidate):
                    return (candidate,)
            return ()
        folders = [""]
        for segment in folder.split("/") if folder else ():
            if any(char in segment for char in "*?["):
                folders = [
                    posixpath.join(each, one)
                    for each in folders
                    for one in self._files.names(each)
                    if glob_match(segment, one)
                ][:MAX_FOLDERS]
            else:
                folders = [posixpath.join(each, segment) for each in folders]
        found = []
        for each in folders:
            for one in self._files.names(each):
                path = posixpath.join(each, one)
                if glob_match(name, one.removesuffix(".template")) and self._files.is_file(path):
                    found.append(path)
        return tuple(path for path in found if not UNUSED.search(path))[:MAX_FILES]


def _up(path: str) -> str:
    return posixpath.dirname(path)
