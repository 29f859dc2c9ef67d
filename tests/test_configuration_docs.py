"""What the documentation shows of the configuration is what the linter takes, and its tables are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentflow_lint.config import read_configuration
from agentflow_lint.config_schema import KEYS
from agentflow_lint.engine.registry import load_catalogue

ROOT = Path(__file__).parents[1]
CATALOGUE = load_catalogue(["agentflow_rules"])
PAGES = ("README.md", "docs/configuration.md", "docs/baseline.md")


def blocks(page: str) -> list[str]:
    """The TOML blocks of a page, without those that are about something else."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [block for block in found if "tool.agentflow-lint" in block or re.match(rf"(?:{'|'.join(KEYS)}) =", block)]


BLOCKS = [(page, number, block) for page in PAGES for number, block in enumerate(blocks(page))]


@pytest.mark.parametrize("block", [block for _, _, block in BLOCKS], ids=[f"{page}-{n}" for page, n, _ in BLOCKS])
def test_the_linter_takes_what_is_shown(block: str, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "agentflow-lint.toml").write_text("")
    name = "pyproject.toml" if "[tool.agentflow-lint" in block else "agentflow-lint.toml"
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / name).write_text(block, encoding="utf-8")
    assert read_configuration(str(tmp_path / "app" / name), CATALOGUE).layers


def test_every_page_shows_something() -> None:
    assert {page for page, _, _ in BLOCKS} == set(PAGES)


def test_the_page_names_every_key() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = re.search(r"<!-- keys: generated.*?<!-- end of keys -->", text, re.DOTALL)
    assert table is not None
    assert re.findall(r"^\| `([a-z-]+)` \|", table[0], re.MULTILINE) == list(KEYS)


@pytest.mark.parametrize("page", ["docs/configuration.md", "docs/baseline.md", "docs/rule-packs.md"])
def test_the_links_of_the_pages_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
