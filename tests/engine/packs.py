"""Writes small rule packs to disk, so that the registry is tested on real imports."""

from __future__ import annotations

import sys
import textwrap
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NUMBERS = count()

HEADER = """
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule, ProjectRule, RunRule
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import Span
"""


def rule_source(
    code: str = "XX001",
    name: str = "some-rule",
    kind: str = "ProjectRule",
    consequence: str = "EXPOSES",
    body: str = "return iter(())",
    extra: str = "",
) -> str:
    """The source of one rule class."""
    return (
        HEADER
        + textwrap.dedent(
            f'''
        class Rule{code}({kind}):
            """What {code} decides."""

            code = "{code}"
            name = "{name}"
            consequence = Consequence.{consequence}
            {extra}

            def check(self, subject):
        '''
        )
        + textwrap.indent(textwrap.dedent(body), " " * 8)
    )


@contextmanager
def pack(folder: Path, modules: Mapping[str, str]) -> Iterator[str]:
    """A package with these modules (dotted names below it to source), importable while the context lasts."""
    package = f"pack_{next(_NUMBERS)}"
    root = folder / package
    root.mkdir()
    (root / "__init__.py").write_text("")
    for dotted, source in modules.items():
        path = root.joinpath(*dotted.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent != root:
            (path.parent / "__init__.py").touch()
        path.write_text(source)
    sys.path.insert(0, str(folder))
    try:
        yield package
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]
