from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, build_image
from agentflow_lint.model.image.workload import image_workload
from agentflow_lint.model.project import load_project
from agentflow_lint.model.values import Absent, Known, Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.workload import Workload


def workload(folder: Path, dockerfile: str) -> Workload:
    (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    image = build_image(ProjectFiles(str(folder)), "Dockerfile")
    assert isinstance(image, Image)
    return image_workload(image)


def numbers(found: Workload) -> list[object]:
    return [port.number.value if isinstance(port.number, Known) else port.number for port in found.ports]


def test_exposed_ports_are_those_of_every_stage_that_is_continued(tmp_path: Path) -> None:
    found = workload(
        tmp_path,
        "FROM python:3.12 AS base\nEXPOSE 8000\nFROM python:3.12 AS other\nEXPOSE 1\nFROM base\nEXPOSE 9000/tcp\n",
    )
    assert numbers(found) == [8000, 9000]
    assert [port.role for port in found.ports] == ["exposed", "exposed"]
    assert found.ports[1].location.span == (6, 8, 6, 16)


def test_ranges_protocols_and_variables(tmp_path: Path) -> None:
    found = workload(tmp_path, "FROM python:3.12\nENV PORT=8080\nARG X\nEXPOSE $PORT 8000-8002/tcp 53/udp $X\n")
    assert numbers(found)[:4] == [8080, 8000, 8001, 8002]
    assert isinstance(found.ports[4].number, Unknown)
    assert len(found.ports) == 5


def test_a_wide_range_is_cut(tmp_path: Path) -> None:
    assert len(workload(tmp_path, "FROM python:3.12\nEXPOSE 1-65535\n").ports) == 101


def test_volumes_are_anonymous(tmp_path: Path) -> None:
    found = workload(tmp_path, 'FROM python:3.12\nVOLUME /data /srv/uploads/\nVOLUME ["/a b"]\n')
    assert [mount.target.value for mount in found.mounts if isinstance(mount.target, Known)] == [
        "/data",
        "/srv/uploads",
        "/a b",
    ]
    assert {mount.kind for mount in found.mounts} == {"ephemeral"}


def test_the_last_healthcheck_counts(tmp_path: Path) -> None:
    found = workload(
        tmp_path,
        "FROM python:3.12 AS base\nHEALTHCHECK CMD curl http://localhost:1/\nFROM base\n"
        "HEALTHCHECK --interval=5s --timeout=1m30s CMD curl -f http://localhost:8000/ping || exit 1\n",
    )
    (probe,) = found.probes
    assert probe.path == Known("/ping", probe.path.origin) if isinstance(probe.path, Known) else False
    assert isinstance(probe.timeout, Known)
    assert probe.timeout.value == 90
    assert probe.command == ("curl -f http://localhost:8000/ping || exit 1",)
    assert (probe.role, probe.kind) == ("health", "exec")
    assert probe.location.span == (4, 47, 4, 91)


@pytest.mark.parametrize("last", ["HEALTHCHECK NONE", "HEALTHCHECK CMD"])
def test_no_healthcheck(tmp_path: Path, last: str) -> None:
    assert not workload(tmp_path, f"FROM python:3.12\nHEALTHCHECK CMD curl http://localhost/\n{last}\n").probes


def test_the_exec_form_is_not_expanded(tmp_path: Path) -> None:
    found = workload(
        tmp_path, 'FROM python:3.12\nENV PORT=8000\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/$PORT"]\n'
    )
    (probe,) = found.probes
    assert isinstance(probe.path, Known)
    assert probe.path.value == "/$PORT"
    assert probe.command == ("curl", "-f", "http://localhost:8000/$PORT")
    assert isinstance(probe.timeout, Absent)


def test_a_dockerfile_deployment_has_it(tmp_path: Path) -> None:
    (tmp_path / "10xgraph.json").write_text('{"agent": "graph:app"}', encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.12\nCOPY . .\nEXPOSE 8000\nCMD uvicorn tenxgraph_api.src.app.main:app\n", encoding="utf-8"
    )
    (deployment,) = load_project(str(tmp_path)).deployments
    assert numbers(deployment.workload) == [8000]
    assert deployment.port == Known(8000, deployment.port.origin) if isinstance(deployment.port, Known) else False
