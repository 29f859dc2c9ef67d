"""Statements of the evaluated program: assignments, branches, loops, exceptions, definitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from agentflow_lint.model.graph.expressions import Expressions
from agentflow_lint.model.graph.joining import differing
from agentflow_lint.model.graph.results import ConstructionError
from agentflow_lint.model.graph.state import Raised, name_of
from agentflow_lint.model.graph.things import (
    Binding,
    Class,
    Error,
    External,
    Frame,
    FrameworkName,
    Function,
    Instance,
    Intrinsic,
    Items,
    Known,
    Mapping,
    Opaque,
    Thing,
    Wrapped,
)
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.model.graph.results import Place

#: Loops over known items, or with known conditions, run this often at most.
MAX_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Completion:
    """How a block ends when it does not just run out: ``return``, ``break`` or ``continue``."""

    kind: str
    value: Thing | None = None


class Evaluator(Expressions):
    """The whole evaluation."""

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
        completion = self.execute(function.body, frame)
        result: Thing = Known(None, function.place)
        if completion is not None and completion.value is not None:
            result = completion.value
        for other in frame.maybe_returned:
            result = self.join(other, result, Opaque(f"{function.name}() returns one thing or another", function.place))
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
            owner = self.evaluate(target.value, frame)
            self.set_item(owner, self.evaluate(target.index, frame), value, place)
        elif isinstance(target, form.Display):
            self._unpack(target, value, frame, place)
        elif isinstance(target, form.Starred):
            self.assign(target.value, value, frame, place)

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

    def _declare(self, node: form.Declare, frame: Frame) -> None:
        return None

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

    # --- exceptions ---

    def _raise(self, node: form.Raise, frame: Frame) -> None:
        place = self.place(node, frame)
        if node.value is None:
            caught = self.lookup("<caught>", frame)
            if isinstance(caught, Error):
                raise Raised(caught, place)
            raise self.python_error("RuntimeError", "no active exception to re-raise", place)
        thing = self.evaluate(node.value, frame)
        if isinstance(thing, (Class, Intrinsic)):
            thing = self.call(thing, [], {}, place)
        if not isinstance(thing, Error):
            kind = thing if isinstance(thing, (External, FrameworkName)) else Intrinsic("Exception")
            thing = Error(kind, "")
        if thing.outcome is None:
            words = f"{name_of(thing.kind)}: {thing.message}" if thing.message else name_of(thing.kind)
            thing.outcome = ConstructionError("raised", (), words, place)
        raise Raised(thing, place)

    def _assert(self, node: form.Assert, frame: Frame) -> None:
        place = self.place(node, frame)
        if self.truth(self.evaluate(node.test, frame), place) is False:
            raise self.python_error("AssertionError", "an assertion fails", place)

    def _try(self, node: form.Try, frame: Frame) -> Completion | None:
        doubts, import_doubts = self.doubts, self.import_doubts
        before = dict(frame.names)
        try:
            completion = self.execute(node.body, frame)
            if completion is None:
                causes = (self.doubts > doubts, self.import_doubts > import_doubts)
                if any(causes):
                    self._may_have_failed(node, causes, before, frame)
                completion = self.execute(node.otherwise, frame)
        except Raised as raised:
            try:
                completion = self._handle(node, raised, frame)
            except Raised:
                completion = self.execute(node.final, frame)
                if completion is None:
                    raise
                return completion
        return self.execute(node.final, frame) or completion

    def _handle(self, node: form.Try, raised: Raised, frame: Frame) -> Completion | None:
        for handler in node.handlers:
            matches = True if handler.type is None else self._matches(handler.type, raised.error, frame)
            if matches is None:
                reason = f"whether an except clause catches {name_of(raised.error.kind)} is not known"
                raise Raised(
                    Error(raised.error.kind, raised.error.message, self.undecided(reason, raised.place)), raised.place
                )
            if matches:
                return self._run_handler(handler, raised.error, frame)
        raise raised

    def _run_handler(self, handler: form.Handler, error: Error, frame: Frame) -> Completion | None:
        outer = frame.names.get("<caught>")
        frame.names["<caught>"] = error
        if handler.name is not None:
            frame.names[handler.name] = error
        try:
            return self.execute(handler.body, frame)
        finally:
            frame.names.pop("<caught>", None)
            if outer is not None:
                frame.names["<caught>"] = outer
            if handler.name is not None:
                frame.names.pop(handler.name, None)

    def _matches(self, node: form.Expression, error: Error, frame: Frame) -> bool | None:
        kind = self.evaluate(node, frame)
        choices = kind.items if isinstance(kind, Items) else [kind]
        unknown = False
        for choice in choices:
            if isinstance(choice, Intrinsic):
                answer = self.is_kind(error.kind, choice.name)
            elif isinstance(choice, Class):
                answer = isinstance(error.kind, Class) and choice in error.kind.order
            elif isinstance(choice, External) and isinstance(error.kind, External):
                answer = True if choice.dotted == error.kind.dotted else None
            elif isinstance(error.kind, Intrinsic) and isinstance(choice, (External, FrameworkName)):
                answer = None if error.kind.name == "Exception" else False
            else:
                answer = None
            if answer:
                return True
            unknown = unknown or answer is None
        return None if unknown else False

    def _may_have_failed(
        self, node: form.Try, causes: tuple[bool, bool], before: dict[str, Thing], frame: Frame
    ) -> None:
        """Something in the body is not seen and may raise: a handler may have run instead of the rest.

        ``causes`` are whether code was called that is not seen, and whether a module was imported that may not be
        installed.
        """
        handlers = [
            handler
            for handler in node.handlers
            if not _ends_in_raise(handler.body) and self._may_catch(handler, causes, frame)
        ]
        if not handlers:
            return
        doubt = Opaque("whether the code in a try block raises is not known", self.place(node, frame))
        after = frame.names
        for handler in handlers:
            frame.names = dict(before)
            for name in after:
                frame.names.setdefault(name, Opaque(doubt.reason, doubt.place))
            self.enter(doubt, frame)
            try:
                self._run_handler(handler, Error(Intrinsic("Exception"), ""), frame)
                self._merge(frame, after, frame.names, doubt)
                after = frame.names
            except Raised:
                pass
            finally:
                self.regions.pop()
        frame.names = after

    def _may_catch(self, handler: form.Handler, causes: tuple[bool, bool], frame: Frame) -> bool:
        """Whether a handler concerns one of the causes: a handler of import errors only the second."""
        if handler.type is None:
            return True
        kind = self.evaluate(handler.type, frame)
        choices = kind.items if isinstance(kind, Items) else [kind]
        called, imported = causes
        for choice in choices:
            of_imports = isinstance(choice, Intrinsic) and bool(self.is_kind(choice, "ImportError"))
            broad = isinstance(choice, Intrinsic) and choice.name in ("Exception", "BaseException")
            if (called and not of_imports) or (imported and (of_imports or broad)):
                return True
        return False

    # --- branches ---

    def _if(self, node: form.If, frame: Frame) -> Completion | None:
        return self._branch(list(node.branches), node.otherwise, frame)

    def _branch(
        self, branches: list[tuple[form.Expression, form.Block]], otherwise: form.Block, frame: Frame
    ) -> Completion | None:
        for number, (test, body) in enumerate(branches):
            value = self.evaluate(test, frame)
            truth = self.truth(value, self.place(test, frame))
            if truth:
                return self.execute(body, frame)
            if truth is None:
                reason = value.reason if isinstance(value, Opaque) else "a condition is not known"
                doubt = Opaque(reason, self.place(test, frame))
                rest = branches[number + 1 :]
                return self._fork(
                    [partial(self.execute, body, frame), partial(self._branch, rest, otherwise, frame)], doubt, frame
                )
        return self.execute(otherwise, frame)

    def _fork(self, branches: list[Callable[[], Completion | None]], doubt: Opaque, frame: Frame) -> Completion | None:
        """Run branches of which one is taken, not known which, and keep what they agree on.

        A branch that raises is taken not to be chosen, unless all do.
        """
        before = dict(frame.names)
        ends: list[tuple[dict[str, Thing], Completion | None]] = []
        failure: Raised | None = None
        for branch in branches:
            frame.names = dict(before)
            self.enter(doubt, frame)
            try:
                completion = branch()
                ends.append((frame.names, completion))
            except Raised as raised:
                failure = raised
            finally:
                self.regions.pop()
        if not ends:
            frame.names = before
            assert failure is not None
            raise failure
        running = [names for names, completion in ends if completion is None]
        leaving = [completion for _, completion in ends if completion is not None]
        if not running:
            frame.names = ends[0][0]
            return self._agree(leaving, doubt)
        frame.names = running[0]
        for names in running[1:]:
            self._merge(frame, frame.names, names, doubt)
        for completion in leaving:
            if completion.kind == "return" and completion.value is not None:
                frame.maybe_returned.append(completion.value)
            elif completion.kind != "return":
                return Completion("unknown")
        return None

    def _agree(self, leaving: list[Completion], doubt: Opaque) -> Completion:
        first = leaving[0]
        if any(completion.kind != first.kind for completion in leaving):
            return Completion("unknown")
        value = first.value
        for completion in leaving[1:]:
            if value is not None and completion.value is not None:
                value = self.join(value, completion.value, doubt)
        return Completion(first.kind, value)

    def _merge(self, frame: Frame, one: dict[str, Thing], other: dict[str, Thing], doubt: Opaque) -> None:
        merged = dict(one)
        for name in differing(frame, one, other):
            left, right = one.get(name), other.get(name)
            if left is None or right is None:
                merged[name] = Opaque(doubt.reason, doubt.place)
            else:
                merged[name] = self.join(left, right, doubt)
        frame.names = merged

    def _match(self, node: form.Match, frame: Frame) -> Completion | None:
        return self._cases(self.evaluate(node.subject, frame), list(node.cases), node, frame)

    def _cases(self, subject: Thing, cases: list[form.Case], node: form.Match, frame: Frame) -> Completion | None:
        for number, case in enumerate(cases):
            matched = self._pattern(case.pattern, subject, node, frame)
            if matched and case.guard is not None:
                matched = self.truth(self.evaluate(case.guard, frame), self.place(case.guard, frame))
            if matched:
                return self.execute(case.body, frame)
            if matched is None:
                reason = subject.reason if isinstance(subject, Opaque) else "whether a case matches is not known"
                doubt = Opaque(reason, self.place(node, frame))
                rest = cases[number + 1 :]
                return self._fork(
                    [partial(self.execute, case.body, frame), partial(self._cases, subject, rest, node, frame)],
                    doubt,
                    frame,
                )
        return None

    def _pattern(self, pattern: form.Pattern, subject: Thing, node: form.Match, frame: Frame) -> bool | None:
        if isinstance(pattern, form.ValuePattern):
            value = self.evaluate(pattern.value, frame)
            answer = self.compare("==", subject, value, node, frame)
            return bool(answer.value) if isinstance(answer, Known) else None
        if isinstance(pattern, form.OrPattern):
            answers = [self._pattern(choice, subject, node, frame) for choice in pattern.choices]
            return True if any(answers) else None if None in answers else False
        if isinstance(pattern, form.CapturePattern):
            matched = True if pattern.pattern is None else self._pattern(pattern.pattern, subject, node, frame)
            if matched is not False and pattern.name is not None:
                self.assign_name(frame, pattern.name, subject, Binding(self.place(node, frame)))
            return matched
        place = self.place(node, frame)
        for name in pattern.names:
            self.assign_name(frame, name, Opaque("a pattern is not followed", place), Binding(place))
        return None

    # --- loops ---

    def _for(self, node: form.For, frame: Frame) -> Completion | None:
        source = self.evaluate(node.source, frame)
        items = self.elements(source)
        place = self.place(node, frame)
        if items is None or len(items) > MAX_ROUNDS or node.is_async:
            doubt = source if isinstance(source, Opaque) else Opaque("what is iterated over is not known", place)
            return self._uncertain_rounds(node, Opaque(doubt.reason, place), frame)
        for item in items:
            self.assign(node.target, item, frame, place)
            completion = self.execute(node.body, frame)
            if completion is not None:
                if completion.kind == "break":
                    return None
                if completion.kind == "return":
                    return completion
                if completion.kind == "unknown":
                    return self._uncertain_rounds(node, Opaque("how a loop ends is not known", place), frame)
        return self.execute(node.otherwise, frame)

    def _while(self, node: form.While, frame: Frame) -> Completion | None:
        place = self.place(node, frame)
        for _ in range(MAX_ROUNDS):
            truth = self.truth(self.evaluate(node.test, frame), self.place(node.test, frame))
            if truth is False:
                return self.execute(node.otherwise, frame)
            if truth is None:
                break
            completion = self.execute(node.body, frame)
            if completion is not None:
                if completion.kind == "break":
                    return None
                if completion.kind == "return":
                    return completion
                if completion.kind == "unknown":
                    break
        return self._uncertain_rounds(node, Opaque("how often a loop runs is not known", place), frame)

    def _uncertain_rounds(self, node: form.For | form.While, doubt: Opaque, frame: Frame) -> Completion | None:
        """A loop that runs no one knows how often: whatever it changes is in doubt."""

        def once() -> Completion | None:
            if isinstance(node, form.For):
                self.assign(node.target, doubt, frame, doubt.place)
            completion = self.execute(node.body, frame)
            return completion if completion is not None and completion.kind == "return" else None

        before = set(frame.names)
        changed: dict[str, Thing] = {}
        snapshot = dict(frame.names)
        completion = self._fork([once, lambda: None], doubt, frame)
        for name, value in frame.names.items():
            if name not in before or value is not snapshot[name]:
                changed[name] = Opaque(doubt.reason, doubt.place)
        frame.names.update(changed)
        return completion

    def _with(self, node: form.With, frame: Frame) -> Completion | None:
        suppressed: list[Thing] = []
        managers: list[Instance] = []
        for value_node, target in node.items:
            value = self.evaluate(value_node, frame)
            entered: Thing = Opaque(f"what entering {name_of(value)} gives is not known", self.place(node, frame))
            if isinstance(value, Instance) and not node.is_async:
                entered = self.call(self.attribute(value, "__enter__", self.place(node, frame)), [], {},
                                    self.place(node, frame))  # fmt: skip
                managers.append(value)
            if isinstance(value_node, form.Call) and self._is_suppress(value_node, frame):
                suppressed.extend(self.arguments(value_node.arguments, frame)[0])
            if target is not None:
                self.assign(target, entered, frame, self.place(node, frame))
        try:
            completion = self.execute(node.body, frame)
        except Raised as raised:
            for kind in suppressed:
                if isinstance(kind, Intrinsic) and self.is_kind(raised.error.kind, kind.name):
                    return None
            if self._leave(managers, raised.error, self.place(node, frame)):
                return None
            raise
        self._leave(managers, None, self.place(node, frame))
        return completion

    def _leave(self, managers: list[Instance], error: Error | None, place: Place) -> bool:
        """Call ``__exit__`` of the project's context managers; whether one of them swallows the exception."""
        for manager in reversed(managers):
            given: list[Thing] = [Known(None)] * 3
            if error is not None:
                given = [error.kind, error, Opaque("a traceback is not followed", place)]
            answer = self.truth(self.call(self.attribute(manager, "__exit__", place), given, {}, place), place)
            if error is not None and answer:
                return True
            if error is not None and answer is None:
                reason = "whether a context manager swallows an exception is not known"
                raise Raised(Error(error.kind, error.message, self.undecided(reason, place)), place)
        return False

    def _is_suppress(self, node: form.Call, frame: Frame) -> bool:
        function = self.evaluate(node.function, frame)
        return isinstance(function, External) and function.dotted == "contextlib.suppress"

    # --- definitions ---

    def _function(self, node: form.FunctionDefinition, frame: Frame) -> None:
        function = self.function(node.name, node.parameters, node.body, node, frame)
        function.is_async = node.is_async
        function.is_generator = node.is_generator
        decorated = self._decorate(function, node.decorators, frame)
        self.assign_name(frame, node.name, decorated, Binding(self.place(node, frame)))

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
                known = isinstance(decorator, External) and self._knows_decorator(decorator.dotted)
                if not known:
                    name = decorator.dotted if isinstance(decorator, External) else "something that is not known"
                    thing = self._decorated_unseen(thing, f"it is decorated with {name}", place, decorator)
                    continue
            thing = self.call(decorator, [thing], {}, place)
        return thing

    def _knows_decorator(self, dotted: str) -> bool:
        from agentflow_lint.model.graph.standard import knows

        return knows(dotted)

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
        return Opaque(reason, place)

    def _class(self, node: form.ClassDefinition, frame: Frame) -> None:
        place = self.place(node, frame)
        bases, keywords = self.arguments(node.arguments, frame)
        inner = Frame("class", self.born(), frame.module, frame, function=frame.function)
        cls = Class(node.name, bases or [Intrinsic("object")], inner, place)
        cls.order = _order(cls)
        if "metaclass" in keywords and not _is_harmless_metaclass(keywords["metaclass"]):
            inner.doubt = Opaque(f"the metaclass of {node.name} is not followed", place)
        self.execute(node.body, inner)
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


def _is_harmless_metaclass(thing: Thing) -> bool:
    return isinstance(thing, External) and thing.dotted == "abc.ABCMeta"


def _ends_in_raise(block: form.Block) -> bool:
    return bool(block) and isinstance(block[-1], form.Raise)


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
