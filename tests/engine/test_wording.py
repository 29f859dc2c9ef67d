"""The words that all rules share, on real projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import (
    did_you_mean,
    explained_by,
    listed,
    part_of,
    place_of,
    place_of_entry,
    quoted,
    server,
    setting,
    source,
    subject,
    undecided,
)
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment

DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
ENV ORIGINS=https://a.example
CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "agentflow_cli.src.app.main:app"]
"""


class Anything(DeploymentRule):
    """Stands for a rule."""

    code = "XX101"
    name = "anything"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[object]:  # type: ignore[override]
        return iter(())


def deployment(folder: Path, name: str = "project", release: str = "0.6.1", **files: str) -> Deployment:
    (folder / "agentflow.json").write_text('{"agent": "graph.agent:app", "env": ".env"}')
    for path, content in files.items():
        (folder / {"env": ".env", "dockerignore": ".dockerignore"}.get(path, path)).write_text(content)
    project = load_project(str(folder), ModelOptions(target_release=release))
    return next(found for found in project.all_deployments if found.name == name)


def known(deployment: Deployment, name: str) -> Known[object]:
    value = deployment.settings[name]
    assert isinstance(value, Known)
    return value


def test_the_deployment_is_the_subject(tmp_path: Path) -> None:
    assert subject(deployment(tmp_path)) == "The project"
    assert subject(deployment(tmp_path, "Dockerfile", Dockerfile=DOCKERFILE)) == "Deployment `Dockerfile`"


def test_a_value_is_told_with_its_source(tmp_path: Path) -> None:
    found = deployment(tmp_path, env="MODE=production\nORIGINS=*\n")
    assert setting("ORIGINS", known(found, "ORIGINS")) == "ORIGINS is `*` (.env line 2)"
    assert source(known(found, "ORIGINS").origin) == ".env line 2"


def test_a_default_is_told_as_one(tmp_path: Path) -> None:
    found = deployment(tmp_path)
    told = setting("ORIGINS", known(found, "ORIGINS"))
    assert told == "ORIGINS is not set and defaults to `*` (10xscale-agentflow-cli 0.6.1)"
    assert source(known(found, "ORIGINS").origin) == "the default of 10xscale-agentflow-cli 0.6.1"
    assert server(found) == "10xscale-agentflow-cli 0.6.1"


def test_an_effect_of_production_is_told_as_one(tmp_path: Path) -> None:
    found = deployment(tmp_path, env="MODE=production\n")
    assert setting("DOCS_PATH", known(found, "DOCS_PATH")) == (
        "DOCS_PATH is empty (10xscale-agentflow-cli 0.6.1 in production)"
    )


@pytest.mark.parametrize(
    ("value", "name", "told"),
    [
        ("*", "ORIGINS", "`*`"),
        (True, "IS_DEBUG", "`true`"),
        (False, "IS_DEBUG", "`false`"),
        (5, "HSTS_MAX_AGE", "`5`"),
        ("", "ORIGINS", "empty"),
        (None, "SENTRY_DSN", "empty"),
        ("hunter2", "JWT_SECRET_KEY", "`***`"),
        ("redis://u:hunter2@cache/0", "REDIS_URL", "`redis://***@cache/0`"),
        ("a\nb\x1b\u202e", "ORIGINS", "`a\\nb\\x1b\\u202e`"),
        ("x" * 100, "ORIGINS", f"`{'x' * 80}...`"),
    ],
)
def test_a_value_is_quoted_on_one_line_and_without_secrets(value: object, name: str, told: str) -> None:
    assert quoted(value, name) == told


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], ""),
        (["a"], "`a`"),
        (["a", "b"], "`a` and `b`"),
        (["a", "b", "c"], "`a`, `b` and `c`"),
        (list("abcde"), "`a`, `b`, `c`, `d` and `e`"),
        (list("abcdefgh"), "`a`, `b`, `c`, `d` and 4 more"),
    ],
)
def test_a_list_is_told_up_to_a_point(items: list[str], told: str) -> None:
    assert listed(items) == told


