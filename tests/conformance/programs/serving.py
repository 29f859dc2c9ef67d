"""How the served graph is made from its checkpointer, and where the config's import path leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.programs.crossing import refer
from tests.conformance.programs.savers import checkpointer_class, leaf, saver
from tests.conformance.programs.values import flag, text
from tests.conformance.programs.writing import Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.programs.writing import Module, Program

_KEY = ("not-a-key",)


def served(program: Program) -> str:
    """Write the program; the config's import path for its graph."""
    module = program.module(program.choice(("agent", "agent", "main", "graph_app")))
    scope = scope_of(module)
    if program.often(15):
        module.needs("from __future__ import annotations")
    if program.often(20):
        _guard(program, scope)
    program.choice(_WAYS)(program, scope)
    if program.often(20):
        return _elsewhere(program, module)
    return f"{module.name}:app"


def _elsewhere(program: Program, module: Module) -> str:
    """The app by a module that passes it on."""
    if program.has_init and program.often(40):
        initialiser = program.initialiser()
        name = refer(program, scope_of(initialiser), module, "app")
        if name != "app":
            initialiser.lines.append(f"app = {name}")
        return f"{program.package}:app"
    other = program.module("entry")
    name = refer(program, scope_of(other), module, "app")
    if name != "app":
        other.lines.append(f"app = {name}")
    return f"{other.name}:app"


def _guard(program: Program, scope: Scope) -> None:
    """What ends the start early."""
    condition = flag(program, scope, 1)
    program.choice(
        (
            lambda: scope.block(f"if not ({condition}):", ["raise RuntimeError('not like this')"]),
            lambda: scope.add(f"assert ({condition}) or True"),
            lambda: scope.add(f"assert {text(program, scope, 1)}, 'it is needed'"),
            lambda: scope.block("if __name__ == '__main__':", ["raise SystemExit(1)"]),
        )
    )()


# --- builders ------------------------------------------------------------------------------------------------------


def builder(program: Program, scope: Scope) -> str:
    """The name of something with compile()."""
    kind = program.number(0, 9)
    if kind == 0:
        return _prebuilt(program, scope)
    if kind == 1:
        return _builder_in_function(program, scope)
    if kind == 2:
        return _builder_class(program, scope)
    return _state_graph(program, scope)


def _state_graph(program: Program, scope: Scope) -> str:
    name = program.fresh("graph")
    scope.module.needs("from tenxgraph.core.graph import StateGraph")
    scope.module.needs("from tenxgraph.utils import END")
    reply = program.fresh("reply")
    scope.block(f"{'async ' if program.often(40) else ''}def {reply}(state, config=None):", ["return state"])
    given = ""
    if program.often(12):
        scope.module.needs("from tenxgraph.core.state import AgentState")
        given = program.fresh("Ticket")
        scope.block(f"class {given}(AgentState):", ["number: int = 0"])
        given = program.choice((given, f"{given}()"))
    if program.often(15):
        scope.add(f"{name} = StateGraph({given})", f"({name}.add_node('MAIN', {reply}).set_entry_point('MAIN'))")
    else:
        scope.add(f"{name} = StateGraph({given})", f"{name}.add_node('MAIN', {reply})")
        scope.add(f"{name}.set_entry_point('MAIN')")
    scope.add(f"{name}.add_edge('MAIN', END)")
    return name


def _builder_in_function(program: Program, scope: Scope) -> str:
    name, made = program.fresh("build_graph"), program.fresh("graph")
    body = scope.inner()
    body.add(f"return {_state_graph(program, body)}")
    scope.block(f"def {name}(label='main'):", body)
    scope.add(f"{made} = {name}({program.choice(('', 'label=1'))})")
    return made


def _builder_class(program: Program, scope: Scope) -> str:
    """A class of the project that makes a graph and compiles it."""
    name, made = program.fresh("Workflow"), program.fresh("workflow")
    init, body = scope.inner(), scope.inner()
    init.add(f"self.graph = {_state_graph(program, init)}")
    body.block("def __init__(self):", init)
    body.block("def compile(self, checkpointer=None, **options):", [_COMPILE_ON])
    scope.block(f"class {name}:", body)
    scope.add(f"{made} = {name}()")
    return made


_COMPILE_ON = "return self.graph.compile(checkpointer=checkpointer, **options)"


def _prebuilt(program: Program, scope: Scope) -> str:
    """A prebuilt agent, or a graph with a model's agent in it: its client is made at once, and wants a key."""
    program.variable("GEMINI_API_KEY", _KEY)
    name = program.fresh("agent")
    model = program.choice(('"gemini-2.0-flash"', '"google/gemini-2.0-flash"', 'os.getenv("MODEL", "gemini-2.5-pro")'))
    if "os." in model:
        scope.module.needs("import os")
        program.variable("MODEL", ("gemini-2.0-flash",))
    tool = program.fresh("look_up")
    scope.block(f"def {tool}(word: str) -> str:", ['"""Look a word up."""', "return word"])
    kind = program.choice(("ReactAgent", "ReactAgent", "PlanActReflectAgent", "Agent"))
    if kind == "Agent":
        scope.module.needs("from tenxgraph.core.graph import Agent")
        graph = _state_graph(program, scope)
        scope.add(f"{graph}.add_node('ASK', Agent(model={model}))", f"{graph}.add_edge('MAIN', 'ASK')")
        return graph
    scope.module.needs(f"from tenxgraph.prebuilt.agent import {kind}")
    scope.add(f"{name} = {kind}(model={model}, tools=[{tool}])")
    return name


