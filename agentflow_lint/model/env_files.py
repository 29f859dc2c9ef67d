"""The env file that the config names, and the env templates beside it, in one deployment."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.environment import EnvFileUse
from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.model.image import Image, NotInImage
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.dotenv import EnvFile, evaluate, read_env, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.config_file import ConfigFile

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


@dataclass(frozen=True)
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
) -> EnvFileUse:
    """What becomes of the ``env`` key in one deployment.

    ``workdir`` is the server's working directory: a path in the image, or "" (the project root) without one. The ASGI
    target looks for a relative path there, the CLI beside the config file (graph_config.py, cli/core/config.py).
    """
    configured = config.get("env")
    if not isinstance(configured, str) or not configured:
        return EnvFileUse("not-configured")
    location = config.at_value("env")

    def use(status: Literal["missing", "unknown"], reason: str) -> EnvFileUse:
        return EnvFileUse(status, configured, None, reason, location)

    if posixpath.isabs(configured) and image is None:
        return use("unknown", f"{configured} is a path of the machine that serves")
    if image is None:
        path = posixpath.normpath(configured)
    else:
        base = workdir if started_by == "asgi" else _folder_of(image.place_of(config.path))
        if not isinstance(base, Known):
            return use("unknown", "the server's working directory in the image is unknown")
        return _in_image(
            files,
            image,
            posixpath.normpath(posixpath.join(base.value, configured)),
            configured,
            location,
            release,
            started_by,
            process,
        )
    if path.startswith("../"):
        return use("unknown", f"{configured} lies outside the project")
    return _on_disk(files, path, configured, location, release, started_by, process)


def _in_image(
    files: ProjectFiles,
    image: Image,
    image_path: str,
    configured: str,
    location: Location,
    release: Release,
    started_by: StartedBy,
    process: tuple[Mapping[str, Value[str]], ...],
) -> EnvFileUse:
    source = image.project_path_of(image_path)
    if isinstance(source, Unknown):
        return EnvFileUse("unknown", configured, None, source.reason, location)
    if isinstance(source, Known):
        return _on_disk(files, source.value, configured, location, release, started_by, process)
    repo_path = posixpath.normpath(configured)
    found = _on_disk(files, repo_path, configured, location, release, started_by, process)
    if found.status == "missing":
        return found
    reason = source.reason if isinstance(source, NotInImage) else "nothing copies it into the image"
    return EnvFileUse("not-deployed", configured, repo_path, reason, location, found.values)


def _on_disk(
    files: ProjectFiles,
    path: str,
    configured: str,
    location: Location,
    release: Release,
    started_by: StartedBy,
    process: tuple[Mapping[str, Value[str]], ...],
) -> EnvFileUse:
    text = files.read(path)
    if isinstance(text, Missing):
        return EnvFileUse("missing", configured, path, f"there is no {path}", location)
    if isinstance(text, Unreadable):
        return EnvFileUse("unknown", configured, path, f"{path} {text.reason}", location)
    env_file = read_env(text)
    if env_file.undecided:
        return EnvFileUse("unknown", configured, path, f"{path}: {env_file.undecided}", location)
    values = dict(_values(path, env_file, process))
    late = started_by == "asgi" and not release.behaviour.env_file_reaches_settings
    return EnvFileUse("late" if late else "loaded", configured, path, "", location, values)


def _values(
    path: str, env_file: EnvFile, process: tuple[Mapping[str, Value[str]], ...]
) -> Iterator[tuple[str, Value[str]]]:
    """Each name's value as ``load_dotenv`` would compute it, with the place of the line that decides."""
    outside: dict[str, Value[str]] = {}
    for layer in reversed(process):
        outside.update(layer)
    known = {name: value.value for name, value in outside.items() if isinstance(value, Known)}
    computed = evaluate(env_file, known)
    for binding in env_file.bindings:
        value = computed.get(binding.name)
        if value is None:
            continue
        origin = Origin(f"env file {path}", Location(path, binding.value_span or binding.span))
        missing = [name for name in references(binding) if isinstance(outside.get(name), Unknown)]
        if missing:
            yield binding.name, Unknown(f"{path} takes it from {missing[0]}, which is unknown", origin)
        else:
            yield binding.name, Known(value, origin)


def _folder_of(place: Known[str] | Unknown | NotInImage) -> Value[str]:
    if isinstance(place, Known):
        return Known(posixpath.dirname(place.value), place.origin)
    return Unknown("where the config lies in the image is unknown")
