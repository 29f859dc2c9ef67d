"""Run by a referee's Python: starts the release's server again and again, in forks of one process.

``forking.py PACKAGE`` imports, once, the third-party packages that the server imports; nothing of the release, its core
or the project among them. Then it reads one JSON object a line and answers each with one line, in order.
``{"do": "start", "argv": [...], "cwd": ..., "env": {...}, "log": ...}`` forks, and the fork runs the console script
``argv[0]`` as the interpreter would in that folder and environment, in a session of its own, writing to ``log``: it
answers ``{"pid": N}``. ``{"do": "poll", "pid": N}`` answers ``{"code": C}``, null while the process runs.

It needs the standard library and the release only, and runs under every Python that the releases support.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any

#: What must be imported anew by each server: the framework, and what holds the container that it binds to.
_OF_THE_SERVER = frozenset(
    {"tenxgraph", "tenxgraph_api", "agentflow", "agentflow_cli", "injectq", "loopback_only", "__main__", "__mp_main__"}
)
#: What uvicorn and the core import only when they get there.
_USED_LATER = (
    *("uvicorn.main", "uvicorn.config", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto"),
    *("uvicorn.protocols.websockets.auto", "asyncpg", "aiosqlite", "redis.asyncio", "jwt"),
)

#: Asked of an interpreter of its own, as what it imports cannot be taken back.
_LIST = """\
import contextlib, importlib, json, sys
for name in sys.argv[1:]:
    with contextlib.suppress(BaseException):
        importlib.import_module(name)
print("modules: " + json.dumps([*sys.modules]))
"""


def preload(package: str) -> None:
    """Import what the server imports, as far as that is neither the framework's nor the project's."""
    with tempfile.TemporaryDirectory() as folder:
        listed = subprocess.run(
            [sys.executable, "-c", _LIST, f"{package}.src.app.main", *_USED_LATER],
            capture_output=True,
            text=True,
            cwd=folder,
            env=dict(os.environ),
            check=True,
        ).stdout
    modules = json.loads(listed.rpartition("modules: ")[2])
    for name in modules:
        if name.partition(".")[0] not in _OF_THE_SERVER:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    # What is shared stays shared: a collection in a fork would touch, and so copy, every page.
    gc.collect()
    gc.freeze()


def run(job: dict[str, Any]) -> int:
    """Run a console script in this process, which is of no further use afterwards; its exit code."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    log = os.open(job["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for source, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - they last as long as the process
    sys.stdout = open(1, "w", closefd=False, buffering=1)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1)  # noqa: SIM115
    warnings.resetwarnings()
    sys.argv = job["argv"]
    folders = [folder for folder in job["env"].get("PYTHONPATH", "").split(os.pathsep) if folder]
    sys.path[:1] = [str(Path(job["argv"][0]).parent), *folders]
    importlib.invalidate_caches()
    try:
        runpy.run_path(job["argv"][0], run_name="__main__")
    except SystemExit as error:
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Answer the jobs on standard input."""
    preload(sys.argv[1])
    print(json.dumps({"ready": sys.version.split()[0]}), flush=True)
    codes: dict[int, int | None] = {}
    for line in sys.stdin:
        job = json.loads(line)
        if job["do"] == "start":
            pid = os.fork()
            if not pid:
                code = 1
                try:
                    code = run(job)
                    sys.stdout.flush()
                    sys.stderr.flush()
                finally:
                    os._exit(code)
            codes[pid] = None
            print(json.dumps({"pid": pid}), flush=True)
            continue
        pid = job["pid"]
        if codes[pid] is None:
            ended, status = os.waitpid(pid, os.WNOHANG)
            codes[pid] = os.waitstatus_to_exitcode(status) if ended else None
        print(json.dumps({"code": codes[pid]}), flush=True)


if __name__ == "__main__":
    main()
