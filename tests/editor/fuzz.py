"""Drives the server with random edits and compares what it shows with a fresh run on the same text.

    python -m tests.editor.fuzz --edits 10000 --seed 1 [--every 10] [--encoding utf-8] [--process]

Edits are ranges, whole texts and several changes at once, with faces, tabs and every kind of line end; texts are opened
and closed, files are changed, made, renamed and deleted behind the editor's back. After each edit the server's text is
compared with the client's; after every ``--every``-th one, what is shown is compared with a run that remembers nothing,
and what hover, completion, definition, links and hints answer somewhere with what a state answers that does not either.
With ``--process`` the server is a process of its own on standard input and output, and its memory is what is printed.
A difference ends it with the seed and the number of the edit.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from agentflow_lint.editor.analysis import State
from agentflow_lint.editor.positions import Encoding
from agentflow_lint.engine.registry import load_catalogue
from tests.editor.answers import of_fresh_state, of_server
from tests.editor.client import connected, uri
from tests.editor.mirror import Mirror, position
from tests.editor.projects import OWN_CONFIGURATION, full
from tests.editor.verdicts import FAILED, of_fresh_run, shown

if TYPE_CHECKING:
    from tests.editor.client import Editor

_ODD = (
    "😀",
    "é",
    "\t",
    "\r\n",
    "\r",
    "\n",
    " ",
    "𝒳",
    "\u2028",
    "\x0c",
    "\x85",
    "#",
    '"',
    "'",
    "{",
    "}",
    ",",
    ":",
    "=",
    "\\",
    "$",
)
#: What makes another project of a project, by the end of a file's name.
_TELLING = {
    ".env": ("ORIGINS=*\n", "MODE=development\n", "ORIGINS=https://a.example\n", "IS_DEBUG=true\n", "export X='a b'\n"),
    ".json": ('"auth": "jwt"', '"auth": null', '"agnet": 1,', '"env": ".env.prod",', '"agent": "graph.agent:nothing",'),
    ".py": (
        "from tenxgraph.storage.checkpointer import InMemoryCheckpointer\n",
        "import os\nX = os.environ['WANTED']\n",
        "from .tools import look_up\n",
        "# agentflow-lint: ignore[AF501] kept for the tests\n",
        "app = graph.compile()\n",
        "if True:\n    pass\n",
        "def f(x):\n    return x\n",
    ),
    "Dockerfile": ("USER nobody\n", "ENV ORIGINS=*\n", "COPY .env .\n", "RUN pip install gunicorn\n", "EXPOSE 8000\n"),
    ".yaml": ("    environment:\n      MODE: production\n", "    ports: ['8000:8000']\n", "  redis: {image: redis}\n"),
    ".toml": (
        'ignore = ["AF3"]\n',
        "target-release = '0.8.0'\n",
        '[[ignore]]\nrule = "AF401"\npath = "*"\nreason = "x"\n',
    ),
}


class Told(NamedTuple):
    """How many comparisons there were, of how many different reports, and how many answers of features in them."""

    comparisons: int
    reports: int
    answers: int


class Fuzz:
    """One project in two folders: what the client edits, and what it would look like with everything saved."""

    def __init__(self, editor: Editor, folder: Path, seed: int, encoding: str) -> None:
        self.editor = editor
        self.random = random.Random(seed)
        self.root = folder / "edited" / "desk"
        self.saved = folder / "saved" / "desk"
        self.mirror = Mirror(encoding)
        self.originals = {
            str(path.relative_to(self.root)): path.read_text(encoding="utf-8")
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }

    def step(self) -> None:
        """One edit, or something that happens outside of the editor."""
        chance = self.random.random()
        if chance < 0.06 or not self.mirror.texts:
            self._open()
        elif chance < 0.08:
            self._close()
        elif chance < 0.14:
            self._outside()
        elif chance < 0.30:
            self._restore()
        else:
            self._edit()

    async def settle(self) -> None:
        """Wait until the server has looked at everything."""
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        identifier = types.TextDocumentIdentifier(uri(self.root / "10xgraph.json"))
        await self.editor.wire.text_document_code_action_async(
            types.CodeActionParams(identifier, nowhere, types.CodeActionContext([], only=["refactor"]))
        )

    async def assert_same_answers(self) -> int:
        """The features answer somewhere as they would if the server had just been started; how many have an answer."""
        path = self.random.choice(sorted(self.mirror.texts))
        text = self.mirror.texts[path]
        line, unit = position(text, self._whole(text, self.random.randint(0, len(text))), self.mirror.encoding)
        at, encoding = types.Position(line, unit), Encoding(self.mirror.encoding)
        found = await of_server(self.editor, self.root / path, at)
        wanted = of_fresh_state(self.root, self.mirror.texts, path, at, encoding)
        if wanted is None:
            return 0
        different = [name for name in wanted if found[name] != wanted[name]]
        told = "\n".join(f"  {name}: {found[name]}\n  anew: {wanted[name]}" for name in different)
        assert not different, f"{path} at {at}: other answers than those of a new server\n{told}"
        return sum(1 for answer in wanted.values() if answer)

    def assert_same_text(self) -> None:
        """The server has the texts that the client has."""
        server = self.editor.server
        if server is None:
            return
        held = {each.uri: (each.version, each.text.content) for each in server.session.buffers.all()}
        assert held == {
            uri(self.root / path): (self.mirror.versions[path], text) for path, text in self.mirror.texts.items()
        }

    def _paths(self) -> list[str]:
        return sorted({*self.originals, *(str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file())})

    def _open(self) -> None:
        path = self.random.choice([*self._paths(), OWN_CONFIGURATION])
        if path in self.mirror.texts:
            return
        file = self.root / path
        text = file.read_bytes().decode("utf-8") if file.exists() else ""
        self.mirror.texts[path] = text
        self.mirror.versions[path] = 1
        self.editor.open(file, text)
        self._save(path, text)

    def _close(self) -> None:
        path = self.random.choice(sorted(self.mirror.texts))
        del self.mirror.texts[path]
        self.editor.close(self.root / path)
        file = self.root / path
        self._save(path, file.read_bytes().decode("utf-8") if file.exists() else None)

    def _edit(self) -> None:
        """One notification with one to three changes."""
        path = self.random.choice(sorted(self.mirror.texts))
        changes: list[types.TextDocumentContentChangeEvent] = []
        version = self.mirror.versions[path]
        for _ in range(self.random.choice((1, 1, 1, 1, 2, 3))):
            text = self.mirror.texts[path]
            start = self.random.randint(0, len(text))
            length = self.random.choice((0, 0, 0, 1, 1, 2, 7, 30))
            end = min(len(text), start + length)
            if self.random.random() < 0.2:  # a whole line, as people add and delete them
                start = text.rfind("\n", 0, start) + 1
                end = start if self.random.random() < 0.5 else (text.find("\n", start) + 1 or len(text))
            start, end = self._whole(text, start), self._whole(text, end)
            place = self.mirror.replace(path, start, end, self._typed(path))
            new = self.mirror.texts[path][start : start + len(self.mirror.texts[path]) - len(text) + end - start]
            where = types.Range(types.Position(*place[:2]), types.Position(*place[2:]))
            changes.append(types.TextDocumentContentChangePartial(range=where, text=new))
        if self.random.random() < 0.05:
            changes.append(types.TextDocumentContentChangeWholeDocument(self.mirror.texts[path]))
        self.mirror.versions[path] = version + 1
        document = types.VersionedTextDocumentIdentifier(version=version + 1, uri=uri(self.root / path))
        self.editor.wire.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
        self._save(path, self.mirror.texts[path])

    def _restore(self) -> None:
        """Back to what the project was, so that there is something to say of it."""
        path = self.random.choice(sorted(self.mirror.texts))
        text = self.originals.get(path, "")
        self.mirror.texts[path] = text
        self.mirror.versions[path] += 1
        self.editor.type(self.root / path, self.mirror.versions[path], text)
        self._save(path, text)

    def _outside(self) -> None:
        """A change on the disk, and the client's watcher telling of it."""
        path = self.random.choice(self._paths())
        file = self.root / path
        changed, created, deleted = (
            types.FileChangeType.Changed,
            types.FileChangeType.Created,
            types.FileChangeType.Deleted,
        )
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.originals.get(path, "").encode())
            self.editor.tell_of((file, created))
        elif path != "10xgraph.json" and self.random.random() < 0.3:
            file.unlink()
            self.editor.tell_of((file, deleted))
        else:
            content = file.read_bytes().decode("utf-8")
            at = self._whole(content, self.random.randint(0, len(content)))
            file.write_bytes((content[:at] + self._typed(path) + content[at:]).encode())
            self.editor.tell_of((file, changed))
        if path not in self.mirror.texts:
            self._save(path, file.read_bytes().decode("utf-8") if file.exists() else None)

    def _typed(self, path: str) -> str:
        """What somebody types into a file."""
        chance = self.random.random()
        if chance < 0.35:
            return self.random.choice(_ODD)
        if chance < 0.75:
            telling = next((words for end, words in _TELLING.items() if path.endswith(end)), ("x",))
            return self.random.choice(telling)
        return "".join(self.random.choice("abcAEIOU_019./-") for _ in range(self.random.randint(0, 4)))

    @staticmethod
    def _whole(text: str, offset: int) -> int:
        """A place that a client can name: not within a line's end."""
        return offset - 1 if 0 < offset < len(text) and text[offset - 1 : offset + 1] == "\r\n" else offset

    def _save(self, path: str, text: str | None) -> None:
        file = self.saved / path
        if text is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))


