"""Where an image's server runs, and the folders that its environment and its command put on ``sys.path``."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.values import ABSENT, Absent, Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.command.shell import Word
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image


def working_directory(image: Image, process: Process | None) -> Value[str]:
    """Where the server runs in the image: WORKDIR, and what the command changes into."""
    chdir = process.chdir if process else ABSENT
    if isinstance(chdir, Absent):
        return image.workdir
    if isinstance(chdir, Known) and isinstance(image.workdir, Known):
        return replace(chdir, value=posixpath.normpath(posixpath.join(image.workdir.value, chdir.value)))
    return chdir if isinstance(chdir, Known) and posixpath.isabs(chdir.value) else Unknown("its folder is unknown")


def folder_served_from(deployment: Deployment) -> Value[str]:
    """The absolute folder of the image that a deployment's server runs in; absent without an image."""
    image, process = deployment.image, deployment.process
    if image is None:
        return ABSENT
    chdir = process.chdir if process else ABSENT
    if isinstance(chdir, Absent):
        return image.workdir
    if isinstance(chdir, Known) and posixpath.isabs(chdir.value):
        return chdir
    if isinstance(chdir, Known) and isinstance(image.workdir, Known):
        return replace(chdir, value=posixpath.normpath(posixpath.join(image.workdir.value, chdir.value)))
    reason = chdir.reason if isinstance(chdir, Unknown) else "the working directory of the image is not known"
    return Unknown(f"the command changes its folder, and {reason}")


def folders_in_image(deployment: Deployment) -> tuple[str, ...] | Unknown:
    """The absolute folders of the image that the server's imports look in, installed packages aside, first to last.

    gunicorn and uvicorn add the working directory; the CLI adds the config's folder instead, from 0.2.8 on.
    """
    image = deployment.image
    reason = unknown_folders(deployment)
    if image is None or reason is not None:
        return Unknown(reason or "there is no image")
    home = folder_served_from(deployment)
    if not isinstance(home, Known):
        return home if isinstance(home, Unknown) else Unknown("the working directory is not known")
    found = [posixpath.join(home.value, word.text or "") for word in _option_folders(deployment.process)]
    if deployment.started_by == "asgi":
        found.append(home.value)
    elif deployment.release.behaviour.cli_puts_project_on_path:
        places = image.places_of(deployment.config.path)
        if not isinstance(places, tuple):
            return Unknown("where the config lies in the image is not known")
        found += [posixpath.dirname(place.value) for place in places]
    python_path = deployment.environment.inherited("PYTHONPATH")
    if isinstance(python_path, Unknown):
        return Unknown(f"PYTHONPATH is not known: {python_path.reason}")
    if isinstance(python_path, Known):
        found += [posixpath.join(home.value, folder) for folder in python_path.value.split(":")]
    return tuple(dict.fromkeys(posixpath.normpath(folder) for folder in found))


def mounted_over(deployment: Deployment, image_path: str) -> bool:
    """Whether something is mounted at a path of the image or above it, so that the image's own files do not count."""
    for mount in deployment.workload.mounts:
        target = mount.target.value if isinstance(mount.target, Known) else "/"
        root = target.rstrip("/")
        if mount.kind != "tmpfs" and (image_path == root or image_path.startswith(f"{root}/")):
            return True
    return False


def project_folders(deployment: Deployment) -> Iterator[str]:
    """The project folders on ``sys.path`` that the image's deployment names, first to last ("" is the root)."""
    image = deployment.image
    if image is None:
        return
    workdir = working_directory(image, deployment.process)
    folders = [word.text for word in _option_folders(deployment.process) if word.text is not None]
    folders.append("")
    python_path = deployment.environment.inherited("PYTHONPATH")
    if isinstance(python_path, Known):
        folders += python_path.value.split(":")
    for folder in folders:
        path = posixpath.join(workdir.value, folder) if isinstance(workdir, Known) else folder
        if path.startswith("/"):
            source = image.project_path_of(posixpath.normpath(path))
            if isinstance(source, Known):
                yield "" if source.value == "." else source.value


def unknown_folders(deployment: Deployment) -> str | None:
    """Why the command may put folders on ``sys.path`` that are not known, in words; None when it names none."""
    process = deployment.process
    for word in _option_folders(process):
        if word.text is None:
            return f"the command adds a folder to the import path, and {word.reason}"
    assigned = process.env_assignments.get("PYTHONPATH") if process else None
    if isinstance(assigned, Unknown):
        return f"the command sets PYTHONPATH, and {assigned.reason}"
    if process is not None and isinstance(process.chdir, Unknown):
        return f"the command changes its folder, and {process.chdir.reason}"
    return None


def _option_folders(process: Process | None) -> list[Word]:
    """The folders in options of the server's program, first on the path first.

    uvicorn inserts ``--app-dir`` (uvicorn/main.py); gunicorn inserts each of ``--pythonpath``, split on commas, before
    the one that it inserted last (gunicorn/app/base.py).
    """
    if process is None:
        return []
    option = process.option({"uvicorn": "app-dir", "gunicorn": "pythonpath"}.get(process.kind, ""))
    value = option.value if option else None
    if value is None:
        return []
    if process.kind == "uvicorn" or value.text is None:
        return [value]
    return [replace(value, text=folder) for folder in reversed(value.text.split(","))]
