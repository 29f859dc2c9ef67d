"""What the instructions of a stage put into its file system, as far as it can be told without a build.

COPY and ADD as BuildKit runs them: a folder gives its contents, a file goes into a destination that is a folder, a
wildcard stands for each match. RUN is only looked through for commands that could put a file somewhere or take it away.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING

from agentflow_lint.model.command.shell import MOST_COMMANDS, shell_commands
from agentflow_lint.model.image.scripts import scripts_of
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.records import once, record
from agentflow_lint.sources.dockerfile import LocatedText, base_image
from agentflow_lint.sources.dockerignore import IgnoreFile, glob_match, read_dockerignore
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.image.context import ContextAbove
    from agentflow_lint.sources.dockerfile import Dockerfile, Expanded, Instruction, Stage, Step

_WILDCARDS = frozenset("*?[")
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")
_COPIERS = ("cp", "mv", "ln", "rsync", "install")
_WRITERS = ("touch", "tee")
_FETCHERS = ("git", "svn", "hg", "tar", "unzip", "bsdtar")
_REDIRECTION = re.compile(r">>?\s*[\"']?([^\s\"';|&<>()$`]+)")

OUTSIDE = "the image is built in a folder above the project, and what its .dockerignore drops is not known"

#: Folders that every Linux image has, so a file copied to one goes into it.
_SYSTEM_FOLDERS = frozenset(
    {
        "/",
        "/bin",
        "/etc",
        "/home",
        "/lib",
        "/mnt",
        "/media",
        "/opt",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/local/share",
        "/usr/share",
        "/var",
        "/var/lib",
        "/var/log",
        "/var/tmp",
    }
)


@record(frozen=True)
class Copy:
    """A COPY or ADD of local files.

    ``sources`` are relative to the root of what is copied from, which is the build context, or the earlier stage
    number ``stage``; ``target`` is the absolute destination; ``into`` whether a file goes into it (a folder)
    instead of taking its name, None when that depends on what a RUN did. ``unknown`` says why it is not
    known what comes to lie at or below ``target``.
    """

    sources: tuple[str, ...]
    target: str
    into: bool | None
    location: Location
    stage: int | None = None
    parents: bool = False
    unpacks: bool = False
    excluded: IgnoreFile = field(default_factory=lambda: IgnoreFile(()))
    unknown: str | None = None

    def places(self, path: str, *, is_folder: bool) -> Iterator[str | None]:
        """Where a file or folder of the source root comes to lie; None when it is copied to an unknown place."""
        parts = path.split("/") if path else []
        for source in self.sources:
            segments = source.split("/") if source else []
            head, rest = parts[: len(segments)], parts[len(segments) :]
            if len(head) < len(segments) or not all(map(_segment_matches, segments, head)):
                continue
            if self.excluded.match("/".join(rest) or posixpath.basename(path)) is not None:
                continue
            if self.unpacks and not rest and not is_folder and path.endswith(_ARCHIVES):
                continue
            if self.parents:
                yield posixpath.join(self.target, path)
            elif rest or is_folder:
                yield posixpath.normpath(posixpath.join(self.target, *rest))
            elif self.into is None:
                yield None
            else:
                yield posixpath.join(self.target, posixpath.basename(path)) if self.into else self.target

    def candidates(self, image_path: str) -> Iterator[str]:
        """The paths below the source root, wildcards still in them, that could have come to lie at ``image_path``."""
        if self.parents:
            if image_path.startswith(self.target.rstrip("/") + "/"):
                yield posixpath.relpath(image_path, self.target)
            return
        for source in self.sources:
            name = posixpath.basename(source)
            if image_path == self.target:
                yield source
            elif image_path.startswith(self.target.rstrip("/") + "/"):
                rest = posixpath.relpath(image_path, self.target)
                yield posixpath.join(source, rest)
                if _segment_matches(name, rest):
                    yield posixpath.join(posixpath.dirname(source), rest)


@record(frozen=True)
class Run:
    """A RUN, by the absolute paths that it touches.

    ``removes`` are gone; ``moves`` may be; ``writes`` are files and ``fills`` files or whole folders that it may have
    written; ``fetches`` says that it may have brought in the project itself.
    """

    location: Location
    removes: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    fetches: bool = False


@record(frozen=True)
class FileSystem:
    """A stage's layers in order, inherited ones first; ``base`` says why the base image may hold more, or None."""

    layers: tuple[Copy | Run, ...]
    workdir: Value[str]
    base: str | None


def has_wildcard(path: str) -> bool:
    """Whether a source stands for all that match it."""
    return not _WILDCARDS.isdisjoint(path)


