"""The bodies of the project's functions, and what the names in them stand for.

A name of a function's own counts only if all that the function binds to it is the same thing. A parameter is unknown,
the ``self`` of a method excepted.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.framework.blocking_calls import TRANSPARENT_DECORATORS
from agentflow_lint.model.graph.state import Exhausted, Raised, Unfollowed
from agentflow_lint.model.graph.things import (
    Class,
    External,
    Frame,
    Function,
    Instance,
    Intrinsic,
    Known,
    Library,
    Made,
    Method,
    Module,
    Opaque,
    Thing,
    Wrapped,
)
from agentflow_lint.model.loading.modules import absolute_name
from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.statements import Evaluator

#: Functions and classes inside a function do not run with it.
INNER = (form.FunctionDefinition, form.ClassDefinition, form.Lambda)
#: How many steps a name, or a function that only returns something, is followed.
_MOST_STEPS = 12
_NOT_FOLLOWED = (Raised, Unfollowed, Exhausted, RecursionError)


@record(eq=False)
class Body:
    """A function's statements (or a lambda's expression) with what its names may refer to.

    ``receiver`` is the first argument of a method. ``outer`` is the body that a nested function stands in.
    """

    name: str
    parameters: tuple[form.Parameter, ...]
    block: form.Block | form.Expression
    place: Place
    frame: Frame
    is_async: bool
    receiver: Thing | None = None
    outer: Body | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from other functions."""
        return (self.place.path, self.place.reference)

    @cached_property
    def nodes(self) -> tuple[object, ...]:
        """Every node that runs with the body, in source order: nothing inside of inner functions and classes."""
        return tuple(node for part in self._parts for node in _nodes_of(part))

    @cached_property
    def bindings(self) -> Mapping[str, list[_Binding]]:
        """What the body binds, by name."""
        found: dict[str, list[_Binding]] = {}
        for part in self._parts:
            for name, binding in _bindings_of(part):
                found.setdefault(name, []).append(binding)
        return found

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names that ``global`` and ``nonlocal`` take from elsewhere."""
        return frozenset(name for part in self._parts for name in _declared_in(part))

    @property
    def _parts(self) -> tuple[form.Statement | form.Expression, ...]:
        return self.block if isinstance(self.block, tuple) else (self.block,)


@once
def _nodes_of(part: form.Statement | form.Expression) -> tuple[object, ...]:
    if isinstance(part, INNER):
        return (part,)
    return tuple(nodes(part, stop=INNER))


@once
def _bindings_of(part: form.Statement | form.Expression) -> tuple[tuple[str, _Binding], ...]:
    return tuple(found for node in _nodes_of(part) for found in _bound_by(node))


@once
def _declared_in(part: form.Statement | form.Expression) -> frozenset[str]:
    return frozenset(name for node in _nodes_of(part) if isinstance(node, form.Scope) for name in node.names)


@record(frozen=True, eq=False)
class _Binding:
    """One way in which a body binds a name; ``value`` None for one that is not followed.

    ``module`` and ``imported`` are those of an import: the module itself without ``imported``.
    """

    value: form.Expression | form.FunctionDefinition | None = None
    module: str | None = None
    level: int = 0
    imported: str | None = None


class Names:
    """Looks up what expressions in bodies stand for, in the evaluation of one graph."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._steps = 0

    @property
    def modules(self) -> tuple[str, ...]:
        """The files of the modules that were imported with the graph."""
        return tuple(module.path for module in self._evaluator.modules.values() if module.path is not None)

    def place(self, body: Body, node: form.Expression | form.Statement) -> Place:
        """The place of a node in a body."""
        return self._evaluator.sources.place(body.place.path, node.ref)

    def called(self, node: form.Call, body: Body) -> Thing | Body | None:
        """What a call calls: something of the project or not, or a function inside the body."""
        return self.meaning(node.function, body)

    def meaning(self, node: form.Expression, body: Body) -> Thing | Body | None:
        """What an expression stands for; None when that is not known."""
        if self._steps >= _MOST_STEPS:
            return None
        self._steps += 1
        try:
            return self._meaning(node, body)
        finally:
            self._steps -= 1

    def constant(self, node: form.Expression, body: Body) -> Known | None:
        """The constant that a name or an attribute stands for, None when it stands for none."""
        if isinstance(node, form.Name):
            bound = body.bindings.get(node.id)
            if bound is not None and len(bound) == 1 and isinstance(bound[0].value, form.Constant):
                return Known(bound[0].value.value)
            if bound is not None or any(parameter.name == node.id for parameter in body.parameters):
                return None
            found = self._evaluator.lookup(node.id, body.frame)
            return found if isinstance(found, Known) else None
        if isinstance(node, form.Attribute):
            owner = self.meaning(node.value, body)
            if isinstance(owner, (Module, Library, Class)):
                try:
                    found = self._evaluator.attribute(owner, node.attr, body.place)
                except _NOT_FOLLOWED:
                    return None
                return found if isinstance(found, Known) else None
        return None

    def bodies(self, thing: Thing | Body | None) -> Iterator[Body]:
        """What runs when ``thing`` is called: the function itself, or the constructor of a class."""
        if isinstance(thing, Body):
            yield thing
        elif isinstance(thing, Function):
            yield self._body_of(thing)
        elif isinstance(thing, Method) and isinstance(thing.function, Function):
            yield self._body_of(thing.function, thing.receiver)
        elif isinstance(thing, Method) and isinstance(thing.function, Wrapped):
            yield from self.bodies(Method(thing.function.function, thing.receiver))
        elif isinstance(thing, Wrapped) and thing.kind in ("partial", "cached", "staticmethod"):
            yield from self.bodies(thing.function)
        elif isinstance(thing, Opaque) and thing.wrapped is not None and thing.result_of in TRANSPARENT_DECORATORS:
            yield from self.bodies(thing.wrapped)
        elif isinstance(thing, Class):
            yield from self.bodies(self.attribute(thing, "__init__"))
        elif isinstance(thing, Instance):
            yield from self.bodies(self.attribute(thing, "__call__"))

    # --- expressions ---

    def _meaning(self, node: form.Expression, body: Body) -> Thing | Body | None:
        if isinstance(node, form.Name):
            return self._name(node.id, body)
        if isinstance(node, form.Attribute):
            return self.attribute(self.meaning(node.value, body), node.attr)
        if isinstance(node, form.Call):
            return self._result_of(self.called(node, body), node, body)
        if isinstance(node, (form.Await, form.Walrus)):
            return self.meaning(node.value, body)
        return None

    def _name(self, name: str, body: Body) -> Thing | Body | None:
        if name in body.bindings and name not in body.declared:
            return self._bound(body.bindings[name], body)
        first = body.parameters[0].name if body.parameters else None
        if body.receiver is not None and name == first:
            return body.receiver
        if any(parameter.name == name for parameter in body.parameters):
            return None
        if body.outer is not None:
            return self._name(name, body.outer)
        return _plain(self._evaluator.lookup(name, body.frame))

    def _bound(self, bindings: list[_Binding], body: Body) -> Thing | Body | None:
        found = [self._of_binding(binding, body) for binding in bindings]
        first = found[0]
        if isinstance(first, External):
            same = all(isinstance(each, External) and each.dotted == first.dotted for each in found)
            return first if same else None
        return first if len(found) == 1 else None

    def _of_binding(self, binding: _Binding, body: Body) -> Thing | Body | None:
        if isinstance(binding.value, form.FunctionDefinition):
            node = binding.value
            if node.decorators:
                return None
            place = self.place(body, node)
            return Body(node.name, node.parameters, node.body, place, body.frame, node.is_async, outer=body)
        if binding.value is not None:
            return self.meaning(binding.value, body)
        if binding.module is None:
            return None
        module = body.frame.module
        package = module.name if module.is_package else module.name.rpartition(".")[0]
        dotted = absolute_name(package, binding.level, binding.module)
        if not dotted:
            return None
        try:
            found = self._evaluator.import_module(dotted, body.place)
        except _NOT_FOLLOWED:
            return None
        return found if binding.imported is None else self.attribute(found, binding.imported)

    def attribute(self, thing: Thing | Body | None, name: str) -> Thing | None:
        """``thing.name``; None when that is not known."""
        if isinstance(thing, External):
            return External(f"{thing.dotted}.{name}")
        if isinstance(thing, Module) and thing.path is None and name not in thing.frame.names:
            return None
        if not isinstance(thing, (Module, Library, Class, Instance, Made)):
            return None
        place = getattr(thing, "place", None) or self._evaluator.sources.place("", 0)
        try:
            return _plain(self._evaluator.attribute(thing, name, place))
        except _NOT_FOLLOWED:
            return None

    def _result_of(self, function: Thing | Body | None, node: form.Call, body: Body) -> Thing | Body | None:
        if isinstance(function, External):
            return External(f"{function.dotted}()")
        if isinstance(function, Class):
            return self._instance(function, node, body)
        inner = next(iter(self.bodies(function)), None)
        return None if inner is None else self._returned(inner)

    def _instance(self, cls: Class, node: form.Call, body: Body) -> Thing | None:
        """An instance of a project class, made with arguments that nothing is known of."""
        place = self.place(body, node)
        unknown = Opaque("the argument of a function is not known", place)
        arguments: list[Thing] = [unknown for argument in node.arguments if argument.keyword is None]
        keywords: dict[str, Thing] = {each.keyword: unknown for each in node.arguments if each.keyword is not None}
        if any(argument.star for argument in node.arguments):
            return None
        try:
            found = self._evaluator.call(cls, arguments, keywords, place)
        except _NOT_FOLLOWED:
            return None
        return found if isinstance(found, Instance) else None

    def _body_of(self, thing: Function, receiver: Thing | None = None) -> Body:
        return Body(thing.name, thing.parameters, thing.body, thing.place, thing.frame, thing.is_async, receiver)

    def _returned(self, inner: Body) -> Thing | Body | None:
        """What a function returns that has one ``return``."""
        if not isinstance(inner.block, tuple):
            return self.meaning(inner.block, inner)
        returns = [node for node in inner.nodes if isinstance(node, form.Return)]
        if len(returns) != 1 or returns[0].value is None:
            return None
        return self.meaning(returns[0].value, inner)


