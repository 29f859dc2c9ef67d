"""The grammar of programs, without a server."""

from __future__ import annotations

import re
from collections import Counter

from tests.conformance.programs.case import Case, generate
from tests.conformance.programs.full import SEED, seed_of

#: What the programs of a full run are to have among them, as text in some of their modules.
_SHAPES = (
    *(r"os\.environ\[", r"os\.getenv\(", r"environ\.get\(", r"dotenv_values\(", r"\(BaseSettings\)", r"env_prefix="),
    *(r"validation_alias=", r"f\"", r" and ", r" or ", r"\bnot ", r" if .* else ", r"^ *match ", r"^ *try:"),
    *(r"except KeyError", r"except ImportError", r"async def app", r"await ", r"lambda: ", r"nonlocal ", r"global "),
    *(
        r"functools\.wraps",
        r"partial\(",
        r"@lru_cache",
        r"@cache\b",
        r"@property",
        r"@cached_property",
        r"@classmethod",
    ),
    *(r"@staticmethod", r"@dataclass", r"super\(\)\.__init__", r"InjectQ\.get_instance", r"\.bind_instance\("),
    *(r"ReactAgent\(", r"PlanActReflectAgent\(", r"Agent\(model", r"import \*$", r"^__all__", r"if TYPE_CHECKING:"),
    *(r"importlib\.import_module\(\"", r"import_module\(\"\.", r"^from \.", r"^import src", r"\(OwnCheckpointer\)"),
    *(r"\*\*os\.environ\}", r"\(Enum\)", r"\(str, Enum\)", r"\(StrEnum\)", r" = auto\(\)", r"Kind\d+\[", r"yield from"),
    *(r"next\(", r"^ *with ", r"^ *async with ", r"@contextmanager", r"@asynccontextmanager", r"def __enter__"),
    *(r"asyncio\.run\(", r"run_until_complete\(", r"sys\.path\.insert\(0", r"sys\.path\.append\("),
    *(r"\(InMemoryCheckpointer\)", r"PgCheckpointer\(", r"SqliteCheckpointer\(", r"\*\*\{", r":= ", r"for .* in \["),
)


def _text(case: Case) -> str:
    return "\n".join(case.files.values())


def test_the_same_seed_gives_the_same_programs() -> None:
    assert generate(15, 7) == generate(15, 7)
    assert generate(15, 7)[5:] == generate(15, 7)[5:]
    assert generate(15, 7) != generate(15, 8)


def test_programs_are_python_and_nearly_all_different() -> None:
    cases = generate(150, 1)
    for case in cases:
        for path, text in case.files.items():
            compile(text, path, "exec")
    assert len({str(case) for case in cases}) > 140
    layers = Counter(len([path for path in case.files if "__init__" not in path]) for case in cases)
    assert layers[2] > 15
    assert sum(number for modules, number in layers.items() if modules > 2) > 15
    assert sum(bool(case.variables) for case in cases) > 75


def test_a_full_run_has_every_shape() -> None:
    text = "\n".join(_text(case) for case in generate(300, seed_of("0.9.0", SEED)))
    missing = [shape for shape in _SHAPES if re.search(shape, text, re.MULTILINE) is None]
    assert not missing
    packages = {case.agent.partition(":")[0].rpartition(".")[0] for case in generate(100, 1)}
    assert {"graph", "shop", "src.shop", "services.agents"} <= packages
