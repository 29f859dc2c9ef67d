from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import Catalogue, load_catalogue
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """Three rules: XX301 wildcard-origins, XX302 local-origin, XX501 in-memory."""
    modules = {
        "a": rule_source("XX301", "wildcard-origins"),
        "b": rule_source("XX302", "local-origin"),
        "c": rule_source("XX501", "in-memory"),
    }
    with pack(tmp_path_factory.mktemp("packs"), modules) as name:
        yield load_catalogue([name])
