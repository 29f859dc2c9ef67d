from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.sources import Sources
from agentflow_lint.model.source_literals import string_literals

if TYPE_CHECKING:
    from pathlib import Path

MODULE = '''
"""A docstring."""
import os

KEY = "one"
config = {"api_key": "two", "other": ["three"]}
os.environ["TOKEN"] = "four"
url = os.getenv("DATABASE_URL", "five")
url = os.environ.get("REDIS_URL") or "six"


def connect(password: str = "seven", *, host="eight"):
    """Another docstring."""
    return client(host, secret="nine" if host else "ten", f"x{host}y")


class Settings:
    dsn: str = "eleven"
    key = (name := "twelve")
'''


def literals(folder: Path, text: str) -> dict[str, str]:
    (folder / "m.py").write_text(text, encoding="utf-8")
    return {each.text: each.name for each in string_literals(Sources(ProjectFiles(str(folder))), "m.py")}


def test_each_string_with_the_name_that_gets_it(tmp_path: Path) -> None:
    found = literals(tmp_path, MODULE.replace(', f"x{host}y"', ""))
    assert {text: name for text, name in found.items() if text.isalpha() and text.islower() and name} == {
        "one": "KEY",
        "two": "api_key",
        "four": "TOKEN",
        "five": "DATABASE_URL",
        "six": "url",
        "seven": "password",
        "eight": "host",
        "nine": "secret",
        "ten": "secret",
        "eleven": "dsn",
        "twelve": "key",
    }
    assert found["three"] == ""
    assert "A docstring." not in found
    assert "Another docstring." not in found


def test_what_does_not_parse_has_none(tmp_path: Path) -> None:
    assert literals(tmp_path, "x = (") == {}


def test_the_place_is_the_literals_own(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text('import os\nx = f(key="abc")\n', encoding="utf-8")
    (literal,) = string_literals(Sources(ProjectFiles(str(tmp_path))), "m.py")
    assert literal.place.location.span == (2, 11, 2, 16)
