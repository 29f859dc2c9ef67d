"""The maintainer's script, run on wheels made here: nothing of them is imported, nothing is downloaded."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import agentflow_lint.framework.release as loader

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "extract_release.py"
DATA = Path(loader.__file__).parent

METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: {version}
Requires-Python: >=3.12
Requires-Dist: {core}
Requires-Dist: uvicorn>=0.36
Requires-Dist: tomli; python_version < "3.11"
Provides-Extra: jwt
Requires-Dist: PyJWT<3,>=2.8; extra == "jwt"
Provides-Extra: nothing
"""

ALIAS = '_OLD = "agentflow_cli"\n_NEW = "tenxgraph_api"\nraise RuntimeError("imported")\n'

SETTINGS = """
    from enum import StrEnum
    from typing import Literal, Optional
    from pydantic import Field
    from pydantic_settings import BaseSettings

    MEGABYTE = 1024 * 1024

    class Tier(StrEnum):
        HIGH = "high"
        LOW = "low"

    class Settings(BaseSettings):
        MODE: str = "development"
        MAX_REQUEST_SIZE: int = 10 * MEGABYTE
        OFFSET: int = -1
        CSP_POLICY: str | None = None
        REALM: Optional[str] = None
        RATE: float = Field(default=0.1, ge=0.0, le=1.0)
        TIER: Tier = Tier.LOW
        COLOUR: Literal["red", "blue"] = "red"
        helper: int = 1

        def method(self): ...

    raise RuntimeError("imported")
"""

GRAPH_CONFIG = """
    CONFIG_FILE = "10xgraph.json"
    LEGACY_CONFIG_FILE = "agentflow.json"

    class RemoteToolConfig(BaseModel):
        node_name: str = Field(alias="node")
        name: str = Field(min_length=1)

    def _limit(data, key, default):
        if key not in data:
            return default
        return int(data[key])

    def _timeout(data):
        key = "timeout"
        return data[key]

    class RunsConfig:
        @classmethod
        def from_dict(cls, data):
            redis_obj = data.get("redis") or {}
            if isinstance(redis_obj, dict):
                url = _expand(redis_obj.get("url") or None)
            return cls(limit=_limit(data, "max", 1), timeout=_timeout(data), tags=[t for t in data.get("tags", [])])

    class GraphConfig:
        def __init__(self, path):
            self.data = json.load(open(path))
            if self.data.get("env"):
                load_dotenv(self.data.get("env"))

        @property
        def runs(self):
            data = self.data.get("runs", None)
            return RunsConfig.from_dict({} if data is None else data)

        @property
        def authorization_path(self):
            return self.data.get("authorization", None)

        @property
        def remote_tools(self):
            return validate(self.data.get("remote_tools", []))

        def auth_config(self):
            return self._parse(self.data.get("auth"))

        @staticmethod
        def _parse(res):
            if isinstance(res, str) and "jwt" in res:
                return "jwt"
            other = {"not": "a config"}
            return res.get("method"), other.get("not")
"""

LOADER = """
    def attach(config):
        return resolve(config.authorization_path)

    def resolve(authorization):
        if ":" in authorization:
            return None
        return authorization.get("backend") or authorization.get("type")
"""

MAIN = """
    from typing import Annotated
    import typer
    from tenxgraph_api.cli.constants import DEFAULT_HOST, DEFAULT_PORT as PORT

    app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False)
    group = typer.Typer()
    app.add_typer(group, name="config")

    @app.callback(invoke_without_command=True)
    def root(ctx: typer.Context, verbose: int = typer.Option(0, "--verbose", "-v", count=True)): ...

    @app.command()
    def dev(
        host: str = typer.Option(DEFAULT_HOST, "--host", "-H"),
        port: Annotated[int, typer.Option("--port", "-p")] = PORT,
        reload: bool = typer.Option(True, "--reload/--no-reload", help="Reload"),
        open_browser: bool = True,
        force: bool = typer.Option(False, "--force"),
        old: str | None = typer.Option(None, "--old", hidden=True),
    ): ...

    @app.command(name="eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def eval_cmd(target: str | None = typer.Argument(None), log_level: str = "info"): ...

    @app.command(deprecated=True)
    def serve_all(): ...

    @group.command("set")
    def set_value(key: str = typer.Argument(...)): ...

    def helper(): ...

    raise RuntimeError("imported")
"""

