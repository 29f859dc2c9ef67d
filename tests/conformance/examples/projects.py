"""Projects to start, made of the published examples.

Every block of Python is started in up to three forms: *printed*, as it stands there; *in order*, behind the blocks of
Python before it in its document; and *completed*, as a reader would have to: with imports of the framework's names that
it uses, with the few things that the documents take for granted (a graph, a tool, a checkpointer), without what it does
with the compiled graph, and in a function where it awaits. The graph that a block compiles is served. A block that
compiles none is imported by the module whose graph is served, so that it is run before.

Every block of JSON that configures the server becomes the config file of a project that has the document's files.
"""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.conformance.examples import blocks as written
from tests.conformance.programs.case import SERVER_VARIABLES, Case
from tests.conformance.starts.modules import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.conformance.examples.blocks import Block
    from tests.conformance.referees import Referee

PRINTED, IN_ORDER, COMPLETED = "printed", "in order", "completed"
_EXAMPLE = "graph/example.py"
_AGENT = "graph/agent.py"
_PLAIN = """\
from {graph} import StateGraph
from {core}.utils import END


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
"""

#: What the documents take for granted, by the name that they use for it.
_GRANTED = {
    "graph": _PLAIN,
    "my_state_graph": _PLAIN.replace("graph = ", "my_state_graph = ").replace("\ngraph.", "\nmy_state_graph."),
    "checkpointer": "from {checkpointer} import InMemoryCheckpointer\ncheckpointer = InMemoryCheckpointer()\n",
    "tool_node": "from {graph} import ToolNode\ntool_node = ToolNode([])\n",
    "state": "from {state} import AgentState\nstate = AgentState()\n",
    "config": 'config = {"thread_id": "1"}\n',
    "store": "store = None\n",
    "media_store": "media_store = None\n",
    "messages": "messages = []\n",
    "tools": "tools = []\n",
    "asyncio": "import asyncio\n",
    "Any": "from typing import Any\n",
    "ABC": "from abc import ABC\n",
    "dataclass": "from dataclasses import dataclass\n",
} | {
    name: f'def {name}(word: str) -> str:\n    """Look a word up."""\n    return word\n'
    for name in (
        *("my_tool", "lookup_order", "refund_order", "get_weather", "weather_tool", "calculator", "existing_tool"),
        *("search_db", "local_fn", "process", "process_function", "handler"),
    )
}

#: What in a text asks for which provider's key.
_KEYS = (("gemini", "GEMINI_API_KEY"), ("gpt-|openai", "OPENAI_API_KEY"), ("claude|anthropic", "ANTHROPIC_API_KEY"))
_READ = re.compile(r"(?:environ\[|environ\.get\(|getenv\()[\"'](\w+)[\"']")
#: Config keys that hold import paths.
_PATHS = ("agent", "checkpointer", "store", "injectq", "thread_name_generator", "authorization", "auth")
_CONFIGURES = frozenset({*_PATHS, "rate_limit", "remote_tools", "observability", "token_revocation", "ag_ui", "redis"})


@dataclass(frozen=True)
class Example(Case):
    """A published example as a project; ``config`` is the config file without what every case sets.

    ``runs`` says whether importing its modules runs the graph, and so asks a model over the network.
    """

    name: str = ""
    form: str = PRINTED
    config: Mapping[str, Any] = field(default_factory=dict)
    runs: bool = False

    @property
    def id(self) -> str:
        """Name and form."""
        return f"{self.name} {self.form}"

    def project(self, referee: Referee) -> dict[str, str]:
        """The files, as the example has them: it was published for this release."""
        made = dict(self.files)
        made[referee.config_name] = json.dumps({"env": ".env", "agent": self.agent, **self.config}, indent=2) + "\n"
        made["requirements.txt"] = "".join(f"{line}\n" for line in referee.requirements)
        made[".env"] = "".join(f"{name}={value}\n" for name, value in ({**SERVER_VARIABLES, **self.variables}).items())
        return made


