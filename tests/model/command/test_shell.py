from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agentflow_lint.model.command.shell import ShellCommand, shell_commands
from agentflow_lint.model.values import Known, Origin, Unknown, Value
from agentflow_lint.sources.dockerfile import LocatedText
from agentflow_lint.sources.text import Span

SH = shutil.which("sh")
VALUES = {"A": "one", "B": "two words", "E": "", "S": " x "}


def commands(text: str) -> list[ShellCommand]:
    env: dict[str, Value[str]] = {name: Known(value, Origin("test")) for name, value in VALUES.items()}
    env["U"] = Unknown("from outside")
    return list(shell_commands(LocatedText(text), env))


def words(text: str) -> list[list[str | None]]:
    return [[word.text for word in command.words] for command in commands(text)]


PIECES = st.sampled_from(
    [
        "a",
        "b.c",
        "--x=",
        "1",
        " ",
        "  ",
        "$A",
        "$B",
        "$E",
        "$S",
        "${A}",
        "${B:-d}",
        "${E:-d}",
        "${E-d}",
        "${N:-d}",
        "${N-d}",
        "${A:+d}",
        "${E:+d}",
        "${E+d}",
        '"$B"',
        '"${B}x"',
        '"',
        "'",
        "'$A'",
        "'q q'",
        '"q q"',
        '""',
        "\\ ",
        "\\$",
        "\\a",
        '"\\$"',
        "${N:-$A}",
        "${N:-${A}}",
        '"a\\b"',
        " \\\n ",
        "#",
        "=",
        "$S$S",
    ]
)


@pytest.mark.skipif(SH is None, reason="there is no sh")
@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_words_are_those_of_the_real_shell(pieces: str) -> None:
    found = words(f"set -- x {pieces}")[0][2:]
    assume(None not in found)
    script = f"set -f; set -- x {pieces}\nfor word do printf '%s\\0' \"$word\"; done"
    result = subprocess.run([SH or "sh", "-c", script], capture_output=True, env=VALUES, check=False)
    if result.returncode or b"nterminated" in result.stderr:
        assume(False)  # not a complete command
    expected = result.stdout.decode().split("\0")[:-1]
    assert found == expected


def test_chains_redirections_and_comments() -> None:
    assert words("a b && c; d | e & f\ng # h\n") == [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]]
    assert words("a >/dev/null 2>&1 <in b 2> err c") == [["a", "b", "c"]]
    assert words("a 2") == [["a", "2"]]
    assert words("") == []


def test_assignments_before_a_command() -> None:
    (command,) = commands("X=$A Y='q q' run Z=1")
    assert [(name, word.text) for name, word in command.assignments] == [("X", "one"), ("Y", "q q")]
    assert [word.text for word in command.words] == ["run", "Z=1"]


def test_what_runs_only_under_a_condition_is_marked() -> None:
    found = commands("a; if b; then c; fi; d || e; f; (g); for x in y; do h; done; i")
    verdicts = {command.words[0].text: command.conditional for command in found}
    assert {name: verdicts[name] for name in "acdefghi"} == {
        "a": False, "c": True, "d": False, "e": True, "f": False, "g": True, "h": True, "i": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason", "prefix"),
    [
        ("$U", "from outside", ""),
        ("0.0.0.0:$U", "from outside", "0.0.0.0:"),
        ('"--x=${U}"', "from outside", "--x="),
        ("${U:-d}", "from outside", ""),
        ("$NOPE", "NOPE is not set here: whoever runs the command may set it", ""),
        ("${NOPE:?must}", "NOPE is not set here, and must be set from outside", ""),
        ("$(date)", "it is the output of a command", ""),
        ("`date`", "it is the output of a command", ""),
        ("$1", "$1 is a parameter of the shell", ""),
        ('"$@"', "$@ is a parameter of the shell", ""),
        ("${A##x}", "${A##x} is not understood", ""),
    ],
)
def test_unknown_words_say_why(text: str, reason: str, prefix: str) -> None:
    word = commands(f"x {text}")[0].words[1]
    assert (word.text, word.reason, word.prefix) == (None, reason, prefix)


def test_words_know_their_places() -> None:
    line = LocatedText("run  'a b' $A", ((0, 7, 5),))
    (command,) = shell_commands(line, {"A": Known("one", Origin("test"))})
    assert [word.span for word in command.words] == [Span(7, 5, 7, 8), Span(7, 10, 7, 15), Span(7, 16, 7, 18)]