def below(path: str, roots: tuple[str, ...]) -> bool:
    """Whether an absolute path is one of ``roots`` (which may hold wildcards), or lies below one."""
    parts = path.split("/")
    for root in roots:
        segments = root.rstrip("/").split("/")
        if len(parts) >= len(segments) and all(map(_segment_matches, segments, parts)):
            return True
    return False


def file_systems(dockerfile: Dockerfile, path: str, above: ContextAbove | None = None) -> tuple[FileSystem, ...]:
    """The file system of each stage; ``above`` where the build context lies above the project.

    Of what is copied from there, only single files are followed: an ignore file that is not read may drop others.
    """
    return _file_systems(dockerfile, path) if above is None else _replayed(dockerfile, path, above)


@once
def _file_systems(dockerfile: Dockerfile, path: str) -> tuple[FileSystem, ...]:
    return _replayed(dockerfile, path, None)


def _replayed(dockerfile: Dockerfile, path: str, above: ContextAbove | None) -> tuple[FileSystem, ...]:
    found: list[FileSystem] = []
    for stage in dockerfile.stages:
        found.append(_Replay(dockerfile, stage, path, tuple(found), above).run())
    return tuple(found)


def _segment_matches(pattern: str, name: str) -> bool:
    return glob_match(pattern, name) if has_wildcard(pattern) or "\\" in pattern else pattern == name


class _Replay:
    def __init__(
        self,
        dockerfile: Dockerfile,
        stage: Stage,
        path: str,
        earlier: tuple[FileSystem, ...],
        above: ContextAbove | None,
    ) -> None:
        self._dockerfile = dockerfile
        self._above = above
        self._stage = stage
        self._path = path
        self._folders = set(_SYSTEM_FOLDERS)
        self._run_text = ""
        self._env: Mapping[str, Value[str]] = {
            name: Known(value.value, Origin("")) if value.value is not None else Unknown(value.reason or "")
            for name, value in {**stage.args, **stage.env}.items()
        }
        if stage.base_stage is not None:
            inherited = earlier[stage.base_stage]
            self._layers = list(inherited.layers)
            self._workdir = inherited.workdir
            self._base = inherited.base
            return
        known = base_image(stage.base) if stage.base else None
        self._layers = []
        name = stage.base or "which is not known"
        self._base = None if known else f"the base image {name} may hold it"
        if known is not None and known.complete:
            self._workdir = Known("/", Origin(f"the base image {name}"))
        else:
            self._workdir = Unknown(f"the working directory of the base image {name} is not known")

    def run(self) -> FileSystem:
        for step in self._stage.steps:
            keyword = step.instruction.keyword
            if keyword == "WORKDIR" and step.words:
                self._change_folder(step.words[0])
            elif keyword in ("COPY", "ADD"):
                self._copy(step, keyword == "ADD")
            elif keyword == "RUN":
                self._run(step.instruction)
        return FileSystem(tuple(self._layers), self._workdir, self._base)

    def _location(self, instruction: Instruction) -> Location:
        return Location(self._path, instruction.span)

    def _change_folder(self, word: Expanded) -> None:
        origin = Origin(f"WORKDIR in {self._path}", Location(self._path, word.span))
        if word.text is None:
            self._workdir = Unknown(word.reason or "the WORKDIR is not known", origin)
            return
        if word.text.startswith("/"):
            self._workdir = Known(_clean(word.text), origin)
        elif isinstance(self._workdir, Known):
            self._workdir = Known(_clean(posixpath.join(self._workdir.value, word.text)), origin)
        if isinstance(self._workdir, Known):
            self._remember(self._workdir.value)

    def _remember(self, folder: str) -> None:
        while folder not in self._folders:
            self._folders.add(folder)
            folder = posixpath.dirname(folder)

    def _absolute(self, path: str) -> str | None:
        if path.startswith("/"):
            return _clean(path)
        if isinstance(self._workdir, Known):
            return _clean(posixpath.join(self._workdir.value, path))
        return None

    def _copy(self, step: Step, is_add: bool) -> None:
        instruction = step.instruction
        location = self._location(instruction)
        flag = instruction.flag("from")
        stage: int | None = None
        if flag is not None and not is_add:
            found = self._dockerfile.stage(flag.value or "")
            if found is None or found.index >= self._stage.index:
                if not any(char in (flag.value or "") for char in "/:@") and base_image(flag.value or "") is None:
                    unknown = f"what --from={flag.value} names is not in {self._path}"
                    self._layers.append(Copy((), "/", True, location, unknown=unknown))
                return
            stage = found.index
        names = {heredoc.name for heredoc in instruction.heredocs}
        words = step.words[:-1]
        if not words or len(step.words) < 2:
            return
        unknown_word = next((word for word in step.words if word.text is None), None)
        target = step.words[-1].text
        absolute = self._absolute(target) if target is not None else None
        if unknown_word is not None or absolute is None or target is None:
            reason = unknown_word.reason if unknown_word else "the working directory of the base image is not known"
            self._layers.append(Copy((), "/", True, location, stage, unknown=reason))
            return
        local = [
            word.text for word in words
            if word.text is not None and not word.text.startswith("<<") and not (is_add and _is_remote(word.text))
        ]  # fmt: skip
        inline = [word for word in words if (word.text or "").startswith("<<")]
        into = _names_a_folder(target) or len(words) > 1 or absolute in self._folders
        decided: bool | None = into or (None if absolute in self._run_text else False)
        if inline and names:
            written = [posixpath.join(absolute, name) if into else absolute for name in names]
            self._layers.append(Run(location, writes=tuple(written)))
        sources = tuple(_clean("/" + source)[1:] for source in local)
        if self._above is not None and stage is None:
            followed = tuple(path for path in map(self._above.followed, sources) if path is not None)
            if len(followed) < len(sources):
                self._layers.append(Copy((), absolute, True, location, unknown=OUTSIDE))
            sources = followed
        excludes = "\n".join(each.value or "" for each in instruction.flags if each.name == "exclude")
        self._layers.append(
            Copy(
                sources,
                absolute,
                decided,
                location,
                stage,
                parents=instruction.flag("parents") is not None,
                unpacks=is_add,
                excluded=read_dockerignore(SourceText(excludes)),
            )
        )
        self._remember(absolute if into else posixpath.dirname(absolute))

    def _run(self, instruction: Instruction) -> None:
        effects = _Effects(self._workdir)
        for script in scripts_of(instruction):
            effects.read(script, self._env)
            self._run_text = f"{self._run_text}\n{script.text}"[-200_000:]
        mounts = any(
            each.name == "mount" and "type=bind" in (each.value or "") and "from=" not in (each.value or "")
            for each in instruction.flags
        )
        if mounts and effects.fills:
            effects.fetches = True
        self._layers.append(
            Run(
                self._location(instruction),
                tuple(effects.removes),
                tuple(effects.moves),
                tuple(effects.writes),
                tuple(effects.fills),
                effects.fetches,
            )
        )


