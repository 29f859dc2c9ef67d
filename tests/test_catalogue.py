"""The catalogue, the rule classes, their pages and git, counted against each other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import load_catalogue, page_path, page_url, summary
from agentflow_lint.testing import page_of

if TYPE_CHECKING:
    from agentflow_lint.engine.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "rules" / "agentflow_rules"
README = ROOT / "rules" / "README.md"
RULES = load_catalogue(["agentflow_rules"]).rules

#: Which family of codes lives in which folder.
FOLDERS = {"AF1": "config", "AF2": "runtime", "AF3": "network", "AF4": "auth", "AF5": "persistence", "AF9": "lint"}


def test_there_are_rules() -> None:
    assert RULES


def test_the_readme_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate_rules_readme.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_readme_has_one_row_per_rule() -> None:
    rows = re.findall(
        r"^\| \[(AF\d{3})\]\((.+?)\) \| ([a-z0-9-]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [(code, name) for code, _, name in rows] == [(rule.code, rule.name) for rule in RULES]
    assert all((README.parent / link).is_file() for _, link, _ in rows)


def test_every_page_belongs_to_a_rule() -> None:
    pages = {str(path) for path in PACK.rglob("*.md")}
    assert pages == {page_path(rule) for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
class TestRule:
    def test_it_lives_in_its_familys_folder_under_its_own_name(self, rule: Rule) -> None:
        path = Path(page_path(rule))
        assert path.parent == PACK / FOLDERS[rule.code[:3]]
        assert path.stem == rule.name.replace("-", "_")

    def test_its_summary_is_one_short_sentence(self, rule: Rule) -> None:
        words = summary(rule)
        assert 10 <= len(words) <= 110
        assert not words.endswith(".")

    def test_its_page_has_both_kinds_of_examples(self, rule: Rule) -> None:
        assert {example.fires for example in page_of(rule).examples} == {True, False}

    def test_the_links_of_its_page_lead_somewhere(self, rule: Rule) -> None:
        path = Path(page_path(rule))
        links = re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        assert not [link for link in links if not (path.parent / link).is_file()]


def test_git_tracks_every_rule_and_page() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git work tree")
    listed = subprocess.run(["git", "ls-files", "rules"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {str(ROOT / line) for line in listed.stdout.splitlines()}
    wanted = {page_path(rule) for rule in RULES} | {page_path(rule)[:-3] + ".py" for rule in RULES} | {str(README)}
    assert wanted <= tracked, sorted(wanted - tracked)


def test_a_page_has_an_address_as_soon_as_its_pack_declares_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(rule for rule in RULES if rule.code == "AF301")
    monkeypatch.setattr("agentflow_rules.PAGES_URL", "https://example.com/rules/", raising=False)
    assert page_url(rule) == "https://example.com/rules/network/wildcard_origins.md"
