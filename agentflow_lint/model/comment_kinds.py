"""In which language a file of a project has its comments: by its name, else by what the deployments do with it."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.model.project import Project
    from agentflow_lint.model.proxies.files import Node
    from agentflow_lint.sources.comments.facts import CommentKind

#: The first that matches the file's name counts. None: no comments, or none that outlive the tool that writes the file.
_BY_NAME: tuple[tuple[str, CommentKind | None], ...] = (
    (r".*\.jsonc?|.*\.lock|.*\.(?:md|rst|sql|ipynb)", None),
    (r".*\.pyi?", "python"),
    (r"(?:.*[._-])?(?:dockerfile|containerfile)(?:[._-].*)?\.dockerignore|\.(?:docker|git)ignore", "ignore-file"),
    (r"(?:dockerfile|containerfile)(?:[._-].*)?|.*\.(?:dockerfile|containerfile)", "dockerfile"),
    (r"procfile(?:\..*)?", "procfile"),
    (r".*\.ya?ml|kustomization", "yaml"),
    (r".*\.toml", "toml"),
    (r".*\.(?:sh|bash|ksh)", "shell"),
    (r"(?:.*\.)?env(?:\..*)?|env\..*", "env"),
    (r".*nginx.*\.conf(?:\.template)?|.*\.nginx|.*\.conf(?:\.template)?|.*\.inc", "nginx"),
    (r".*(?:requirements|constraints).*\.(?:txt|in)", "requirements"),
)
_NAMES = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _BY_NAME)
_SHEBANG = re.compile(r"#!.*?\b(?:(sh|bash|dash|ash|ksh|zsh)|(python[\d.]*))\b")


@record(frozen=True, eq=False)
class CommentKinds:
    """The languages of one project's files."""

    project: Project

    def of(self, path: str) -> CommentKind | None:
        """The language of the comments in ``path``; None when it has none, or nobody can tell."""
        name = path.rpartition("/")[2]
        for pattern, kind in _NAMES:
            if pattern.fullmatch(name):
                return self._by_use.get(path, kind) if kind == "env" else kind
        return self._by_use.get(path) or self._by_first_line(path)

    def _by_first_line(self, path: str) -> CommentKind | None:
        text = self.project.files.glance(path)
        shebang = _SHEBANG.match(text.line(1)) if text else None
        if shebang is None:
            return "requirements" if path.endswith((".txt", ".in")) else None
        return "shell" if shebang[1] else "python"

    @cached_property
    def _by_use(self) -> dict[str, CommentKind]:
        """The files whose names may say nothing, and what the deployments read them as."""
        try:
            return dict(_uses(self.project))
        except Exception:  # the run itself reports that the model crashes
            return {}


def _uses(project: Project) -> Iterator[tuple[str, CommentKind]]:
    for deployment in project.all_deployments:
        if deployment.image is not None:
            yield deployment.image.dockerfile_path, "dockerfile"
        if deployment.environment.env_file.path is not None:
            yield deployment.environment.env_file.path, "env"
    for compose in project.compose_projects:
        for service in compose.model.services.values():
            for reference in service.env_files:
                folder, text = reference.path.place.folder, reference.path.text
                if text is not None:
                    # In the raw format a ``#`` behind a value is part of it.
                    kind: CommentKind = "procfile" if reference.is_raw else "env"
                    yield posixpath.normpath(posixpath.join(folder, text)), kind
    if project.has_nginx:
        for context in project.nginx.contexts:
            yield context.path, "nginx"
            yield from ((path, "nginx") for path in _paths(context.nodes))


def _paths(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.path
        yield from _paths(node.children or ())
