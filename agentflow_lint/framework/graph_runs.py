"""How the core runs a graph: which edge it follows, how many steps it takes, and what the prebuilt graphs call.

From ``core/graph/utils/utils.py`` (``get_next_node``) and ``core/graph/utils/invoke_handler.py``; run on cores 0.4.5,
0.6.7, 0.7.5.1, 0.8.0, 0.9.2 and 0.10.0 to 0.10.3:

- The conditions of a node's edges are asked in the order of the edges. Without a path map the answer is the next node;
  with one, the edge is taken whose key equals the answer.
- If no condition decides, the first edge without a condition is followed, and no other one ever is. Without any, the
  run ends. So it does after a node that has no edges.
- Nodes run one after another, never side by side. START counts as a step, and at ``config["recursion_limit"]`` steps
  the run raises GraphRecursionError, which the server answers with 500. The limit is a field of the request: 25 unless
  the client says otherwise (at most 100 from server 0.4.0 on). The server writes that field over what ``config`` says
  in every release (``graph_service.py``), and neither compile() nor a setting takes a limit, so a project can neither
  set nor lift it for the graph that is served.
"""

from __future__ import annotations

from packaging.version import Version

from agentflow_lint.records import record

#: The steps that a run gets unless the request says otherwise.
RECURSION_LIMIT = 25

#: From here on a run of 24 nodes is seen to reach the limit; in 0.4.5 one of 24 ends.
_COUNTS_START = Version("0.6.7")


@record(frozen=True)
class PrebuiltChain:
    """The model and tool calls on the longest way through a prebuilt graph on which no node comes twice.

    ``calls`` without tools and ``with_tools`` with them; ``each`` is the argument whose items are one more call each.
    """

    calls: int
    with_tools: int
    each: str | None = None


#: The prebuilt agents that are known (prebuilt/agent/ of the cores, "0.7.4.9" where they took their present shape).
PREBUILT: dict[str, PrebuiltChain] = {
    "ReactAgent": PrebuiltChain(1, 2),  # MAIN, TOOL
    "RAGAgent": PrebuiltChain(1, 1),  # RETRIEVE reads the store; SYNTHESIZE
    "StructuredOutputAgent": PrebuiltChain(2, 2),  # GENERATE, and REPAIR or TOOL
    "PlanActReflectAgent": PrebuiltChain(2, 3),  # PLAN, ACT, REFLECT
    "SupervisorTeamAgent": PrebuiltChain(2, 2),  # SUPERVISOR and one worker
    "SwarmAgent": PrebuiltChain(0, 0, "members"),  # members hand over to each other
    "SequentialAgent": PrebuiltChain(0, 0, "steps"),
    "AudioAgent": PrebuiltChain(1, 1),
}


def most_nodes(core: str) -> int:
    """How many nodes a run can go through before it reaches the default limit, in core release ``core``."""
    return RECURSION_LIMIT - 2 if Version(core) >= _COUNTS_START else RECURSION_LIMIT - 1
