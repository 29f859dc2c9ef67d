"""Which compose files belong together: each set is what one ``docker compose -f ... up`` reads.

Compose itself reads ``compose.yaml`` (or the first of its other default names) and lays ``compose.override.yaml`` over
it. Everything else is a convention of file names, and these are the ones that are followed here:

- the default file alone is production, unless another file's name says production; then it is development, because
  production has a file of its own;
- the override file is development, although compose reads it wherever it lies: Docker's own documentation gives it that
  purpose and names the files explicitly for production. Where the default file cannot stand alone (a service in it has
  neither image nor build), the two together are the default set;
- a file whose name holds another word (``compose.prod.yml``, ``docker-compose-staging.yaml``) is a set by itself where
  it can stand alone, else it lies over the default file of its folder, or of the project root; where the project's own
  scripts or instructions name it behind others (``-f a.yml -f b.yml``), it lies over those;
- such a set is development when the word says so (dev, local, test, ci, debug, ...), production otherwise;
- ``COMPOSE_FILE`` in the root's ``.env`` replaces the default set, as it does for compose.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.model.compose.invocations import invocations
from agentflow_lint.model.compose.names import DEFAULT_NAMES, FOLDERS, OVERRIDE_NAMES, is_compose_name, word_in
from agentflow_lint.records import record
from agentflow_lint.sources.compose import Mapping, Scalar, Sequence, read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agentflow_lint.model.compose.loading import LoadedCompose
    from agentflow_lint.model.files import ProjectFiles

    Load = Callable[[tuple[str, ...]], LoadedCompose]

_PRODUCTION = re.compile(r"(?:^|[._-])(?:prod|production|prd|live)(?:$|[._-])", re.IGNORECASE)


@record(frozen=True)
class ComposeSet:
    """The files of one compose run, in order; ``label`` is what the names of its deployments start with."""

    label: str
    paths: tuple[str, ...]
    is_development: bool


@record(frozen=True)
class _Named:
    word: str
    paths: tuple[str, ...]
    is_development: bool

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.paths[-1])


def find_sets(files: ProjectFiles, load: Load, chosen: tuple[str, ...] = ()) -> tuple[ComposeSet, ...]:
    """The sets of a project; ``load`` puts files together, to see whether one can stand alone.

    ``chosen`` are the files that ``COMPOSE_FILE`` names.
    """
    found: list[_Named] = []
    root_base: str | None = None
    for folder in FOLDERS:
        names = [name for name in files.names(folder) if is_compose_name(name)]
        paths = {name: posixpath.join(folder, name) for name in names}
        paths = {name: path for name, path in paths.items() if files.is_file(path)}
        base = next((paths[name] for name in DEFAULT_NAMES if name in paths), None)
        override = next((paths[name] for name in OVERRIDE_NAMES if name in paths), None)
        root_base = base if not folder else root_base
        variants = list(_variants(files, paths, base or root_base, load))
        if not folder and chosen:
            named = _chosen(chosen)
            found.append(named)
            if base is not None and not named.is_development:
                found.append(_Named("", (base,), True))
            elif base is not None:
                found += _defaults(base, override, variants, load)
        elif base is not None:
            found += _defaults(base, override, variants, load)
        found += variants
    return _labelled(list({each.paths: each for each in reversed(found)}.values())[::-1])


def _chosen(paths: tuple[str, ...]) -> _Named:
    words = [word_in(posixpath.basename(path)) or "" for path in paths]
    return _Named(words[-1], paths, any(_is_for_development(word) for word in words))


def _is_for_development(word: str) -> bool:
    from agentflow_lint.model.deployments import is_for_development

    return is_for_development(f".{word}") and not _PRODUCTION.search(word)


def _variants(files: ProjectFiles, paths: dict[str, str], base: str | None, load: Load) -> Iterator[_Named]:
    for name, path in paths.items():
        word = word_in(name)
        if word is not None:
            yield _Named(word, _with_what_lies_below(files, path, base, load), _is_for_development(word))


def _with_what_lies_below(files: ProjectFiles, path: str, base: str | None, load: Load) -> tuple[str, ...]:
    if base is None:
        return (path,)
    written = next((named for named in invocations(files) if named[-1] == path), None)
    if written is not None:
        return written
    return (path,) if stands_alone(load((path,))) else (base, path)


def _defaults(base: str, override: str | None, variants: list[_Named], load: Load) -> Iterator[_Named]:
    production_has_its_own = any(_PRODUCTION.search(each.word) for each in variants)
    if override is None:
        yield _Named("", (base,), production_has_its_own)
    elif stands_alone(load((base,))):
        yield _Named("", (base,), production_has_its_own)
        yield _Named("override", (base, override), True)
    else:
        yield _Named("", (base, override), production_has_its_own)


def _labelled(found: list[_Named]) -> tuple[ComposeSet, ...]:
    """Each set with a short label, or with its file's path where two would have the same."""
    short = ["compose" + (f".{each.word}" if each.word else "") for each in found]
    often = Counter(short)
    labels = []
    for each, label in zip(found, short, strict=True):
        in_folder = posixpath.join(each.folder, label)
        is_alone = sum(
            posixpath.join(other.folder, name) == in_folder for other, name in zip(found, short, strict=True)
        )
        if often[label] == 1:
            labels.append(label)
        elif is_alone == 1:
            labels.append(in_folder)
        else:
            labels.append(each.paths[-1].rpartition(".")[0])
    return tuple(ComposeSet(label, each.paths, each.is_development) for label, each in zip(labels, found, strict=True))


def stands_alone(loaded: LoadedCompose) -> bool:
    """Whether compose would take the files as they are: every service has an image, and all that it names is there.

    Files that cannot be put together at all stand alone too, so that the reason is told once, where it belongs.
    """
    root = loaded.root
    if root is None:
        return True
    model = read_model(root)
    if not model.services and not model.broken:
        return False
    services = {*model.services, *model.broken}
    networks = {"default", *_keys(root, "networks")}
    for service in model.services.values():
        if service.image is None and service.build is None:
            return False
        volumes = [mount.source.text for mount in service.mounts if mount.kind == "volume" and mount.source is not None]
        named = {*service.depends_on, *(link.partition(":")[0] for link in service.links)}
        if not (named <= services and {*service.networks} <= networks and {*volumes} <= {*model.volumes, None}):
            return False
    return True


def _keys(root: Mapping, key: str) -> tuple[str, ...]:
    node = root.get(key)
    if isinstance(node, Mapping):
        return tuple(node.entries)
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
