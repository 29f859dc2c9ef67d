"""What the linter says of small programs, against what the real loader gets for them (see the corpus beside)."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    ConstructionError,
    GraphSyntaxError,
    MissingVariable,
    ModuleNotFound,
    NotACompiledGraph,
    RemovedImport,
    Served,
    ServedGraph,
    Undecided,
)
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown
from agentflow_lint.sources.dotenv import read_env
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.model.values import Value

CORPUS = Path(__file__).with_suffix(".txt")


@dataclass
class Program:
    name: str
    expected: str = ""
    path: str = "main:app"
    linter: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


def read_corpus() -> tuple[Program, ...]:
    """The programs of the corpus; each gets the module ``base`` that the corpus starts with."""
    _, base, *chapters = re.split(r"^##### ", CORPUS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    common = {"base.py": base.partition("\n")[2], "main.py": ""}
    return tuple(_program(chapter, common) for chapter in chapters)


def _program(chapter: str, common: dict[str, str]) -> Program:
    head, *files = re.split(r"^--- ", chapter, flags=re.MULTILINE)
    name, *lines = head.strip().splitlines()
    program = Program(name, files=dict(common))
    for line in lines:
        key, _, value = line.partition(": ")
        assert key in ("expected", "linter", "path", "environment", "unknown"), line
        if key == "environment":
            program.environment = dict(item.split("=", 1) for item in shlex.split(value))
        elif key == "unknown":
            program.unknown = tuple(value.split())
        else:
            setattr(program, key, value)
    for file in files:
        path, _, text = file.partition("\n")
        program.files[path] = text.rstrip("\n") + "\n"
    assert program.expected, name
    return program


PROGRAMS = read_corpus()


def write(program: Program, root: Path) -> None:
    for path, text in program.files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def evaluate(program: Program, root: Path, core: str = "10xgraph 0.10.3", server: str = "0.9.0") -> ServedGraph:
    def environ(name: str) -> Value[str]:
        if name in program.unknown:
            return Unknown("it is provided at deploy time")
        if name in program.environment:
            return Known(program.environment[name], Origin("test"))
        return ABSENT

    def env_file(path: str) -> dict[str, Value[str]]:
        if path not in program.files:
            return {}
        bindings = read_env(SourceText(program.files[path])).bindings
        return {binding.name: Known(binding.value or "", Origin(path)) for binding in bindings}

    distribution, version = core.split()
    evaluation = GraphEvaluation(
        ProjectFiles(str(root)),
        ("",),
        environ,
        load_core(distribution, version),
        load_release(server),
        declared=frozenset({"dotenv", "injectq", "pydantic", "pydantic_settings"}),
        env_file=env_file,
        runs_in_loop=True,
    )
    return evaluation.graph(program.path)


def summary(served: ServedGraph) -> set[str]:
    """All the ways in which the outcome may be written in a program."""
    outcome = served.outcome
    if isinstance(outcome, Served):
        fact = outcome.compile.checkpointer
        if fact.kind == "none":
            return {"served none"}
        if fact.kind == "unknown":
            return {"undecided checkpointer"}
        return {f"served {fact.class_name}", f"served {fact.class_name} {fact.kind}"}
    if isinstance(outcome, ModuleNotFound):
        return {"raises ModuleNotFoundError"}
    if isinstance(outcome, AttributeNotFound):
        return {"raises AttributeError"} if outcome.place is None else {"raises ImportError", "raises AttributeError"}
    if isinstance(outcome, RemovedImport):
        return {"raises ModuleNotFoundError"} if outcome.name is None else {"raises ImportError"}
    if isinstance(outcome, GraphSyntaxError):
        return {"raises SyntaxError"}
    if isinstance(outcome, MissingVariable):
        return {"raises ValidationError" if "ValidationError" in outcome.reason else "raises KeyError"}
    if isinstance(outcome, NotACompiledGraph):
        return {"refused"}
    if isinstance(outcome, ConstructionError):
        if outcome.kind == "provider-key":
            return {"raises OpenAIError" if "OPENAI_API_KEY" in outcome.variables else "raises ValueError"}
        if outcome.kind == "graph":
            # TypeError for an argument that compile() does not have, ValueError for a checkpointer of another state
            return {"raises GraphError", "raises TypeError", "raises ValueError"}
        if outcome.kind == "abstract-class":
            return {"raises TypeError"}
        if outcome.kind == "raised":
            return {"raises " + outcome.reason.split(":")[0]}
        return {"raises ValueError"}
    assert isinstance(outcome, Undecided)
    return {"undecided"}


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.name for program in PROGRAMS])
def test_agrees_with_the_real_loader(program: Program, tmp_path: Path) -> None:
    write(program, tmp_path)
    for core, server in (("10xgraph 0.10.3", "0.9.0"), ("10xscale-agentflow 0.10.1", "0.6.1")):
        served = evaluate(program, tmp_path, core, server)
        assert (program.linter or program.expected) in summary(served), served.outcome


def test_programs_have_names_of_their_own() -> None:
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS) > 100
