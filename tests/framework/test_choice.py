"""Which known release a requirement means."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from agentflow_lint.framework.choice import choose
from agentflow_lint.framework.release import UnknownRelease, resolve_core, resolve_release

KNOWN = ("0.3.2", "0.3.2.1", "0.3.2.9", "0.4.0", "0.6.0", "0.6.1")


@pytest.mark.parametrize(
    ("specifier", "version", "match", "asked"),
    [
        (None, "0.6.1", "unpinned", None),
        ("", "0.6.1", "unpinned", None),
        ("not a specifier", "0.6.1", "unpinned", None),
        ("==0.4.0", "0.4.0", "exact", "0.4.0"),
        ("==0.4", "0.4.0", "exact", "0.4"),
        ("===0.6.1", "0.6.1", "exact", "0.6.1"),
        (">=0.4,<0.6", "0.4.0", "exact", "0.4"),
        (">=0.3", "0.6.1", "allowed", "0.3"),
        ("~=0.3.2", "0.3.2.9", "allowed", "0.3.2"),
        ("==0.3.*", "0.3.2.9", "allowed", "0.3"),
        ("<0.6", "0.4.0", "allowed", None),
        ("!=0.6.1", "0.6.0", "allowed", None),
        ("==0.7.0", "0.6.1", "newer", "0.7.0"),
        (">=2", "0.6.1", "newer", "2"),
        ("==2.*", "0.6.1", "newer", "2"),
        (">0.6.1", "0.6.1", "unlisted", "0.6.1"),
        ("==0.1.5", "0.3.2", "older", "0.1.5"),
        ("<0.3", "0.3.2", "older", None),
        ("==0.5.0", "0.4.0", "unlisted", "0.5.0"),
        ("==0.3.2.5", "0.3.2.1", "unlisted", "0.3.2.5"),
        (">=0.6,<0.5", "0.6.0", "unlisted", "0.6"),
        ("===whatever", "0.3.2", "older", None),
    ],
)
def test_the_nearest_known_release_stands_in(
    specifier: str | None, version: str, match: str, asked: str | None
) -> None:
    choice = choose(KNOWN, specifier)
    assert (choice.version, choice.match, choice.asked) == (version, match, asked)


def test_a_parsed_specifier_does_as_well() -> None:
    assert choose(KNOWN, SpecifierSet("==0.4.0")) == choose(KNOWN, "==0.4.0")


def test_a_server_pin_is_resolved_within_its_distribution() -> None:
    choice = resolve_release("==0.8.0", "10xscale-agentflow-cli")
    assert (choice.release.version, choice.match, choice.is_known) == ("0.6.1", "newer", False)
    choice = resolve_release("==0.8.0", "10xgraph_api")
    assert (choice.release.version, choice.match, choice.is_known) == ("0.8.0", "exact", True)
    assert resolve_release(None, "10xgraph-api").release.version == "0.9.0"


def test_a_core_pin_is_resolved_within_its_distribution() -> None:
    choice = resolve_core("<0.7", "10xscale-agentflow")
    assert (choice.core.version, choice.match, choice.is_known) == ("0.6.7", "allowed", True)
    choice = resolve_core("==0.9.2", "10xgraph")
    assert (choice.core.distribution, choice.core.version, choice.match) == ("10xgraph", "0.10.0", "older")
    assert not choice.is_known


def test_no_release_of_another_project_is_invented() -> None:
    with pytest.raises(UnknownRelease):
        resolve_release("==1.0", "agentflow-cli")
    with pytest.raises(UnknownRelease):
        resolve_core(None, "10xgraph-api")