SERVER = {
    "agentflow_cli/__init__.py": ALIAS,
    "tenxgraph_api/__init__.py": "from .src.app.auth import BaseAuth\n__version__ = '1'\n",
    "tenxgraph_api/src/app/auth.py": "class BaseAuth: ...\n",
    "tenxgraph_api/src/app/main.py": 'app = FastAPI()\nraise RuntimeError("imported")\n',
    "tenxgraph_api/src/app/loader.py": LOADER,
    "tenxgraph_api/src/app/core/config/settings.py": SETTINGS,
    "tenxgraph_api/src/app/core/config/graph_config.py": GRAPH_CONFIG,
    "tenxgraph_api/cli/constants.py": 'DEFAULT_HOST: Final[str] = "127.0.0.1"\nDEFAULT_PORT: Final[int] = 8000\n',
    "tenxgraph_api/cli/main.py": MAIN,
}

CORE = {
    "tenxgraph/__init__.py": """
        _LAZY = {"StateGraph": "tenxgraph.graph"}

        def __getattr__(name):
            if name == "START":
                return 1
            module = _LAZY.get(name)
            if module is None:
                raise AttributeError(name)
    """,
    "tenxgraph/graph.py": """
        from __future__ import annotations
        import os.path
        import typing as t
        from typing import TYPE_CHECKING
        from .names import *

        if TYPE_CHECKING:
            from .hidden import Hidden
        else:
            Shown = 1
        try:
            from fast import Engine
        except ImportError:
            Engine = None
            Missing = True

        class StateGraph:
            Inner = 1

        async def run(): ...
        first, (second, _private) = 1, (2, 3)
        declared: int
        assigned: int = 1
        with open(__file__) as handle:
            inside = 1

        def remember():
            global remembered
            local = remembered = 1
    """,
    "tenxgraph/names.py": '__all__ = ["listed"]\nlisted = unlisted = 1\n',
    "tenxgraph/anything.py": "def __getattr__(name):\n    return compute(name)\n",
    "tenxgraph/starred.py": "from elsewhere import *\n",
    "tenxgraph/plugins/deep.py": "x = 1\n",
    "tenxgraph/savers.py": """
        import abc
        from abc import ABC, abstractmethod
        from typing import Generic, TypeVar

        T = TypeVar("T")

        class BaseSaver(ABC, Generic[T]):
            @property
            @abstractmethod
            def kind(self): ...
            @abstractmethod
            async def save(self): ...
            def load(self): ...

        class Half(BaseSaver[T]):
            kind = "half"

        class Whole(Half):
            async def save(self): ...

        class Saving:
            async def save(self): ...

        class Mixed(Saving, Half): ...

        class Late(Half, Saving): ...

        class Unseen(Elsewhere, Half): ...

        class _Private(BaseSaver): ...

        class Meta(metaclass=abc.ABCMeta):
            @abc.abstractmethod
            def run(self): ...

        class Unheeded:
            @abstractmethod
            def run(self): ...
    """,
    "tenxgraph/moved/__init__.py": "from .away import gone\n",
    "tenxgraph/moved/away.py": "here = 1\n",
    "tenxgraph/caller.py": "import tenxgraph.moved\n",
    "tenxgraph/careful.py": """
        from tenxgraph import START, StateGraph, graph
        from .anything import whatever
        from .plugins import deep

        try:
            from .moved import gone
        except ImportError:
            gone = None
    """,
    "tenxgraph/data.txt": "not Python",
}


