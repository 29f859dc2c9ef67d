"""A module that is lowered by its parts comes to what it comes to as a whole."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from agentflow_lint.sources.python import bounds
from agentflow_lint.sources.python.form import ModuleForm
from agentflow_lint.sources.python.lowering import lower, places, span_of
from agentflow_lint.sources.python.parts import Memory, NotByParts, lower_by_parts
from agentflow_lint.sources.python.walking import nodes
from agentflow_lint.sources.text import SourceText

_LIBRARY = Path(sysconfig.get_path("stdlib"))
#: Modules of many kinds of statements, which every Python has.
CORPUS = [
    *(_LIBRARY / "asyncio" / name for name in ("locks.py", "queues.py", "__init__.py")),
    *(_LIBRARY / name for name in ("contextlib.py", "this.py", "bisect.py", "copy.py", "sched.py")),
    *sorted(Path(__file__).parent.glob("test_p*.py")),
]


_NEW_LINES = ("", "x = 1", "x = 1; y = 2", "def f(): pass", "    pass", "# é", "import os", "@f", '"""')


def spans_of(text: SourceText) -> list[tuple[Any, ...]]:
    """Every node of a module in order: its kind, what it holds that is no node, and its span; without references."""
    lowered = lower(text)
    if not isinstance(lowered, ModuleForm):
        return [(type(lowered).__name__, lowered)]
    found: list[tuple[Any, ...]] = []
    for node in nodes(lowered.body):
        fields = {name: getattr(node, name) for name in node.__match_args__ if name != "ref"}  # type: ignore[attr-defined]
        plain = tuple(
            repr(value) for value in fields.values() if isinstance(value, (str, int, float, bytes, type(None)))
        )
        found.append((type(node).__name__, plain, span_of(text, node.ref) if hasattr(node, "ref") else None))
    return found


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) > 8


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_parts_come_to_the_whole(path: Path) -> None:
    newline = "\r\n" if path.stem.startswith("t") else "\n"
    content = path.read_text(encoding="utf-8").replace("\n", newline)
    memory: dict[str, Any] = {}
    assert spans_of(SourceText(content, memory=memory)) == spans_of(SourceText(content))
    assert memory["python"].placed


def test_edits_lower_only_what_they_touch() -> None:
    content = (_LIBRARY / "dataclasses.py").read_text(encoding="utf-8")
    memory = Memory()
    first = lower_by_parts(SourceText(content), memory)
    at = content.index("def fields(")
    edited = content[:at] + "# 😀\nNEW = 1\n" + content[at:].replace("fields", "fields_", 1)
    second = lower_by_parts(SourceText(edited), memory)
    kept = [part for part in second.parts if part in first.parts]
    assert len(second.parts) == len(first.parts) + 1
    assert len(kept) == len(first.parts) - 1
    assert [part.first for part in second.parts] == sorted({part.first for part in second.parts})


#: What is typed somewhere: characters that begin and end something, and whole lines.
_TYPED = ("(", ")", "'", '"', '"""', "#", "\\", ":", ";", "\n", "\n\n", " ", "    ", "x", "else:\n", "# é\n", "y = 1\n")


def edited_somewhere(generator: random.Random, content: str) -> str:
    """The text with lines replaced, repeated or gone, or with something typed or deleted anywhere."""
    if generator.random() < 0.5:
        at = generator.randrange(len(content) + 1)
        return content[:at] + generator.choice(("", *_TYPED)) + content[at + generator.choice((0, 0, 1, 40)) :]
    lines = content.split("\n")
    at = generator.randrange(len(lines))
    new = [generator.choice(_NEW_LINES), lines[generator.randrange(len(lines))]]
    lines[at : at + generator.choice((0, 0, 1, 2))] = new[: generator.choice((0, 1, 1, 2))]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_after_any_edits_it_is_what_it_would_be_anew(seed: int) -> None:
    generator = random.Random(seed)
    original = content = (_LIBRARY / "sched.py").read_text(encoding="utf-8")
    memory: dict[str, Any] = {}
    by_parts = 0
    for _ in range(30):
        before, content = content, edited_somewhere(generator, content)
        edited = SourceText(content, memory=memory)
        assert spans_of(edited) == spans_of(SourceText(content))
        if isinstance(lower(edited), ModuleForm):
            by_parts += 1
        elif generator.random() < 0.7:
            content = before if generator.random() < 0.7 else original
    assert by_parts > 1


def test_lines_between_two_parts_are_of_neither() -> None:
    content = "def a(): pass\n\n# b\ndef b(): pass\n\n# end\n"
    memory: dict[str, Any] = {}
    for text in (
        content,
        content.replace("def b(): pass", "# none"),
        content,
        content.replace("# b", "# é\n"),
        content,
    ):
        assert spans_of(SourceText(text, memory=memory)) == spans_of(SourceText(text))


def test_a_change_of_quotes_reaches_the_lines_behind() -> None:
    content = 'a = 1\n\n\ndef f(): """text"""\n\n\ndef g(): """text"""\n'
    memory: dict[str, Any] = {}
    for text in (content, content.replace("a = 1", 'a = """'), content, content + '"""', content + "else: pass\n"):
        assert spans_of(SourceText(text, memory=memory)) == spans_of(SourceText(text))


def test_there_is_always_room_between_two_statements() -> None:
    memory = Memory()
    names = ["def a(): pass\n", "def z(): pass\n"]
    for number in range(60):
        names.insert(1, f"def f{number}(): pass\n")
        module = lower_by_parts(SourceText("".join(names)), memory)
        firsts = [part.first for part in module.parts]
        assert firsts == sorted(set(firsts))
        assert [part.content for part in module.parts] == names


@pytest.mark.parametrize("content", ["def f(:\n", "return 1\n", "x = (\n", "\0", "if x:\n  y\n z\n"])
def test_what_is_no_python_is_looked_at_as_a_whole(content: str) -> None:
    assert lower(SourceText(content, memory={})) == lower(SourceText(content))
    with pytest.raises(NotByParts):
        lower_by_parts(SourceText(content), Memory())


def test_an_empty_module_has_no_parts() -> None:
    text = SourceText("# nothing\n", memory={})
    assert lower(text) == lower(SourceText("# nothing\n"))
    assert span_of(text, 0) == span_of(SourceText("# nothing\n"), 0)
    assert places(text) == []


@pytest.mark.parametrize("comments", ["# a\n" * 22, "\n" * 44], ids=["comments", "blank"])
def test_lines_of_no_part_count_where_a_text_is_too_long(comments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_TOKENS", 50)
    content = "def a(): pass\ndef b(): pass\n"
    for longer in (content + comments, comments + content, content.replace("\n", "\n" + comments, 1)):
        memory: dict[str, Any] = {}
        for text in (content, longer, content):
            assert spans_of(SourceText(text, memory=memory)) == spans_of(SourceText(text))
