from __future__ import annotations

import io

import pytest
from dotenv import dotenv_values

from agentflow_lint.framework.env_reader import keeps_byte_order_mark


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("==1.0.1", True),
        ("==1.2.2", True),
        ("<1.2.3", True),
        ("~=1.1.0", True),
        ("==1.2.3", False),
        ("==1.2.4", False),
        (">=1.2.4", False),
        (">2", False),
        ("", None),
        (">=1.0", None),
        ("not a specifier", None),
    ],
)
def test_what_a_requirement_means_for_the_mark(specifier: str, expected: bool | None) -> None:
    assert keeps_byte_order_mark(specifier) is expected


def test_the_reader_that_the_linter_uses_drops_it() -> None:
    assert dotenv_values(stream=io.StringIO("\ufeffMODE=production\n")) == {"MODE": "production"}
