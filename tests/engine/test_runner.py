from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from agentflow_lint.engine.finding import Consequence, Finding, Severity, Undecided
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.rule import DeploymentRule, ProjectRule, RunRule
from agentflow_lint.engine.runner import lint
from agentflow_lint.model.values import Location
from tests.engine.stubs import finding, stub_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class OncePerProject(ProjectRule):
    """Says what it was told to."""

    code = "XX101"
    name = "once-per-project"
    consequence = Consequence.EXPOSES

    def __init__(self, says: Sequence[Any] = ()) -> None:
        self.says = says

    def check(self, project: Any) -> Iterator[Any]:
        yield from self.says


class OncePerDeployment(DeploymentRule):
    """Names the deployment it was asked about."""

    code = "XX102"
    name = "once-per-deployment"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Any) -> Iterator[Any]:
        yield finding("XX102", deployment=deployment.name)


class Crashing(DeploymentRule):
    """Crashes after its first verdict, quoting a secret."""

    code = "XX103"
    name = "crashing"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Any) -> Iterator[Any]:
        yield finding("XX103", deployment=deployment.name)
        raise KeyError("hunter2")


class AtTheEnd(RunRule):
    """Counts what the others found."""

    code = "XX901"
    name = "at-the-end"
    consequence = Consequence.CONFUSES
    seen: ClassVar[list[int]] = []

    def check(self, run: Any) -> Iterator[Any]:
        self.seen.append(len(run.findings))
        yield finding("XX901", message=f"{len(run.findings)} before me")


class Asking(RunRule):
    """Leaves a question open at the end."""

    code = "XX902"
    name = "asking"
    consequence = Consequence.CONFUSES

    def check(self, run: Any) -> Iterator[Any]:
        yield self.undecided(finding("XX902").location, "who knows")


class Counting(RunRule):
    """Counts what has been left open."""

    code = "XX904"
    name = "counting"
    consequence = Consequence.CONFUSES

    def check(self, run: Any) -> Iterator[Any]:
        yield finding("XX904", message=f"{len(run.undecided)} before me")


def test_a_run_rule_sees_what_those_before_it_have_said() -> None:
    run = lint(stub_project("a"), [Asking(), Counting()])
    assert [f.message for f in run.findings] == ["1 before me"]


def test_a_project_rule_is_asked_once_and_a_deployment_rule_per_deployment() -> None:
    run = lint(stub_project("a", "b"), [OncePerProject([finding("XX101")]), OncePerDeployment()])
    assert [(f.code, f.deployment) for f in run.findings] == [("XX101", None), ("XX102", "a"), ("XX102", "b")]
    assert run.deployments == ("a", "b")
    assert run.release == "10xgraph-api 0.9.0"


def test_a_development_deployment_is_named_as_unchecked_and_checked_on_request() -> None:
    project = stub_project("a", development="Dockerfile.dev")
    assert lint(project, [OncePerDeployment()]).unchecked_deployments == ("Dockerfile.dev",)
    asked = lint(project, [OncePerDeployment()], deployments=["Dockerfile.dev"])
    assert [f.deployment for f in asked.findings] == ["Dockerfile.dev"]
    assert asked.unchecked_deployments == ("a",)


def test_an_unknown_deployment_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="unknown deployment 'Dockerfil'; did you mean 'Dockerfile'"):
        lint(stub_project("Dockerfile"), [], deployments=["Dockerfil"])


def test_one_that_is_like_none_is_an_error_with_all_names() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown deployment 'web'; there is 'Dockerfile', 'project'$"):
        lint(stub_project("Dockerfile", "project"), [], deployments=["web"])


def test_findings_are_ordered_by_path_line_column_code_and_deployment() -> None:
    ordered = [
        finding("XX102", "a", 2, 1),
        finding("XX101", "a", 10, 1),
        finding("XX101", "a", 10, 3, "one"),
        finding("XX101", "a", 10, 3, "two"),
        finding("XX102", "a", 10, 3),
        finding("XX101", "b", 1, 1),
    ]
    run = lint(stub_project(), [OncePerProject(list(reversed(ordered)))])
    assert list(run.findings) == ordered


def test_exact_duplicates_are_dropped_and_near_ones_kept() -> None:
    run = lint(stub_project(), [OncePerProject([finding(), finding(), finding(message="Something else.")])])
    assert len(run.findings) == 2


def test_a_rule_that_crashes_is_on_record_and_stops_nobody() -> None:
    run = lint(stub_project("a"), [Crashing(), OncePerDeployment()])
    assert [f.code for f in run.findings] == ["XX102", "XX103"]
    (crash,) = run.crashes
    assert (crash.code, crash.deployment, crash.error) == ("XX103", "a", "KeyError")
    assert any("test_runner.py" in frame and frame.endswith("in check") for frame in crash.frames)
    assert "hunter2" not in repr(crash)


def test_a_verdict_of_the_wrong_kind_is_a_crash() -> None:
    (crash,) = lint(stub_project(), [OncePerProject(["nonsense"])]).crashes
    assert crash.error == "TypeError"


def test_a_crash_of_the_model_leaves_the_project_rules_their_say() -> None:
    class Broken:
        root = "/nowhere"

        @property
        def all_deployments(self) -> tuple[()]:
            raise ZeroDivisionError

        @property
        def release(self) -> None:
            raise ValueError

    run = lint(Broken(), [OncePerProject([finding()]), OncePerDeployment()])  # type: ignore[arg-type]
    assert len(run.findings) == 1
    assert [(crash.code, crash.error) for crash in run.crashes] == [(None, "ZeroDivisionError"), (None, "ValueError")]


def test_run_rules_come_last_and_see_what_the_others_said() -> None:
    run = lint(stub_project("a", "b"), [AtTheEnd(), OncePerDeployment()])
    assert [f.message for f in run.findings if f.code == "XX901"] == ["2 before me"]


def test_undecided_cases_are_kept_apart_from_findings() -> None:
    case = Undecided("XX101", "some-rule", "MODE is unknown", Location(".env"))
    run = lint(stub_project(), [OncePerProject([case, case])])
    assert (run.findings, run.undecided) == ((), (case,))


def test_a_configured_severity_replaces_the_rules_own() -> None:
    run = lint(stub_project(), [OncePerProject([finding("XX101")])], severities={"XX101": Severity.INFO})
    assert [f.severity for f in run.findings] == [Severity.INFO]


@pytest.mark.parametrize(
    ("severity", "fail_on", "failed"),
    [
        (Severity.ERROR, Severity.ERROR, True),
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.INFO, Severity.INFO, True),
        (Severity.ERROR, None, False),
    ],
)
def test_a_run_fails_at_or_above_the_threshold(severity: Severity, fail_on: Severity | None, failed: bool) -> None:
    found: list[Finding] = [finding(severity=severity)]
    assert lint(stub_project(), [OncePerProject(found)], fail_on=fail_on).failed is failed
