"""What is known of public base images: that they hold no project, and which variables they set."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: Registries and namespaces in which the Docker official images live under their own names.
_OFFICIAL = (
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "docker.io/",
    "library/",
)


@record(frozen=True)
class BaseImage:
    """A public general-purpose image: no ONBUILD triggers, no project code.

    ``env`` maps each variable that it sets to its value, None for one that depends on the tag; ``complete`` says
    that it sets no other, and that its working directory is ``/``.
    """

    env: Mapping[str, str | None] = field(default_factory=dict)
    complete: bool = False


_PYTHON = BaseImage(
    {
        "PATH": f"/usr/local/bin:{_PATH}",
        "LANG": "C.UTF-8",
        "GPG_KEY": None,
        "PYTHON_VERSION": None,
        "PYTHON_SHA256": None,
        "PYTHON_PIP_VERSION": None,
        "PYTHON_SETUPTOOLS_VERSION": None,
        "PYTHON_GET_PIP_URL": None,
        "PYTHON_GET_PIP_SHA256": None,
    },
    complete=True,
)
_SYSTEM = BaseImage({"PATH": _PATH}, complete=True)
_OPEN = BaseImage()
#: Made of python's, Debian's and Alpine's images; none of them looks for programs anywhere else.
_UV = BaseImage({"PATH": f"/usr/local/bin:{_PATH}"})

SCRATCH = BaseImage({"PATH": _PATH}, complete=True)
"""The empty image. Docker's default PATH applies when nothing sets one."""

_KNOWN = {
    "python": _PYTHON,
    "debian": _SYSTEM,
    "ubuntu": BaseImage({"PATH": _PATH, "LANG": None}, complete=True),
    "alpine": _SYSTEM,
    "node": _OPEN,
    "golang": _OPEN,
    "rust": _OPEN,
    "fedora": _OPEN,
    "rockylinux": _OPEN,
    "almalinux": _OPEN,
    "amazonlinux": _OPEN,
    "buildpack-deps": _OPEN,
    "nginx": _OPEN,
    "continuumio/miniconda3": _OPEN,
    "mambaorg/micromamba": _OPEN,
    "condaforge/miniforge3": _OPEN,
    "pytorch/pytorch": _OPEN,
    "nvidia/cuda": _OPEN,
    "nvcr.io/nvidia/cuda": _OPEN,
    "nvcr.io/nvidia/pytorch": _OPEN,
    "ghcr.io/astral-sh/uv": _UV,
    "astral/uv": _UV,
    "chainguard/python": _OPEN,
    "cgr.dev/chainguard/python": _OPEN,
    "bitnami/python": _OPEN,
    "mcr.microsoft.com/devcontainers/python": _OPEN,
    "public.ecr.aws/lambda/python": _OPEN,
    "public.ecr.aws/amazonlinux/amazonlinux": _OPEN,
}

_KNOWN_PREFIXES = ("gcr.io/distroless/", "registry.access.redhat.com/ubi", "quay.io/pypa/")


def base_image(reference: str) -> BaseImage | None:
    """What is known of an image reference (``python:3.12-slim``); None for one that nothing is known of."""
    if reference == "scratch":
        return SCRATCH
    repository, tag = repository_and_tag(reference)
    if repository == "python" and "onbuild" in tag:
        return None
    if repository in _KNOWN:
        return _KNOWN[repository]
    return _OPEN if repository.startswith(_KNOWN_PREFIXES) else None


def repository_and_tag(reference: str) -> tuple[str, str]:
    """Split a reference; official images lose registry and namespace, so they read ``python``."""
    name = reference.partition("@")[0]
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = f"{head}{slash}{last}".lower()
    for prefix in _OFFICIAL:
        if repository.startswith(prefix):
            return repository[len(prefix) :], tag
    return repository, tag


#: The Python that a distribution's package ``python3`` is, by the names and numbers of its releases.
_SYSTEM_PYTHONS = {
    "debian": {
        "10": "3.7", "buster": "3.7", "11": "3.9", "bullseye": "3.9", "12": "3.11", "bookworm": "3.11",
        "13": "3.13", "trixie": "3.13",
    },
    "ubuntu": {
        "20.04": "3.8", "focal": "3.8", "22.04": "3.10", "jammy": "3.10", "24.04": "3.12", "noble": "3.12",
    },
}  # fmt: skip

_IN_TAG = re.compile(r"(?:^|-)python(3\.\d{1,2})(?:-|\Z)")
_TAG = re.compile(r"(3\.\d{1,2})(?:[.\-]|\Z)|(3\.\d{1,2})(?:a|b|rc)")
_DISTROLESS = re.compile(r"gcr\.io/distroless/python3-debian(\d+)\Z")


def base_python(reference: str) -> str | None:
    """The Python (``3.12``) of a public base image as its tag tells, its distribution's own included; else None."""
    repository, tag = repository_and_tag(reference)
    if repository in ("python", "bitnami/python", "cgr.dev/chainguard/python", "chainguard/python"):
        match = _TAG.match(tag)
        return (match[1] or match[2]) if match else None
    if repository in ("ghcr.io/astral-sh/uv", "astral/uv"):
        match = _IN_TAG.search(tag)
        return match[1] if match else None
    match = _DISTROLESS.match(repository)
    if match:
        return _SYSTEM_PYTHONS["debian"].get(match[1])
    known = _SYSTEM_PYTHONS.get(repository, {})
    return known.get(tag.removesuffix("-slim").partition("-")[0]) or known.get(tag.partition(".")[0])


#: Users that images of these repositories do not run as root.
_UNPRIVILEGED = ("bitnami/", "chainguard/", "cgr.dev/chainguard/", "mambaorg/micromamba")


def base_user(reference: str) -> str | None:
    """``root`` for a public base image that sets no user, ``nonroot`` for one that does; None for any other."""
    repository, tag = repository_and_tag(reference)
    if repository.startswith(_UNPRIVILEGED) or "nonroot" in tag:
        return "nonroot"
    if repository.startswith("registry.access.redhat.com/ubi"):
        return "nonroot" if "python" in repository else "root"
    return None if base_image(reference) is None else "root"
