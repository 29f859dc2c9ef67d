from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.finding import Undecided
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from agentflow_lint.engine.run import Crash, Hidden, Report
from tests.engine.packs import pack, rule_source
from tests.report.samples import FINDINGS, at, odd_run, run_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    modules = {
        "missing": rule_source("XX101", "missing-agent", consequence="REFUSES_TO_START"),
        "playground": rule_source("XX221", "playground", consequence="DEGRADES"),
        "wildcard": rule_source("XX301", "wildcard-origins", consequence="EXPOSES"),
        "weak": rule_source("XX403", "weak-secret", consequence="EXPOSES"),
        "memory": rule_source("XX501", "memory", consequence="LOSES_DATA"),
        "timeout": rule_source("XX331", "timeout", consequence="FAILS_REQUESTS"),
    }
    with pack(tmp_path, modules) as name:
        yield load_catalogue([name])


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """The working directory, a repository's root."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return tmp_path / "repository"


@pytest.fixture
def report(working: Path, catalogue: Catalogue) -> Report:
    undecided = Undecided("XX501", "memory", "the checkpointer is unknown", at("agentflow.json", 1, 1, 1, 1))
    without_timeout = tuple(rule for rule in catalogue.rules if rule.code != "XX331")
    run = run_in(
        working,
        catalogue,
        findings=FINDINGS,
        undecided=(undecided,),
        unchecked_deployments=("Dockerfile.dev",),
        hidden=(Hidden(FINDINGS[0], "suppressed"),),
    )
    return Report((replace(run, rules=without_timeout),), catalogue, ("docs",))


@pytest.fixture
def odd_report(working: Path, catalogue: Catalogue) -> Report:
    """Two projects in folders of the repository, one of them odd."""
    crash = Crash("XX331", "compose:web, 1|<x>", "KeyError", ("rule.py:3 in check",))
    plain = run_in(working / "api", catalogue, findings=FINDINGS[:1])
    return Report((plain, replace(odd_run(working, catalogue), crashes=(crash,))), catalogue)
