"""What is right to report about the deployment files that the framework writes for its production scaffold, and why.

Each entry of :data:`RIGHT` was read off the generated files and, where a server can show it, tried on the server
(``test_generated_deployments.py`` does it again).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.conformance.scaffolds import Scaffold

RELEASES = ("0.4.0", "0.5.1", "0.6.1", "0.7.0", "0.8.0", "0.9.0")

#: The referees whose command line makes the scaffolds and that start them; each has the jwt and redis extras.
REFEREES = {"0.4.0": "0.4.0-start", "0.5.1": "0.5.1-start", "0.7.0": "0.7.0-start", "0.8.0": "0.8.0-start"} | {
    release: release for release in ("0.6.1", "0.9.0")
}

OPEN = Scaffold("production", "none", "none")
JWT = Scaffold("production", "jwt", "redis")
CUSTOM = Scaffold("production", "custom", "memory")
SCAFFOLDS = (OPEN, JWT, CUSTOM)

#: What a finding can be about: nothing that is deployed, or one of the three ways that ``build`` describes.
PROJECT, IMAGE, COMPOSE, KUBERNETES = "project", "image", "compose", "kubernetes"
DESCRIBED = (COMPOSE, KUBERNETES)
DEPLOYED = (IMAGE, COMPOSE, KUBERNETES)


@dataclass(frozen=True)
class Right:
    """A finding that is right, once for each release, scaffold and deployment named; ``count`` times in each."""

    code: str
    path: str
    why: str
    where: tuple[str, ...] = DEPLOYED
    releases: tuple[str, ...] = RELEASES
    scaffolds: tuple[Scaffold, ...] = SCAFFOLDS
    count: int = 1


def since(release: str) -> tuple[str, ...]:
    """The releases from this one on."""
    return RELEASES[RELEASES.index(release) :]


def until(release: str) -> tuple[str, ...]:
    """The releases up to and with this one."""
    return RELEASES[: RELEASES.index(release) + 1]


#: What stands for the config's name in a path, and for the compose and Kubernetes file that is asked about.
CONFIG, ANCHOR = "<config>", "<anchor>"

RIGHT = (
    # --- the image ---
    Right(
        "AF213",
        "Dockerfile",
        "without requirements.txt the Dockerfile installs `agentflow-cli`, on PyPI a stranger's project",
        releases=until("0.5.1"),
    ),
    Right(
        "AF214",
        "Dockerfile",
        "init writes a pyproject.toml with the dependencies, which this Dockerfile never installs (0.4.0 writes none)",
        releases=("0.5.1",),
    ),
    Right(
        "AF212",
        CONFIG,
        "pyproject.toml asks for the server without its jwt extra, so PyJWT is not in the image and a token gives 500",
        releases=("0.6.1", "0.7.0", "0.8.0"),
        scaffolds=(JWT,),
    ),
    Right(
        "AF217",
        "pyproject.toml",
        "the scaffold asks for the newest version of the two distributions under their old names",
        where=(PROJECT,),
        releases=("0.5.1", "0.6.1"),
        count=2,
    ),
    Right(
        "AF217",
        "Dockerfile",
        "and the Dockerfile for the newest server under its old name",
        where=(PROJECT,),
        releases=("0.6.1",),
    ),
    # --- the config ---
    Right(
        "AF206",
        CONFIG,
        "the config names graph.agent:container, and the scaffold's graph/agent.py defines no container",
        where=(PROJECT,),
        releases=until("0.8.0"),
    ),
    Right(
        "AF103",
        CONFIG,
        "the scaffold chooses the redis backend and writes no URL for it",
        where=(PROJECT,),
        releases=until("0.8.0"),
        scaffolds=(JWT,),
    ),
    Right(
        "AF106",
        CONFIG,
        "the limiter's URL is ${REDIS_URL}, which neither the compose service nor the pod is given",
        where=DESCRIBED,
        releases=("0.9.0",),
        scaffolds=(JWT,),
    ),
    Right(
        "AF404",
        CONFIG,
        'the scaffold writes {"method": "jwt"}, for which this release wants a path',
        where=(PROJECT,),
        releases=("0.4.0",),
        scaffolds=(JWT,),
    ),
    Right(
        "AF108",
        CONFIG,
        "the scaffold's plain `jwt` is what this release refuses",
        where=(PROJECT,),
        releases=("0.5.1",),
        scaffolds=(JWT,),
    ),
    # --- variables ---
    Right(
        "AF111",
        CONFIG,
        "no .env is there; nobody says that one will be (no template)",
        releases=("0.4.0",),
    ),
    Right(
        "AF111",
        CONFIG,
        "no .env is there, .dockerignore keeps one out, and what the template names is not handed to the container",
        where=DESCRIBED,
        releases=since("0.5.1"),
    ),
    Right(
        "AF115",
        "graph/agent.py",
        "the scaffold's agent builds a Google client, and nothing sets its key (0.4.0 has no template to name it)",
        releases=("0.4.0",),
    ),
    Right(
        "AF115",
        "graph/agent.py",
        "compose and Kubernetes hand on no key; whoever runs the image alone may",
        where=DESCRIBED,
        releases=since("0.5.1"),
    ),
    Right(
        "AF402",
        CONFIG,
        "neither the secret nor the algorithm reaches the container; the server wants both in its environment",
        where=DESCRIBED,
        releases=since("0.5.1"),
        scaffolds=(JWT,),
        count=2,
    ),
    # --- the network ---
    Right("AF306", ANCHOR, "nothing sets MODE, so it is development", releases=("0.4.0",)),
    Right("AF301", ANCHOR, "ORIGINS is `*` by default, and this release serves it", releases=("0.4.0",)),
    Right(
        "AF301",
        ANCHOR,
        "the compose service sets MODE and not ORIGINS, whose default is `*`; the pod sets both",
        where=(COMPOSE,),
        releases=since("0.5.1"),
    ),
    Right(
        "AF302",
        ANCHOR,
        "and production with that default is what the server refuses from 0.5.0 on",
        where=(COMPOSE,),
        releases=since("0.5.1"),
    ),
    Right("AF303", ANCHOR, "up to 0.5.1 the docs and the schema are served by default, in production too",
          releases=until("0.5.1")),
    Right("AF304", ANCHOR, "nothing sets ALLOWED_HOST, whose default is `*`", where=DEPLOYED, releases=("0.4.0",)),
    Right("AF304", ANCHOR, "nothing hands ALLOWED_HOST on", where=DESCRIBED, releases=since("0.5.1")),
    Right("AF331", ANCHOR, "gunicorn keeps its 30 seconds", releases=("0.4.0",)),
    Right("AF228", ANCHOR, "Docker kills after 10 seconds what gunicorn would let go on for 30", releases=("0.4.0",)),
    # --- who may call ---
    Right("AF401", CONFIG, "init was told to leave authentication out", scaffolds=(OPEN,)),
    Right("AF409", CONFIG, "and the rate limit", scaffolds=(OPEN,)),
    Right(
        "AF405",
        CONFIG,
        "the scaffold sets no authorization, and the default of this release lets everybody read everything",
        releases=("0.4.0",),
        scaffolds=(CUSTOM,),
    ),
    Right(
        "AF407",
        CONFIG,
        "two worker processes, and in Kubernetes two pods of two, count requests each for itself",
        releases=since("0.5.1"),
        scaffolds=(CUSTOM,),
    ),
    # --- data ---
    Right("AF501", "graph/agent.py", "the production scaffold compiles its graph with InMemoryCheckpointer"),
    Right(
        "AF503",
        "Dockerfile",
        "WEB_CONCURRENCY is 2 in the image, so that two workers split the threads",
        where=(IMAGE, COMPOSE),
        releases=since("0.5.1"),
    ),
    Right(
        "AF503",
        ANCHOR,
        "two pods split the threads, and the uploads in their own file systems",
        where=(KUBERNETES,),
        releases=since("0.5.1"),
        count=2,
    ),
    Right("AF507", ANCHOR, "uploads go to /app/uploads, and no volume is there", where=DESCRIBED),
)  # fmt: skip


def expected(release: str, scaffold: Scaffold, where: str, config: str, anchor: str) -> Counter[tuple[str, str]]:
    """How often each (code, path) is right; ``config`` and ``anchor`` are the files that these words stand for."""
    found: Counter[tuple[str, str]] = Counter()
    for right in RIGHT:
        if where in right.where and release in right.releases and scaffold in right.scaffolds:
            path = {CONFIG: config, ANCHOR: anchor}.get(right.path, right.path)
            found[right.code, path] += right.count
    return found