class _Effects:
    """The paths that a script may change."""

    def __init__(self, workdir: Value[str]) -> None:
        self._folder = workdir.value if isinstance(workdir, Known) else None
        self.removes: list[str] = []
        self.moves: list[str] = []
        self.writes: list[str] = []
        self.fills: list[str] = []
        self.fetches = False

    def read(self, script: LocatedText, env: Mapping[str, Value[str]]) -> None:
        self.writes.extend(self._paths(_REDIRECTION.findall(script.text)))
        for command in islice(shell_commands(script, env), MOST_COMMANDS):
            texts = [word.text for word in command.words]
            name = posixpath.basename(texts[0] or "") if texts else ""
            options = [text for text in texts[1:] if text and text.startswith("-")]
            arguments = [text for text in texts[1:] if text and not text.startswith("-")]
            if name == "cd" and arguments:
                self._folder = next(iter(self._paths(arguments[:1])), None)
            elif name == "rm" and not command.conditional:
                self.removes.extend(self._paths(arguments))
            elif name == "find" and ("-delete" in options or "rm" in arguments):
                self.moves.extend(self._paths(arguments[:1]))
            elif name in _FETCHERS and self._brings_files(name, texts):
                self.fetches = True
                self.fills.extend(self._paths(["."]))
            elif name in _WRITERS:
                self.writes.extend(self._paths(arguments))
            elif name in _COPIERS:
                self.fills.extend(self._paths(arguments[-1:]))
                self.moves.extend(self._paths(arguments[:-1]) if name == "mv" else ())

    @staticmethod
    def _brings_files(name: str, texts: list[str | None]) -> bool:
        if name in ("git", "svn", "hg"):
            return any(text in ("clone", "checkout", "export", "pull") for text in texts)
        if name == "tar":
            return any(re.match(r"-?-?[a-z]*x", text or "") for text in texts[1:2]) or "--extract" in texts
        return True

    def _paths(self, texts: list[str]) -> list[str]:
        found = []
        for text in texts:
            if text.startswith("/"):
                found.append(_clean(text))
            elif self._folder is not None:
                found.append(_clean(posixpath.join(self._folder, text)))
        return found


def _clean(path: str) -> str:
    """An absolute path at its shortest."""
    return "/" + posixpath.normpath(path).lstrip("/")


def _names_a_folder(target: str) -> bool:
    return target in ("", ".", "..") or target.endswith(("/", "/.", "/.."))


def _is_remote(source: str) -> bool:
    return re.match(r"(?:https?|ftp|git|ssh)://|git@", source) is not None
