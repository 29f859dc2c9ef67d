"""Run by a referee's Python: starts the release's own server on one configuration after the other.

``worker.py PACKAGE`` reads one JSON object a line and answers each with one line, in order. Everything the server
needs is imported once; each case runs in a fork of that process, so nothing of one case is left for the next: not the
environment, not a cached settings object, not the working directory. The fork imports the release's real
``src.app.main`` and then has the installed uvicorn run its lifespan, as production does, but opens no port.

A case is ``{"files": {path: text}, "environment": {name: value}}``. An answer holds the ``outcome`` (accepted, refused
or unserving), for a refusal its ``stage`` (import or lifespan), ``error`` (the exception's type) and ``message``; and
``settings``, ``media``, ``environ``, ``app`` and ``auth``, as far as the server got. ``unserving`` is what uvicorn
calls an unsupported lifespan: the process stays up, and every request fails.

It needs the standard library and the release only, and runs under every Python that the releases support.
"""

from __future__ import annotations

import ast
import asyncio
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answering = Callable[[str, dict[str, Any], Path], dict[str, Any]]

_SECONDS = 60
#: Of the package: what must be imported anew for each case, and what is no part of the server.
_NOT_PRELOADED = ("main", "worker", "tasks", "tests")

#: What the servers, their cores and uvicorn import only when they get there: it saves each case the time.
_USED_LATER = (
    *("uvicorn.config", "uvicorn.lifespan.on", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto"),
    *("redis.asyncio", "jwt"),
)


def preload(package: str) -> None:
    """Import what the server imports, ``main`` itself excepted; nothing of it reads the environment into a cache."""
    core = "tenxgraph" if package == "tenxgraph_api" else "agentflow"
    failed: list[str] = []
    before = set(sys.modules)
    try:
        app = importlib.import_module(f"{package}.src.app")
    except ImportError:  # beside this core nothing of the package can be imported
        _forget(set(sys.modules) - before, (package, core))
        return
    # It imports the packages that it walks through.
    names = [
        module.name
        for module in pkgutil.walk_packages(app.__path__, f"{package}.src.app.", failed.append)
        if module.name.split(".")[3] not in _NOT_PRELOADED
    ]
    if failed:
        _forget(set(sys.modules) - before, (package, core))
    spec = importlib.util.find_spec(f"{package}.src.app.main")
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} has no src.app.main")
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    for name in (*names, *_USED_LATER, f"{core}.qa.testing"):
        # What an extra would bring may be missing; if the server needs it, each case will say so.
        before = set(sys.modules)
        try:
            importlib.import_module(name)
        except ImportError:
            _forget(set(sys.modules) - before, (package, core))
    for name in ("settings", "media_settings"):
        if _built(package, name) is not None:
            raise SystemExit(f"{package}: importing {name} has read the environment")


def _forget(modules: set[str], packages: tuple[str, ...]) -> None:
    """Undo an import that failed, as far as it got within ``packages``: their next import has to fail as this one did.

    It would not otherwise: the parts that were imported before the failure stay, and what needed the missing package
    may not be asked for again (core 0.6.7 without PyYAML imports at the second attempt).
    """
    for name in modules:
        parent, _, child = name.rpartition(".")
        if name.partition(".")[0] in packages and sys.modules.pop(name, None) is not None and parent in sys.modules:
            sys.modules[parent].__dict__.pop(child, None)