def build_wheel(
    folder: Path, name: str, version: str, files: dict[str, str], core: str = "10xgraph<2.0,>=0.10.0"
) -> Path:
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in files.items():
            archive.writestr(place, dedent(text))
        metadata = f"{path.name.rpartition('-py3')[0]}.dist-info"
        archive.writestr(f"{metadata}/METADATA", METADATA.format(name=name, version=version, core=core))
        archive.writestr(f"{metadata}/entry_points.txt", "[console_scripts]\n10xgraph = tenxgraph_api.cli.main:main\n")
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one server and one core, extracted by the script."""
    folder = tmp_path_factory.mktemp("data")
    server = build_wheel(folder, "10xgraph-api", "1.0.0", SERVER)
    core = build_wheel(folder, "10xgraph", "1.0.0", CORE)
    done = run(server, core, "--data", folder / "framework")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def server(extracted: Path) -> dict[str, Any]:
    return dict(json.loads((extracted / "framework" / "releases" / "1.0.0.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def core(extracted: Path) -> dict[str, Any]:
    return dict(json.loads((extracted / "framework" / "cores" / "10xgraph-1.0.0.json").read_text(encoding="utf-8")))


def test_what_the_metadata_says(server: dict[str, Any]) -> None:
    assert server["distribution"] == "10xgraph-api"
    assert server["package"] == "tenxgraph_api"
    assert server["aliases"] == {"agentflow_cli": "tenxgraph_api"}
    assert (server["core_distribution"], server["core_package"]) == ("10xgraph", "tenxgraph")
    assert server["requires_python"] == ">=3.12"
    assert server["requires"] == ["10xgraph<2.0,>=0.10.0", 'tomli; python_version < "3.11"', "uvicorn>=0.36"]
    assert server["extras"] == {"jwt": ["PyJWT<3,>=2.8"], "nothing": []}
    assert server["scripts"] == {"10xgraph": "tenxgraph_api.cli.main:main"}
    assert server["config_names"] == ["10xgraph.json", "agentflow.json"]
    assert server["asgi_targets"] == ["tenxgraph_api.src.app.main:app", "agentflow_cli.src.app.main:app"]


def test_settings_with_every_kind_of_field(server: dict[str, Any]) -> None:
    assert server["settings"] == {
        "COLOUR": {"group": "settings", "kind": "choice", "choices": ["red", "blue"], "default": "red"},
        "CSP_POLICY": {"group": "settings", "kind": "str", "optional": True, "default": None},
        "MAX_REQUEST_SIZE": {"group": "settings", "kind": "int", "default": 10485760},
        "MODE": {"group": "settings", "kind": "str", "default": "development"},
        "OFFSET": {"group": "settings", "kind": "int", "default": -1},
        "RATE": {"group": "settings", "kind": "float", "minimum": 0.0, "maximum": 1.0, "default": 0.1},
        "REALM": {"group": "settings", "kind": "str", "optional": True, "default": None},
        "TIER": {"group": "settings", "kind": "choice", "choices": ["high", "low"], "default": "low"},
    }


def test_config_keys_through_helpers_properties_and_other_modules(server: dict[str, Any]) -> None:
    assert server["config_keys"] == {
        "auth": {"method": {}},
        "authorization": {"backend": {}, "type": {}},
        "env": {},
        "remote_tools": {"name": {}, "node": {}},
        "runs": {"max": {}, "redis": {"url": {}}, "tags": {}, "timeout": {}},
    }


def test_commands_in_either_notation(server: dict[str, Any]) -> None:
    help_option = {"names": ["--help", "-h"], "takes_value": False}
    assert server["root_options"] == [
        help_option,
        {"names": ["--verbose", "-v"], "takes_value": False, "default": 0},
    ]
    commands = server["commands"]
    assert list(commands) == ["config", "dev", "eval", "serve-all"]
    assert commands["dev"] == {
        "options": [
            {"names": ["--force"], "takes_value": False, "default": False},
            help_option,
            {"names": ["--host", "-H"], "takes_value": True, "default": "127.0.0.1"},
            {"names": ["--old"], "takes_value": True, "hidden": True},
            {"names": ["--open-browser"], "negative": ["--no-open-browser"], "takes_value": False, "default": True},
            {"names": ["--port", "-p"], "takes_value": True, "default": 8000},
            {"names": ["--reload"], "negative": ["--no-reload"], "takes_value": False, "default": True},
        ]
    }
    assert commands["eval"] == {
        "options": [help_option, {"names": ["--log-level"], "takes_value": True, "default": "info"}],
        "accepts_unknown": True,
        "arguments": ["target"],
    }
    assert commands["serve-all"] == {"options": [help_option], "deprecated": True}
    assert commands["config"]["commands"] == {"set": {"options": [help_option], "arguments": ["key"]}}


def test_names_are_those_that_module_level_binds_at_run_time(core: dict[str, Any]) -> None:
    modules = {name: set(names.split()) for name, names in core["modules"].items()}
    assert modules["graph"] == {
        *("annotations", "os", "t", "TYPE_CHECKING", "listed", "Shown", "Engine", "Missing", "StateGraph", "run"),
        *("first", "second", "assigned", "handle", "inside", "remember", "remembered"),
    }
    assert modules["names"] == {"listed", "unlisted"}


def test_lazy_names_are_listed_where_they_can_be(core: dict[str, Any]) -> None:
    assert core["modules"][""] == "START StateGraph"
    assert core["dynamic_modules"] == ["anything", "starred"]


def test_a_module_that_cannot_be_imported_is_left_out(core: dict[str, Any]) -> None:
    assert not {"moved", "moved.away", "caller"} & core["modules"].keys()
    assert core["modules"]["careful"] == "START StateGraph deep gone graph whatever"


def test_a_folder_without_init_is_importable_too(core: dict[str, Any]) -> None:
    assert core["modules"]["plugins"] == ""
    assert core["modules"]["plugins.deep"] == "x"


def test_what_a_class_leaves_abstract_is_what_its_order_leads_to_first(core: dict[str, Any]) -> None:
    assert core["abstract_methods"] == {
        "BaseSaver": ["kind", "save"],
        "Half": ["save"],
        "Late": ["save"],
        "Meta": ["run"],
    }


def test_the_index_lists_what_was_extracted(extracted: Path) -> None:
    for folder, distribution in (("releases", "10xgraph-api"), ("cores", "10xgraph")):
        index = json.loads((extracted / "framework" / folder / "index.json").read_text(encoding="utf-8"))
        assert index == {distribution: ["1.0.0"]}


def test_extracting_twice_gives_the_same_bytes(extracted: Path, tmp_path: Path) -> None:
    wheel = extracted / "10xgraph_api-1.0.0-py3-none-any.whl"
    assert run(wheel, "--data", tmp_path, "--quiet").returncode == 0
    again = (tmp_path / "releases" / "1.0.0.json").read_bytes()
    assert again == (extracted / "framework" / "releases" / "1.0.0.json").read_bytes()


def test_check_tells_equal_from_different(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path, "10xgraph", "1.0.0", CORE)
    data = tmp_path / "framework"
    assert run("--check", wheel, "--data", data).returncode == 1, "nothing is committed yet"
    assert not data.exists(), "--check writes nothing"
    assert run(wheel, "--data", data).returncode == 0
    assert run("--check", wheel, "--data", data).returncode == 0
    path = data / "cores" / "10xgraph-1.0.0.json"
    path.write_text(path.read_text(encoding="utf-8").replace("StateGraph", "StateGrape"), encoding="utf-8")
    done = run("--check", wheel, "--data", data)
    assert done.returncode == 1
    assert "differs" in done.stderr


def test_the_review_says_what_changed(tmp_path: Path) -> None:
    changed = dict(SERVER)
    changed["tenxgraph_api/src/app/core/config/settings.py"] = SETTINGS.replace('"development"', '"production"')
    changed["tenxgraph_api/src/app/core/config/graph_config.py"] = GRAPH_CONFIG.replace('"tags"', '"labels"')
    changed["tenxgraph_api/cli/main.py"] = MAIN.replace('"--force"', '"--overwrite"').replace("serve_all", "serve")
    changed["tenxgraph_api/src/app/auth.py"] = "class BaseAuth: ...\nclass TokenAuth: ...\n"
    changed["tenxgraph_api/new.py"] = ""
    data = tmp_path / "framework"
    run(build_wheel(tmp_path, "10xgraph-api", "1.0.0", SERVER), "--data", data)
    done = run(build_wheel(tmp_path, "10xgraph-api", "1.10.0", changed), "--data", data)
    assert done.stdout.splitlines()[0] == "10xgraph-api 1.10.0 (before: 1.0.0)"
    lines = {line.strip() for line in done.stdout.splitlines()[1:]}
    assert {
        "+ module new",
        "+ src.app.auth: TokenAuth",
        "- config key runs.tags",
        "+ config key runs.labels",
        "- option dev --force",
        "+ option dev --overwrite",
        "- option serve-all",
        "+ option serve",
    } <= lines
    assert any(line.startswith("~ setting MODE: ") and '"production"' in line for line in lines)
    assert not any("HOST" in line for line in lines)
    index = json.loads((data / "releases" / "index.json").read_text(encoding="utf-8"))
    assert index == {"10xgraph-api": ["1.0.0", "1.10.0"]}


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"tenxgraph/__init__.py": "def broken(:\n"}, "tenxgraph/__init__.py:1 does not parse"),
        ({}, "expected one top-level package, found none"),
        ({"tenxgraph/__init__.py": "", "other/__init__.py": ""}, "expected one top-level package"),
    ],
)
def test_a_core_that_cannot_be_read_is_an_error(tmp_path: Path, files: dict[str, str], complaint: str) -> None:
    done = run(build_wheel(tmp_path, "10xgraph", "1.0.0", files), "--data", tmp_path / "framework")
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "framework").exists()


@pytest.mark.parametrize(
    ("place", "old", "new", "complaint"),
    [
        ("src/app/core/config/settings.py", "OFFSET: int = -1", "OFFSET: int = compute()", "not a literal: compute()"),
        ("src/app/core/config/settings.py", "OFFSET: int = -1", "OFFSET: bytes = -1", "type not understood: bytes"),
        ("src/app/core/config/settings.py", "OFFSET: int = -1", "OFFSET: int", "a required setting"),
        ("src/app/core/config/settings.py", "ge=0.0", "multiple_of=2", "Field arguments not understood"),
        ("src/app/core/config/settings.py", "class Settings", "class Options", "has no class Settings"),
        ("src/app/main.py", "app = ", "application = ", "binds no app"),
        ("cli/main.py", "app = typer.Typer", "cli = typer.Typer", "no `app = typer.Typer(...)`"),
    ],
)
def test_a_server_that_changed_shape_is_an_error(
    tmp_path: Path, place: str, old: str, new: str, complaint: str
) -> None:
    files = dict(SERVER)
    assert old in files[f"tenxgraph_api/{place}"]
    files[f"tenxgraph_api/{place}"] = files[f"tenxgraph_api/{place}"].replace(old, new)
    done = run(build_wheel(tmp_path, "10xgraph-api", "1.0.0", files), "--data", tmp_path / "framework")
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stranger_is_refused(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path, "agentflow-cli", "1.0.0", {"agentflow_cli/__init__.py": ""})
    for wanted, complaint in (
        (wheel, "agentflow-cli is no distribution of the framework"),
        (tmp_path / "absent.whl", "no such file"),
        ("10xgraph", "neither a .whl file nor DISTRIBUTION==VERSION"),
    ):
        done = run(wanted, "--data", tmp_path / "framework")
        assert done.returncode == 2
        assert complaint in done.stderr


def test_the_committed_files_are_laid_out_by_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from scripts.extraction.release_data import render, render_index

    paths = [path for folder in ("releases", "cores") for path in (DATA / folder).glob("*.json")]
    assert len(paths) == 32 + 52 + 2
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text == render(json.loads(text)), path.name
    for folder in ("releases", "cores"):
        assert (DATA / folder / "index.json").read_text(encoding="utf-8") == render_index(DATA / folder)
