"""The deployment files that the framework writes for its own production scaffold, release by release.

First, the linter says of each deployment what the table says is right, no more and no less. Then the servers are asked
whether the table is right: each finding by which a server would not start is left in place alone, and it does not
start; with all of them mended it does, and serves what the other findings say.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import yaml

from agentflow_lint.check import Request, check
from tests.conformance import image, scaffolds
from tests.conformance.generated import (
    COMPOSE,
    IMAGE,
    JWT,
    KUBERNETES,
    OPEN,
    PROJECT,
    REFEREES,
    RELEASES,
    RIGHT,
    SCAFFOLDS,
    expected,
)
from tests.conformance.selection import installed
from tests.conformance.server import Refused, Started, serve
from tests.conformance.variants import LONG_SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.engine.run import Run
    from tests.conformance.referees import Installed
    from tests.conformance.scaffolds import Scaffold

pytestmark = pytest.mark.conformance

ANCHORS = {IMAGE: "Dockerfile", COMPOSE: "docker-compose.yml", KUBERNETES: "k8s.yaml"}


@pytest.fixture(params=RELEASES)
def referee(request: pytest.FixtureRequest) -> Installed:
    return installed(REFEREES[request.param])


def lint(referee: Installed, folder: Path) -> Run:
    (run,) = check(Request(paths=(str(folder),), target_release=referee.referee.release)).runs
    assert not run.crashes
    return run


def kind_of(deployment: str | None) -> str:
    if deployment is None:
        return PROJECT
    return {"compose": COMPOSE, "Deployment": KUBERNETES}.get(deployment.replace("/", ":").partition(":")[0], IMAGE)


def found(run: Run) -> dict[str, Counter[tuple[str, str]]]:
    """How often each code is found in each file, by the kind of deployment."""
    counted: dict[str, Counter[tuple[str, str]]] = {}
    for finding in run.findings:
        kind = counted.setdefault(kind_of(finding.deployment), Counter())
        kind[finding.code, finding.location.path] += 1
    return counted


def assert_right(referee: Installed, scaffold: Scaffold, run: Run, kinds: tuple[str, ...]) -> None:
    release, config = referee.referee.release, referee.referee.config_name
    assert {kind_of(name) for name in run.deployments} == set(kinds) - {PROJECT}
    right = {kind: expected(release, scaffold, kind, config, ANCHORS.get(kind, config)) for kind in kinds}
    assert found(run) == {kind: counted for kind, counted in right.items() if counted}


def has_kubernetes(referee: Installed) -> bool:
    return referee.referee.release != "0.4.0"


@pytest.mark.parametrize("scaffold", SCAFFOLDS, ids=lambda each: each.name)
def test_what_is_said_of_the_image_alone(referee: Installed, scaffold: Scaffold) -> None:
    run = lint(referee, scaffolds.make_image(referee, scaffold))
    assert_right(referee, scaffold, run, (PROJECT, IMAGE))


@pytest.mark.parametrize("scaffold", SCAFFOLDS, ids=lambda each: each.name)
def test_what_is_said_of_compose_and_kubernetes(referee: Installed, scaffold: Scaffold) -> None:
    run = lint(referee, scaffolds.make_described(referee, scaffold))
    kinds = (PROJECT, COMPOSE, KUBERNETES) if has_kubernetes(referee) else (PROJECT, COMPOSE)
    assert_right(referee, scaffold, run, kinds)


def test_a_pod_whose_image_names_no_command_is_left_open(referee: Installed) -> None:
    """One ``build`` with all options leaves CMD out of the Dockerfile: compose has its own, and the pod runs none."""
    folder = scaffolds.make_at_once(referee, OPEN)
    assert "CMD" not in [line.split(" ")[0] for line in (folder / "Dockerfile").read_text().splitlines()]
    run = lint(referee, folder)
    open_pods = [case for case in run.undecided if case.code == "AF901" and kind_of(case.deployment) == KUBERNETES]
    assert len(open_pods) == (1 if has_kubernetes(referee) else 0)
    assert all("says what runs" in case.reason for case in open_pods)


# --- the servers' own word --------------------------------------------------------------------------------------------

#: What mends a finding by which the server does not start: variables, and config keys (None takes a key away).
MENDS: Mapping[str, tuple[Mapping[str, str], Mapping[str, object]]] = {
    "AF103": ({}, {"rate_limit": None}),
    "AF106": ({"REDIS_URL": "redis://127.0.0.1:6379/0"}, {}),
    "AF108": ({}, {"auth": None}),
    "AF115": ({"GOOGLE_API_KEY": "not-a-key"}, {}),
    "AF206": ({}, {"injectq": None}),
    "AF302": ({"ORIGINS": "https://app.example.com"}, {}),
    "AF402": ({"JWT_SECRET_KEY": LONG_SECRET, "JWT_ALGORITHM": "HS256"}, {}),
    "AF404": ({}, {"auth": None}),
}

#: The referees have the server and the extras, so that they cannot tell what an image lacks.
ABOUT_THE_IMAGE = {"AF213", "AF214", "AF212"}

#: Mending one takes away what the other is about.
HIDES = {"AF108": {"AF402"}, "AF404": {"AF402"}}


def refusing(referee: Installed, folder: Path, where: str) -> set[str]:
    """The codes by which the linter says that a deployment does not start, as far as a referee can tell."""
    run = lint(referee, folder)
    codes = {
        finding.code
        for finding in run.findings
        if finding.consequence.value == "refuses-to-start" and kind_of(finding.deployment) in (PROJECT, where)
    }
    hidden = {other for code in codes for other in HIDES.get(code, ())}
    return codes - ABOUT_THE_IMAGE - hidden


def given(folder: Path, where: str) -> dict[str, str]:
    """The variables that the generated description gives to its container."""
    document = next(yaml.safe_load_all((folder / ANCHORS[where]).read_text()))
    if where == COMPOSE:
        (service,) = document["services"].values()
        return dict(entry.split("=", 1) for entry in service["environment"])
    (container,) = document["spec"]["template"]["spec"]["containers"]
    return {entry["name"]: entry["value"] for entry in container["env"]}


def prepare(referee: Installed, folder: Path, where: str, mended: set[str], target: Path) -> dict[str, str]:
    """The image's files in ``target``, mended, and the environment of its process."""
    if (folder / ".dockerignore").exists():
        environment = image.unpack(folder, target)
    else:
        shutil.copytree(folder, target)
        environment = image.environment((folder / "Dockerfile").read_text(), target)
    environment |= given(folder, where)
    path = target / referee.referee.config_name
    document = json.loads(path.read_text())
    for code in mended:
        variables, keys = MENDS[code]
        environment |= variables
        for key in keys:
            document.pop(key, None)
    path.write_text(json.dumps(document))
    return environment


