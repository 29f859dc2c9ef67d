from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.dockerfile import Dockerfile, Instruction, read_dockerfile
from agentflow_lint.sources.dockerfile.expansion import SubstitutionError, Undetermined, expand
from agentflow_lint.sources.dockerfile.instructions import KEYWORDS
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from types import ModuleType


def read(text: str, **build_args: str | None) -> Dockerfile:
    return read_dockerfile(SourceText(text), build_args)


def at(text: str, span: Span) -> str:
    """The text under a span."""
    source = SourceText(text)
    return text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def env_of(text: str, **build_args: str | None) -> dict[str, str | None]:
    stage = read(text, **build_args).stages[-1]
    return {name: value.value for name, value in stage.env.items()}


# -- Docker's own parser as the referee ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def referee() -> ModuleType:
    module: ModuleType = pytest.importorskip("dockerfile", reason="the binding of Docker's own parser is not installed")
    return module


def seen_by_us(instruction: Instruction) -> tuple[Any, ...]:
    inner = instruction.trigger or instruction
    values = [word.text for word in inner.words]
    if instruction.keyword == "FROM" and len(values) == 3 and values[1].lower() == "as":
        values[1] = values[1].upper()
    return (
        instruction.keyword,
        instruction.trigger.keyword if instruction.trigger else None,
        inner.form == "exec",
        instruction.first_line,
        instruction.last_line,
        tuple(values),
        # The binding keeps an ONBUILD's heredocs to itself.
        tuple((h.name, h.descriptor, h.content) for h in instruction.heredocs if instruction.keyword != "ONBUILD"),
        len(instruction.flags),
    )


def seen_by_docker(command: Any) -> tuple[Any, ...]:
    keyword = (command.cmd or "").upper()
    values = list(command.value)
    if keyword == "FROM" and len(values) == 3 and values[1].lower() == "as":
        values[1] = values[1].upper()
    if values == [""] and (command.sub_cmd or keyword).upper() not in HAVE_WORDS:
        values = []
    return (
        keyword,
        command.sub_cmd.upper() if command.sub_cmd else None,
        bool(command.json),
        command.start_line,
        command.end_line,
        tuple(values),
        tuple((heredoc.name, heredoc.file_descriptor, heredoc.content) for heredoc in command.heredocs),
        len(command.flags),
    )


HAVE_WORDS = KEYWORDS - {"ONBUILD"}


def agree(referee: ModuleType, text: str) -> bool:
    """Compare with Docker's parser; False when it refuses the text (then so must we)."""
    ours = read(text)
    try:
        theirs = referee.parse_string(text)
    except referee.GoParseError:
        theirs = None
    if theirs is None:
        assert ours.problems, f"Docker refuses {text!r}"
        return False
    if not reads_as_before_2024(theirs, text):
        assert [seen_by_us(each) for each in ours.instructions] == [seen_by_docker(each) for each in theirs], text
    return True


def reads_as_before_2024(theirs: Any, text: str) -> bool:
    """Whether the text meets one of the two places where the binding's BuildKit is older than Docker's own.

    It took a JSON array with something behind it for the exec form, and no heredoc for ``<< NAME``.
    """
    if re.search(r"<<-?[ \t\r]", text):
        return True
    for command in theirs:
        array = command.original.partition("[")[2] if command.json and command.original else None
        try:
            json.loads(f"[{array or ']'}")
        except ValueError:
            return True
    return False


