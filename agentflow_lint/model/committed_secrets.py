"""The secrets that look live in files which git keeps, or which an image contains.

Looked at: env files, the config, the Dockerfiles of the deployments, compose and Kubernetes files, and the modules that
are imported with the graph. Values are judged by :mod:`agentflow_lint.framework.live_secrets` and go no further.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.live_secrets import live_secret
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.source_literals import string_literals
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.dotenv import read_env
from agentflow_lint.sources.git_index import read_git_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.dockerfile import Instruction
    from agentflow_lint.sources.yaml import YamlNode

Keeper = Literal["tracked", "not-ignored"]
"""``tracked``: git's index has the file; ``not-ignored``: there is no index to ask, and no .gitignore leaves it out."""

_ENV_FILE = re.compile(r"\.env(?:\..+)?|.+\.env")
_COMPOSE_FILE = re.compile(r"(?:docker-)?compose(?:\..+)?\.ya?ml", re.IGNORECASE)
_MANIFEST_FOLDERS = ("k8s", ".k8s", "kubernetes", "manifests", "deploy", "deployment", "deployments")
_MOST_FILES = 200
_MOST_NODES = 50_000
#: Git's index of a repository with several hundred thousand files.
_LARGEST_INDEX = 64 * 1024 * 1024


@record(frozen=True)
class Held:
    """A text in a file: ``name`` is what holds it, ``place`` its symbolic place. The text is not shown in a repr."""

    path: str
    name: str
    text: str
    location: Location
    place: str

    def __repr__(self) -> str:
        """Leave out the text, which may be a secret."""
        return f"Held(path={self.path!r}, name={self.name!r})"


@record(frozen=True)
class HeldSecret:
    """A secret that looks live: ``kind`` in words with an article, and who gets the file.

    ``keeper`` says that the repository does, ``image`` names the deployment whose image does; one of them is there.
    """

    path: str
    name: str
    kind: str
    location: Location
    place: str
    keeper: Keeper | None
    image: str | None


def committed_secrets(project: Project) -> Iterator[HeldSecret]:
    """Every secret that looks live where others can read it, file by file."""
    index = _git_index(project)
    reach: dict[str, tuple[Keeper | None, str | None]] = {}
    for held in _everything(project):
        kind = live_secret(held.name, held.text)
        if kind is None:
            continue
        if held.path not in reach:
            reach[held.path] = _keeper(project, held.path, index), _image_with(project, held.path)
        keeper, image = reach[held.path]
        if keeper or image:
            yield HeldSecret(held.path, held.name, kind, held.location, held.place, keeper, image)


def _everything(project: Project) -> Iterator[Held]:
    yield from _in_env_files(project)
    yield from _in_config(project)
    yield from _in_dockerfiles(project)
    yield from _in_yaml(project)
    yield from _in_source(project)


# --- who gets a file -----------------------------------------------------------------------------------------------


def _git_index(project: Project) -> frozenset[str] | None:
    """What git tracks, where the project's root is the work tree's."""
    path = ".git/index"
    if not project.files.is_file(path):
        return None
    return project.files.made_by(read_git_index, path, _LARGEST_INDEX)


def _keeper(project: Project, path: str, index: frozenset[str] | None) -> Keeper | None:
    if index is not None:
        return "tracked" if path in index else None
    return None if git_ignored_by(project.files, path) else "not-ignored"


def _image_with(project: Project, path: str) -> str | None:
    for deployment in project.all_deployments:
        image = deployment.image
        if image is not None and not deployment.is_development and isinstance(image.places_of(path), tuple):
            return deployment.name
    return None


# --- what stands in the files --------------------------------------------------------------------------------------


def _in_env_files(project: Project) -> Iterator[Held]:
    files = project.files
    names = [name for name in files.names() if _ENV_FILE.fullmatch(name)]
    named = project.config.get("env")
    others = [named] if isinstance(named, str) and named else []
    for compose in project.compose_projects:
        for service in compose.model.services.values():
            others += [posixpath.join(each.path.place.folder, each.path.text or "") for each in service.env_files]
    names += [path for path in map(posixpath.normpath, others) if not path.startswith(("/", "../"))]
    names = [name for name in dict.fromkeys(names) if files.is_file(name)]
    for path in names[:_MOST_FILES]:
        text = project.files.read(path)
        if isinstance(text, (Unreadable, Missing)):
            continue
        for binding in read_env(text).bindings:
            if binding.value:
                yield Held(
                    path, binding.name, binding.value, Location(path, binding.value_span or binding.span), binding.name
                )


