from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.commands import (
    option_removed,
    part_replaced,
    word_removed,
    word_replaced,
    words_added,
)
from tests.engine.editing.projects import deployment, edited, process_of

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment

BASE = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"
APP = "tenxgraph_api.src.app.main:app"


def dockerfile(folder: Path, rest: str) -> Deployment:
    return deployment(folder, {"Dockerfile": BASE + rest})


def compose(folder: Path, service: str) -> Deployment:
    files = {"Dockerfile": BASE, "compose.yaml": f"services:\n  web:\n    build: .\n{service}"}
    return deployment(folder, files, "compose:web")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f'CMD ["uvicorn", "{APP}"]\n', f'CMD ["uvicorn", "{APP}", "--port", "8080"]\n'),
        (f'CMD ["uvicorn" , "{APP}" , "--reload"]\n', f'CMD ["uvicorn" , "{APP}", "--port", "8080" , "--reload"]\n'),
        (
            f'CMD ["uvicorn", \\\n     "{APP}", \\\n     "--reload"]\n',
            f'CMD ["uvicorn", \\\n     "{APP}", "--port", "8080", \\\n     "--reload"]\n',
        ),
        (f"CMD uvicorn {APP}\n", f"CMD uvicorn {APP} --port 8080\n"),
        (
            f"CMD exec uvicorn \\\n    {APP} \\\n    --reload\n",
            f"CMD exec uvicorn \\\n    {APP} --port 8080 \\\n    --reload\n",
        ),
        (f"CMD uvicorn '{APP}' && true\n", f"CMD uvicorn '{APP}' --port 8080 && true\n"),
        (f'CMD ["sh", "-c", "uvicorn {APP}"]\n', f'CMD ["sh", "-c", "uvicorn {APP} --port 8080"]\n'),
        (f'ENTRYPOINT ["uvicorn"]\nCMD ["{APP}"]\n', f'ENTRYPOINT ["uvicorn"]\nCMD ["{APP}", "--port", "8080"]\n'),
        (f"CMD uvicorn {APP}\r\n", f"CMD uvicorn {APP} --port 8080\r\n"),
    ],
)
def test_words_are_added_as_the_command_is_written(tmp_path: Path, written: str, expected: str) -> None:
    one = dockerfile(tmp_path, written)
    process = process_of(one)
    edit = words_added(one.project.files, process, process.target, ("--port", "8080"))
    assert edited(one, edit) == BASE + expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("    command: 10xgraph dev\n", "    command: 10xgraph dev --no-open\n"),
        ('    command: "10xgraph dev"  # here\n', '    command: "10xgraph dev --no-open"  # here\n'),
        ("    command: [10xgraph, dev]\n", "    command: [10xgraph, dev, --no-open]\n"),
        ("    command: ['10xgraph', 'dev']\n", "    command: ['10xgraph', 'dev', '--no-open']\n"),
        (
            "    command:\n    - 10xgraph\n    - dev  # the server\n    - --host\n    - 0.0.0.0\n",
            "    command:\n    - 10xgraph\n    - dev  # the server\n    - --no-open\n    - --host\n    - 0.0.0.0\n",
        ),
        (
            '    command:\n      - "10xgraph"\n      # quietly\n      - "dev"',
            '    command:\n      - "10xgraph"\n      # quietly\n      - "dev"\n      - "--no-open"',
        ),
    ],
)
def test_words_are_added_in_yaml(tmp_path: Path, written: str, expected: str) -> None:
    one = compose(tmp_path, written)
    process = process_of(one)
    edit = words_added(one.project.files, process, process.decisive_word, ("--no-open",))
    assert edited(one, edit) == f"services:\n  web:\n    build: .\n{expected}"


@pytest.mark.parametrize(
    "written",
    [
        "    command: [10xgraph, # the program\n      dev # its command\n    ]\n",
        "    command: >-\n      10xgraph\n      dev\n",
        "    command: ${SERVER:-10xgraph dev}\n",
        "    command: 10xgraph ${SUBCOMMAND:-dev}\n",
    ],
)
def test_nothing_is_added_where_it_cannot_be_told_how_the_command_is_written(tmp_path: Path, written: str) -> None:
    one = compose(tmp_path, written)
    process = process_of(one)
    assert words_added(one.project.files, process, process.decisive_word, ("--no-open",)) is None


def test_a_word_that_needs_quotes_of_the_shell_is_never_added(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, f"CMD uvicorn {APP}\n")
    process = process_of(one)
    for word in ("a b", "$HOME", "a;b", "'", ""):
        assert words_added(one.project.files, process, process.target, (word,)) is None


def test_a_number_gets_quotes_in_yaml(tmp_path: Path) -> None:
    one = compose(tmp_path, f"    command: [uvicorn, {APP}]\n")
    process = process_of(one)
    edit = words_added(one.project.files, process, process.target, ("--port", "8080"))
    assert edited(one, edit).endswith(f'    command: [uvicorn, {APP}, --port, "8080"]\n')