CORPUS = [
    "FROM python:3.12\n",
    "FROM python:3.12",
    "from python:3.12 as Build\nrun echo hi\n",
    "FROM a\nRUN a && \\\n    b \\\n# comment\n\n   c\nCMD x\n",
    "FROM a\nRUN a \\  \n b\n",
    "FROM a\nRUN echo \\\\\nCMD b\n",
    "FROM a\nRUN \\\n\\\necho\n",
    "FROM a\n   \n  # indented comment\n\tRUN x\n",
    "# escape=`\nFROM a\nRUN dir `\n  c:\\\nCMD x\n",
    "#escape = `\n# syntax = docker/dockerfile:1\nFROM a\nRUN a `\n b\n",
    "# a comment\n# escape=`\nFROM a\nRUN a `\nCMD b\n",
    "\n# escape=`\nFROM a\nRUN a `\nCMD b\n",
    "# check=skip=all\nFROM a\n",
    "# escape=`\n# escape=\\\nFROM a\n",
    "# escape=x\nFROM a\n",
    "FROM a\r\nRUN b \\\r\n  c\r\nENV A=1 \\\r\n B=2\r\n",
    'FROM a\nCMD ["gunicorn", "-b", "0.0.0.0:8000"]\n',
    "FROM a\nCMD [ ]\nENTRYPOINT []\n",
    "FROM a\nCMD ['gunicorn']\n",
    'FROM a\nCMD ["a",]\n',
    'FROM a\nCMD ["a" "b"]\n',
    'FROM a\nCMD ["a", 1]\n',
    'FROM a\nCMD [["a"]]\n',
    'FROM a\nCMD [ "\\u0041\\n\\"q\\"" ,\\\n "b" ]\n',
    'FROM a\nRUN [ "$x" = 1 ] && y\n',
    'FROM a\nSHELL ["/bin/bash", "-c"]\n',
    'FROM a\nCOPY ["a b", "c/"]\nVOLUME ["/data"]\nADD x y /z/\nVOLUME /a /b\n',
    "FROM a\nCOPY --from=b --chown=1:1 --link src/ /app/\n",
    'FROM a\nCOPY --chown="a b" x y\nCOPY -- --x /y\n',
    "FROM --platform=$BUILDPLATFORM a AS b\n",
    "FROM a\nENV A=1 B=\"two words\" C=x\\ y D='q q' E=\n",
    'FROM a\nENV A some  value "q"\n',
    "FROM a\nENV A\n",
    "FROM a\nENV A=1 B\n",
    "FROM a\nENV\n",
    "FROM a\nLABEL a.b=c d='e f'\nLABEL x y z\n",
    "ARG V=1\nARG W\nFROM a:$V\nARG V\nARG x=1 y z='a b'\n",
    "FROM a\nRUN <<EOF\nFROM x\n\\\nCMD y\nEOF\nCMD z\n",
    "FROM a\nRUN <<-EOF cat\n\thi\n\tEOF\n",
    "FROM a\nRUN <<'EOF' cat > /x\n$A\nEOF\n",
    'FROM a\nCOPY <<A <<-"B" /x/\na\nA\n\tb\n\tB\nRUN y\n',
    "FROM a\nRUN 3<<EOF cat\nx\nEOF\n",
    "FROM a\nRUN cat <<< word\n",
    "FROM a\nRUN echo '<<EOF'\nCMD x\n",
    'FROM a\nRUN echo "<<EOF\nCMD x\n',
    "FROM a\nRUN echo it's <<EOF\nCMD x\n",
    "FROM a\nRUN <<A\nnever ended\n",
    "FROM a\nRUN <<EOF\r\nx\r\nEOF\r\nCMD y\r\n",
    "FROM a\nCMD <<EOF\nRUN x\n",
    'FROM a\nRUN ["x", "<<EOF"]\nCMD y\n',
    "FROM a\nONBUILD RUN <<EOF\nx\nEOF\nONBUILD COPY . /app\n",
    "FROM a\nONBUILD\n",
    "FROM a\nHEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://x/ || exit 1\nHEALTHCHECK NONE\n",
    'FROM a\nHEALTHCHECK CMD ["a", "b"]\n',
    "FROM a\nEXPOSE 80 443/tcp\nSTOPSIGNAL SIGTERM\nMAINTAINER me <x@y>\nUSER a:b\nWORKDIR /a b\n",
    "FROM a\nUNKNOWN thing\nRUN x\n",
    "FROM a\nRUN\nCMD\nUSER\n",
    "FROM a\nRUN é ü # not a comment\n",
    "",
    "# only a comment\n",
    "FROM a\nRUN a \\\n",
    "FROM a\nRUN a \\",
    "FROM a\nRUN <<${V:-d}\n${V:-d}\n",
    "FROM a\nRUN echo ${X:-a b} <<E$Y\nx\nE$Y\n",
]


