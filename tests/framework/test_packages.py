from __future__ import annotations

import sys
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agentflow_lint.framework import packages
from agentflow_lint.framework.packages import brought_by, known_package, providers_of

INSTALLED = {str(canonicalize_name(each.metadata["Name"])): each for each in metadata.distributions()}
KNOWN = sorted(name for name in INSTALLED if known_package(name))


def _here() -> dict[str, str]:
    return {name: str(value) for name, value in default_environment().items()}


def required(distribution: metadata.Distribution) -> set[str]:
    """What an installed distribution requires on Linux, without extras."""
    linux: dict[str, str] = {**_here(), "sys_platform": "linux", "platform_system": "Linux", "extra": ""}
    lines = map(Requirement, distribution.requires or ())
    return {canonicalize_name(each.name) for each in lines if each.marker is None or each.marker.evaluate(linux)}


def test_something_known_is_installed_here() -> None:
    assert len(KNOWN) >= 10, KNOWN


@pytest.mark.conformance
@pytest.mark.parametrize("name", KNOWN)
def test_what_is_installed_here_requires_no_more_than_is_known(name: str) -> None:
    package = known_package(name)
    assert package is not None
    if package.requires is not None:
        assert required(INSTALLED[name]) <= set(package.requires)


@pytest.mark.conformance
@pytest.mark.parametrize("name", KNOWN)
def test_what_is_installed_here_is_imported_by_its_names(name: str) -> None:
    package = known_package(name)
    files = [file.as_posix() for file in INSTALLED[name].files or ()]
    assert package is not None
    for module in package.imports:
        path = module.replace(".", "/")
        starts = (f"{path}/", f"{path}.")
        assert any(file.startswith(starts) for file in files), (name, module)


def test_every_line_is_sound() -> None:
    for name, package in packages._packages().items():
        assert name == canonicalize_name(name)
        assert package.imports
        for more in (*(package.requires or ()), *(one for extra in package.extras.values() for one in extra)):
            assert known_package(more), (name, more)
        for module in package.imports:
            assert module.partition(".")[0] not in sys.stdlib_module_names, name


def test_who_brings_an_import() -> None:
    assert providers_of("yaml") == {"pyyaml"}
    assert providers_of("PIL.Image") == {"pillow"}
    assert providers_of("google.genai.types") == {"google-genai"}
    assert providers_of("google.unheard_of") == frozenset()
    assert providers_of("cv2") == {"opencv-python", "opencv-python-headless"}
    assert providers_of("acme") == frozenset()


def test_what_requirements_bring() -> None:
    found = brought_by([Requirement("google-genai"), Requirement("acme"), Requirement("uvicorn[standard]")])
    assert {"requests", "urllib3", "websockets", "uvloop"} <= found.names
    assert "numpy" not in found.names
    assert found.unfollowed == ("acme",)
    assert brought_by([Requirement("httpx[http3]")]).unfollowed == ("httpx",)
    assert brought_by([Requirement("acme")], frozenset({"acme"})) == packages.Brought(frozenset(), ())
    assert brought_by([Requirement("torch")]).unfollowed == ("torch",)
