"""When the server computes, and what an edit ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from agentflow_lint.editor.analysis import ALL_CHANGED, Analysis, Changes
from agentflow_lint.editor.buffers import Buffers
from agentflow_lint.editor.positions import Encoding
from agentflow_lint.editor.scope import Folder, Scope
from agentflow_lint.editor.session import Session
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.registry import Catalogue, CatalogueError
from agentflow_lint.engine.rule import ProjectRule
from tests.editor.projects import leaky

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project


class Looking(ProjectRule):
    """Counts how often it is asked, and may do something then."""

    code = "ZZ101"
    name = "looking"
    consequence = Consequence.CONFUSES

    def __init__(self) -> None:
        self.asked = 0
        self.when_asked: Callable[[], object] = lambda: None

    def check(self, project: Project) -> Iterator[Verdict]:
        self.asked += 1
        self.when_asked()
        yield from ()


def session_of(root: Path, rule: Looking, done: list[Analysis], failed: list[Exception]) -> Session:
    buffers = Buffers(Encoding.UTF16)
    session = Session(buffers, lambda: Catalogue((rule, rule)), done.append, failed.append, pause=0.05)
    folder = Folder.of(root.as_uri())
    assert folder is not None
    session.scope = Scope((folder,))
    return session


def run(steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(steps())


def test_an_edit_ends_what_is_computed_for_the_state_before(tmp_path: Path) -> None:
    async def steps() -> None:
        root, rule, done = leaky(tmp_path / "desk"), Looking(), list[Analysis]()
        session = session_of(root, rule, done, [])
        loop = asyncio.get_running_loop()
        overtaken = asyncio.Event()

        def edit() -> None:
            rule.when_asked = lambda: None
            asyncio.run_coroutine_threadsafe(change(), loop).result()

        async def change() -> None:
            session.changed(ALL_CHANGED)
            overtaken.set()

        rule.when_asked = edit
        session.changed(ALL_CHANGED)
        await overtaken.wait()
        analysis = await session.current()
        assert analysis.number == 2
        assert [each.number for each in done] == [2]  # the first never came to an end
        assert rule.asked == 3  # once of the two rules that it is, then twice
        session.close()

    run(steps)


def test_what_no_change_concerns_is_not_computed_again(tmp_path: Path) -> None:
    async def steps() -> None:
        one, other = leaky(tmp_path / "one"), leaky(tmp_path / "other")
        rule, done = Looking(), list[Analysis]()
        session = session_of(tmp_path, rule, done, [])
        session.changed(ALL_CHANGED)
        await session.current()
        assert rule.asked == 4  # two projects, two rules
        session.changed(Changes(contents=frozenset({str(one / "notes.txt")})))
        await session.current()
        assert rule.asked == 4  # nobody has looked at that file
        session.changed(Changes(others=frozenset({str(other / "new.py")})))
        await session.current()
        assert rule.asked == 6
        session.changed(Changes(others=frozenset({str(tmp_path / "elsewhere" / "x")})))
        await session.current()
        assert rule.asked == 6
        session.changed(Changes(contents=frozenset({str(one / "10xgraph.json")})))
        await session.current()
        assert rule.asked == 8
        session.close()

    run(steps)


def test_a_question_is_answered_between_two_rules(tmp_path: Path) -> None:
    async def steps() -> None:
        root, rule = leaky(tmp_path / "desk"), Looking()
        session = session_of(root, rule, [], [])
        loop = asyncio.get_running_loop()
        order: list[str] = []
        asked: list[asyncio.Future[str | None]] = []

        def ask() -> None:
            order.append("rule")
            if not asked:
                started = asyncio.run_coroutine_threadsafe(question(), loop)
                started.result()

        async def question() -> None:
            asked.append(asyncio.ensure_future(session.ask((root / ".env").as_uri(), answer)))
            await asyncio.sleep(0)

        def answer(view: Any) -> str:
            order.append("question")
            return str(view.path)

        rule.when_asked = ask
        session.changed(ALL_CHANGED)
        await session.current()
        assert await asked[0] == ".env"
        assert order == ["rule", "question", "rule"]
        assert await session.ask((tmp_path / "nowhere").as_uri(), answer) is None
        session.close()

    run(steps)


def test_a_rule_pack_that_does_not_load_is_told_and_the_session_goes_on(tmp_path: Path) -> None:
    async def steps() -> None:
        failed: list[Exception] = []
        root = leaky(tmp_path / "desk")
        session = session_of(root, Looking(), [], failed)

        def broken() -> Catalogue:
            raise CatalogueError("rule pack mine: importing mine fails")

        session._catalogue = broken  # type: ignore[assignment]
        session.changed(ALL_CHANGED)
        await session.current()
        session.changed(ALL_CHANGED)
        await session.current()
        assert {type(each) for each in failed} == {CatalogueError}
        session.close()

    run(steps)


def test_texts_are_those_of_the_state_that_is_asked_about(tmp_path: Path) -> None:
    async def steps() -> None:
        root = leaky(tmp_path / "desk")
        session = session_of(root, Looking(), [], [])
        uri = (root / ".env").as_uri()
        session.buffers.open(uri, 1, "😀 one", None)
        session.changed(ALL_CHANGED)
        assert await session.ask(uri, lambda view: view.text.content) == "😀 one"
        assert await session.ask(uri, lambda view: view.position(types.Position(0, 3))) == (1, 3)
        session.buffers.change(uri, 2, [types.TextDocumentContentChangeWholeDocument("two")])
        session.changed(ALL_CHANGED)
        assert await session.ask(uri, lambda view: (view.text.content, view.version_of(view.path))) == ("two", 2)
        session.close()

    run(steps)