@pytest.mark.parametrize("text", CORPUS)
def test_instructions_are_those_of_dockers_parser(referee: ModuleType, text: str) -> None:
    agree(referee, text)


def test_the_corpus_holds_texts_that_docker_accepts_and_texts_that_it_refuses(referee: ModuleType) -> None:
    verdicts = [agree(referee, text) for text in CORPUS]
    assert verdicts.count(True) > 40
    assert verdicts.count(False) > 8


def test_text_behind_a_json_array_makes_it_the_shell_form() -> None:
    command = read('FROM a\nCMD ["a"] b\n').instructions[1]
    assert (command.form, command.arguments.text) == ("shell", '["a"] b')


def test_blanks_may_stand_between_the_arrows_and_the_name_of_a_heredoc() -> None:
    _, run, cmd = read("FROM a\nRUN cat << EOF\nx\nEOF\nCMD y\n").instructions
    assert [(heredoc.name, heredoc.content) for heredoc in run.heredocs] == [("EOF", "x\n")]
    assert cmd.keyword == "CMD"


def test_the_body_of_an_onbuild_heredoc_belongs_to_it() -> None:
    onbuild = read("FROM a\nONBUILD RUN <<EOF\nx\nEOF\n").instructions[1]
    assert onbuild.trigger is not None
    assert (onbuild.trigger.keyword, onbuild.trigger.heredocs[0].content) == ("RUN", "x\n")


FRAGMENTS = st.sampled_from(
    [
        "FROM a\n",
        "from b AS c\n",
        "RUN ",
        "CMD ",
        "ENV ",
        "ARG ",
        "COPY ",
        "ONBUILD ",
        "HEALTHCHECK ",
        "LABEL ",
        "EXPOSE ",
        "ENTRYPOINT ",
        "USER ",
        "ADD ",
        "FOO ",
        "# escape=`\n",
        "# c\n",
        "\\\n",
        "`\n",
        "\n",
        "\r\n",
        " ",
        "  ",
        "\t",
        "<<EOF",
        "<<-E",
        "<<'E'",
        "EOF\n",
        "E\n",
        "\tE\n",
        "A=1",
        "B=",
        '"x y"',
        "'",
        '"',
        "\\",
        "$V",
        "${V:-d}",
        '["a", "b"]',
        "[",
        "]",
        "--from=x",
        "--",
        "a",
        "é",
        ",",
        "1",
        "<",
        "=",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS, max_size=14).map("".join))
def test_generated_dockerfiles_read_as_dockers_parser_reads_them(referee: ModuleType, text: str) -> None:
    agree(referee, "FROM x\n" + text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.lists(FRAGMENTS, max_size=30).map("".join))
def test_any_text_is_read_and_every_span_lies_in_it(text: str) -> None:
    dockerfile = read(text)
    lines = SourceText(text).line_count
    spans = [problem.span for problem in dockerfile.problems]
    for instruction in dockerfile.instructions:
        spans += [instruction.span, *(word.span for word in instruction.words)]
        spans += [flag.span for flag in instruction.flags]
        if instruction.form == "shell" and instruction.keyword in ("WORKDIR", "USER", "RUN", "CMD"):
            assert all(word.text in instruction.arguments.text for word in instruction.words)
    for span in spans:
        assert 1 <= span.line <= span.end_line <= lines
        assert span.column >= 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)


# -- positions ----------------------------------------------------------------------------------------------------


