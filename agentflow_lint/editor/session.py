"""When what is computed, and in which thread.

All that asks the model runs in one worker thread, so the model is never asked twice at a time and the event loop never
waits. The first edit after a while is looked at right away; while edits go on, the session waits for a short break. An
edit cancels what is being computed for the state before it. Questions of features (:meth:`Session.ask`) are answered
between two rules.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from agentflow_lint.editor.analysis import ALL_CHANGED, Analysis, Changes, Roots, State
from agentflow_lint.editor.diagnostics import diagnostics_of
from agentflow_lint.editor.disk import Cancelled, DiskCache, Snapshot
from agentflow_lint.editor.scope import Scope
from agentflow_lint.editor.view import View
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.editor.buffers import Buffers
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue

_T = TypeVar("_T")

#: Seconds without an edit after which one counts as the first, and for which the session waits while edits go on.
PAUSE = 0.15


class Session:
    """The states of one workspace, one after the other. Use it from one event loop only, in which it is created.

    ``on_analysis`` is called with each analysis that was not overtaken; ``on_crash`` with an exception that is a defect
    of ours or of a rule pack, after which the session goes on.
    """

    def __init__(
        self,
        buffers: Buffers,
        load_catalogue: Callable[[], Catalogue],
        on_analysis: Callable[[Analysis], None],
        on_crash: Callable[[Exception], None],
        pause: float = PAUSE,
    ) -> None:
        self.buffers = buffers
        self.scope = Scope()
        self.analysis = Analysis(0)
        self._catalogue = cache(load_catalogue)
        self._on_analysis = on_analysis
        self._on_crash = on_crash
        self._pause = pause
        self._disk = DiskCache()
        self._roots = Roots()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="agentflow-lint")
        self._questions: deque[_Question] = deque()
        self._number = 0
        self._since = ALL_CHANGED
        self._state: State | None = None
        self._last_change = float("-inf")
        self._in_burst = False
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._waiting: list[asyncio.Future[Analysis]] = []
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    def changed(self, changes: Changes) -> None:
        """Something has changed: what is being computed is void, and the next computation is due soon."""
        if changes.everything or changes.others:
            self._roots.forget()
        self._since |= changes
        self._number += 1
        if self._state is not None:
            self._state.is_void.set()
        now = self._loop.time()
        self._in_burst = now - self._last_change < self._pause
        self._last_change = now
        self._wake.set()

    async def current(self) -> Analysis:
        """The analysis of the present state, as soon as there is one."""
        if self.analysis.number == self._number:
            return self.analysis
        waiting: asyncio.Future[Analysis] = self._loop.create_future()
        self._waiting.append(waiting)
        self._hurry.set()
        return await waiting

    async def ask(self, uri: str, question: Callable[[View], _T]) -> _T | None:
        """The answer of ``question`` about a file in the present state; None when it belongs to no project.

        The question is asked in the worker thread, as soon as the projects are found; it need not wait for the rules.
        Raises what it raises.
        """
        answer: Any = _OVERTAKEN
        while answer is _OVERTAKEN:
            answer = await self._answer(_Question(self._present(), uri, question, Future()))
        return cast("_T | None", answer)

    async def ask_about_findings(
        self, uri: str, question: Callable[[View, Sequence[Finding], Catalogue], _T]
    ) -> _T | None:
        """As :meth:`ask`, with what the analysis of the present state has found in the file."""
        answer: Any = _OVERTAKEN
        while answer is _OVERTAKEN:
            analysis = await self.current()
            if analysis.state is None:
                return None

            def with_findings(view: View, analysis: Analysis = analysis) -> _T:
                root = view.project.root
                run = next((each.run for each in analysis.shown if each.root == root), None)
                here = [each for each in run.findings if each.location.path == view.path] if run is not None else []
                return question(view, here, self._catalogue())

            answer = await self._answer(_Question(analysis.state, uri, with_findings, Future()))
        return cast("_T | None", answer)

    async def _answer(self, asked: _Question) -> Any:
        """What the question comes to; ``_OVERTAKEN`` when an edit has made its state void."""
        self._questions.append(asked)
        self._worker.submit(self._answer_questions)
        return await asyncio.wrap_future(asked.answer)

    def in_worker(self, work: Callable[[], object]) -> None:
        """Have something done in the worker thread, after what it is at."""
        with suppress(RuntimeError):  # it has been shut down
            self._worker.submit(work)

    def close(self) -> None:
        """Stop computing."""
        if self._state is not None:
            self._state.is_void.set()
        self._task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await self._break_in_edits()
            self._wake.clear()
            state = self._present()
            try:
                analysis = await self._loop.run_in_executor(self._worker, self._computed, state)
            except Exception as error:
                self._on_crash(error)
                analysis = replace(self.analysis, number=state.number)
            else:
                if analysis is None or state.number != self._number:
                    continue
                self._since = Changes()
            self.analysis = analysis
            if analysis.number == self._number:
                self._hurry.clear()
                waiting, self._waiting = self._waiting, []
                for each in waiting:
                    if not each.done():
                        each.set_result(analysis)
                self._on_analysis(analysis)

    async def _break_in_edits(self) -> None:
        """Wait until nobody has typed for a while, unless this is the first edit after one or somebody waits."""
        while self._in_burst and not self._hurry.is_set():
            left = self._last_change + self._pause - self._loop.time()
            if left <= 0:
                return
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), left)

    def _present(self) -> State:
        """The state that everything is in now."""
        if self._state is None or self._state.number != self._number:
            is_void = threading.Event()
            buffers = self.buffers.all()
            self._state = State(
                self._number,
                Snapshot(self._disk, buffers, lambda: _raise_if(is_void)),
                buffers,
                self.scope,
                self._catalogue,
                self._roots,
                self.analysis,
                self._since,
                is_void,
            )
        return self._state

    # --- in the worker thread ------------------------------------------------------------------------------------

    def _computed(self, state: State) -> Analysis | None:
        """The analysis of a state; None when an edit has made it void."""

        def pause() -> None:
            _raise_if(state.is_void)
            self._answer_questions()

        try:
            self._disk.next_computation()
            analysis = state.lint(pause)
            shown = diagnostics_of(state, analysis, self._catalogue(), self.buffers.encoding)
            return replace(analysis, diagnostics=shown)
        except Cancelled:
            return None

    def _answer_questions(self) -> None:
        while self._questions:
            asked = self._questions.popleft()
            if not asked.answer.set_running_or_notify_cancel():
                continue
            try:
                view = View.of(asked.state, asked.uri, self.buffers.encoding)
                asked.answer.set_result(None if view is None else asked.question(view))
            except Cancelled:
                asked.answer.set_result(_OVERTAKEN)
            except Exception as error:
                asked.answer.set_exception(error)


@record(frozen=True, eq=False)
class _Question:
    state: State
    uri: str
    question: Callable[[View], Any]
    answer: Future[Any]


#: The answer to a question about a state that is void.
_OVERTAKEN = object()


def _raise_if(is_void: threading.Event) -> None:
    if is_void.is_set():
        raise Cancelled
