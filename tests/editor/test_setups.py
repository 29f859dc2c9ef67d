"""What docs/editors.md tells people to put into their editors is well-formed and starts the server."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from pathlib import Path

import pytest
import tomli

from agentflow_lint.check import Request
from agentflow_lint.editor.settings import KEYS, read_settings
from tests.editor.test_neovim import REQUIRE_VARIABLE, neovim

__all__ = ["REQUIRE_VARIABLE", "neovim"]

TEXT = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
COMMAND = ["agentflow-lint", "server"]


def blocks(language: str) -> list[str]:
    found = [text for name, text in BLOCKS if name == language]
    assert found
    return found


def test_every_block_is_looked_at() -> None:
    assert {name for name, _ in BLOCKS} == {"console", "lua", "toml", "elisp", "json"}


def test_the_settings_are_all_there_are_and_change_nothing() -> None:
    (text,) = blocks("json")
    given = json.loads(text)
    assert set(given) == set(KEYS)
    request = Request(select=("AF3",))
    settings = read_settings(given, request, lambda _: pytest.fail("there are no arguments"))
    assert settings.request == request


def test_helix() -> None:
    (text,) = blocks("toml")
    table = tomli.loads(text)
    server = table["language-server"]["agentflow-lint"]
    assert [server["command"], *server["args"]] == COMMAND
    assert all(each["language-servers"][-1] == "agentflow-lint" for each in table["language"])
    assert len({each["name"] for each in table["language"]}) == len(table["language"]) > 4


def test_emacs() -> None:
    (text,) = blocks("elisp")
    signs = re.findall(r"[()]", re.sub(r'"[^"]*"', "", text))
    depths = list(itertools.accumulate(1 if sign == "(" else -1 for sign in signs))
    # One form, closed by its last parenthesis and by no other.
    assert depths[-1] == 0 < min(depths[:-1])
    assert '\'("agentflow-lint" "server")' in text


#: Functions that newer versions have, for older ones; what a setup asks of them is what is written down.
_NEWER = """
local given = {}
vim.lsp.config = function(name, configuration) given.config = { name, configuration } end
vim.lsp.enable = function(name) given.enabled = name end
vim.lsp.start = function(configuration) given.started = configuration end
vim.fs = vim.fs or {}
vim.fs.dirname = vim.fs.dirname or function(path) return vim.fn.fnamemodify(path, ":h") end
vim.fs.find = vim.fs.find or function(names, options)
  for _, name in ipairs(names) do
    local found = vim.fn.findfile(name, options.path .. ";")
    if found ~= "" then return { found } end
  end
  return {}
end
"""
_WRITE = """
local out = assert(io.open(OUT, "w"))
out:write(vim.fn.json_encode(given))
out:close()
vim.cmd("qa!")
"""


@pytest.mark.parametrize(
    ("number", "inside", "is_new"), [(0, True, False), (1, True, False), (1, True, True), (1, False, False)]
)
def test_neovim(neovim: str, tmp_path: Path, number: int, inside: bool, is_new: bool) -> None:
    (tmp_path / "desk" / "graph").mkdir(parents=True)
    (tmp_path / "desk" / "10xgraph.json").write_text("{}")
    (tmp_path / "other.py").write_text("")
    opened = tmp_path / "desk" / "graph" / "agent.py" if inside else tmp_path / "other.py"
    if not is_new:
        opened.write_text("")
    out, script = tmp_path / "given.json", tmp_path / "setup.lua"
    edit = f"vim.cmd('edit {opened}')\n"
    script.write_text(f"local OUT = {json.dumps(str(out))}\n{_NEWER}{blocks('lua')[number]}{edit}{_WRITE}")
    command = [neovim, "--headless", "--clean", "-n", "-c", f"luafile {script}", "-c", "cquit"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert out.is_file(), done.stderr
    given = json.loads(out.read_text())
    if number == 0:
        name, configuration = given["config"]
        assert name == given["enabled"] == "agentflow-lint"
        assert configuration["cmd"] == COMMAND
    elif inside:
        assert given["started"]["cmd"] == COMMAND
        assert Path(given["started"]["root_dir"]) == tmp_path / "desk"
    else:
        assert not given