def test_spans_of_words_flags_pairs_and_heredocs() -> None:
    text = (
        "FROM python:3.12 AS Web\n"
        "ENV A=1 \\\n"
        '    B="two words"\n'
        "COPY --from=x a \\\n"
        "  b /app/\n"
        'CMD ["gunicorn", \\\n'
        '     "-b"]\n'
        "RUN <<EOF\n"
        "line\n"
        "EOF\n"
    )
    _, env, copy, cmd, run = read(text).instructions
    assert [at(text, pair.span) for pair in env.pairs] == ["A=1", 'B="two words"']
    assert env.pairs[1].value is not None
    assert at(text, env.pairs[1].value.span) == '"two words"'
    assert env.pairs[1].value.span == Span(3, 7, 3, 18)
    assert [at(text, word.span) for word in copy.words] == ["a", "b", "/app/"]
    assert at(text, copy.flags[0].span) == "--from=x"
    assert [at(text, word.span) for word in cmd.words] == ['"gunicorn"', '"-b"']
    assert cmd.span == Span(6, 1, 7, 11)
    assert at(text, run.heredocs[0].span) == "line\nEOF"
    assert (run.first_line, run.last_line) == (8, 10)


def test_a_shell_command_knows_the_place_of_each_of_its_characters() -> None:
    text = "FROM a\nCMD gunicorn \\\n  # why\n  -b :80\n"
    command = read(text).instructions[1].command
    assert command is not None
    start = command.text.index("-b")
    assert command.span(start, start + 2) == Span(4, 3, 4, 5)
    assert command.slice(start).span() == Span(4, 3, 4, 9)


def test_carriage_returns_and_a_byte_order_mark_do_not_shift_columns() -> None:
    dockerfile = read_dockerfile(SourceText.decode(b"\xef\xbb\xbfFROM a\r\nENV A=1\r\n"))
    assert dockerfile.instructions[0].keyword == "FROM"
    assert dockerfile.instructions[1].span == Span(2, 1, 2, 8)
    assert dockerfile.stages[0].env["A"].value == "1"


def test_a_missing_from_and_an_unknown_instruction_are_problems() -> None:
    assert [problem.message for problem in read("").problems] == ["there is no FROM"]
    problems = read("RUN x\nFROM a\nFOO bar\n").problems
    assert [(problem.message, problem.span) for problem in problems] == [
        ("RUN before the first FROM", Span(1, 1, 1, 6)),
        ("unknown instruction FOO", Span(3, 1, 3, 4)),
    ]


# -- expansion ----------------------------------------------------------------------------------------------------

VALUES = {"PWD": "/home", "EMPTY": "", "SP": "a b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a'b'c", "abc"),
        ("'$PWD'", "$PWD"),
        ('"$PWD"', "/home"),
        ("\\$PWD", "$PWD"),
        ('"\\$PWD"', "$PWD"),
        ("a\\tb", "atb"),
        ('"a\\tb"', "a\\tb"),
        ("end\\", "end"),
        ("$PWD/x", "/home/x"),
        ("${PWD}x", "/homex"),
        ("$PWDx", ""),
        ("$NO-", "-"),
        ("$.", "$."),
        ("$$PWD", "PWD"),
        ("$1x", "x"),
        ("${NO:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${NO-d}", "d"),
        ("${PWD:-d}", "/home"),
        ("${PWD:+d}", "d"),
        ("${EMPTY:+d}", ""),
        ("${EMPTY+d}", "d"),
        ("${NO:-${PWD}/x}", "/home/x"),
        ("${NO:-a b}", "a b"),
        ("${PWD:?m}", "/home"),
        ("$SP", "a b"),
        ("한국$PWD", "한국/home"),
    ],
)
def test_expansion(text: str, expected: str) -> None:
    assert expand(text, VALUES.get) == expected


@pytest.mark.parametrize(
    "text", ["'open", '"open', '"open\\"', "${PWD", "${}", "${:-x}", "${PWD:=x}", "${NO?}", "${EMPTY:?}"]
)
def test_expansion_refuses_what_docker_refuses(text: str) -> None:
    with pytest.raises(SubstitutionError):
        expand(text, VALUES.get)


