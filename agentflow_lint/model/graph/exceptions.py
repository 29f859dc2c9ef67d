"""Exceptions of the evaluated program: raising, catching, and what may raise unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.branching import Branching, Completion
from agentflow_lint.model.graph.results import ConstructionError
from agentflow_lint.model.graph.state import UNKNOWN_VARIABLE, Raised, name_of
from agentflow_lint.model.graph.things import (
    Class,
    Error,
    External,
    Frame,
    FrameworkName,
    Generator,
    Instance,
    Intrinsic,
    Items,
    Known,
    Opaque,
    Thing,
)
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import Place


_VALIDATION_ERRORS = ("pydantic_core.ValidationError", "pydantic.ValidationError")


def _may_catch(body: object) -> bool:
    return any(isinstance(node, form.Try) for node in nodes(body))


class Exceptions(Branching):
    """``raise``, ``assert``, ``try`` and ``with``."""

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
        raise Raised(thing, place, tuple(self.calls))

    def _assert(self, node: form.Assert, frame: Frame) -> None:
        place = self.place(node, frame)
        test = self.evaluate(node.test, frame)
        truth = self.truth(test, place)
        if truth is False:
            raise self.python_error("AssertionError", "an assertion fails", place)
        if truth is None and isinstance(test, Opaque) and not test.reason.startswith(UNKNOWN_VARIABLE):
            self.dismiss(Opaque(f"an assertion may fail: {test.reason}", place))

    def _try(self, node: form.Try, frame: Frame) -> Completion | None:
        try:
            with self.catching(bool(node.final)):
                completion = self._with_handlers(node, frame)
        except Raised:
            completion = self.execute(node.final, frame)
            if completion is None:
                raise
            return completion
        return self.execute(node.final, frame) or completion

    def _with_handlers(self, node: form.Try, frame: Frame) -> Completion | None:
        doubts, import_doubts = self.doubts, self.import_doubts
        before = dict(frame.names)
        try:
            with self.catching(bool(node.handlers)):
                completion = self.execute(node.body, frame)
        except Raised as raised:
            return self._handle(node, raised, frame)
        if completion is None:
            causes = (self.doubts > doubts, self.import_doubts > import_doubts)
            if any(causes):
                self._may_have_failed(node, causes, before, frame)
            completion = self.execute(node.otherwise, frame)
        return completion

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
                answer = True if _real_name(choice.dotted) == _real_name(error.kind.dotted) else None
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

    # --- with ---

    def _with(self, node: form.With, frame: Frame) -> Completion | None:
        if len(node.items) > 1:  # each stands inside the one before
            first, *others = node.items
            inner = form.With(node.ref, tuple(others), node.body, node.is_async)
            return self._with(form.With(node.ref, (first,), (inner,), node.is_async), frame)
        ((value_node, target),) = node.items
        suppressed: list[Thing] = []
        managers: list[Instance] = []
        generators: list[Generator] = []
        place = self.place(node, frame)
        value = self.evaluate(value_node, frame)
        entered: Thing = Opaque(f"what entering {name_of(value)} gives is not known", place)
        if isinstance(value, Instance) and not node.is_async:
            entered = self.call(self.attribute(value, "__enter__", place), [], {}, place)
            managers.append(value)
        elif isinstance(value, Instance):
            entered = self.wait(self.call(self.attribute(value, "__aenter__", place), [], {}, place), place)
        elif isinstance(value, Generator):
            entered = self._enter_generator(value, node.is_async, place)
            generators.append(value)
        if isinstance(value_node, form.Call) and self._is_suppress(value_node, frame):
            suppressed.extend(self.arguments(value_node.arguments, frame)[0])
        if target is not None:
            self.assign(target, entered, frame, place)
        try:
            with self.catching(bool(suppressed or managers or generators)):
                completion = self.execute(node.body, frame)
        except Raised as raised:
            for kind in suppressed:
                if isinstance(kind, Intrinsic) and self.is_kind(raised.error.kind, kind.name):
                    return None
            if self._leave(managers, raised.error, place):
                return None
            if any(_may_catch(generator.function.body) for generator in generators):
                reason = "whether a context manager swallows an exception is not known"
                error = Error(raised.error.kind, raised.error.message, self.undecided(reason, raised.place))
                raise Raised(error, raised.place) from None
            raise
        self._leave(managers, None, place)
        return completion

    def _enter_generator(self, generator: Generator, is_async: bool, place: Place) -> Thing:
        if not generator.is_manager or generator.function.is_async != is_async:
            raise self.python_error("TypeError", f"{generator.function.name}() gives no context manager", place)
        found = self.first_of(generator)
        if found is None:
            raise self.python_error("RuntimeError", "generator didn't yield", place)
        return found

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


def _real_name(dotted: str) -> str:
    """The name of an exception class; pydantic hands out that of pydantic_core."""
    return "pydantic.ValidationError" if dotted in _VALIDATION_ERRORS else dotted


def _ends_in_raise(block: form.Block) -> bool:
    return bool(block) and isinstance(block[-1], form.Raise)
