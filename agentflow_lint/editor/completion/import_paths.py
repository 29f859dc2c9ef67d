"""``module:attribute`` in the config: the project's modules, and what is bound in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.completion.proposals import Proposal
from agentflow_lint.editor.static_names import static_names
from agentflow_lint.framework.core_names import COMPILED_GRAPH
from agentflow_lint.model.loading.serving import intended_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.half_json import JsonCursor
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.graph.results import Target
    from agentflow_lint.model.graph.serving import GraphEvaluation

_MOST_MODULES = 500
_FOR_THE_GRAPH = ("function", "unknown", "instance", "class")
_FOR_PLUGINS = ("instance", "class", "unknown", "function")
_KINDS = {
    "class": types.CompletionItemKind.Class,
    "instance": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "module": types.CompletionItemKind.Module,
    "literal": types.CompletionItemKind.Constant,
}


def import_path_proposals(view: View, cursor: JsonCursor, *, is_agent: bool) -> Iterator[Proposal]:
    """Modules before the colon, attributes behind it; for the graph compiled ones come first.

    They are those that the first deployment finds. Where the module fails, or somebody is typing in it, its names are
    read off its text.
    """
    deployments = view.deployments or view.project.all_deployments
    if not deployments:
        return
    answers = deployments[0].evaluation
    module, colon, _ = cursor.typed.partition(":")
    start = cursor.start + cursor.is_string
    if not colon:
        for name in _modules(answers):
            text = f"{name}:" if cursor.is_string else f'"{name}:"'
            yield Proposal(name, text, start, cursor.inner_end, types.CompletionItemKind.Module, filter=name)
        return
    if not cursor.is_string:
        return
    before = start + len(module) + 1
    evaluated = intended_names(deployments[0], module).targets
    for name in (*evaluated, *static_names(view, answers, module)):
        target = evaluated.get(name)
        kind = _KINDS.get(target.what if target is not None else "", types.CompletionItemKind.Variable)
        detail = target.description if target is not None and target.what != "unknown" else ""
        yield Proposal(name, name, before, cursor.inner_end, kind, detail, rank=_rank(target, is_agent=is_agent))


def _rank(target: Target | None, *, is_agent: bool) -> int:
    if target is None:
        return 6
    if is_agent and COMPILED_GRAPH in target.bases:
        return 0
    wanted = _FOR_THE_GRAPH if is_agent else _FOR_PLUGINS
    return 1 + (wanted.index(target.what) if target.what in wanted else len(wanted))


def _modules(answers: GraphEvaluation) -> Iterator[str]:
    """The project's modules, by name; where there are too many, those that lie deepest are left out.

    A folder is one only if there is Python in or below it.
    """
    found: list[str] = []
    level = list(answers.modules_in(""))
    while level and len(found) < _MOST_MODULES:
        found += level
        level = [f"{name}.{inner}" for name in level for inner in answers.modules_in(name)]
    found = sorted(found[:_MOST_MODULES])
    parts = [name.split(".") for name in found if answers.path_of(name) is not None]
    packages = {".".join(each[:size]) for each in parts for size in range(1, len(each) + 1)}
    yield from (name for name in found if name in packages)
