"""The env file that the config names, and the env templates beside it, in one deployment."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.environment import EnvFileUse
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.image.built import NotInImage
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.dotenv import EnvFile, evaluate, read_env, references

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.config_file import ConfigFile
    from agentflow_lint.model.environment import EnvFileStatus
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.image.built import Image

StartedBy = Literal["asgi", "cli"]
"""``asgi``: gunicorn or uvicorn on the ASGI target; ``cli``: the framework's own command line."""

#: How projects name the file that says which variables to provide.
TEMPLATE_NAMES = (
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    "env.example",
    "env.sample",
    "env.template",
    "example.env",
    "sample.env",
)


@record(frozen=True)
class EnvTemplate:
    """An env template and the variables that it names."""

    path: str
    names: Mapping[str, Origin]


def find_template(files: ProjectFiles) -> EnvTemplate | None:
    """The project's env template, if it has one; its values are samples and never count."""
    present = files.names()
    for name in TEMPLATE_NAMES:
        if name not in present:
            continue
        text = files.read(name)
        if isinstance(text, (Unreadable, Missing)):
            continue
        bindings = read_env(text).bindings
        return EnvTemplate(name, {b.name: Origin(f"named in {name}", Location(name, b.span)) for b in bindings})
    return None


def use_of_env_file(
    files: ProjectFiles,
    config: ConfigFile,
    release: Release,
    started_by: StartedBy,
    process: tuple[Mapping[str, Value[str]], ...],
    image: Image | None,
    workdir: Value[str],
    provided: Collection[str] = (),
) -> EnvFileUse:
    """What becomes of the ``env`` key in one deployment.

    ``workdir`` is the server's working directory: a path in the image, or "" (the project root) without one. The ASGI
    target looks for a relative path there, the CLI beside the config file (graph_config.py, cli/core/config.py).
    ``provided`` names what the platform adds to the ``process`` layers, with values that are not known.
    """
    configured = config.get("env")
    if not isinstance(configured, str) or not configured:
        return EnvFileUse("not-configured")
    late = started_by == "asgi" and not release.behaviour.env_file_reaches_settings
    search = _Search(files, config, configured, late, process, frozenset(provided))
    return search.on_disk() if image is None else search.in_image(image, workdir, started_by)


def use_of_own_file(
    files: ProjectFiles,
    config: ConfigFile,
    path: str,
    process: tuple[Mapping[str, Value[str]], ...],
    image: Image | None,
    workdir: Value[str],
    provided: Collection[str] = (),
) -> EnvFileUse:
    """What becomes of an env file that the project's own code names, relative to the working directory."""
    search = _Search(files, config, path, late=False, process=process, provided=frozenset(provided))
    return search.on_disk() if image is None else search.in_image(image, workdir, "asgi")


