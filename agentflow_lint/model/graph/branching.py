"""Branches and loops: what is taken where that is known, and what all ways agree on where it is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from agentflow_lint.model.graph.expressions import Expressions
from agentflow_lint.model.graph.joining import differing
from agentflow_lint.model.graph.state import MAX_ROUNDS, Raised
from agentflow_lint.model.graph.things import (
    Binding,
    Frame,
    Known,
    Opaque,
    Thing,
)
from agentflow_lint.records import record
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Callable


@record(frozen=True)
class Completion:
    """How a block ends when it does not just run out: ``return``, ``break`` or ``continue``."""

    kind: str
    value: Thing | None = None


class Branching(Expressions):
    """``if``, ``match``, ``for`` and ``while``."""

    def execute(self, block: form.Block, frame: Frame) -> Completion | None:
        """Run statements one after another; provided by the statements."""
        raise NotImplementedError

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
        if failure is not None:
            self.dismiss(doubt)
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
                frame.maybe_because = doubt
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
        if isinstance(pattern, form.TypePattern):
            return self.is_instance(subject, self.evaluate(pattern.cls, frame))
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