def test_only_a_variable_that_reaches_the_result_makes_it_unknown() -> None:
    def lookup(name: str) -> str | Undetermined | None:
        return Undetermined("from outside") if name == "U" else VALUES.get(name)

    assert expand("a$U", lookup) == Undetermined("from outside")
    assert expand("${U:-d}", lookup) == Undetermined("from outside")
    assert expand("${NO:-$U}", lookup) == Undetermined("from outside")
    assert expand("${PWD:-$U}", lookup) == "/home"
    assert expand("${PWD##/h}", lookup) == Undetermined("it cuts a pattern from a variable")
    assert expand("${PWD/a/b}", lookup) == Undetermined("it replaces a pattern in a variable")


def test_the_backtick_escapes_when_the_directive_says_so() -> None:
    assert expand("C:\\a`$x", VALUES.get, "`") == "C:\\a$x"
    assert env_of("# escape=`\nFROM scratch\nENV A=C:\\x B=`$y\n")["A"] == "C:\\x"


# -- stages, variables, inheritance -------------------------------------------------------------------------------


def test_env_in_both_forms_and_the_values_that_it_overrides() -> None:
    text = "FROM scratch\nENV A=1\nENV A some value\nENV A=\"3 3\" B='$A'\n"
    stage = read(text).stages[0]
    assert stage.env["A"].value == "3 3"
    assert stage.env["A"].span is not None
    assert at(text, stage.env["A"].span) == '"3 3"'
    assert [(old.value, old.span and at(text, old.span)) for old in stage.env["A"].overridden] == [
        ("some value", "some value"),
        ("1", "1"),
    ]
    assert stage.env["B"].value == "$A"


def test_all_pairs_of_one_env_see_the_values_from_before_it() -> None:
    assert env_of("FROM scratch\nENV a=hello\nENV a=bye b=$a\nENV c=$a\n") == {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "a": "bye",
        "b": "hello",
        "c": "bye",
    }


def test_an_arg_has_its_default_unless_a_build_argument_is_given() -> None:
    text = "FROM scratch\nARG V=1\nENV A=$V\n"
    assert env_of(text)["A"] == "1"
    assert env_of(text, V="2")["A"] == "2"
    given_from_outside = read(text, V=None).stages[0].env["A"]
    assert given_from_outside.value is None
    assert given_from_outside.reason == "the build argument V is given from outside"


def test_an_arg_without_default_is_unknown_and_an_undeclared_variable_is_not_an_arg() -> None:
    stage = read("FROM scratch\nARG V\nENV A=$V B=$W\n").stages[0]
    assert (stage.env["A"].value, stage.env["A"].reason) == (None, "the build argument V has no default")
    assert stage.env["B"].value == ""
    assert set(stage.args) == {"V"}


def test_an_arg_before_from_reaches_a_stage_only_when_it_declares_it() -> None:
    text = "ARG TAG=3.12\nARG X=outer\nFROM python:${TAG}-slim\nARG X\nENV A=$X B=$TAG\n"
    stage = read(text).stages[0]
    assert stage.base == "python:3.12-slim"
    assert stage.env["A"].value == "outer"
    assert stage.env["B"].value == ""


def test_the_last_of_arg_and_env_counts_while_building_and_only_env_reaches_the_image() -> None:
    env = env_of("FROM scratch\nENV X=env\nARG X=arg\nENV Y=$X\n")
    assert (env["X"], env["Y"]) == ("env", "arg")


def test_a_platform_argument_is_unknown() -> None:
    stage = read("FROM scratch\nARG TARGETARCH\nENV A=$TARGETARCH\n").stages[0]
    assert (stage.env["A"].value, stage.env["A"].reason) == (None, "TARGETARCH depends on the platform")


