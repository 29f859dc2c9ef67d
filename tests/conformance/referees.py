"""The referees of all suites: released servers, each in a virtual environment of its own, made on demand and kept.

``python -m tests.conformance.referees`` makes them all.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conformance import interpreters, loopback_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.conformance.interpreters import Interpreter

#: Where referees and scaffolds are kept; the platform's cache folder when unset.
CACHE_VARIABLE = "AGENTFLOW_LINT_CACHE"

#: Set to 1, a referee that cannot be had fails the run instead of skipping it.
REQUIRE_VARIABLE = "AGENTFLOW_LINT_REQUIRE_REFEREES"

_INSTALL_SECONDS = 900


class UnavailableError(Exception):
    """A referee cannot be had here (no interpreter, no registry); the message says why."""


@dataclass(frozen=True)
class Referee:
    """One released server and what is installed beside it."""

    name: str
    release: str
    requirements: tuple[str, ...]
    package: str
    command: str
    config_name: str

    @property
    def bare(self) -> bool:
        """Whether it has no extras and no model provider."""
        return self.name != self.release

    @property
    def target(self) -> str:
        """The ASGI target that production starts."""
        return f"{self.package}.src.app.main:app"


def _old(release: str, core: str, *beside: str, extras: str = "[jwt,redis]", label: str = "") -> Referee:
    requirements = (f"10xscale-agentflow-cli{extras}=={release}", core, *beside)
    return Referee(release + label, release, requirements, "agentflow_cli", "agentflow", "agentflow.json")


def _new(release: str, core: str, extras: str = "[jwt,redis]", label: str = "") -> Referee:
    requirements = (f"10xgraph-api{extras}=={release}", core)
    return Referee(release + label, release, requirements, "tenxgraph_api", "10xgraph", "10xgraph.json")


#: Those that start scaffolded projects. A new release is one line. The "-bare" ones hold what the generated Dockerfile
#: installs for a project that declares no dependencies.
STARTED: tuple[Referee, ...] = (
    _old("0.6.1", "10xscale-agentflow[google-genai]==0.10.1"),
    _old("0.6.1", "10xscale-agentflow==0.10.1", extras="", label="-bare"),
    _new("0.9.0", "10xgraph[google-genai]==0.10.3"),
    _new("0.9.0", "10xgraph==0.10.3", extras="", label="-bare"),
)

#: Those whose reading of a configuration is compared: a release of each behaviour era, with every extra that a config
#: key asks for. Servers up to 0.2.9 import only with a core below 0.7.0 (from there on its modules have other names);
#: cores from 0.6.7 to 0.7.4.9 import only beside PyYAML, and 0.7.1 only beside an old a2a-sdk; they require neither.
#:
#: There is no 0.1.5 or 0.1.6, whose wheels hold metadata only, and no 0.1.7. That one starts (with cores 0.4.0 to
#: 0.6.7), but it reads its import paths from an object ``graphs`` and answers at /v1/ping; its own ``init`` writes a
#: graph that cannot be imported (``agentflowgraph``), and 0.1.8 followed within a month. Every rule that asks which
#: graph is served would have to ask in two places for it, so the linter has no data on it, and AF903 says that a
#: project that pins it is judged as if it ran 0.1.8.
CONFIGURED: tuple[Referee, ...] = (
    _old("0.1.8", "10xscale-agentflow==0.6.7", "PyYAML", extras="[redis]", label="-config"),
    _old("0.1.9", "10xscale-agentflow==0.6.7", "PyYAML", extras="[redis]", label="-config"),
    _old("0.2.6", "10xscale-agentflow==0.6.7", "PyYAML", extras="[redis]", label="-config"),
    _old("0.2.7", "10xscale-agentflow==0.6.7", "PyYAML", extras="[redis]", label="-config"),
    _old("0.2.9", "10xscale-agentflow==0.6.7", "PyYAML", extras="[redis]", label="-config"),
    _old("0.3.1", "10xscale-agentflow==0.7.5.1", extras="[redis]", label="-config"),
    _old("0.3.2.9", "10xscale-agentflow==0.7.5.1", label="-config"),
    _old("0.4.0", "10xscale-agentflow==0.8.0", label="-config"),
    _old("0.5.1", "10xscale-agentflow==0.9.2", label="-config"),
    _old("0.6.1", "10xscale-agentflow==0.10.1", extras="[jwt,redis,ag-ui]", label="-config"),
    _new("0.7.0", "10xgraph==0.10.0", extras="[jwt,redis,ag-ui]", label="-config"),
    _new("0.8.0", "10xgraph==0.10.1", extras="[jwt,redis,ag-ui]", label="-config"),
    _new("0.9.0", "10xgraph==0.10.3", extras="[jwt,redis,ag-ui,websocket]", label="-config"),
)

_MODEL = "google-genai,pg-checkpoint"
_SQLITE = f"{_MODEL},sqlite-checkpoint"

#: Those that start generated projects: a release of each behaviour era, oldest first, with every checkpointer of its
#: core and one model provider.
ERAS: tuple[Referee, ...] = (
    _old("0.2.9", f"10xscale-agentflow[{_MODEL}]==0.6.7", "PyYAML", extras="[redis]", label="-start"),
    _old("0.3.2.9", f"10xscale-agentflow[{_MODEL}]==0.7.5.1", label="-start"),
    _old("0.4.0", f"10xscale-agentflow[{_MODEL}]==0.8.0", label="-start"),
    _old("0.5.1", f"10xscale-agentflow[{_SQLITE}]==0.9.2", label="-start"),
    _old("0.6.1", f"10xscale-agentflow[{_SQLITE}]==0.10.1", label="-start"),
    _new("0.7.0", f"10xgraph[{_SQLITE}]==0.10.0", label="-start"),
    _new("0.8.0", f"10xgraph[{_SQLITE}]==0.10.1", label="-start"),
    _new("0.9.0", f"10xgraph[{_SQLITE}]==0.10.3", label="-start"),
)

ERA_BY_RELEASE: Mapping[str, Referee] = {referee.release: referee for referee in ERAS}

_EVERY_MODEL = "google-genai,openai,qdrant,mcp,pg-checkpoint"

#: Those that start the examples that their framework publishes, with what the examples import besides.
EXAMPLES: tuple[Referee, ...] = (
    _old("0.2.9", f"10xscale-agentflow[{_EVERY_MODEL}]==0.6.7", "PyYAML", extras="[redis]", label="-examples"),
    _old("0.6.1", f"10xscale-agentflow[{_EVERY_MODEL},anthropic,sqlite-checkpoint]==0.10.1", label="-examples"),
    _new("0.9.0", f"10xgraph[{_EVERY_MODEL},anthropic,sqlite-checkpoint]==0.10.3", label="-examples"),
)

#: Servers beside a core that their requirement allows and that they cannot import: whatever the configuration, they do
#: not start.
BROKEN: tuple[Referee, ...] = (
    _old("0.1.8", "10xscale-agentflow==0.4.5", extras="", label="-core"),
    _old("0.2.8", "10xscale-agentflow==0.10.1", extras="", label="-core"),
    _old("0.2.9", "10xscale-agentflow==0.6.7", extras="", label="-core"),
    _old("0.3.2", "10xscale-agentflow==0.7.1", extras="", label="-core"),
    _old("0.3.2.9", "10xscale-agentflow==0.7.4.9", extras="", label="-core"),
)

REFEREES: tuple[Referee, ...] = (*STARTED, *CONFIGURED, *ERAS, *EXAMPLES, *BROKEN)

BY_NAME: Mapping[str, Referee] = {referee.name: referee for referee in REFEREES}


@dataclass(frozen=True)
class Installed:
    """A referee that is ready: its virtual environment, which nothing changes any more."""

    referee: Referee
    folder: Path

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.folder / "bin" / "python")

    def script(self, name: str) -> list[str]:
        """The start of a command line that runs a console script.

        The script's own first line still names the folder in which the environment was built, so it is
        handed to the interpreter.
        """
        return [self.python, str(self.folder / "bin" / name)]


def cache_folder() -> Path:
    """Where referees and scaffolds are kept between runs."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "agentflow-lint"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "agentflow-lint"