class Published:
    """The examples that a referee's framework publishes: what ``published.py`` gives of it."""

    def __init__(self, referee: Referee, documents: Sequence[Mapping[str, str]], exports: Mapping[str, str]) -> None:
        self._exports = exports
        self._moved = names(referee)
        self._documents = [written.blocks(each["name"], each["text"]) for each in documents]

    def examples(self) -> list[Example]:
        """All of them."""
        found: list[Example] = []
        for document in self._documents:
            earlier: list[Block] = []
            for block in document:
                if block.is_python:
                    found += self._of_python(block, earlier)
                    earlier.append(block)
                elif block.language == "json":
                    found += self._of_config(block, document)
                elif block.is_environment:
                    found.append(self._of_environment(block))
        return found

    # --- Python ----------------------------------------------------------------------------------------------------

    def _of_python(self, block: Block, earlier: Sequence[Block]) -> Iterator[Example]:
        yield self._project(block, PRINTED, block.text)
        if earlier:
            yield self._project(block, IN_ORDER, "\n".join(each.text for each in (*earlier, block)))
        text = self.completed(block.text)
        if text is not None and text != block.text:
            yield self._project(block, COMPLETED, text)

    def _project(self, block: Block, form: str, text: str) -> Example:
        tree = written.parsed(text)
        compiled = written.compiled_name(tree) if tree else None
        files = {_EXAMPLE: text}
        if compiled is None:
            files[_AGENT] = "import graph.example\n" + self._filled(_PLAIN) + "\n\napp = graph.compile()\n"
        agent = f"graph.example:{compiled[0]}" if compiled else "graph.agent:app"
        return Example(agent, files, self._variables(text), block.name, form, {"auth": None}, self._runs(text))

    def completed(self, text: str) -> str | None:
        """What a reader has to make of a block to import it; None where it is no Python."""
        tree = written.parsed(text)
        if tree is None:
            return None
        compiled = written.compiled_name(tree)
        if compiled is not None:
            text = "\n".join(text.splitlines()[: compiled[1]]) + "\n"
        if not written.compiles(text):
            ending = f"    return {compiled[0]}\n" if compiled else ""
            name = compiled[0] if compiled else "example"
            text = f"async def {name}():\n{textwrap.indent(text, '    ')}{ending}"
        head = []
        for name in written.free_names(text):
            if name in self._exports:
                head.append(f"from {self._exports[name]} import {name}\n")
            elif name in _GRANTED:
                head.append(self._filled(_GRANTED[name]))
        return "".join([*head, text])

    def _filled(self, text: str) -> str:
        for name, value in self._moved.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    @staticmethod
    def _variables(text: str) -> dict[str, str]:
        found = dict.fromkeys(_READ.findall(text), "1")
        found |= {key: "not-a-key" for pattern, key in _KEYS if re.search(pattern, text, re.IGNORECASE)}
        return {name: value for name, value in found.items() if name not in SERVER_VARIABLES}

    @staticmethod
    def _runs(text: str) -> bool:
        tree = written.parsed(text)
        return tree is not None and written.runs_graph(tree)

    # --- configuration ---------------------------------------------------------------------------------------------

    def _of_config(self, block: Block, document: Sequence[Block]) -> Iterator[Example]:
        try:
            config = json.loads(block.text)
        except ValueError:
            return
        if not isinstance(config, dict) or not _CONFIGURES & set(config):
            return
        variables: dict[str, str] = {}
        for each in document:
            if each.is_environment:
                variables |= environment(each.text)
        agent = config.pop("agent", "graph.agent:app")
        files = self._files(agent, config, document)
        yield Example(agent, files, {}, block.name, PRINTED, config)
        variables = {name: value for name, value in variables.items() if name not in SERVER_VARIABLES}
        if variables:
            yield Example(agent, files, variables, block.name, COMPLETED, config)

    def _of_environment(self, block: Block) -> Example:
        files = self._files("graph.agent:app", {}, ())
        return Example("graph.agent:app", files, environment(block.text), block.name, PRINTED, {})

    def _files(self, agent: str, config: Mapping[str, Any], document: Sequence[Block]) -> dict[str, str]:
        """A graph where ``agent`` says, and the document's modules that define what the config names."""
        files = {
            f"{agent.partition(':')[0].replace('.', '/')}.py": self._filled(_PLAIN) + "\n\napp = graph.compile()\n"
        }
        for key in _PATHS:
            given = config.get(key)
            path = given.get("path") if isinstance(given, dict) else given
            if not isinstance(path, str) or ":" not in path:
                continue
            module, _, name = path.partition(":")
            for block in document:
                defines = block.is_python and re.search(
                    rf"^(class |def |async def )?{name}\b", block.text, re.MULTILINE
                )
                if block.title == f"{module.replace('.', '/')}.py" or defines:
                    files.setdefault(f"{module.replace('.', '/')}.py", self.completed(block.text) or block.text)
        return files


def environment(text: str) -> dict[str, str]:
    """The variables of a block of ``NAME=value`` lines, as text that an env file may hold."""
    return dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE))