def test_variables_of_the_base_image() -> None:
    python = read(
        "FROM docker.io/library/python:3.12-slim\nENV PATH=/v/bin:$PATH V=$PYTHON_VERSION P=/app:$PYTHONPATH\n"
    ).stages[0]
    assert python.open_env is None
    assert (python.env["PATH"].value or "").startswith("/v/bin:/usr/local/bin:")
    assert python.env["V"].reason == "the base image docker.io/library/python:3.12-slim sets PYTHON_VERSION"
    assert python.env["P"].value == "/app:"
    other = read("FROM corp/base\nENV P=/app:$PYTHONPATH Q=1\n").stages[0]
    assert (other.env["P"].value, other.env["P"].reason) == (None, "the base image corp/base may set PYTHONPATH")
    assert other.env["Q"].value == "1"
    assert other.open_env is not None


def test_a_stage_inherits_variables_arguments_and_commands_from_the_stage_it_continues() -> None:
    text = "FROM scratch AS Base\nARG V=1\nENV A=1\nCMD a\nFROM other\nCMD b\nFROM base AS final\nENV B=$A$V\n"
    dockerfile = read(text)
    final = dockerfile.stages[2]
    assert (final.base_stage, final.name, final.env["B"].value) == (0, "final", "11")
    assert final.cmd is not None
    assert final.cmd.instruction.arguments.text == "a"
    assert dockerfile.stage("BASE") is dockerfile.stages[0]
    assert dockerfile.stage("1") is dockerfile.stages[1]
    assert dockerfile.stage("3") is None


def test_an_entrypoint_drops_an_inherited_cmd_but_not_its_own() -> None:
    inherited = read('FROM scratch AS a\nCMD a\nFROM a\nENTRYPOINT ["e"]\n').stages[1]
    assert inherited.cmd is None
    assert inherited.resets_cmd
    own = read('FROM scratch\nCMD a\nENTRYPOINT ["e"]\n').stages[0]
    assert own.cmd is not None
    later = read('FROM scratch\nENTRYPOINT ["e"]\nCMD a\nCMD b\n').stages[0]
    assert later.cmd is not None
    assert later.cmd.instruction.arguments.text == "b"


def test_shell_applies_to_the_commands_after_it() -> None:
    stage = read('FROM scratch\nCMD a\nSHELL ["bash", "-c"]\nENTRYPOINT b\n').stages[0]
    assert stage.cmd is not None
    assert stage.entrypoint is not None
    assert (stage.cmd.shell, stage.entrypoint.shell) == (None, ("bash", "-c"))


def test_words_are_expanded_where_docker_expands_them() -> None:
    text = (
        'FROM scratch\nENV D=/app\nWORKDIR $D/x\nCOPY ["$D/a b", "\\\\$D"]\nRUN echo $D\nCMD echo $D\nUSER ${U:-app}\n'
    )
    steps = read(text).stages[0].steps
    assert [[word.text for word in step.words] for step in steps[1:]] == [
        ["/app/x"],
        ["/app/a b", "$D"],
        ["echo $D"],
        ["echo $D"],
        ["app"],
    ]


def test_problems_of_stages() -> None:
    messages = [
        problem.message for problem in read("FROM a b\nFROM a AS 1x\nFROM ${x\nFROM $NOPE\nENV A='open B=1\n").problems
    ]
    assert messages == [
        "FROM takes an image, or an image AS a name",
        "1x is not a valid stage name",
        "FROM: } is missing",
        "FROM: the image name is empty",
        "ENV: a single quote is not closed",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FROM scratch\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A\n" * 5000,
        "FROM scratch\nENV A=" + "${A:-" * 20000 + "\n",
        "FROM scratch\n" + "ONBUILD " * 20000 + "RUN x\n",
        "FROM scratch\nRUN " + "[" * 200000 + "\n",
        "FROM scratch AS a\n" + "FROM a AS a\n" * 4000,
        "FROM scratch\n" + "RUN <<A\n" * 30000,
        "FROM scratch\nENV " + "A=1 " * 20000 + "\n",
        "FROM scratch\nRUN " + "\\\n" * 60000,
        "FROM scratch\n" + "RUN " + "<<A " * 20000 + "\n" + "A\n" * 20000,
        "FROM scratch\n" + "RUN x\n" * 1000000,
    ],
)
def test_hostile_input_takes_bounded_time(text: str) -> None:
    with bounded():
        read(text)