def answer(package: str, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the release does with a case, in this process, which is of no further use afterwards."""
    for path, text in case["files"].items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogateescape"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(case["environment"])
    sys.path.insert(0, str(folder))
    result: dict[str, Any] = {"outcome": "accepted", "stage": None, "error": None, "message": "", "app": None}
    # As uvicorn does before it imports an application: it registers its own log level, which LOG_LEVEL may name.
    importlib.import_module("uvicorn.config").Config("", log_config=None)
    try:
        app = importlib.import_module(f"{package}.src.app.main").app
    except BaseException as error:  # a SystemExit ends the start as well
        result |= _refusal("import", error)
    else:
        result |= asyncio.run(run_lifespan(app))
        result["app"] = _facts(app)
    result["auth"] = _bound_auth(package)
    result["settings"] = _built(package, "settings")
    result["media"] = _built(package, "media_settings")
    result["environ"] = dict(os.environ)
    return result


def _refusal(stage: str, error: BaseException) -> dict[str, Any]:
    return {"outcome": "refused", "stage": stage, "error": type(error).__name__, "message": str(error)[:2000]}


async def run_lifespan(app: Any) -> dict[str, Any]:
    """Run the start-up half of the lifespan with uvicorn's own handling of what goes wrong in it."""
    uvicorn: Any = importlib.import_module("uvicorn.config")
    on: Any = importlib.import_module("uvicorn.lifespan.on")
    raised: list[BaseException] = []

    async def recorded(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except BaseException as error:
            raised.append(error)
            raise

    config = uvicorn.Config(recorded, lifespan="auto", log_config=None)
    config.load()
    lifespan = on.LifespanOn(config)
    await lifespan.startup()
    if not raised:
        return {"outcome": "accepted"}
    if lifespan.should_exit:
        return _refusal("lifespan", raised[0])
    return _refusal("lifespan", raised[0]) | {"outcome": "unserving"}


def _built(package: str, module: str) -> dict[str, Any] | None:
    """The values of a settings object, if the server has built it."""
    found = sys.modules.get(f"{package}.src.app.core.config.{module}")
    getter = getattr(found, f"get_{module}", None)
    if getter is None or not getter.cache_info().currsize:
        return None
    values = getter()
    return {name: _plain(getattr(values, name)) for name in type(values).model_fields}


def _plain(value: Any) -> Any:
    value = getattr(value, "value", value)  # of an enum
    return value if value is None or isinstance(value, (str, int, float, bool)) else repr(value)


def _facts(app: Any) -> dict[str, Any]:
    """What the app serves besides its API, and the CORS policy and the hosts that it was set up with."""
    layers: dict[str, dict[str, Any]] = {layer.cls.__name__: layer.kwargs for layer in app.user_middleware}
    cors = layers.get("CORSMiddleware", {})
    hosts = next((options for name, options in layers.items() if "TrustedHost" in name), {})
    return {
        "docs": app.docs_url,
        "redoc": app.redoc_url,
        "schema": app.openapi_url,
        "debug": app.debug,
        "origins": [*cors.get("allow_origins", ())],
        "credentials": cors.get("allow_credentials"),
        "hosts": [*hosts.get("allowed_hosts", ())],
    }


def _bound_auth(package: str) -> str | None:
    """The class of the authentication backend; null without one, ``"unbound"`` before the server came to it."""
    try:
        base = importlib.import_module(package).BaseAuth
        bound = importlib.import_module("injectq").InjectQ.get_instance().get(base)
    except Exception:
        return "unbound"
    return None if bound is None else type(bound).__name__


def _in_fork(package: str, case: dict[str, Any], folder: Path, answered: Answering) -> str:
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as stream:
            text = stream.read()
        _, status = os.waitpid(child, 0)
        return text or json.dumps({"outcome": "crashed", "message": f"the fork ended with status {status}"})
    os.close(read)
    try:
        signal.alarm(_SECONDS)
        null = os.open(os.devnull, os.O_RDWR)
        for stream_number in (0, 1, 2):
            os.dup2(null, stream_number)
        try:
            text = json.dumps(answered(package, case, folder))
        except BaseException:
            text = json.dumps({"outcome": "crashed", "message": traceback.format_exc()})
        with os.fdopen(write, "w", encoding="utf-8") as stream:
            stream.write(text)
    finally:
        os._exit(0)


def main(answered: Answering = answer, also: tuple[str, ...] = ()) -> None:
    """Answer the cases on standard input; ``also`` are modules to import beforehand for what the cases hold."""
    package = sys.argv[1]
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that the release prints may be taken for an answer
    preload(package)
    for name in also:
        importlib.import_module(name)
    # What is shared stays shared: a collection in a fork would touch, and so copy, every page.
    gc.disable()
    gc.freeze()
    print(json.dumps({"ready": sys.version.split()[0]}), file=output, flush=True)
    home = Path(tempfile.mkdtemp(prefix="configuration-"))
    try:
        for number, line in enumerate(sys.stdin):
            folder = home / str(number)
            folder.mkdir()
            print(_in_fork(package, json.loads(line), folder, answered), file=output, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