async def fuzz(edits: int, seed: int, encoding: str, every: int, *, process: bool, tell: bool) -> Told:
    """Run it."""
    catalogue = load_catalogue()
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    )
    compared = answers = 0
    said: set[str] = set()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        full(folder / "edited" / "desk")
        shutil.copytree(folder / "edited" / "desk", folder / "saved" / "desk")
        async with connected(folder / "edited" / "desk", capabilities=capabilities, process=process) as editor:
            it = Fuzz(editor, folder, seed, encoding)
            for number in range(1, edits + 1):
                it.step()
                if not process:
                    await asyncio.sleep(0)
                    while editor.pending():
                        await asyncio.sleep(0)
                    it.assert_same_text()
                if number % every == 0 or number == edits:
                    await it.settle()
                    found = shown(editor.published, it.root, it.mirror.texts, encoding)
                    wanted = of_fresh_run(it.saved, catalogue)
                    if found != wanted:
                        kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
                        shutil.copytree(it.saved, kept / "desk")
                        lines = [f"seed {seed}, edit {number}: the server and a fresh run differ ({kept}/desk)"]
                        lines += [f"  only shown: {each}" for each in found if each not in wanted]
                        lines += [f"  not shown: {each}" for each in wanted if each not in found]
                        raise AssertionError("\n".join(lines))
                    if it.mirror.texts and wanted != FAILED:
                        try:
                            answers += await it.assert_same_answers()
                        except AssertionError as error:
                            raise AssertionError(f"seed {seed}, edit {number}: {error}") from None
                    compared += 1
                    said.add(repr(wanted))
                if tell and number % 500 == 0:
                    print(
                        f"{number} edits, {compared} comparisons, {time.monotonic() - began:.0f} s, {_memory(editor)}"
                    )
    return Told(compared, len(said), answers)


def _memory(editor: Editor) -> str:
    process = editor.wire._server
    number = process.pid if process is not None else os.getpid()
    if process is None:
        gc.collect()
        states = sum(isinstance(each, State) for each in gc.get_objects())
        return f"{_resident(number):.0f} MB, {states} states alive"
    return f"server {_resident(number):.0f} MB"


def _resident(number: int) -> float:
    with open(f"/proc/{number}/statm", encoding="ascii") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--encoding", choices=["utf-8", "utf-16", "utf-32"], default="utf-16")
    parser.add_argument("--process", action="store_true")
    given = parser.parse_args()
    run = fuzz(given.edits, given.seed, given.encoding, given.every, process=given.process, tell=True)
    told = asyncio.run(run)
    print(
        f"{given.edits} edits, {told.comparisons} comparisons of {told.reports} different reports and {told.answers} "
        "answers, all equal"
    )


if __name__ == "__main__":
    main()
