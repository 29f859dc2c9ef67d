"""One service of a merged tree, as typed facts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, TypeVar

from agentflow_lint.sources.compose.facts import (
    ComposeBuild,
    ComposeCommand,
    ComposeService,
    EnvFileReference,
    EnvironmentEntry,
    FileGrant,
    HealthCheck,
)
from agentflow_lint.sources.compose.lists import read_command, read_mounts, read_ports
from agentflow_lint.sources.compose.merging import items_of, mapping_of, name_key, path_key, unique
from agentflow_lint.sources.compose.nodes import ComposeProblem, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

    from agentflow_lint.sources.compose.interpolation import Undetermined
    from agentflow_lint.sources.compose.nodes import Node, Place

T = TypeVar("T")

#: More entries than any project has in one list; the rest is not read.
_MAX_ITEMS = 5000


class InvalidServiceError(Exception):
    """Compose stops at a service; ``problem`` says why and where."""

    def __init__(self, problem: ComposeProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class ServiceReader:
    """Reads one service. Raises :class:`InvalidServiceError`."""

    def __init__(self, name: str, place: Place, node: Node) -> None:
        self._name = name
        self._place = place
        if not isinstance(node, Mapping):
            self._fail("a service is a mapping", node)
        self._node = node

    def _fail(self, message: str, at: Node) -> NoReturn:
        raise InvalidServiceError(ComposeProblem(f"service {self._name}: {message}", at.place))

    def read(self) -> ComposeService:
        """The service's facts."""
        deploy = self._mapping(self._node, "deploy")
        return ComposeService(
            self._name,
            self._place,
            image=self._string(self._node, "image"),
            build=self._build(),
            command=self._command("command"),
            entrypoint=self._command("entrypoint"),
            environment=self._environment(self._node.get("environment")),
            env_files=self._env_files(),
            ports=self._checked(read_ports(self._list("ports"))),
            expose=self._checked(read_ports(self._list("expose"), exposed=True)),
            health_check=self._health_check(),
            replicas=self._scalar(deploy, "replicas") if deploy else None,
            scale=self._scalar(self._node, "scale"),
            deploy_mode=self._string(deploy, "mode") if deploy else None,
            stop_grace_period=self._string(self._node, "stop_grace_period"),
            stop_signal=self._string(self._node, "stop_signal"),
            mounts=self._checked(read_mounts(self._strings("volumes"), self._strings_or_string("tmpfs"))),
            working_dir=self._string(self._node, "working_dir"),
            user=self._string(self._node, "user"),
            restart=self._string(self._node, "restart"),
            init=self._scalar(self._node, "init"),
            read_only=self._scalar(self._node, "read_only"),
            network_mode=self._string(self._node, "network_mode"),
            container_name=self._string(self._node, "container_name"),
            hostname=self._string(self._node, "hostname"),
            profiles=self._texts("profiles"),
            depends_on=self._keys("depends_on"),
            links=self._texts("links"),
            aliases=self._aliases(),
            networks=self._keys("networks"),
            extra_hosts=tuple(item.text for item in self._assignments("extra_hosts") if item.text is not None),
            secrets=self._grants("secrets", "/run/secrets/"),
            configs=self._grants("configs", "/"),
            labels=self._labels(),
        )

    def _checked(self, found: tuple[tuple[T, ...], ComposeProblem | None]) -> tuple[T, ...]:
        values, problem = found
        if problem is not None:
            raise InvalidServiceError(ComposeProblem(f"service {self._name}: {problem.message}", problem.place))
        return values

    def _scalar(self, node: Mapping, key: str) -> Scalar | None:
        value = node.get(key)
        if value is not None and not isinstance(value, Scalar):
            self._fail(f"`{key}` is one value", value)
        return value

    def _string(self, node: Mapping, key: str) -> Scalar | None:
        """A value that compose's schema wants to be a string: a bare number is refused."""
        value = self._scalar(node, key)
        if value is not None and not value.is_string:
            self._fail(f"`{key}` is a string: put {value.text or 'it'} in quotes", value)
        return value

    def _of_strings(self, key: str, items: tuple[Node, ...]) -> tuple[Node, ...]:
        """The items of a list of strings."""
        for item in items:
            if isinstance(item, Scalar) and not item.is_string:
                self._fail(f"an entry of `{key}` is a string: put {item.text or 'it'} in quotes", item)
        return items

    def _mapping(self, node: Mapping, key: str) -> Mapping | None:
        value = node.get(key)
        if value is not None and not isinstance(value, Mapping):
            self._fail(f"`{key}` is a mapping", value)
        return value

    def _list(self, key: str) -> tuple[Node, ...]:
        value = self._node.get(key)
        if value is not None and not isinstance(value, Sequence):
            self._fail(f"`{key}` is a list", value)
        return value.items[:_MAX_ITEMS] if value else ()

    def _strings(self, key: str) -> tuple[Node, ...]:
        return self._of_strings(key, self._list(key))

    def _strings_or_string(self, key: str) -> tuple[Node, ...]:
        value = self._node.get(key)
        if isinstance(value, Mapping):
            self._fail(f"`{key}` is a string or a list", value)
        if value is None:
            return ()
        return self._of_strings(key, (value,) if isinstance(value, Scalar) else items_of(value)[:_MAX_ITEMS])

    def _texts(self, key: str) -> tuple[str, ...]:
        return tuple(item.text for item in self._strings(key) if isinstance(item, Scalar) and item.text)

    def _keys(self, key: str) -> tuple[str, ...]:
        value = self._node.get(key)
        if isinstance(value, Sequence):
            self._of_strings(key, value.items)
        return tuple(mapping_of(value).entries) if value is not None else ()

    def _assignments(self, key: str) -> tuple[Scalar, ...]:
        value = self._node.get(key)
        items = unique(self._of_strings(key, items_of(value)), name_key) if value is not None else ()
        return tuple(item for item in items[:_MAX_ITEMS] if isinstance(item, Scalar))

    def _labels(self) -> MappingOf[str, Scalar | None]:
        found = (self._entry(item) for item in self._assignments("labels"))
        return MappingProxyType({entry.name: entry.value for entry in found if entry})

    def _environment(self, node: Node | None) -> tuple[EnvironmentEntry, ...]:
        if node is None:
            return ()
        if isinstance(node, Scalar):
            self._fail("an environment is a mapping or a list", node)
        if isinstance(node, Mapping):
            for each in node:
                if not isinstance(each.node, Scalar):
                    self._fail(f"the value of `{each.key}` is one value", each.node)
            return tuple(
                EnvironmentEntry(each.key, None if each.node.is_null else each.node, each.place)
                for each in list(node)[:_MAX_ITEMS]
                if isinstance(each.node, Scalar)
            )
        items = unique(self._of_strings("environment", node.items), name_key)[:_MAX_ITEMS]
        found = [self._entry(item) for item in items if isinstance(item, Scalar)]
        return tuple(entry for entry in found if entry is not None)

    def _entry(self, item: Scalar) -> EnvironmentEntry | None:
        """One ``NAME=value``; None where the name itself is unknown."""
        prefix = item.interpolation.prefix
        name, equals, _ = prefix.partition("=")
        if not equals:
            return None if item.text is None else EnvironmentEntry(name, None, item.place)
        start = len(name) + 1
        pieces: list[str | Undetermined] = []
        rest = start
        for piece in item.interpolation.pieces:
            if isinstance(piece, str):
                pieces.append(piece[rest:])
                rest = max(0, rest - len(piece))
            else:
                pieces.append(piece)
        end = start + sum(len(piece) for piece in pieces if isinstance(piece, str))
        value = item.part(start, end, tuple(piece for piece in pieces if piece != ""))
        return EnvironmentEntry(name, value, item.place)

    def _env_files(self) -> tuple[EnvFileReference, ...]:
        value = self._node.get("env_file")
        if isinstance(value, Mapping):
            self._fail("`env_file` is a string or a list", value)
        found = []
        listed = (value,) if isinstance(value, Scalar) else items_of(value) if value is not None else ()
        for item in unique(self._of_strings("env_file", listed), path_key)[:_MAX_ITEMS]:
            if isinstance(item, Scalar):
                found.append(EnvFileReference(item))
            elif isinstance(item, Mapping):
                path = self._string(item, "path")
                required, kind = self._scalar(item, "required"), self._scalar(item, "format")
                if path is None:
                    self._fail("an env file has a `path`", item)
                is_required = required is None or required.text != "false"
                found.append(EnvFileReference(path, is_required, kind is not None and kind.text == "raw"))
            else:
                self._fail("an env file is a path or a mapping", item)
        return tuple(found)

    def _build(self) -> ComposeBuild | None:
        value = self._node.get("build")
        if isinstance(value, Scalar):
            return ComposeBuild(value.place, self._string(self._node, "build"))
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._fail("`build` is a path or a mapping", value)
        return ComposeBuild(
            value.place,
            self._string(value, "context"),
            self._string(value, "dockerfile"),
            self._string(value, "dockerfile_inline"),
            self._string(value, "target"),
            self._environment(value.get("args")),
        )

    def _command(self, key: str) -> ComposeCommand | None:
        value = self._node.get(key)
        if value is None:
            return None
        self._of_strings(key, value.items if isinstance(value, Sequence) else (value,))
        command = read_command(value)
        if isinstance(command, ComposeProblem):
            raise InvalidServiceError(
                ComposeProblem(f"service {self._name}: `{key}`: {command.message}", command.place)
            )
        return command

    def _health_check(self) -> HealthCheck | None:
        node = self._mapping(self._node, "healthcheck")
        if node is None:
            return None
        disable = self._scalar(node, "disable")
        timeout, interval = self._string(node, "timeout"), self._string(node, "interval")
        test = node.get("test")
        disabled = disable is not None and disable.text == "true"
        if test is None:
            return HealthCheck(node.place, None, False, disabled, timeout, interval)
        self._of_strings("test", test.items if isinstance(test, Sequence) else (test,))
        if isinstance(test, Scalar):
            return HealthCheck(test.place, (test,), True, disabled, timeout, interval)
        if not isinstance(test, Sequence) or not all(isinstance(item, Scalar) for item in test.items):
            self._fail("a health check's `test` is a string or a list of strings", test)
        words = tuple(item for item in test.items if isinstance(item, Scalar))
        first = words[0].text if words else "NONE"
        if first not in ("NONE", "CMD", "CMD-SHELL"):
            self._fail("a health check's `test` starts with CMD, CMD-SHELL or NONE", test)
        return HealthCheck(test.place, words[1:], first == "CMD-SHELL", disabled or first == "NONE", timeout, interval)

    def _aliases(self) -> tuple[str, ...]:
        networks = self._node.get("networks")
        found: list[str] = []
        for entry in networks if isinstance(networks, Mapping) else ():
            aliases = entry.node.get("aliases") if isinstance(entry.node, Mapping) else None
            items = aliases.items if isinstance(aliases, Sequence) else ()
            found += [item.text for item in items if isinstance(item, Scalar) and item.text]
        return tuple(dict.fromkeys(found))

    def _grants(self, key: str, folder: str) -> tuple[FileGrant, ...]:
        found = {}
        for item in self._strings(key):
            if isinstance(item, Scalar):
                source, target = item.text, None
            elif isinstance(item, Mapping):
                source_, target_ = self._scalar(item, "source"), self._scalar(item, "target")
                source, target = source_.text if source_ else None, target_.text if target_ else None
            else:
                self._fail(f"an entry of `{key}` is a name or a mapping", item)
            if source:
                full = target if target and target.startswith("/") else folder + (target or source)
                found[full] = FileGrant(source, full, item.place)
        return tuple(found.values())