def required() -> bool:
    """Whether a missing referee is a failure rather than a skip."""
    return os.environ.get(REQUIRE_VARIABLE) == "1"


def install(referee: Referee, interpreter: Interpreter | None = None) -> Installed:
    """The referee's environment, from the cache or made now.

    It is built in a folder of its own and renamed when complete: a run that is cut off leaves nothing that a
    later one would trust, and two runs at once do not disturb each other.

    Raises:
        UnavailableError: no interpreter, or the packages cannot be installed.
    """
    try:
        interpreter = interpreter or interpreters.find()
    except interpreters.NoInterpreterError as error:
        raise UnavailableError(str(error)) from error
    home = cache_folder() / "referees"
    folder = home / _key(referee, interpreter)
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=home))
        try:
            _build(referee, interpreter, building)
            try:
                building.rename(folder)
            except OSError:
                if not folder.is_dir():  # else another run was faster, and its environment is as good
                    raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return Installed(referee, folder)


def _key(referee: Referee, interpreter: Interpreter) -> str:
    guard = Path(loopback_only.__file__).read_bytes()
    contents = "\n".join((*sorted(referee.requirements), platform.machine(), interpreter.path)).encode() + guard
    return f"{referee.name}-py{interpreter.label}-{hashlib.sha256(contents).hexdigest()[:12]}"


def _build(referee: Referee, interpreter: Interpreter, folder: Path) -> None:
    _call([interpreter.path, "-m", "venv", str(folder)], f"no environment for {referee.name}")
    python = str(folder / "bin" / "python")
    _call(
        [python, "-m", "pip", "install", "--quiet", "--no-input", *referee.requirements],
        f"{referee.name} cannot be installed",
    )
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    shutil.copy(loopback_only.__file__, Path(site, "loopback_only.py"))
    Path(site, "loopback_only.pth").write_text("import loopback_only\n", encoding="utf-8")


def _call(command: list[str], failure: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{failure}: {error}") from error
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise UnavailableError(f"{failure}: {' | '.join(lines[-3:])}")


def install_all(names: Iterable[str]) -> dict[str, Installed | UnavailableError]:
    """The named referees, two at a time (an installation mostly waits)."""

    def attempt(name: str) -> Installed | UnavailableError:
        try:
            return install(BY_NAME[name])
        except UnavailableError as error:
            return error

    chosen = sorted(set(names))
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(chosen, pool.map(attempt, chosen), strict=True))


def main() -> int:
    """Make every referee, and say where it is."""
    made = install_all(BY_NAME)
    for name, result in made.items():
        print(f"{name}: {result.folder if isinstance(result, Installed) else result}")
    return int(any(isinstance(result, UnavailableError) for result in made.values()))


if __name__ == "__main__":
    raise SystemExit(main())
