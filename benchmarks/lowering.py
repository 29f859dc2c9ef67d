"""The lowering of a large graph module against libcst's parsing of it, measured side by side.

Each round lowers the module once (checks of its size, parsing, form: all that the linter does to a file before it
follows it) and parses it once with ``libcst.parse_module``, in turn, so that a change of the machine's speed hits
both; the printed ratio is the median of the rounds' ratios. What is measured is processor time of this thread.

    python benchmarks/lowering.py [FILE] [--lines N] [--rounds N]

Without FILE the module is made here: nodes, tools, agents and edges of a graph as people write them, 2,000 lines.
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import libcst

from agentflow_lint.sources.python.form import ModuleForm
from agentflow_lint.sources.python.lowering import lower, places
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = '''"""Support desk: one agent for each department."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field

import httpx
from tenxgraph.core import Agent, StateGraph, ToolNode
from tenxgraph.core.state import AgentState, Message
from tenxgraph.storage.checkpointer import PgCheckpointer
from tenxgraph.utils import END

logger = logging.getLogger(__name__)
workflow = StateGraph(AgentState)

'''

DEPARTMENT = '''
@dataclass
class Ticket{n}:
    """A ticket of department {n}."""

    subject: str
    body: str = ""
    labels: list[str] = field(default_factory=list)
    priority: int = {n}

    def is_urgent(self) -> bool:
        """Whether somebody should look at it now."""
        return self.priority > 3 and "later" not in self.labels


async def search_{n}(query: str, limit: int = 10, *, language: str | None = None) -> str:
    """Search the articles of department {n}."""
    url = os.getenv("SEARCH_URL_{n}", "https://search.example/{n}")
    params = {{"q": query, "limit": limit, **({{"lang": language}} if language else {{}})}}
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.get(url, params=params)
    if answer.status_code >= 400:
        logger.warning("search of department %s answered %s", {n}, answer.status_code)
        return f"nothing found for {{query!r}} in department {n}"
    hits = [hit["title"] for hit in answer.json()["hits"] if hit.get("score", 0) > 0.5]
    return "\\n".join(f"{{number}}. {{title}}" for number, title in enumerate(hits, start=1))


def route_{n}(state: AgentState) -> str:
    """Where department {n} hands over to."""
    if not state.context:
        return END
    last = state.context[-1]
    try:
        wants_tools = bool(last.tools_calls) and last.role == "assistant"
    except AttributeError:
        wants_tools = False
    return "TOOLS_{n}" if wants_tools else END


workflow.add_node(
    "AGENT_{n}",
    Agent(
        model="openai/gpt-4o",
        system_prompt=[{{"role": "system", "content": "You answer for department {n}."}}],
        tool_node="TOOLS_{n}",
    ),
)
workflow.add_node("TOOLS_{n}", ToolNode([search_{n}]))
workflow.add_conditional_edges("AGENT_{n}", route_{n}, {{"TOOLS_{n}": "TOOLS_{n}", END: END}})
workflow.add_edge("TOOLS_{n}", "AGENT_{n}")
'''

TAIL = """
workflow.set_entry_point("AGENT_0")
checkpointer = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
app = workflow.compile(checkpointer=checkpointer)
"""


def graph_module(lines: int) -> str:
    """A graph module of that many lines, give or take a department."""
    departments: list[str] = []
    while (HEAD + "".join(departments) + TAIL).count("\n") < lines:
        departments.append(DEPARTMENT.format(n=len(departments)))
    return HEAD + "".join(departments) + TAIL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", help="a Python module")
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    content = Path(arguments.file).read_text(encoding="utf-8") if arguments.file else graph_module(arguments.lines)
    if not isinstance(lower(SourceText(content)), ModuleForm):
        raise SystemExit("the module is not lowered")
    rounds = [
        # A text keeps what was read of it, so each is a new one.
        (
            _seconds(lambda: lower(SourceText(content))),
            _seconds(lambda: places(SourceText(content))),
            _seconds(lambda: libcst.parse_module(content)),
        )
        for _ in range(arguments.rounds)
    ]
    lines = content.count("\n")
    print(f"libcst.parse_module, {lines} lines: median {median(parse for _, _, parse in rounds) * 1000:.0f} ms")
    print(f"lowering: median {median(form for form, _, _ in rounds) * 1000:.0f} ms")
    print(f"  ratio to parsing, round by round: median {median(form / parse for form, _, parse in rounds):.2f}")
    print(f"lines and columns: median {median(spans for _, spans, _ in rounds) * 1000:.0f} ms")
    print(f"  ratio to parsing, round by round: median {median(spans / parse for _, spans, parse in rounds):.2f}")
    print(f"{arguments.rounds} rounds")


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    before = time.thread_time()
    result = work()
    after = time.thread_time()
    del result
    return after - before


if __name__ == "__main__":
    main()
