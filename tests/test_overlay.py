"""What an editor has not saved, or a fix would make, counts instead of what the disk says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.discovery import discover
from agentflow_lint.model.disk import DISK, Overlay
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = b'{"agent": "graph:app", "auth": null}\n'


def real(path: Path) -> str:
    return os.path.realpath(path)


def test_files_are_read_and_listed_with_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("disk")
    overlay = {real(tmp_path / "a"): b"buffer", real(tmp_path / "new" / "b"): b"b"}
    files = ProjectFiles(str(tmp_path), disk=Overlay(overlay, DISK))
    assert files.read("a") == SourceText("buffer")
    assert (files.is_file("new/b"), files.is_dir("new"), files.is_dir("a")) == (True, True, False)
    assert (files.names(), files.names("new")) == (("a", "new"), ("b",))


def test_a_link_out_of_the_project_stays_closed(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path / "secret")
    files = ProjectFiles(str(inside), disk=Overlay({real(tmp_path / "secret"): b"x"}, DISK))
    assert not files.is_file("link")
    assert not isinstance(files.read("link"), SourceText)


def test_a_project_may_stand_in_it_alone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    overlay = {real(tmp_path / "app" / "agentflow.json"): CONFIG}
    assert discover([str(tmp_path)], disk=Overlay(overlay, DISK)).roots == (str(tmp_path / "app"),)
    assert discover([str(tmp_path / "app" / "agentflow.json")], disk=Overlay(overlay, DISK)).roots == (
        str(tmp_path / "app"),
    )
    hidden = {real(tmp_path / "node_modules" / "x" / "agentflow.json"): CONFIG}
    assert discover([str(tmp_path)], disk=Overlay(hidden, DISK)).roots == ()


def test_a_run_sees_it(tmp_path: Path) -> None:
    (tmp_path / "agentflow.json").write_text("{}")
    (tmp_path / "agentflow-lint.toml").write_text('select = ["AF102"]\n')
    request = Request(paths=(str(tmp_path),))
    (before,) = check(request).runs
    (after,) = check(request, disk=Overlay({real(tmp_path / "agentflow.json"): CONFIG}, DISK)).runs
    assert ([f.code for f in before.findings], after.findings) == (["AF102"], ())


def test_a_configuration_in_it_counts(tmp_path: Path) -> None:
    (tmp_path / "agentflow.json").write_text("{}")
    overlay = {real(tmp_path / "agentflow-lint.toml"): b'ignore = ["ALL"]\n'}
    request = Request(paths=(str(tmp_path),))
    (run,) = check(request, disk=Overlay(overlay, DISK)).runs
    assert run.rules == ()
    with pytest.raises(ConfigurationError, match=r"agentflow-lint\.toml:1: .*selekt"):
        check(request, disk=Overlay({real(tmp_path / "agentflow-lint.toml"): b"selekt = []\n"}, DISK))