@pytest.mark.parametrize(("scaffold", "where"), [(JWT, COMPOSE), (JWT, KUBERNETES)], ids=["compose", "kubernetes"])
def test_each_refusal_is_real(referee: Installed, scaffold: Scaffold, where: str, tmp_path: Path) -> None:
    if where == KUBERNETES and not has_kubernetes(referee):
        pytest.skip("this release writes no manifest")
    folder = scaffolds.make_described(referee, scaffold)
    codes = refusing(referee, folder, where)
    assert codes
    assert codes <= set(MENDS)
    for number, left in enumerate((*sorted(codes), None)):
        target = tmp_path / str(number) / "image"
        environment = prepare(referee, folder, where, codes - {left}, target)
        home = target.parent / "home"
        home.mkdir()
        with serve(referee, target, home, environment, forked=True) as outcome:
            assert isinstance(outcome, Started if left is None else Refused), (left, outcome)


def test_what_is_exposed_is_real(referee: Installed, tmp_path: Path) -> None:
    """The open scaffold under compose, mended until it starts: what anybody then gets."""
    folder = scaffolds.make_described(referee, OPEN)
    said = {code for code, _ in found(lint(referee, folder))[COMPOSE]}
    codes = refusing(referee, folder, COMPOSE)
    target = tmp_path / "image"
    environment = prepare(referee, folder, COMPOSE, codes, target)
    home = tmp_path / "home"
    home.mkdir()
    with serve(referee, target, home, environment, forked=True) as outcome:
        assert isinstance(outcome, Started), outcome
        served = {outcome.get(path)[0] for path in ("/docs", "/openapi.json")}
        assert served == ({200} if "AF303" in said else {404})
        assert (outcome.get("/v1/graph")[0] == 200) is ("AF401" in said)
        assert (outcome.get("/v1/graph", {"Host": "evil.example"})[0] == 200) is ("AF304" in said)
        allowed = outcome.get("/ping", {"Origin": "https://evil.example"})[1].get("access-control-allow-origin")
        assert (allowed is not None) is ("AF301" in said and "AF302" not in said)


def test_every_row_of_the_table_is_about_something() -> None:
    assert all(right.where and right.releases and right.scaffolds and right.count > 0 for right in RIGHT)
    assert len({(r.code, r.path, r.where, r.releases, r.scaffolds) for r in RIGHT}) == len(RIGHT)