def _in_config(project: Project) -> Iterator[Held]:
    config = project.config
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), config.data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(((*path, key), value[key]) for key in reversed(list(value)))
        elif isinstance(value, list):
            waiting.extend(((*path, number), value[number]) for number in range(len(value) - 1, -1, -1))
        elif isinstance(value, str):
            name = next((part for part in reversed(path) if isinstance(part, str)), "")
            yield Held(config.path, name, value, config.at_value(*path), dotted(path))


def _in_dockerfiles(project: Project) -> Iterator[Held]:
    seen: set[str] = set()
    for deployment in project.all_deployments:
        image = deployment.image
        if image is None or image.dockerfile_path in seen:
            continue
        seen.add(image.dockerfile_path)
        for instruction in image.dockerfile.instructions:
            yield from _in_instruction(image.dockerfile_path, instruction)


def _in_instruction(path: str, instruction: Instruction) -> Iterator[Held]:
    if instruction.keyword in ("ENV", "ARG", "LABEL"):
        for pair in instruction.pairs:
            if pair.value is not None:
                text = pair.value.text.strip("\"'")
                place = f"{instruction.keyword} {pair.name.text}"
                yield Held(path, pair.name.text, text, Location(path, pair.value.span), place)
    elif instruction.keyword in ("RUN", "CMD", "ENTRYPOINT"):
        text = instruction.command.text if instruction.command else " ".join(word.text for word in instruction.words)
        yield Held(path, "", text, Location(path, instruction.span), instruction.keyword)


def _in_yaml(project: Project) -> Iterator[Held]:
    files = project.files
    paths = [path for compose in project.compose_projects for path in compose.read]
    paths += [name for name in files.names() if _COMPOSE_FILE.fullmatch(name)]
    paths += [each.path for each in project.manifests.files] if project.has_manifests else []
    for folder in _MANIFEST_FOLDERS:
        paths += [f"{folder}/{name}" for name in files.names(folder) if name.endswith((".yaml", ".yml"))]
    paths = list(dict.fromkeys(paths))
    if not paths:
        return
    from agentflow_lint.sources.yaml import read_yaml

    for path in paths[:_MOST_FILES]:
        text = files.read(path) if files.is_file(path) else Missing(path)
        if isinstance(text, (Unreadable, Missing)):
            continue
        for document in read_yaml(text).documents:
            if document.root is not None:
                yield from _in_node(path, document.root)


def _in_node(path: str, root: YamlNode) -> Iterator[Held]:
    """The strings below a node: each with its key, ``NAME=value`` items, ``name``/``value`` pairs, a Secret's data."""
    from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, YamlSequence

    waiting: list[tuple[YamlNode, tuple[str | int, ...], str, bool]] = [(root, (), "", False)]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node, place, name, encoded = waiting.pop()
        seen += 1
        if isinstance(node, YamlMapping):
            given = node.get("name")
            given_name = given.text if isinstance(given, YamlScalar) else ""
            of_secret = isinstance(kind := node.get("kind"), YamlScalar) and kind.text == "Secret"
            for entry in reversed(node.written):
                key = given_name if entry.key == "value" and given_name else entry.key
                is_data = encoded or (of_secret and entry.key == "data")
                waiting.append((entry.value, (*place, key), key, is_data))
        elif isinstance(node, YamlSequence):
            items = reversed(list(enumerate(node.items)))
            waiting.extend((item, (*place, number), name, encoded) for number, item in items)
        elif node.text:
            left, equals, right = node.text.partition("=")
            if equals and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", left):
                yield Held(path, left, right, Location(path, node.span), dotted((*place[:-1], left)))
            else:
                text = _decoded(node.text) if encoded else node.text
                yield Held(path, name, text, Location(path, node.span), dotted(place))


def _decoded(text: str) -> str:
    """A Secret's value; as it stands where it is not what Kubernetes takes."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return text


def _in_source(project: Project) -> Iterator[Held]:
    modules: dict[str, None] = {}
    for deployment in project.deployments:
        modules.update(dict.fromkeys(deployment.intended_graph.modules))
    for path in modules:
        for literal in string_literals(project.python_sources, path):
            if "://" not in literal.text and len(literal.text) > 15:  # a URL with its password is AF506's
                yield from _literal(path, literal.name, literal.text, literal.place.reference, project)


def _literal(path: str, name: str, text: str, reference: int, project: Project) -> Iterator[Held]:
    # The place of a node costs a second parse of its module, so only what is a secret gets one.
    if live_secret(name, text) is not None:
        location = project.python_sources.place(path, reference).location
        yield Held(path, name, text, location, name or "literal")
