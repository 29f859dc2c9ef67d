from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentflow_lint.config import Configuration, find_configuration, read_configuration
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


OPTIONS = "from agentflow_lint.engine.options import Option\n"
OPTION = """most = Option("max-sequential-calls", default=8, minimum=1, description="How many.")
            words = Option("words", default=("a",), description="Which.")"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    modules = {
        "a": rule_source("XX301", "wildcard-origins"),
        "b": rule_source("XX501", "in-memory-checkpointer"),
        "c": OPTIONS + rule_source("XX666", "sequential-chain", extra=OPTION),
    }
    with pack(tmp_path_factory.mktemp("packs"), modules) as name:
        yield load_catalogue([name])


def read(folder: Path, text: str, catalogue: Catalogue, name: str = "agentflow-lint.toml") -> Configuration:
    (folder / name).write_bytes(text.encode("utf-8"))
    return read_configuration(str(folder / name), catalogue)


def test_every_key(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(
        tmp_path,
        """
        select = ["ALL", "XX3"]
        ignore = ["XX501", "wildcard-origins"]
        fail-on = "warning"
        target-release = "0.9.0"
        provided-env = ["ORIGINS"]
        deployments = ["project"]
        exclude = ["examples"]
        max-sequential-calls = 3
        show-undecided = true
        baseline = "known.json"

        [severity]
        XX3 = "error"
        wildcard-origins = "info"
        XX6 = "warning"

        [rules.sequential-chain]
        words = ["b", "c"]
        """,
        catalogue,
    )
    assert found.select == ("ALL", "XX3")
    assert found.ignore == ("XX501", "wildcard-origins")
    assert found.fail_on is Severity.WARNING
    assert found.target_release == "0.9.0"
    assert found.provided_env == ("ORIGINS",)
    assert found.deployments == ("project",)
    assert found.exclude == ("examples",)
    assert found.show_undecided is True
    assert found.baseline == str(tmp_path / "known.json")
    assert found.rule_options == {"XX666": {"max-sequential-calls": 3, "words": ("b", "c")}}
    assert found.severity == {"XX301": Severity.INFO, "XX666": Severity.WARNING}


def test_nothing_said_leaves_the_defaults(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, "", catalogue)
    assert (found.select, found.ignore, found.fail_on) == (None, (), Severity.ERROR)
    assert found.rule_options == {}
    assert read(tmp_path, 'fail-on = "never"', catalogue).fail_on is None


def test_pyproject_holds_a_table_for_it(tmp_path: Path, catalogue: Catalogue) -> None:
    text = '[project]\nname = "x"\n\n[tool.agentflow-lint]\nselect = ["XX3"]\n'
    assert read(tmp_path, text, catalogue, "pyproject.toml").select == ("XX3",)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ('# why\nselect = ["XX3", "XX7"]', 2, "select: unknown rule 'XX7'"),
        ('select = [\n  "XX3",\n  "wildcart-origins",\n]', 3, "did you mean 'wildcard-origins'?"),
        ('ignore = ["XX302"]', 1, "ignore: unknown rule 'XX302'; did you mean 'XX301'?"),
        ('\nselekt = ["XX3"]', 2, "unknown key 'selekt'; did you mean 'select'?"),
        ('fail_on = "error"', 1, "unknown key 'fail_on'; did you mean 'fail-on'?"),
        ('[per-file-ignores]\n"a" = ["XX3",\n"XX7"]', 3, "per-file-ignores: unknown rule 'XX7'"),
        ('[per-file-ignores]\n"a" = "XX3"', 2, "per-file-ignores.a: input should be a valid list"),
        ('fail-on = "warn"', 1, "unknown value of fail-on 'warn'; did you mean 'warning'?"),
        ('fail-on = "x"', 1, "(known are error, warning, info, never)"),
        ('\n\ntarget-release = "0.9.1"', 3, "target-release: unknown release '0.9.1'; did you mean '0.9.0'?"),
        ("target-release = 0.9", 1, "target-release: input should be a valid string"),
        ('select = "XX3"', 1, "select: input should be a valid"),
        ("select = [1]", 1, "select: input should be a valid string"),
        ("show-undecided = 1", 1, "show-undecided: input should be a valid boolean"),
        ("max-sequential-calls = 0", 1, "max-sequential-calls: input should be greater than or equal to 1"),
        ("max-sequential-calls = true", 1, "max-sequential-calls: input should be a valid integer"),
        ('max-sequential-calls = "9"', 1, "max-sequential-calls: input should be a valid integer"),
        ('[rules.XX666]\n\nword = ["a"]', 3, "rules.XX666: unknown option 'word'; did you mean 'words'?"),
        ('[rules.sequential-chain]\nwords = "a"', 2, "words: the value is not a list of strings"),
        ("[rules.XX666]\nmax-sequential-calls = 0", 2, "max-sequential-calls: the value is less than 1"),
        ("[rules.XX301]\nwords = 1", 2, "rules.XX301: XX301 has no options"),
        ("[rules.XX667]\nwords = 1", 1, "rules: unknown rule 'XX667'; did you mean 'XX666'?"),
        ("rules.XX666 = 1", 1, "rules.XX666: input should be a valid dictionary"),
        ("[rules.XX666]\n[rules.sequential-chain]", 2, "XX666 and sequential-chain are the same rule"),
        ("max-sequential-calls = 1\n[rules.XX666]\nmax-sequential-calls = 2", 1, "rules.XX666 sets it too"),
        ('provided-env = ["A", "B C"]', 1, "provided-env: 'B C' is not the name of an environment variable"),
        ('exclude = ["a/b"]', 1, "exclude: 'a/b' is not the name of a folder"),
        ('[severity]\nXX301 = "info"\nXX302 = "info"', 3, "severity: unknown rule 'XX302'"),
        ('[severity]\nXX301 = "fatal"', 2, "unknown value of severity.XX301 'fatal'"),
        ('[severity]\nXX301 = "never"', 2, "(known are error, warning, info)"),
        ('select = ["XX3"]\nignore = [', 2, "not valid TOML"),
        ("a = 1\na = 2", 2, "not valid TOML"),
        ('[[ignore]]\nrule = "XX301"', 1, "ignore: an entry needs the key 'path'"),
        (
            '[[ignore]]\nrule = "XX301"\npath = "a"\n\n[[ignore]]\nrule = "XX302"\npath = "a"',
            6,
            "did you mean 'XX301'?",
        ),
        ('[[ignore]]\nrule = "XX301"\npath = "a"\nreson = "x"', 4, "unknown key 'reson'; did you mean 'reason'?"),
        ('[[ignore]]\nrule = "XX301"\npath = ""', 3, "ignore.path: string should have at least 1 character"),
        ('ignore = [\n  "XX301",\n  {rule = "XX3"},\n]', 3, "an entry needs the key 'path'"),
        ("ignore = [\n  1,\n]", 2, "ignore: an item must be a rule, or a table with 'rule' and 'path'"),
        ('require-reason = true\nignore = [{rule = "XX3", path = "a", reason = " "}]', 2, "needs a 'reason'"),
        ("require-reason = 1", 1, "require-reason: input should be a valid boolean"),
        ("x = " + "[" * 5000, 1, ""),
    ],
)
def test_whatever_is_wrong_is_named_with_file_and_line(
    tmp_path: Path, catalogue: Catalogue, text: str, line: int, complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, text, catalogue)
    assert str(error.value).startswith(f"{tmp_path}/agentflow-lint.toml:{line}: ")
    assert complaint in str(error.value)


def test_all_errors_are_told_in_the_order_of_their_lines(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, 'ignore = ["XX9"]\n\nselect = ["YY"]\n', catalogue)
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["1", "3"]


def test_the_line_is_found_below_the_table_not_above(tmp_path: Path, catalogue: Catalogue) -> None:
    text = '[tool.other]\nselect = ["XX7"]\n\n[tool.agentflow-lint]\n# select\nselect = ["XX7"]\n'
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml:6: "):
        read(tmp_path, text, catalogue, "pyproject.toml")


@pytest.mark.parametrize(("data", "line"), [(b"a = 1\n# \xff\n", 2), (b"\xef\xbb\xbfselect = []", 1)])
def test_a_file_that_is_not_plain_utf8_is_an_error(
    tmp_path: Path, catalogue: Catalogue, data: bytes, line: int
) -> None:
    (tmp_path / "agentflow-lint.toml").write_bytes(data)
    with pytest.raises(ConfigurationError, match=f"toml:{line}: "):
        read_configuration(str(tmp_path / "agentflow-lint.toml"), catalogue)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads every file")
def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "agentflow-lint.toml"
    path.write_text("")
    path.chmod(0)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_configuration(str(path), catalogue)


def test_a_folder_of_that_name_is_an_error(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "agentflow-lint.toml").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_configuration(str(tmp_path / "agentflow-lint.toml"), catalogue)


def test_a_pyproject_without_the_table_is_an_error_when_asked_for(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError, match="no table"):
        read(tmp_path, "[project]\n", catalogue, "pyproject.toml")


def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "apps" / "api"
    folder.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    return folder


def test_the_nearest_configuration_counts(tmp_path: Path) -> None:
    project = repository(tmp_path)
    root = project.parents[1]
    assert find_configuration(str(project)) is None
    (root / "agentflow-lint.toml").write_text("")
    assert find_configuration(str(project)) == str(root / "agentflow-lint.toml")
    (project / "pyproject.toml").write_text("[project]\nname = 'x' # no word of a linter\n")
    assert find_configuration(str(project)) == str(root / "agentflow-lint.toml")
    (project / "pyproject.toml").write_text("[tool.agentflow-lint]\n")
    assert find_configuration(str(project)) == str(project / "pyproject.toml")


def test_a_pyproject_that_only_mentions_the_linter_does_not_configure_it(tmp_path: Path) -> None:
    project = repository(tmp_path)
    (project / "pyproject.toml").write_text("[project]\ndependencies = ['agentflow-lint']\n")
    assert find_configuration(str(project)) is None


def test_a_broken_pyproject_that_names_the_linter_does_not_go_unnoticed(tmp_path: Path, catalogue: Catalogue) -> None:
    project = repository(tmp_path)
    (project / "pyproject.toml").write_text("[tool.agentflow-lint]\nselect = [\n")
    found = find_configuration(str(project))
    assert found is not None
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        read_configuration(found, catalogue)


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    project = repository(tmp_path)
    (tmp_path / "agentflow-lint.toml").write_text("")
    assert find_configuration(str(project)) is None


def test_outside_a_repository_the_search_ends_at_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "here" / "api"
    project.mkdir(parents=True)
    (tmp_path / "agentflow-lint.toml").write_text("")
    (tmp_path / "here" / "agentflow-lint.toml").write_text("")
    assert find_configuration(str(project)) is None
    monkeypatch.chdir(tmp_path / "here")
    assert find_configuration(str(project)) == str(tmp_path / "here" / "agentflow-lint.toml")


def test_two_configurations_in_one_folder_are_an_error(tmp_path: Path) -> None:
    project = repository(tmp_path)
    (project / "agentflow-lint.toml").write_text("")
    (project / "pyproject.toml").write_text("[tool.agentflow-lint]\n")
    with pytest.raises(ConfigurationError, match="keep one of them"):
        find_configuration(str(project))


_WORDS = ["select", "ignore", "fail-on", "severity", "=", "[", "]", '"XX3"', '"never"', "true", "1", "\n", " ", "."]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=5), max_size=30).map("".join))
def test_no_text_gets_more_than_an_error(tmp_path: Path, catalogue: Catalogue, text: str) -> None:
    try:
        read(tmp_path, text.encode("utf-8", "replace").decode("utf-8"), catalogue)
        said = []
    except ConfigurationError as error:
        said = str(error).split("\n")
    assert [line for line in said if not re.match(r".+agentflow-lint\.toml:\d+: .", line)] == []


def test_a_name_that_would_break_the_line_is_escaped(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, r'"a\n\u001b[31m" = 1', catalogue)
    assert r"unknown key 'a\n\x1b[31m'" in str(error.value)
    assert "\n" not in str(error.value)
