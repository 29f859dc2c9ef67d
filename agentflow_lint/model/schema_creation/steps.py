"""What the repository runs besides the server: start scripts, one-shot services, jobs, releases, make targets, CI.

Looked for by name: the file of a script, or its module after ``-m``, before a colon, or dotted. Lines that are comments
do not count.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles

_DEEPEST = 6
_MOST_NAMES = 4000
_SKIPPED = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "dist", "build"})
_HIDDEN = frozenset({".github", ".circleci", ".gitlab", ".docker", ".k8s", ".kubernetes", ".buildkite", ".platform"})
_STEP = re.compile(
    r"(?:(?:docker|container)file.*|.*\.dockerfile|procfile.*|(?:gnu)?makefile|justfile|jenkinsfile|crontab"
    r"|entrypoint|start|release|deploy|migrate"
    r"|(?:app|railway|package)\.json|.*\.(?:ya?ml|sh|bash|zsh|mk|toml|cfg|ini|tf|service|ps1|conf))",
    re.IGNORECASE,
)
_SQL = re.compile(r".*\.sql", re.IGNORECASE)
_TEST = re.compile(r"(?:^|/)(?:tests?|testing|conftest\.py|test_[^/]*\.py|[^/]*_test\.py)(?:/|$)")
_DEVELOPMENT = re.compile(
    r"(?:^|[._/-])(?:dev|devel|development|local|tests?|testing|ci|debug)(?:$|[._/-])", re.IGNORECASE
)
_INLINE = re.compile(r"\basetup\s*\(")


@record(frozen=True)
class Step:
    """A line that runs something; ``is_for_development``: its file's path says that it is not production's."""

    path: str
    line: int
    is_for_development: bool


@record(frozen=True, eq=False)
class Repository:
    """The files of a project that may run something, or be run."""

    files: ProjectFiles

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The Python files that can be read, tests left out."""
        own = (path for path in self._paths if path.endswith(".py") and not _TEST.search(path))
        return tuple(path for path in own if self.files.glance(path) is not None)

    @cached_property
    def sql(self) -> tuple[str, ...]:
        """The files of SQL."""
        return tuple(path for path in self._paths if _SQL.fullmatch(path))

    def inline(self) -> Iterator[Step]:
        """Steps that call ``asetup()`` themselves, as with ``python -c``."""
        yield from self._matching(_INLINE)

    def running(self, path: str) -> Iterator[Step]:
        """Steps that run a Python file, by its path or as a module."""
        if posixpath.basename(path) == "gunicorn.conf.py":  # gunicorn looks for it by itself
            yield Step(path, 1, is_for_development=False)
        yield from self._matching(_mention(path))
        for script in self._console_scripts(path):
            yield from self._matching(re.compile(rf"(?<![\w.-]){re.escape(script)}(?![\w.=-])(?!\s*=)"))

    def _matching(self, pattern: re.Pattern[str]) -> Iterator[Step]:
        for path in self._step_paths:
            text = self.files.glance(path)
            if text is None or not pattern.search(text.content):
                continue
            declares = posixpath.basename(path) == "pyproject.toml"
            for number in range(1, text.line_count + 1):
                line = text.line(number)
                is_declaration = declares and re.match(r"\s*[\"']?[\w.-]+[\"']?\s*=\s*[\"'][\w.]+:\w+[\"']\s*$", line)
                if not line.lstrip().startswith("#") and not is_declaration and pattern.search(line):
                    yield Step(path, number, bool(_DEVELOPMENT.search(path)))

    def _console_scripts(self, path: str) -> Iterator[str]:
        """The commands that pyproject.toml makes of a function of a file."""
        text = self.files.glance("pyproject.toml") if "pyproject.toml" in self._step_paths else None
        if text is None:
            return
        for module in _modules(path):
            for match in re.finditer(
                rf"^\s*[\"']?([\w.-]+)[\"']?\s*=\s*[\"']{re.escape(module)}:", text.content, re.MULTILINE
            ):
                yield match[1]

    @cached_property
    def _step_paths(self) -> tuple[str, ...]:
        return tuple(
            path
            for path in self._paths
            if _STEP.fullmatch(posixpath.basename(path)) or ("." not in posixpath.basename(path) and _is_tool(path))
        )

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(self._walk())

    def _walk(self) -> Iterator[str]:
        looked_at = 0
        todo = [("", _DEEPEST)]
        while todo:
            folder, depth = todo.pop()
            for name in self.files.names(folder):
                looked_at += 1
                if looked_at > _MOST_NAMES:
                    return
                path = posixpath.join(folder, name)
                if self.files.is_file(path):
                    yield path
                elif depth and name not in _SKIPPED and (not name.startswith(".") or name in _HIDDEN):
                    todo.append((path, depth - 1))


def _is_tool(path: str) -> bool:
    """Whether a file without a suffix lies where scripts do."""
    return path.split("/")[0] in ("bin", "scripts", "docker", "deploy", "ops")


def _modules(path: str) -> Iterator[str]:
    """The dotted names under which a file may be imported."""
    stem = path.removesuffix(".py").removesuffix("/__init__").removesuffix("/__main__")
    yield stem.replace("/", ".")
    if stem.startswith("src/"):
        yield stem.removeprefix("src/").replace("/", ".")


def _mention(path: str) -> re.Pattern[str]:
    """What a line that runs a file holds."""
    name = re.escape(posixpath.basename(path))
    choices = [rf"(?:^|[\s/\"'=,\[]){name}(?![\w.-])"]
    for module in _modules(path):
        escaped = re.escape(module)
        choices.append(rf"-m[\s\"',=]+{escaped}(?![\w.])")
        choices.append(rf"(?<![\w./-]){escaped}:[A-Za-z_]")
        if "." in module:
            choices.append(rf"(?<![\w./-]){escaped}(?![\w.])")
    return re.compile("|".join(choices), re.MULTILINE)
