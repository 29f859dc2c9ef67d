"""What the reports are tested on: a small fixed project, and one whose names and characters are odd."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from agentflow_lint.engine.finding import Consequence, Finding, Related, Severity
from agentflow_lint.engine.fix import Applicability, Edit, Fix
from agentflow_lint.engine.run import Hidden, Run
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Literal

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.model.project import Project

FILES = {
    ".env": "# settings\nMODE=production\nORIGINS=*\nJWT_SECRET_KEY=hunter2hunter2\n",
    "agentflow.json": '{\n\t"agent": "graph.agent:app",\n\t"env": ".env",\n\t"名": {\n\t\t"a": 1\n\t}\n}\n',
    "Dockerfile": 'FROM python:3.12-slim\r\nENV JWT_SECRET_KEY=hunter2hunter2\r\nCMD ["agentflow", "play"]\r\n',
}


NAMES = {
    "XX101": "missing-agent",
    "XX221": "playground",
    "XX301": "wildcard-origins",
    "XX331": "timeout",
    "XX403": "weak-secret",
}


def at(path: str, *span: int) -> Location:
    return Location(path, Span(*span))


def verdict(code: str, consequence: Consequence, location: Location, message: str, **other: object) -> Finding:
    finding = Finding(
        code=code,
        name=NAMES[code],
        consequence=consequence,
        severity=consequence.severity,
        message=message,
        help="Do this instead.",
        location=location,
        place="PLACE",
    )
    return replace(finding, **other)  # type: ignore[arg-type]


FINDINGS = (
    verdict(
        "XX301",
        Consequence.EXPOSES,
        at(".env", 3, 9, 3, 10),
        "The project allows every origin: ORIGINS is `*` (.env line 3).",
        deployment="project",
        related=(Related(at("agentflow.json", 3, 9, 3, 15), "the env file is named here"),),
    ),
    verdict("XX403", Consequence.REFUSES_TO_START, at(".env", 4, 16, 4, 30), "The secret is too short."),
    verdict(
        "XX403",
        Consequence.REFUSES_TO_START,
        at("Dockerfile", 2, 20, 2, 34),
        "The secret is too short.",
        deployment="Dockerfile",
        severity=Severity.WARNING,
    ),
    verdict(
        "XX221",
        Consequence.DEGRADES,
        at("Dockerfile", 3, 5, 3, 26),
        "It runs\nthe playground.\x1b[31m",
        deployment="Dockerfile",
    ),
    verdict("XX101", Consequence.CONFUSES, at("agentflow.json", 4, 7, 6, 3), "A key that nothing reads."),
    verdict("XX101", Consequence.REFUSES_TO_START, at("missing.json", 1, 1, 1, 1), "There is no such file."),
)


def run_in(folder: Path, catalogue: Catalogue, contents: Mapping[str, str] = FILES, **what: object) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content.encode("utf-8"))
    files = ProjectFiles(str(folder))
    project = cast("Project", SimpleNamespace(files=files, root=files.root))
    return Run(project, catalogue.rules, "10xgraph-api 0.9.0", ("project", "Dockerfile"), **what)  # type: ignore[arg-type]


#: A project in a folder of a repository, whose names need escaping and whose characters take more than one unit.
ODD_FOLDER = "my apps/café"
ODD_FILES = {
    "agentflow.json": '\ufeff{"名😀": "x", "env": "100%,a:b#1.env"}\r\n',
    "100%,a:b#1.env": "# 😀😀\r\nNAME=😀😀*\r\nJWT_SECRET_KEY=hunter2hunter2\r\n\r\nDOCS_PATH=/docs\r\n",
    "deploy/Docker file": "FROM python:3.12\rUSER root\rCMD run",
}
HELD: tuple[Literal["suppressed", "ignored", "baseline"], ...] = ("suppressed", "ignored", "baseline")
ODD_ENV = "100%,a:b#1.env"


def fix(applicability: Applicability, *edits: tuple[Location, str], description: str = "Take the star away.") -> Fix:
    return Fix(description, applicability, tuple(Edit(*edit) for edit in edits))


def odd_findings() -> tuple[Finding, ...]:
    """Findings with a fix of each kind, with the same identity, without width, and with what is markup somewhere."""
    markup = "It says `a|b` <b>*bold*</b>, [see](1), 50%: ::error::x, \"quoted\" & 'so' ]]> on."
    star = at(ODD_ENV, 2, 8, 2, 9)
    return (
        verdict(
            "XX301",
            Consequence.EXPOSES,
            star,
            markup,
            deployment="compose:web, 1|<x>",
            help="Name `them` | <all>.",
            related=(Related(at("agentflow.json", 1, 2, 1, 6), "the [key] is here: 50%"),),
            fix=fix(
                Applicability.SAFE,
                (star, "https://a.example"),
                (at(ODD_ENV, 5, 11, 5, 16), ""),
                (at("new 1.txt", 1, 1, 1, 1), "one\ntwo\n"),
            ),
        ),
        verdict("XX301", Consequence.EXPOSES, star, markup, deployment="project"),
        verdict(
            "XX403",
            Consequence.REFUSES_TO_START,
            at(ODD_ENV, 3, 16, 3, 30),
            "The secret is too short.",
            fix=fix(
                Applicability.UNSAFE,
                (at(ODD_ENV, 3, 30, 3, 30), "\nAPI_KEY=hunter2hunter2"),
                description="Copy the secret.",
            ),
        ),
        verdict("XX403", Consequence.EXPOSES, at(ODD_ENV, 4, 1, 4, 1), "On an empty line.", place="empty"),
        verdict("XX403", Consequence.EXPOSES, at(ODD_ENV, 5, 16, 5, 16), "At the end of a line.", place="end"),
        verdict(
            "XX221",
            Consequence.DEGRADES,
            at("deploy/Docker file", 2, 1, 3, 4),
            "Two lines that end with carriage returns.",
            deployment="deploy/Docker file",
            fix=fix(
                Applicability.UNSAFE,
                (at("deploy/Docker file", 2, 1, 2, 10), "USER app\nEXPOSE 80"),
                description="Run as a user.",
            ),
        ),
        verdict(
            "XX101",
            Consequence.CONFUSES,
            at("agentflow.json", 1, 10, 1, 10),
            "No width, after an emoji.",
            fix=fix(
                Applicability.SUGGESTION, (at("agentflow.json", 1, 10, 1, 10), "FILL-IN"), description="Fill it in."
            ),
        ),
        verdict("XX101", Consequence.REFUSES_TO_START, at("no\x07\udcff.json", 1, 1, 1, 1), "There is no such file."),
    )


def odd_run(repository: Path, catalogue: Catalogue) -> Run:
    """The odd project with its findings, and one finding held back in each way."""
    run = run_in(repository / ODD_FOLDER, catalogue, ODD_FILES, findings=odd_findings())
    env = at(ODD_ENV, 5, 1, 5, 10)
    held = [
        verdict("XX331" if by == "ignored" else "XX301", Consequence.EXPOSES, env, f"Held: {by}.", place=by)
        for by in HELD
    ]
    reasons = ("known | <b>; see https://me:hunter2hunter2@x.example\x1b", "", "")
    return replace(run, hidden=tuple(map(Hidden, held, HELD, reasons)))