def _plain(thing: Thing | None) -> Thing | None:
    """A thing as it is looked at here: what came out of an unseen call is known by that call's name."""
    if isinstance(thing, Opaque) and thing.wrapped is None:
        return External(f"{thing.result_of}()") if thing.result_of else None
    if isinstance(thing, Intrinsic):
        return External(f"builtins.{thing.name}")
    return None if isinstance(thing, Known) else thing


def _bound_by(node: object) -> Iterator[tuple[str, _Binding]]:
    """The names that one node binds, with what."""
    if isinstance(node, form.Assign):
        for target in node.targets:
            if isinstance(target, form.Name):
                yield target.id, _Binding(node.value)
            else:
                yield from ((name, _Binding()) for name in _names_in(target))
    elif isinstance(node, form.Walrus):
        yield node.name, _Binding(node.value)
    elif isinstance(node, form.With):
        for context, bound in node.items:
            if isinstance(bound, form.Name):
                yield bound.id, _Binding(context)
            elif bound is not None:
                yield from ((name, _Binding()) for name in _names_in(bound))
    elif isinstance(node, (form.For, form.ComprehensionLoop, form.AugmentedAssign)):
        yield from ((name, _Binding()) for name in _names_in(node.target))
    elif isinstance(node, form.FunctionDefinition):
        yield node.name, _Binding(node)
    elif isinstance(node, (form.ClassDefinition, form.Handler)):
        if node.name:
            yield node.name, _Binding()
    elif isinstance(node, form.Import):
        for item in node.names:
            top = item.name.partition(".")[0]
            yield item.alias or top, _Binding(module=item.name if item.alias else top)
    elif isinstance(node, form.ImportFrom):
        for item in node.names or ():
            yield item.alias or item.name, _Binding(module=node.module, level=node.level, imported=item.name)


def _names_in(target: object) -> Iterator[str]:
    return (node.id for node in nodes(target) if isinstance(node, form.Name))
