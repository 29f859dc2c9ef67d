"""Whether a call is sure to run, as the form of its module tells."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.sources import Sources
from agentflow_lint.model.loading.unconditional import doubt_about
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from pathlib import Path

CERTAIN = {
    "at the top": "made = Agent()",
    "inside another call": "made = wrap([Agent()])",
    "in a function that is called": "def make():\n    return Agent()\nmade = make()",
    "in a function that nobody calls": "def make():\n    return Agent()",
    "in a method": "class Maker:\n    def make(self):\n        return Agent()",
    "in the test of if": "if Agent():\n    pass",
    "in the source of a loop": "for each in Agent():\n    pass",
    "first of several": "made = Agent() or None",
    "in finally": "try:\n    pass\nexcept ImportError:\n    pass\nfinally:\n    made = Agent()",
    "in try without handlers": "try:\n    made = Agent()\nfinally:\n    pass",
    "in else of try": "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    made = Agent()",
    "in a comprehension's first source": "made = [each for each in Agent()]",
    "second of two compared": "made = 1 < Agent()",
    "before a return": "def make():\n    made = Agent()\n    if DEBUG:\n        return None\n    return made",
    "behind an inner function": "def make():\n    def inner():\n        return 1\n    return Agent()",
    "in finally behind a return": "def make():\n    try:\n        return 1\n    finally:\n        Agent()",
    "with a context": "with opened() as file:\n    made = Agent()",
}
IN_DOUBT = {
    "in if": "if DEBUG:\n    made = Agent()",
    "in elif": "if DEBUG:\n    pass\nelif Agent():\n    pass",
    "in else": "if DEBUG:\n    pass\nelse:\n    made = Agent()",
    "in a conditional expression": "made = Agent() if DEBUG else None",
    "second of several": "made = DEBUG and Agent()",
    "in a loop": "for each in names:\n    made = Agent()",
    "in while": "while DEBUG:\n    made = Agent()",
    "in try": "try:\n    made = Agent()\nexcept ImportError:\n    made = None",
    "in except": "try:\n    pass\nexcept ImportError:\n    made = Agent()",
    "in case": "match DEBUG:\n    case True:\n        made = Agent()",
    "with suppress": "with contextlib.suppress(ImportError):\n    made = Agent()",
    "in a function that is called in if": "def make():\n    return Agent()\nif DEBUG:\n    made = make()",
    "in a comprehension": "made = [Agent() for each in names]",
    "in a comprehension's condition": "made = {each for each in names if Agent()}",
    "third of several compared": "made = 1 < DEBUG < Agent()",
    "in the message of assert": "assert DEBUG, Agent()",
    "in a lambda": "make = lambda: Agent()\nmade = make() if DEBUG else None",
    "behind a return in if": "def make():\n    if DEBUG:\n        return None\n    return Agent()",
    "behind a return in except": (
        "def make():\n    try:\n        import redis\n    except ImportError:\n        return None\n    return Agent()"
    ),
    "in else behind a return": (
        "def make():\n    try:\n        if DEBUG:\n            return 1\n    except ImportError:\n        pass\n"
        "    else:\n        Agent()"
    ),
    "in try with a return in finally": "def make():\n    try:\n        Agent()\n    finally:\n        return None",
    "called behind a return": (
        "def make():\n    return Agent()\ndef build():\n    if DEBUG:\n        return None\n    return make()"
    ),
    "two calls away": "def a():\n    return Agent()\ndef b():\n    return a()\nmade = b() if DEBUG else None",
}


def doubt(root: Path, source: str) -> str | None:
    (root / "main.py").write_text(dedent(source) + "\n", encoding="utf-8")
    sources = Sources(ProjectFiles(str(root)))
    lowered = sources.form("main.py")
    assert isinstance(lowered, form.ModuleForm)
    (call,) = (
        node
        for node in nodes(lowered.body)
        if isinstance(node, form.Call) and isinstance(node.function, form.Name) and node.function.id == "Agent"
    )
    return doubt_about(sources, sources.place("main.py", call.ref))


@pytest.mark.parametrize("case", CERTAIN)
def test_a_call_that_runs_with_its_module(case: str, tmp_path: Path) -> None:
    assert doubt(tmp_path, CERTAIN[case]) is None


@pytest.mark.parametrize("case", IN_DOUBT)
def test_a_call_that_may_not_run_or_whose_error_may_be_caught(case: str, tmp_path: Path) -> None:
    assert "depends on a branch" in (doubt(tmp_path, IN_DOUBT[case]) or "")


def test_no_call_of_the_module(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("made = Agent\n", encoding="utf-8")
    sources = Sources(ProjectFiles(str(tmp_path)))
    assert "is not found" in (doubt_about(sources, sources.place("main.py", 0)) or "")
