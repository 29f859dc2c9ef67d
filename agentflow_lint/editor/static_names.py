"""The names that a module's text binds at its top, for modules that cannot be run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.view import View
    from agentflow_lint.model.graph.serving import GraphEvaluation
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.python import form

#: A line that binds a name at the top of a module that does not parse.
_BINDS = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)(?P<made>\w+)|^(?P<set>\w+)[ \t]*(?::[^=\r\n]+)?=(?!=)", re.MULTILINE
)


def static_names(view: View, answers: GraphEvaluation, module: str) -> dict[str, Location]:
    """The public names that a module binds, and where; empty for one that is not the project's.

    Where somebody is typing, so that it is no Python, they are those that its lines show; an import shows none.
    """
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.python.form import ModuleForm

    path = answers.path_of(module)
    lowered = view.project.python_sources.form(path) if path is not None else None
    if path is None:
        return {}
    if not isinstance(lowered, ModuleForm):
        text = view.text_of(path)
        names = [(match, match["made"] or match["set"]) for match in _BINDS.finditer(text.content)]
        return {name: Location(path, text.span(*match.span())) for match, name in names if not name.startswith("_")}
    sources = view.project.python_sources
    found: dict[str, Location] = {}
    for name, reference in _bound(lowered.body):
        if not name.startswith("_"):
            found[name] = Location(path, sources.span(path, reference))
    return found


def _bound(block: form.Block) -> Iterator[tuple[str, int]]:
    from agentflow_lint.sources.python import form

    for node in block:
        if isinstance(node, (form.FunctionDefinition, form.ClassDefinition)):
            yield node.name, node.ref
        elif isinstance(node, form.Assign):
            yield from ((each.id, node.ref) for each in node.targets if isinstance(each, form.Name))
        elif isinstance(node, form.ImportFrom):
            yield from ((each.alias or each.name, node.ref) for each in node.names or ())
        elif isinstance(node, form.Import):
            yield from ((each.alias or each.name.partition(".")[0], node.ref) for each in node.names)
        elif isinstance(node, form.Try):
            yield from _bound(node.body)
        elif isinstance(node, form.If):
            for _, inner in node.branches:
                yield from _bound(inner)
            yield from _bound(node.otherwise)
