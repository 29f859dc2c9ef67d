"""How the server comes from its config to a file of the project: which key names what, and which imports follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.plugin_targets import plugins
from agentflow_lint.model.loading.import_chains import import_chains
from agentflow_lint.model.loading.serving import search_paths
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import ImportUse, ServedGraph


@record(frozen=True)
class ImportedWay:
    """The config's ``key`` names a module, and from there ``imports`` lead to the file, first to last."""

    key: KeyPath
    imports: tuple[ImportUse, ...]


def way_to_file(deployment: Deployment, path: str, key: KeyPath | None = None) -> ImportedWay | None:
    """The shortest way to a file, by the key given or else by the first one that leads there; None without any."""
    for found, import_path, graph in _graphs(deployment):
        if (key is None or found == key) and path in graph.modules:
            chains = import_chains(graph, import_path, deployment.project.python_sources, search_paths(deployment))
            return ImportedWay(found, chains.chain(path))
    return None


def _graphs(deployment: Deployment) -> Iterator[tuple[KeyPath, str, ServedGraph]]:
    """Each import path of the config with what was seen on its way, the agent's first."""
    agent = deployment.config.get("agent")
    if isinstance(agent, str):
        yield ("agent",), agent, deployment.intended_graph
    for plugin in plugins(deployment.release.version, deployment.config.data):
        yield plugin.path, plugin.import_path, deployment.evaluation.graph(plugin.import_path)
