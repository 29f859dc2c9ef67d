"""Functions and classes of the evaluated program, with their decorators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph import enums
from agentflow_lint.model.graph.exceptions import Exceptions
from agentflow_lint.model.graph.settings_classes import is_settings_base
from agentflow_lint.model.graph.standard import knows
from agentflow_lint.model.graph.things import (
    Binding,
    Class,
    External,
    Frame,
    FrameworkName,
    Function,
    Intrinsic,
    Opaque,
    Thing,
    Wrapped,
)
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place


#: Names that the form's own names hold for constants.
_CONSTANTS = frozenset({"None", "True", "False"})


def _postpones(module: Frame) -> bool:
    """Whether the module has ``from __future__ import annotations``."""
    found = module.names.get("annotations")
    return isinstance(found, External) and found.dotted == "__future__.annotations"


class Definitions(Exceptions):
    """``def`` and ``class``."""

    def _function(self, node: form.FunctionDefinition, frame: Frame) -> None:
        function = self.function(node.name, node.parameters, node.body, node, frame)
        function.is_async = node.is_async
        function.is_generator = node.is_generator
        self.read_annotations(node, frame)
        decorated = self._decorate(function, node.decorators, frame)
        self.assign_name(frame, node.name, decorated, Binding(self.place(node, frame)))

    def read_annotations(self, node: form.FunctionDefinition | form.Assign | form.Declare, frame: Frame) -> None:
        """Evaluate annotations where they stand, as Python does up to 3.13 (PEP 649)."""
        if not node.annotated or self.postpones_annotations or _postpones(frame.module.frame):
            return
        for name in node.annotated:
            if name not in _CONSTANTS and self.lookup(name, frame) is None:
                if self.postpones_annotations is None:
                    reason = (
                        f"an annotation reads {name!r}, which is not defined: up to Python 3.13 that raises NameError"
                    )
                    self.dismiss(Opaque(reason, self.place(node, frame)))
                else:
                    raise self.python_error("NameError", f"name {name!r} is not defined", self.place(node, frame))

    def _decorate(self, thing: Thing, decorators: tuple[form.Expression, ...], frame: Frame) -> Thing:
        for node in reversed(decorators):
            place = self.place(node, frame)
            if isinstance(node, form.Attribute) and node.attr in ("setter", "deleter", "getter"):
                owner = self.evaluate(node.value, frame)
                if isinstance(owner, Wrapped) and owner.kind == "property":
                    getter = thing if node.attr == "getter" else owner.function
                    keywords = {**owner.keywords, "setter": thing} if node.attr == "setter" else owner.keywords
                    thing = Wrapped("property", getter, keywords=keywords)
                    continue
            decorator = self.evaluate(node, frame)
            if isinstance(decorator, (Intrinsic, External)) and getattr(decorator, "name", "") == "same":
                continue
            if isinstance(decorator, (Opaque, External)) and isinstance(thing, (Function, Class, Wrapped)):
                known = isinstance(decorator, External) and knows(decorator.dotted)
                if not known:
                    name = decorator.dotted if isinstance(decorator, External) else "something that is not known"
                    thing = self._decorated_unseen(thing, f"it is decorated with {name}", place, decorator)
                    continue
            thing = self.call(decorator, [thing], {}, place)
        return thing

    def _decorated_unseen(self, thing: Thing, reason: str, place: Place, decorator: Thing) -> Thing:
        if isinstance(thing, Class):
            dotted = (
                decorator.dotted
                if isinstance(decorator, External)
                else decorator.reason
                if isinstance(decorator, Opaque)
                else ""
            )
            if "dataclass" in dotted:
                return thing
        made_by = decorator.dotted if isinstance(decorator, External) else getattr(decorator, "result_of", None)
        return Opaque(reason, place, result_of=made_by, wrapped=thing)

    def _class(self, node: form.ClassDefinition, frame: Frame) -> None:
        place = self.place(node, frame)
        bases, keywords = self.arguments(node.arguments, frame)
        inner = Frame("class", self.born(), frame.module, frame, function=frame.function)
        cls = Class(node.name, bases or [Intrinsic("object")], inner, place, body=node.body, keywords=keywords)
        cls.order = _order(cls)
        cls.has_abstract_meta = "metaclass" in keywords and _is_abstract_meta(keywords["metaclass"])
        if "metaclass" in keywords and not cls.has_abstract_meta:
            inner.doubt = Opaque(f"the metaclass of {node.name} is not followed", place)
        self.execute(node.body, inner)
        enums.fill(cls)
        if any(is_settings_base(base) for base in cls.order):
            self.notes.settings_defined.append(cls)
        self._init_subclass(cls, keywords, place)
        for value in inner.names.values():
            function = value.function if isinstance(value, Wrapped) else value
            if isinstance(function, Function) and function.owner is None:
                function.owner = cls
        if any(self._is_dataclass(decorator, frame) for decorator in node.decorators):
            cls.fields = [name for statement in node.body for name in _field(statement)]
            decorated: Thing = cls
        else:
            decorated = self._decorate(cls, node.decorators, frame)
        self.assign_name(frame, node.name, decorated, Binding(place))

    def _init_subclass(self, cls: Class, keywords: dict[str, Thing], place: Place) -> None:
        """``__init_subclass__`` of the nearest base that has one (registries fill themselves with it)."""
        for base in cls.order[1:]:
            hook = base.frame.names.get("__init_subclass__") if isinstance(base, Class) else None
            if hook is not None:
                function = hook.function if isinstance(hook, Wrapped) else hook
                given = {name: value for name, value in keywords.items() if name != "metaclass"}
                self.call(function, [cls], given, place)
                return

    def _is_dataclass(self, node: form.Expression, frame: Frame) -> bool:
        decorator = self.evaluate(node.function if isinstance(node, form.Call) else node, frame)
        return isinstance(decorator, External) and decorator.dotted in (
            "dataclasses.dataclass",
            "pydantic.dataclasses.dataclass",
        )


def _field(statement: form.Statement) -> list[str]:
    """The field that a statement in a dataclass body declares: an annotated name, with or without a value.

    An unannotated assignment looks the same in the form and is taken for a field too.
    """
    targets = statement.targets if isinstance(statement, form.Assign) else ()
    if isinstance(statement, form.Declare):
        targets = (statement.target,)
    return [target.id for target in targets[:1] if isinstance(target, form.Name)]


def _is_abstract_meta(thing: Thing) -> bool:
    return isinstance(thing, External) and thing.dotted == "abc.ABCMeta"


def _order(cls: Class) -> list[Thing]:
    """The method resolution order (C3); where it cannot be made, depth first."""
    sequences: list[list[Thing]] = [list(base.order) if isinstance(base, Class) else [base] for base in cls.bases]
    sequences.append(list(cls.bases))
    sequences = [[item for item in sequence if not _is_object(item)] for sequence in sequences]
    order: list[Thing] = [cls]
    while any(sequences):
        for sequence in sequences:
            head = sequence[0] if sequence else None
            if head is not None and not any(_in_tail(head, other) for other in sequences):
                break
        else:
            head = next(sequence[0] for sequence in sequences if sequence)
        assert head is not None
        order.append(head)
        sequences = [[item for item in sequence if not _is_same(item, head)] for sequence in sequences]
    return [*order, Intrinsic("object")]


def _is_object(thing: Thing) -> bool:
    """``object`` is last, also after classes whose own bases are not known."""
    return isinstance(thing, Intrinsic) and thing.name == "object"


def _in_tail(head: Thing, sequence: list[Thing]) -> bool:
    return any(_is_same(item, head) for item in sequence[1:])


def _is_same(left: Thing, right: Thing) -> bool:
    if left is right:
        return True
    if isinstance(left, (Intrinsic, FrameworkName)) and type(left) is type(right):
        return left.name == right.name
    return isinstance(left, External) and isinstance(right, External) and left.dotted == right.dotted