@record(frozen=True)
class _Search:
    """The server's search for the file that the config names."""

    files: ProjectFiles
    config: ConfigFile
    configured: str
    late: bool
    process: tuple[Mapping[str, Value[str]], ...]
    provided: frozenset[str]

    def on_disk(self) -> EnvFileUse:
        """Without an image: below the project root."""
        path = posixpath.normpath(self.configured)
        if posixpath.isabs(path):
            return self._unknown(f"{self.configured} is a path of the machine that serves")
        if path.startswith("../"):
            return self._unknown(f"{self.configured} lies outside the project")
        return self._unknown_if_expected(self._of_file(path))

    def in_image(self, image: Image, workdir: Value[str], started_by: StartedBy) -> EnvFileUse:
        """In an image: where its working directory, or the place of the config, leads."""
        home = _folder_of(image.place_of(self.config.path))
        base = workdir if started_by == "asgi" else home
        if not isinstance(base, Known):
            return self._unknown("the server's working directory in the image is unknown")
        wanted = posixpath.normpath(posixpath.join(base.value, self.configured))
        source = image.project_path_of(wanted)
        if isinstance(source, Unknown):
            return self._unknown(source.reason)
        if isinstance(source, Known):
            return replace(self._of_file(source.value), looked_for=wanted)
        path = self._project_path(home)
        if path is None:
            return self._unknown(f"nothing puts {wanted} into the image, but it may be mounted")
        places = image.places_of(path)
        use = replace(self._of_file(path), looked_for=wanted)
        if use.status == "missing":
            if not isinstance(places, NotInImage):
                return self._unknown_if_expected(use)
            return replace(use, reason=f"{use.reason}, and {places.reason}", decided_by=places.location, kept_out=True)
        if isinstance(places, tuple):
            use = replace(use, reason=f"it lies at {places[-1].value}, and the server looks for {wanted}")
            return replace(use, status="not-deployed", decided_by=places[-1].origin.location)
        because = places if isinstance(places, NotInImage) else source
        return replace(use, status="not-deployed", reason=because.reason, decided_by=because.location)

    def _project_path(self, home: Value[str]) -> str | None:
        """The project file that ``configured`` means to a person: relative to the config."""
        path = posixpath.normpath(self.configured)
        if posixpath.isabs(path) and isinstance(home, Known):
            path = posixpath.relpath(path, home.value)
        return None if path.startswith(("/", "../")) else path

    def _of_file(self, path: str) -> EnvFileUse:
        """What a file of the project does where the server finds it."""
        if self.files.is_dir(path):
            return self._missing(f"{path} is a folder", path)
        text = self.files.read(path)
        if isinstance(text, Missing):
            return self._missing(f"there is no {path}", path)
        if isinstance(text, Unreadable):
            return self._unknown(f"{path} {text.reason}", path)
        parsed = read_env(text)
        if parsed.undecided:
            return replace(self._unknown(f"{path}: {parsed.undecided}", path), parsed=parsed)
        values = _values(path, parsed, self.process, self.provided)
        return replace(self._use("late" if self.late else "loaded", "", path), values=values, parsed=parsed)

    def _unknown_if_expected(self, use: EnvFileUse) -> EnvFileUse:
        """A file that git leaves out is made where the server runs; what it names, only a template can tell."""
        ignored = use.git_ignored_by
        if ignored is None or find_template(self.files) is not None:
            return use
        because = f"{ignored.path} line {ignored.span.line} keeps it out of the repository"
        return replace(use, status="unknown", reason=f"{use.reason}: {because}")

    def _missing(self, reason: str, path: str) -> EnvFileUse:
        use = self._use("missing", reason)
        return replace(use, looked_for=path, git_ignored_by=git_ignored_by(self.files, path))

    def _unknown(self, reason: str, path: str | None = None) -> EnvFileUse:
        return self._use("unknown", reason, path)

    def _use(self, status: EnvFileStatus, reason: str, path: str | None = None) -> EnvFileUse:
        location = self.config.at_value("env")
        return EnvFileUse(status, self.configured, path, reason, location, looked_for=path, misses_settings=self.late)


def _values(
    path: str, env_file: EnvFile, process: tuple[Mapping[str, Value[str]], ...], provided: frozenset[str]
) -> Mapping[str, Value[str]]:
    """Each name's value as ``load_dotenv`` would compute it, with the place of the line that decides."""
    outside: dict[str, Value[str]] = {name: Unknown("provided at deploy time") for name in provided}
    for layer in reversed(process):
        outside.update({name: value for name, value in layer.items() if not isinstance(value, Absent)})
    computed = evaluate(env_file, {name: value.value for name, value in outside.items() if isinstance(value, Known)})
    found: dict[str, Value[str]] = {}
    for binding in env_file.bindings:
        origin = Origin(f"env file {path}", Location(path, binding.value_span or binding.span), "env-file")
        sources = (*references(binding), *references(binding, defaulted=True))
        unknown = next((name for name in sources if isinstance(outside.get(name, found.get(name)), Unknown)), None)
        if unknown is not None:
            found[binding.name] = Unknown(f"{path} takes it from {unknown}, which is unknown", origin)
        else:
            found[binding.name] = Known(computed.get(binding.name) or "", origin)
    return MappingProxyType({name: value for name, value in found.items() if computed.get(name) is not None})


def _folder_of(place: Known[str] | Unknown | NotInImage) -> Value[str]:
    if isinstance(place, Known):
        return Known(posixpath.dirname(place.value), place.origin)
    return Unknown("where the config lies in the image is unknown")