def _argument(program: Program, scope: Scope, given: str) -> str:
    """What compile() is given, in one of the ways to write it."""
    how = program.number(0, 7)
    if how == 0:
        return given
    if how == 1:
        return f'**{{"checkpointer": {given}}}'
    if how == 2:
        options = program.fresh("options")
        scope.add(f"{options} = {program.choice(('dict()', '{}'))}", f'{options}["checkpointer"] = {given}')
        return f"**{options}"
    if how == 3:
        options = program.fresh("options")
        scope.add(f"{options} = dict(checkpointer={given})")
        return f"**{options}"
    return f"checkpointer={given}"


def _compiled(program: Program, scope: Scope, depth: int) -> str:
    """A compile() call, or what leads to one."""
    made = builder(program, scope)
    given = saver(program, scope, depth)
    return f"{made}.compile({_argument(program, scope, given)})"


# --- the app -------------------------------------------------------------------------------------------------------


def _depth(program: Program) -> int:
    return program.choice((1, 2, 2, 3, 3, 4))


def _at_once(program: Program, scope: Scope) -> None:
    scope.add(f"app = {_compiled(program, scope, _depth(program))}")


def _factory(program: Program, scope: Scope) -> None:
    body = scope.inner()
    if program.often(30):
        body.block(f"if {flag(program, body, 1)}:", _body_of(program, body))
    body.add(f"return {_compiled(program, body, _depth(program))}")
    if program.often(25):
        scope.module.needs("from functools import lru_cache")
        scope.add("@lru_cache(maxsize=None)")
    scope.block(f"def app({program.choice(('', 'debug=False', '*arguments', '**options'))}):", body)


def _body_of(program: Program, scope: Scope) -> Scope:
    body = scope.inner(scope.is_async)
    body.add(f"return {_compiled(program, body, 1)}")
    return body


def _async_factory(program: Program, scope: Scope) -> None:
    body = scope.inner(is_async=True)
    body.add(f"return {_compiled(program, body, _depth(program))}")
    scope.block("async def app():", body)


def _build_function(program: Program, scope: Scope) -> None:
    name = program.fresh("build")
    body = scope.inner()
    made = builder(program, body)
    if program.often(40):
        body.block("if checkpointer is None:", [f"checkpointer = {leaf(program, scope, 0)}"])
    body.add(f"return {made}.compile(checkpointer=checkpointer)")
    scope.block(f"def {name}(checkpointer=None, *, debug: bool = False):", body)
    given = saver(program, scope, _depth(program))
    scope.add(f"app = {name}({program.choice(('', 'checkpointer='))}{given})")


def _application(program: Program, scope: Scope) -> None:
    """A class that makes everything in its constructor."""
    name = program.fresh("Application")
    init, body = scope.inner(), scope.inner()
    made = builder(program, init)
    init.add("self.saver = given")
    init.add(f"self._graph = {made}.compile(checkpointer=self.saver)")
    body.block("def __init__(self, given):", init)
    body.add("@property")
    body.block("def graph(self):", ["return self._graph"])
    scope.block(f"class {name}:", body)
    scope.add(f"app = {name}({saver(program, scope, _depth(program))}).graph")


def _partial(program: Program, scope: Scope) -> None:
    scope.module.needs("import functools")
    made = builder(program, scope)
    given = saver(program, scope, _depth(program))
    scope.add(f"app = functools.partial({made}.compile, checkpointer={given})")
    if program.often(40):
        scope.add("app = app()")


def _either(program: Program, scope: Scope) -> None:
    condition = flag(program, scope, 2)
    made = builder(program, scope)
    first, second = saver(program, scope, _depth(program)), checkpointer_class(program, scope)
    scope.add(f"app = {made}.compile(checkpointer={first}) if {condition} else {made}.compile(checkpointer={second}())")


def _other_module(program: Program, scope: Scope) -> None:
    """The graph is built in one module and compiled in another."""
    module = program.module("building")
    inside = scope_of(module)
    made = builder(program, inside)
    name = refer(program, scope, module, made)
    scope.add(f"app = {name}.compile({_argument(program, scope, saver(program, scope, _depth(program)))})")


_WAYS: tuple[Callable[[Program, Scope], None], ...] = (
    *(_at_once, _at_once, _at_once, _factory, _factory, _async_factory, _build_function, _build_function),
    *(_application, _partial, _either, _other_module),
)
