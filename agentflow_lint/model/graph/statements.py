"""Statements of the evaluated program: blocks, assignments and imports; the whole evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.model.graph.attributes import IMPORT_SYSTEM
from agentflow_lint.model.graph.branching import Completion
from agentflow_lint.model.graph.definitions import Definitions
from agentflow_lint.model.graph.state import Raised
from agentflow_lint.model.graph.things import (
    Binding,
    External,
    Frame,
    Function,
    Intrinsic,
    Items,
    Known,
    Mapping,
    Opaque,
    Thing,
)
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.results import Place


class Evaluator(Definitions):
    """The whole evaluation."""

    @property
    def whole(self) -> Evaluator:
        """Itself."""
        return self

    # --- blocks ---

    def execute(self, block: form.Block, frame: Frame) -> Completion | None:
        """Run statements one after another."""
        self.descend()
        try:
            for node in block:
                self.tick()
                completion = _STATEMENTS[type(node)](self, node, frame)
                if completion is not None:
                    return completion
        finally:
            self.depth -= 1
        return None

    def execute_module(self, body: form.Block, frame: Frame) -> None:
        """Run a module's body."""
        self.execute(body, frame)

    def run_body(self, function: Function, frame: Frame) -> Thing:
        """Run a function's body; what it returns on any path that may be taken."""
        if not isinstance(function.body, tuple):
            return self.evaluate(function.body, frame)
        doubt = Opaque(f"{function.name}() returns one thing or another", function.place)
        try:
            with self.catching(frame=frame):
                completion = self.execute(function.body, frame)
        except Raised:
            if not frame.maybe_returned:
                raise
            self.dismiss(
                frame.maybe_because or doubt
            )  # it may have returned before, and what raises is taken not to be reached
            completion = Completion("return", frame.maybe_returned.pop())
        result: Thing = Known(None, function.place)
        if completion is not None and completion.value is not None:
            result = completion.value
        for other in frame.maybe_returned:
            result = self.join(other, result, doubt)
        return result

    # --- names and targets ---

    def assign_name(self, frame: Frame, name: str, value: Thing, binding: Binding) -> None:
        """Bind a name in the frame that it belongs to."""
        target = self._frame_of(frame, name)
        region = self.regions[-1] if self.regions else None
        if region is not None and region.frame is not target and region.start > target.birth:
            value = Opaque(region.doubt.reason, region.doubt.place)
        target.names[name] = value
        target.origins[name] = binding

    def _frame_of(self, frame: Frame, name: str) -> Frame:
        declared = frame.declared.get(name)
        if declared == "global":
            return frame.module.frame
        if declared == "nonlocal":
            outer = frame.outer
            while outer is not None:
                if outer.kind == "function" and name in outer.names:
                    return outer
                outer = outer.outer
        return frame

    def assign(self, target: form.Expression, value: Thing, frame: Frame, place: Any) -> None:
        """Assign to any target."""
        if isinstance(target, form.Name):
            self.assign_name(frame, target.id, value, Binding(place))
        elif isinstance(target, form.Attribute):
            self.set_attribute(self.evaluate(target.value, frame), target.attr, value, place)
        elif isinstance(target, form.Subscript):
            name = self._global_name(target, frame)
            if name is not None:
                self.assign_name(frame.module.frame, name, value, Binding(place))
                return
            owner = self.evaluate(target.value, frame)
            self.set_item(owner, self.evaluate(target.index, frame), value, place)
        elif isinstance(target, form.Display):
            self._unpack(target, value, frame, place)
        elif isinstance(target, form.Starred):
            self.assign(target.value, value, frame, place)

    def _global_name(self, target: form.Subscript, frame: Frame) -> str | None:
        """``name`` of ``globals()["name"]``: assigning to that binds a name of the module."""
        call = target.value
        if not isinstance(call, form.Call) or not isinstance(call.function, form.Name) or call.arguments:
            return None
        if call.function.id != "globals" or not isinstance(self.lookup("globals", frame), Intrinsic):
            return None
        index = self.evaluate(target.index, frame)
        return index.value if isinstance(index, Known) and isinstance(index.value, str) else None

    def _unpack(self, target: form.Display, value: Thing, frame: Frame, place: Place) -> None:
        items = self.elements(value)
        stars = [number for number, item in enumerate(target.items) if isinstance(item, form.Starred)]
        if items is None:
            doubt = value if isinstance(value, Opaque) else Opaque("what is unpacked is not known", place)
            for item in target.items:
                self.assign(item, doubt, frame, place)
            return
        if (len(items) != len(target.items)) if not stars else (len(items) < len(target.items) - 1):
            message = f"cannot unpack {len(items)} values into {len(target.items)} names"
            raise self.python_error("ValueError", message, place)
        if stars:
            first, after = stars[0], len(target.items) - stars[0] - 1
            middle = items[first : len(items) - after]
            items = [*items[:first], Items("list", middle, self.born()), *items[len(items) - after :]]
        for item, part in zip(target.items, items, strict=True):
            self.assign(item, part, frame, place)

    def _assign(self, node: form.Assign, frame: Frame) -> None:
        value = self.evaluate(node.value, frame)
        place = self.place(node, frame)
        for target in node.targets:
            self.assign(target, value, frame, place)
        self.read_annotations(node, frame)

    def _declare(self, node: form.Declare, frame: Frame) -> None:
        self.read_annotations(node, frame)

    def _augmented(self, node: form.AugmentedAssign, frame: Frame) -> None:
        old = self.evaluate(node.target, frame)
        value = self.evaluate(node.value, frame)
        place = self.place(node, frame)
        if isinstance(old, Items) and old.kind == "list" and node.operator == "+":
            self.call_builtin_method("extend", old, [value], {}, place)
            return
        self.assign(node.target, self.operate(node.operator, old, value, node, frame), frame, place)

    def _expression(self, node: form.Evaluate, frame: Frame) -> None:
        self.evaluate(node.value, frame)

    def _delete(self, node: form.Delete, frame: Frame) -> None:
        for target in node.targets:
            if isinstance(target, form.Name):
                self._frame_of(frame, target.id).names.pop(target.id, None)
            elif isinstance(target, form.Subscript):
                owner = self.evaluate(target.value, frame)
                index = self.evaluate(target.index, frame)
                if isinstance(owner, External) and owner.dotted == "os.environ" and isinstance(index, Known):
                    self.set_variable(str(index.value), None)
                elif isinstance(owner, External) and owner.dotted in IMPORT_SYSTEM:
                    self.doubt_imports(f"{owner.dotted} is changed", self.place(node, frame))
                elif isinstance(owner, Mapping):
                    owner.doubt = owner.doubt or self.in_doubt(owner.birth)
                    owner.entries.pop(index.value if isinstance(index, Known) else None, None)

    def _return(self, node: form.Return, frame: Frame) -> Completion:
        value = Known(None, self.place(node, frame)) if node.value is None else self.evaluate(node.value, frame)
        return Completion("return", value)

    def _jump(self, node: form.Jump, frame: Frame) -> Completion:
        return Completion(node.kind)

    def _scope(self, node: form.Scope, frame: Frame) -> None:
        for name in node.names:
            frame.declared[name] = node.kind

    # --- imports ---

    def _import(self, node: form.Import, frame: Frame) -> None:
        self.import_statement(node, frame)

    def _import_from(self, node: form.ImportFrom, frame: Frame) -> None:
        self.import_from(node, frame)


_STATEMENTS: dict[type, Callable[[Evaluator, Any, Frame], Completion | None]] = {
    form.Assign: Evaluator._assign,
    form.Declare: Evaluator._declare,
    form.AugmentedAssign: Evaluator._augmented,
    form.Evaluate: Evaluator._expression,
    form.Delete: Evaluator._delete,
    form.Return: Evaluator._return,
    form.Raise: Evaluator._raise,
    form.Assert: Evaluator._assert,
    form.Jump: Evaluator._jump,
    form.Scope: Evaluator._scope,
    form.Import: Evaluator._import,
    form.ImportFrom: Evaluator._import_from,
    form.If: Evaluator._if,
    form.While: Evaluator._while,
    form.For: Evaluator._for,
    form.With: Evaluator._with,
    form.Try: Evaluator._try,
    form.Match: Evaluator._match,
    form.FunctionDefinition: Evaluator._function,
    form.ClassDefinition: Evaluator._class,
}