def test_the_nearest_name_is_offered() -> None:
    assert did_you_mean("origin", ["ORIGINS", "MODE"]) == "; did you mean `ORIGINS`?"
    assert did_you_mean("zzz", ["ORIGINS"]) == ""


def test_a_finding_points_at_the_value_or_at_the_deployment(tmp_path: Path) -> None:
    found = deployment(tmp_path, env="ORIGINS=*\n")
    assert place_of(found.settings["ORIGINS"], found) == Location(".env", Span(1, 9, 1, 10))
    assert place_of(found.settings["MODE"], found) == found.anchor
    assert place_of(ABSENT, found) == found.anchor
    assert place_of(Unknown("somewhere else"), found) == found.anchor


@pytest.mark.parametrize(
    ("line", "entry", "columns"),
    [
        ("ORIGINS=*", "*", (9, 10)),
        ("ORIGINS=https://*.a.example,*", "*", (29, 30)),
        ('ORIGINS="https://a.example, *"', "*", (29, 30)),
        ("ORIGINS=a,ab,b", "ab", (11, 13)),
        ("ORIGINS=ab,a", "a", (12, 13)),
        ("ORIGINS=a", "b", (9, 10)),
        ("ORIGINS=a", "", (9, 10)),
    ],
)
def test_a_finding_points_at_one_entry(tmp_path: Path, line: str, entry: str, columns: tuple[int, int]) -> None:
    found = deployment(tmp_path, env=f"{line}\n")
    place = place_of_entry(found.settings["ORIGINS"], entry, found)
    assert place == Location(".env", Span(1, columns[0], 1, columns[1]))


def test_a_file_that_is_gone_has_no_parts(tmp_path: Path) -> None:
    found = deployment(tmp_path)
    assert part_of(found.project, Location("gone.env", Span(1, 1, 1, 2)), "*") is None


def test_what_a_value_overrode_explains_it(tmp_path: Path) -> None:
    found = deployment(tmp_path, "Dockerfile", Dockerfile=DOCKERFILE, env="ORIGINS=*\n")
    (related,) = explained_by(found, "ORIGINS")
    assert (related.location.path, related.message) == (".env", "overridden here: `*`")


def test_an_env_file_that_comes_too_late_explains_a_default(tmp_path: Path) -> None:
    found = deployment(tmp_path, release="0.5.1", env="origins=https://a.example\n")
    (related,) = explained_by(found, "ORIGINS")
    assert related.location.path == ".env"
    assert related.message == (
        "ORIGINS is set here, but 10xscale-agentflow-cli 0.5.1 reads this file after it has built its settings"
    )


def test_an_env_file_that_is_not_in_the_image_explains_a_default(tmp_path: Path) -> None:
    dockerfile = DOCKERFILE.replace("ENV ORIGINS=https://a.example\n", "")
    found = deployment(tmp_path, "Dockerfile", Dockerfile=dockerfile, dockerignore=".env\n", env="ORIGINS=*\n")
    (related,) = explained_by(found, "ORIGINS")
    assert related.message.startswith("ORIGINS is set here, but this file is not in the image")


def test_nothing_explains_a_plain_value(tmp_path: Path) -> None:
    found = deployment(tmp_path, env="ORIGINS=*\n")
    assert explained_by(found, "ORIGINS") == ()
    assert explained_by(found, "MODE") == ()


def test_an_unknown_value_leaves_a_rule_undecided(tmp_path: Path) -> None:
    found = deployment(tmp_path)
    value = Unknown("provided at deploy time", Origin("named", Location(".env.example", Span(2, 1, 2, 8))))
    case = undecided(Anything(), found, "ORIGINS", value)
    assert (case.code, case.deployment, case.reason) == ("XX101", "project", "ORIGINS: provided at deploy time")
    assert case.location.path == ".env.example"