def test_the_command_of_a_start_script_is_edited_there(tmp_path: Path) -> None:
    files = {"start.sh": f'#!/bin/sh\nset -e\nexec uvicorn "{APP}" "$@"\n', "Dockerfile": f'{BASE}CMD ["./start.sh"]\n'}
    one = deployment(tmp_path, files)
    process = process_of(one)
    edit = words_added(one.project.files, process, process.target, ("--port", "8080"))
    assert edit is not None
    assert edit.location.path == "start.sh"
    assert edited(one, edit) == f'#!/bin/sh\nset -e\nexec uvicorn "{APP}" --port 8080 "$@"\n'


def test_what_a_script_is_given_is_edited_where_it_is_given(tmp_path: Path) -> None:
    files = {
        "start.sh": '#!/bin/sh\nexec "$@"\n',
        "Dockerfile": f'{BASE}ENTRYPOINT ["./start.sh"]\nCMD ["uvicorn", "{APP}"]\n',
    }
    one = deployment(tmp_path, files)
    process = process_of(one)
    edit = words_added(one.project.files, process, process.target, ("--port", "8080"))
    assert edited(one, edit).endswith(f'CMD ["uvicorn", "{APP}", "--port", "8080"]\n')


def test_the_command_of_a_procfile(tmp_path: Path) -> None:
    one = deployment(tmp_path, {"Procfile": f"release: true\nweb: uvicorn {APP} --reload\n"})
    process = process_of(one)
    (option,) = [each for each in process.given if each.name == "reload"]
    assert edited(one, word_removed(one.project.files, process, option.word)) == f"release: true\nweb: uvicorn {APP}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f'CMD ["uvicorn", "{APP}", "--reload"]\n', f'CMD ["uvicorn", "{APP}"]\n'),
        (f'CMD ["uvicorn", "--reload", "{APP}"]\n', f'CMD ["uvicorn", "{APP}"]\n'),
        (f"CMD uvicorn --reload {APP}\n", f"CMD uvicorn {APP}\n"),
        (
            f"CMD uvicorn {APP} \\\n    --reload \\\n    --port 80\n",
            f"CMD uvicorn {APP} \\\n    --port 80\n",
        ),
        (f"CMD uvicorn {APP} \\\n    --reload\n", f"CMD uvicorn {APP}\n"),
    ],
)
def test_a_word_goes_with_what_keeps_it_apart(tmp_path: Path, written: str, expected: str) -> None:
    one = dockerfile(tmp_path, written)
    process = process_of(one)
    (option,) = [each for each in process.given if each.name == "reload"]
    assert edited(one, word_removed(one.project.files, process, option.word)) == BASE + expected


def test_an_item_goes_with_its_line(tmp_path: Path) -> None:
    service = (
        "    command:\n      - uvicorn\n      - {app}\n      - --reload  # for now\n      - --port\n      - '80'\n"
    )
    one = compose(tmp_path, service.format(app=APP))
    process = process_of(one)
    (option,) = [each for each in process.given if each.name == "reload"]
    assert edited(one, word_removed(one.project.files, process, option.word)).endswith(
        f"      - uvicorn\n      - {APP}\n      - --port\n      - '80'\n"
    )


def test_a_word_behind_a_comment_stays(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, f"CMD uvicorn {APP} \\\n    # for now\n    --reload\n")
    process = process_of(one)
    (option,) = [each for each in process.given if each.name == "reload"]
    assert word_removed(one.project.files, process, option.word) is None


def test_an_option_goes_with_its_value(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, f'CMD ["uvicorn", "--root-path", "/api", "{APP}", "--port=80"]\n')
    process = process_of(one)
    (option,) = [each for each in process.given if each.name == "root-path"]
    edits = option_removed(one.project.files, process, option)
    assert edited(one, *edits) == f'{BASE}CMD ["uvicorn", "{APP}", "--port=80"]\n'


def test_a_word_is_replaced_between_its_quotes(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, f"CMD uvicorn '{APP}'\n")
    process = process_of(one)
    assert edited(one, word_replaced(one.project.files, process, process.target, "a:b")) == f"{BASE}CMD uvicorn 'a:b'\n"


def test_an_option_is_replaced_before_its_value(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, 'CMD ["10xgraph", "dev", "--prot=80"]\n')
    process = process_of(one)
    edit = part_replaced(one.project.files, process, process.argv[2], "--prot", "--port")
    assert edited(one, edit) == f'{BASE}CMD ["10xgraph", "dev", "--port=80"]\n'


def test_a_word_that_a_variable_gives_stays(tmp_path: Path) -> None:
    one = dockerfile(tmp_path, f"ENV APP={APP}\nCMD uvicorn $APP\n")
    process = process_of(one)
    assert process.target is not None
    assert process.target.text == APP
    assert word_replaced(one.project.files, process, process.target, "a:b") is None
    assert words_added(one.project.files, process, process.target, ("--reload",)) is None
