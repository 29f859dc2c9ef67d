"""A configuration that extends others: what wins, what adds up, and what is wrong with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.config import Configuration, read_configuration
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPTIONS = "from agentflow_lint.engine.options import Option\n"
OPTION = """most = Option("most", default=8, minimum=1, description="How many.")
            words = Option("words", default=("a",), description="Which.")"""
MARK = 'yield self.finding(Location("agentflow.json", Span(1, 1, 1, 2)), "mark", "A mark.", "Remove it.")'


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    modules = {
        "a": rule_source("XX301", "wildcard-origins", body=MARK),
        "b": rule_source("XX302", "other-origins"),
        "c": OPTIONS + rule_source("XX666", "sequential-chain", extra=OPTION),
        "d": rule_source("XX904", "undecided", extra="opt_in = True"),
    }
    with pack(tmp_path_factory.mktemp("packs"), modules) as name:
        yield load_catalogue([name])


def read(
    folder: Path, catalogue: Catalogue, base: str = "", near: str = "", middle: str | None = None
) -> Configuration:
    """``near`` extends ``middle``, if there is one, and that ``base``, each in a folder of its own."""
    for name, text in (("shared/base", base), ("shared/team/middle", middle), ("app/agentflow-lint", near)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(text or "")
    if middle is not None:
        (folder / "shared/team/middle.toml").write_text(f'extend = "../base.toml"\n{middle}')
    extended = "../shared/base.toml" if middle is None else "../shared/team/middle.toml"
    path = folder / "app" / "agentflow-lint.toml"
    path.write_text(f'extend = "{extended}"\n{near}')
    return read_configuration(str(path), catalogue)


def test_what_the_file_does_not_say_the_extended_one_says(tmp_path: Path, catalogue: Catalogue) -> None:
    base = 'select = ["XX3"]\nfail-on = "warning"\nexclude = ["a"]\nshow-undecided = true\ntarget-release = "0.9.0"'
    found = read(tmp_path, catalogue, base, 'fail-on = "info"\nexclude = ["b"]')
    assert (found.select, found.fail_on, found.exclude) == (("XX3",), Severity.INFO, ("b",))
    assert (found.show_undecided, found.target_release) == (True, "0.9.0")


def test_a_default_that_is_said_counts(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, 'fail-on = "never"\nshow-undecided = true', 'fail-on = "error"')
    assert (found.fail_on, found.show_undecided) == (Severity.ERROR, True)
    assert read(tmp_path, catalogue, "exclude = ['a']", "exclude = []").exclude == ()


@pytest.mark.parametrize(
    ("base", "near", "select"),
    [
        ("", "", None),
        ("", 'extend-select = ["XX904"]', ("ALL", "XX904")),
        ('select = ["XX3"]', 'extend-select = ["XX904"]', ("XX3", "XX904")),
        ('extend-select = ["XX904"]', 'extend-select = ["XX6"]', ("ALL", "XX904", "XX6")),
        ('select = ["XX3"]\nextend-select = ["XX904"]', 'select = ["XX6"]', ("XX6",)),
        ('select = ["XX3"]', 'select = ["XX6"]\nextend-select = ["XX904"]', ("XX6", "XX904")),
        ('select = ["XX3"]', "select = []", ()),
    ],
)
def test_select_replaces_and_extend_select_adds(
    tmp_path: Path, catalogue: Catalogue, base: str, near: str, select: tuple[str, ...] | None
) -> None:
    assert read(tmp_path, catalogue, base, near).select == select


@pytest.mark.parametrize(
    ("base", "near", "ignore"),
    [
        ('ignore = ["XX301"]', "", ("XX301",)),
        ('ignore = ["XX301"]', 'ignore = ["XX302"]', ("XX302",)),
        ('ignore = ["XX301"]', "ignore = []", ()),
        ('ignore = ["XX301"]', 'extend-ignore = ["XX302"]', ("XX301", "XX302")),
        ('ignore = ["XX301"]', '[[ignore]]\nrule = "XX302"\npath = "a"', ("XX301",)),
    ],
)
def test_ignore_replaces_and_extend_ignore_adds(
    tmp_path: Path, catalogue: Catalogue, base: str, near: str, ignore: tuple[str, ...]
) -> None:
    assert read(tmp_path, catalogue, base, near).ignore == ignore


def test_entries_about_files_add_up_and_keep_their_own_folder(tmp_path: Path, catalogue: Catalogue) -> None:
    base = '[[ignore]]\nrule = "XX301"\npath = "a"\n[per-file-ignores]\n"b" = ["XX3"]'
    near = '[[ignore]]\nrule = "XX302"\npath = "c"\n[per-file-ignores]\n"b" = ["XX6"]'
    found = read(tmp_path, catalogue, base, near).ignores
    assert [(os.path.basename(each.file), each.selector) for each in found] == [
        ("base.toml", "XX301"),
        ("base.toml", "XX3"),
        ("agentflow-lint.toml", "XX302"),
        ("agentflow-lint.toml", "XX6"),
    ]


def test_tables_are_decided_key_by_key(tmp_path: Path, catalogue: Catalogue) -> None:
    base = '[severity]\nXX3 = "info"\nwildcard-origins = "info"\n[rules.XX666]\nmost = 3\nwords = ["b"]'
    near = '[severity]\nXX301 = "warning"\n[rules.sequential-chain]\nmost = 4'
    found = read(tmp_path, catalogue, base, near)
    assert found.severity == {"XX301": Severity.WARNING, "XX302": Severity.INFO}
    assert found.rule_options == {"XX666": {"most": 4, "words": ("b",)}}


def test_a_chain_and_a_list_of_files(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, 'fail-on = "info"\nexclude = ["base"]', "", 'exclude = ["middle"]')
    assert (found.fail_on, found.exclude) == (Severity.INFO, ("middle",))
    (tmp_path / "app" / "other.toml").write_text('exclude = ["other"]')
    (tmp_path / "app" / "agentflow-lint.toml").write_text('extend = ["../shared/team/middle.toml", "other.toml"]')
    listed = read_configuration(str(tmp_path / "app" / "agentflow-lint.toml"), catalogue)
    assert (listed.fail_on, listed.exclude) == (Severity.INFO, ("other",))


def test_a_file_that_is_extended_twice_counts_once_and_before_those_that_extend_it(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "base.toml").write_text('exclude = ["base"]\nextend-select = ["XX904"]')
    (tmp_path / "one.toml").write_text('extend = "base.toml"\nexclude = ["one"]')
    (tmp_path / "two.toml").write_text('extend = "base.toml"')
    (tmp_path / "agentflow-lint.toml").write_text('extend = ["one.toml", "two.toml"]')
    found = read_configuration(str(tmp_path / "agentflow-lint.toml"), catalogue)
    assert (found.exclude, found.select) == (("one",), ("ALL", "XX904"))
    assert len(found.layers) == 4


def test_a_pyproject_is_extended_by_its_table(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.agentflow-lint]\nexclude = ["a"]\n')
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "pyproject.toml").write_text('[tool.agentflow-lint]\nextend = "../pyproject.toml"\n')
    assert read_configuration(str(tmp_path / "app" / "pyproject.toml"), catalogue).exclude == ("a",)


def test_a_baseline_is_relative_to_the_file_that_names_it(tmp_path: Path, catalogue: Catalogue) -> None:
    assert read(tmp_path, catalogue, 'baseline = "known.json"').baseline == str(tmp_path / "shared" / "known.json")


def test_no_variable_is_put_in_and_no_home(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base.toml").write_text("")
    monkeypatch.setenv("BASE", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("$BASE/base.toml", "${BASE}/base.toml", "~/base.toml"):
        (tmp_path / "agentflow-lint.toml").write_text(f'extend = "{name}"')
        with pytest.raises(ConfigurationError, match="there is no file"):
            read_configuration(str(tmp_path / "agentflow-lint.toml"), catalogue)


@pytest.mark.parametrize(
    ("base", "near", "complaint"),
    [
        ("\nselekt = []", "", "shared/base.toml:2: unknown key 'selekt'; did you mean 'select'?"),
        ("select = [", "", "shared/base.toml:1: it is not valid TOML"),
        ('\n\nextend-select = ["XX7"]', "", "shared/base.toml:3: extend-select: unknown rule 'XX7'"),
        ('extend = "base.toml"', "", "base.toml:1: extend: base.toml leads back to itself (base.toml -> base.toml)"),
        (
            'extend = "../app/agentflow-lint.toml"',
            "",
            "(agentflow-lint.toml -> base.toml -> agentflow-lint.toml)",
        ),
        ('\nextend = "bass.toml"', "", "shared/base.toml:2: extend: there is no file bass.toml beside it"),
        ('extend = "."', "", "shared/base.toml:1: extend: there is no file . beside it"),
        ("", '\nextend-ignore = ["XX7"]', "app/agentflow-lint.toml:3: extend-ignore: unknown rule 'XX7'"),
        ("", "\nextent = 1", "app/agentflow-lint.toml:3: unknown key 'extent'; did you mean 'extend'?"),
        ("extend = 1", "", "shared/base.toml:1: extend: input should be a valid list"),
        ("extend = [1]", "", "shared/base.toml:1: extend: input should be a valid string"),
        ('severity = {XX302 = "fatal"}', "", "shared/base.toml:1: unknown value of severity.XX302 'fatal'"),
    ],
)
def test_errors_name_the_file_that_is_wrong(
    tmp_path: Path,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    base: str,
    near: str,
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, catalogue, base, near)
    assert complaint in str(error.value)


def test_an_unknown_deployment_is_told_of_the_file_that_names_it(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read(tmp_path, catalogue, '\ndeployments = ["projekt"]')
    (tmp_path / "app" / "agentflow.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=r"shared/base\.toml:2: deployments: unknown deployment 'projekt'"):
        check(Request(("app",)), catalogue)
    (tmp_path / "app" / "base.toml").write_text('[[ignore]]\nrule = "XX301"\npath = "*"\ndeployment = "projekt"')
    (tmp_path / "app" / "agentflow-lint.toml").write_text('extend = "base.toml"')
    with pytest.raises(ConfigurationError, match=r"base\.toml:4: ignore: unknown deployment 'projekt'"):
        check(Request(("app",)), catalogue)


def test_an_entry_of_an_extended_file_holds_findings_back(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "agentflow.json").write_text("{}")
    (tmp_path / "base.toml").write_text('[[ignore]]\nrule = "XX301"\npath = "app/agentflow.json"\nreason = "so"')
    (tmp_path / "app" / "agentflow-lint.toml").write_text('extend = "../base.toml"')
    (run,) = check(Request((str(tmp_path / "app"),)), catalogue).runs
    assert (len(run.findings), [held.by for held in run.hidden]) == (0, ["ignored"])
