"""The variables that a pod's specification gives to a container, as the kubelet makes them.

kubelet_pods.go, makeEnvironmentVariables: ``envFrom`` in its order, the later winning; then ``env`` in its order, each
value expanded with what is there by then, over it all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.open_layer import OpenLayer
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.kubernetes import expand, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.kubernetes.cluster import Cluster, Placed
    from agentflow_lint.model.kubernetes.patched import Changes
    from agentflow_lint.sources.kubernetes.facts import Container, EnvFrom, EnvVar, Text, Workload

#: A key of a ConfigMap that can be no variable's name is left out (IsEnvVarName, relaxed since Kubernetes 1.30).
_VARIABLE = re.compile(r"[ -<>-~]+")
#: What Kubernetes sets for each Service of the namespace.
_SERVICE_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\w+)?)")
#: What envsubst and its like replace; Kubernetes itself leaves it as it is.
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


@record(frozen=True)
class Variables:
    """What ``env`` and ``envFrom`` set.

    ``anything`` says why the latter may set more than ``sourced`` names; ``changed`` why a cluster gets other
    variables altogether.
    """

    written: Mapping[str, Value[str]]
    sourced: Mapping[str, Value[str]]
    anything: Unknown | None = None
    changed: Unknown | None = None

    @property
    def layers(self) -> tuple[Mapping[str, Value[str]], ...]:
        """The layers of the process environment, highest first."""
        if self.changed is not None:
            return (OpenLayer({}, self.changed),)
        below = self.sourced if self.anything is None else OpenLayer(self.sourced, self.anything)
        return (self.written, below)

    def get(self, name: str) -> Value[str]:
        """What the specification gives a variable."""
        if self.changed is not None:
            return self.changed
        for layer in (self.written, self.sourced):
            if not isinstance(layer.get(name, ABSENT), Absent):
                return layer[name]
        return self.anything or ABSENT

    def expanded(self, text: Text, path: str, label: str) -> Value[str]:
        """A written text with Kubernetes' own references replaced."""
        origin = Origin(label, Location(path, text.span), "kubernetes")
        if text.value is None:
            return Unknown(text.reason or "it is not known", origin)
        for name in references(text.value):
            value = self.get(name)
            if isinstance(value, Absent) and _SERVICE_VARIABLE.fullmatch(name):
                value = Unknown("Kubernetes sets it for a Service")
            if isinstance(value, Unknown):
                return Unknown(f"it takes {name}, and {value.reason}", origin)
        return Known(expand(text.value, self._known), origin)

    def _known(self, name: str) -> str | None:
        value = self.get(name)
        return value.value if isinstance(value, Known) else None


def variables_of(container: Container, near: Placed[Workload], cluster: Cluster, changes: Changes) -> Variables:
    """The variables of one container, with what ``changes`` make of them."""
    patches = [(path, each) for path, each in changes.containers(container.name) if each.env or each.env_from]
    sourced: dict[str, Value[str]] = {}
    anything: Unknown | None = None
    path, sources = next(
        ((path, each.env_from) for path, each in reversed(patches) if each.env_from), (near.path, container.env_from)
    )
    for source in sources:
        opened = _add_source(source, path, near, cluster, sourced)
        if opened is not None:
            anything = opened
    written: dict[str, Value[str]] = {}
    variables = Variables(written, sourced, anything, changes.unknown("env"))
    merged = {variable.name: (near.path, variable) for variable in container.env}
    merged.update({variable.name: (path, variable) for path, each in patches for variable in each.env})
    for path, variable in merged.values():
        written[variable.name] = _value(variable, path, near, cluster, variables)
    return variables


def _add_source(
    each: EnvFrom, path: str, near: Placed[Workload], cluster: Cluster, sourced: dict[str, Value[str]]
) -> Unknown | None:
    """Add what one item of ``envFrom`` sets; returns why it may set any variable, if it may."""
    here = Origin(f"envFrom in {path}", Location(path, each.span))
    prefix = "" if each.prefix is None else each.prefix.value
    if each.name is None or prefix is None or each.kind == "unknown":
        return _anything("an item of envFrom may set it", here, sourced)
    if each.kind == "secret":
        secret = cluster.secret(each.name, near)
        if secret is None:
            return _anything(f"the Secret {each.name} may set it", here, sourced)
        value = Unknown(f"the Secret {each.name} holds it", here)
        sourced.update({prefix + key: value for key in secret.found.keys if _VARIABLE.fullmatch(prefix + key)})
        return None
    found = cluster.config_map(each.name, near)
    if isinstance(found, Unknown):
        return _anything(found.reason, here, sourced)
    opened = None
    if found.found.open_reason is not None:
        reason = f"the ConfigMap {each.name} may set it: {found.found.open_reason}"
        opened = _anything(reason, here, sourced)
    label = f"ConfigMap {each.name} in {found.path}"
    for pair in found.found.data:
        if _VARIABLE.fullmatch(prefix + pair.key):
            sourced[prefix + pair.key] = _of_text(pair.value, label, found.path)
    return opened


def _anything(reason: str, origin: Origin, sourced: dict[str, Value[str]]) -> Unknown:
    """An item that may set any variable, those of the items before it too."""
    unknown = Unknown(reason, origin)
    sourced.update(dict.fromkeys(sourced, unknown))
    return unknown


def _of_text(text: Text, label: str, path: str) -> Value[str]:
    origin = Origin(label, Location(path, text.span), "kubernetes")
    if text.value is None:
        return Unknown(text.reason or "it is not known", origin)
    return Known(text.value, origin)


def _value(variable: EnvVar, path: str, near: Placed[Workload], cluster: Cluster, variables: Variables) -> Value[str]:
    label = f"env in {path}"
    source = variable.source
    origin = Origin(label, Location(path, source.span if source else variable.name_span))
    if variable.value is not None and variable.value.value != "":
        if variable.value.value is not None and _PLACEHOLDER.search(variable.value.value):
            return Unknown("another program puts it in before Kubernetes reads it", origin)
        return variables.expanded(variable.value, path, label)
    if source is None:
        if variable.value is None:
            return Known("", Origin(label, Location(path, variable.name_span)))
        return Known("", Origin(label, Location(path, variable.value.span), "kubernetes"))
    if source.kind == "config-map" and source.name is not None and source.key is not None:
        found = cluster.config_map(source.name, near)
        if isinstance(found, Unknown):
            return Unknown(found.reason, origin)
        pair = next((pair for pair in found.found.data if pair.key == source.key), None)
        if pair is not None:
            return _of_text(pair.value, f"ConfigMap {source.name} in {found.path}", found.path)
        if found.found.open_reason is not None:
            return Unknown(f"the ConfigMap {source.name}: {found.found.open_reason}", origin)
        if source.optional:  # whatever envFrom says stays
            return variables.sourced.get(variable.name, variables.anything or ABSENT)
        return Unknown(f"the ConfigMap {source.name} has no {source.key}, so the container does not start", origin)
    if source.kind == "secret":
        optional = ", if there is one" if source.optional else ""
        return Unknown(f"the Secret {source.name or 'that is named'} holds it{optional}", origin)
    return Unknown("Kubernetes fills it in when the pod starts", origin)
