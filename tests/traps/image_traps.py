"""Traps in what `build` writes and the docs show of images, compose files and commands: T1, T2, T4, T5, T11-T13."""

from __future__ import annotations

import json

from tests.traps.sound import dockerfile
from tests.traps.trap import COMPOSE, Said, Trap, replacing, with_variables

_WITHOUT_REQUIREMENTS = replacing(
    "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n",
    "RUN pip install --no-cache-dir agentflow-cli && pip install --no-cache-dir gunicorn uvicorn\n",
)
_TEMPLATE = 'MODE="production"\nORIGINS="*"\n'


def _command(words: list[str]) -> str:
    return f"    build: .\n    command: {json.dumps(words)}\n"


#: A project that declares the core and not the server, and the generated Dockerfile's way of installing that.
_DECLARED = """[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.12"
dependencies = ["10xgraph[pg-checkpoint]==0.10.3"]
"""
_INSTALLS_DECLARED = replacing(
    "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n",
    "COPY pyproject.toml .\n"
    "RUN python -c \"import tomllib; d = tomllib.load(open('pyproject.toml', 'rb'))['project'].get('dependencies', []);"
    " print('\\\\n'.join(d))\" > /tmp/requirements.txt \\\n"
    "    && pip install --no-cache-dir -r /tmp/requirements.txt\n"
    'RUN pip install --no-cache-dir "gunicorn>=23,<27" "uvicorn-worker>=0.4,<1"\n',
)
_WITH_CURL = replacing("RUN useradd", "RUN apt-get update && apt-get install -y curl\nRUN useradd")
_PROBE = "HEALTHCHECK CMD curl -f http://localhost:8000/ping || exit 1\n"


def _probed(text: str) -> str:
    return _WITH_CURL(text).replace("CMD [", f"{_PROBE}CMD [")


TRAPS = (
    Trap(
        1,
        "strangers-package",
        "0.5.1",
        {
            "requirements.txt": None,
            "Dockerfile": _WITHOUT_REQUIREMENTS,
            "agentflow-lint.toml": 'target-release = "0.5.1"\n',
        },
        (Said("AF213", COMPOSE, "Dockerfile", "server"),),
        "`agentflow-cli` on PyPI is another project: the container has no server to start",
    ),
    Trap(
        2,
        "compose-without-origins",
        "0.6.1",
        {
            "docker-compose.yml": with_variables(ORIGINS=None),
            ".env.example": _TEMPLATE,
            ".dockerignore": ".env\n.env.*\n",
        },
        (
            Said("AF301", COMPOSE, "docker-compose.yml", "ORIGINS"),
            Said("AF302", COMPOSE, "docker-compose.yml", "ORIGINS"),
        ),
        "the service sets MODE=production and no ORIGINS, so the default `*` counts, which production refuses",
    ),
    Trap(
        2,
        "image-without-origins",
        "0.6.1",
        {"Dockerfile": replacing("ENV ORIGINS=https://app.example.com\n", "")},
        (
            Said("AF301", "Dockerfile", "Dockerfile", "ORIGINS"),
            Said("AF302", "Dockerfile", "Dockerfile", "ORIGINS"),
        ),
        "nothing says that anybody passes ORIGINS to `docker run`",
        image_only=True,
    ),
    Trap(
        2,
        "image-with-a-template",
        "0.6.1",
        {
            "Dockerfile": replacing("ENV ORIGINS=https://app.example.com\n", ""),
            ".env.example": 'ORIGINS="*"\n',
        },
        (),
        "whoever runs the image passes what the template names; with which value is open",
        undecided=("AF301", "AF302", "AF307", "AF308"),
        image_only=True,
    ),
    Trap(
        4,
        "minimum-command",
        "0.6.1",
        {
            "docker-compose.yml": lambda text: with_variables(ORIGINS=None)(text).replace(
                "    build: .\n", _command(["agentflow", "api", "--no-reload", "--host", "0.0.0.0"])
            )
        },
        (
            Said("AF301", COMPOSE, "docker-compose.yml", "ORIGINS"),
            Said("AF302", COMPOSE, "docker-compose.yml", "ORIGINS"),
        ),
        "the command sets MODE=production alone, and production refuses the default origins from 0.5.0 on",
    ),
    Trap(
        4,
        "minimum-command",
        "0.9.0",
        {
            "docker-compose.yml": replacing(
                "    build: .\n", _command(["10xgraph", "api", "--no-reload", "--host", "0.0.0.0"])
            )
        },
        (Said("AF224", COMPOSE, "docker-compose.yml", "compose:web command api"),),
        "0.9.0 has no `api`",
    ),
    Trap(
        5,
        "reload-in-the-image",
        "0.6.1",
        {"Dockerfile": dockerfile("0.6.1", '["agentflow", "api", "--host", "0.0.0.0"]')},
        (Said("AF222", COMPOSE, "Dockerfile", "reload"),),
        "`api` reloads unless it is told not to",
    ),
    Trap(
        11,
        "ignored-package",
        "0.9.0",
        {
            ".dockerignore": ".git\n.env\nbuild/\ndata/\nstore/\n",
            "store/__init__.py": "",
            "store/notes.py": "NOTES = []\n",
            "graph/agent.py": lambda text: text.replace(
                "import os\n", "import os\n\nfrom store.notes import NOTES\n", 1
            ),
        },
        (Said("AF208", COMPOSE, ".dockerignore", "store"),),
        "the ignore file means a folder of data and takes the package of that name out of the image",
    ),
    Trap(
        12,
        "server-not-declared",
        "0.9.0",
        {"requirements.txt": None, "pyproject.toml": _DECLARED, "Dockerfile": _INSTALLS_DECLARED},
        (Said("AF213", COMPOSE, "docker-compose.yml", "server"),),
        "from 0.8.0 the generated Dockerfile installs what is declared and no server",
    ),
    Trap(
        13,
        "probe-by-localhost",
        "0.5.1",
        {"Dockerfile": _probed},
        (Said("AF226", COMPOSE, "Dockerfile", "health probe host"),),
        "up to 0.5.1 /ping is answered 400 for any host but those in ALLOWED_HOST, and curl asks for localhost",
    ),
    Trap(
        13,
        "probe-by-localhost",
        "0.6.1",
        {"Dockerfile": _probed},
        (),
        "from 0.6.0 on /ping is answered for every host",
    ),
)
