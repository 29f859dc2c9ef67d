"""The symbols of the project's Python: reads of the environment, and what gunicorn's configuration sets."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.editor.symbols.facts import SettingVariable, VariableRead
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.symbols.facts import Symbol
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import EnvRead


def code_symbols(view: View) -> Iterator[Symbol]:
    """The variables that a module reads: those that it spells out, and what the classes that it uses read for it."""
    text = view.text
    from agentflow_lint.model.graph.late_reads import written_reads
    from agentflow_lint.sources.python.lowering import span_of

    seen: list[Span] = []
    for name, reference in written_reads(text):
        span = span_of(text, reference)
        seen.append(span)
        yield VariableRead(name, span)
    for deployment in view.deployments:
        for read in reads_of(deployment):
            place = read.named or read.place
            if place.path != view.path:
                continue
            span = place.location.span
            if not any(span[:2] < other[2:] and other[:2] < span[2:] for other in seen):
                seen.append(span)
                yield VariableRead(read.name, span)
    if "gunicorn" in posixpath.basename(view.path):
        yield from _raw_env(view)


def reads_of(deployment: Deployment) -> Iterator[EnvRead]:
    """Every read of the environment in what a deployment's server loads, as if the variables that it lacks were set."""
    from agentflow_lint.model.loading.contract import loaded_paths
    from agentflow_lint.model.loading.serving import evaluation

    for import_path in loaded_paths(deployment):
        lacking = frozenset(name for each in deployment.lacking_variables(import_path) for name in each.variables)
        answers = evaluation(deployment, lacking, meets_demands=True) if lacking else deployment.evaluation
        yield from answers.graph(import_path).env_reads


def _raw_env(view: View) -> Iterator[SettingVariable]:
    """The texts of ``raw_env = ["NAME=value", ...]``."""
    from agentflow_lint.sources.python import form
    from agentflow_lint.sources.python.lowering import lower, span_of

    lowered = lower(view.text)
    for statement in lowered.body if isinstance(lowered, form.ModuleForm) else ():
        if not isinstance(statement, form.Assign) or not isinstance(statement.value, form.Display):
            continue
        if not any(isinstance(each, form.Name) and each.id == "raw_env" for each in statement.targets):
            continue
        for item in statement.value.items:
            if isinstance(item, form.Constant) and isinstance(item.value, str) and "=" in item.value:
                whole = span_of(view.text, item.ref)
                name, _, value = item.value.partition("=")
                start = view.text.line(whole.line).find(name, whole.column - 1) + 1
                end = start + len(name)
                span = Span(whole.line, start, whole.end_line, whole.end_column - 1)
                name_span = Span(whole.line, start, whole.line, end)
                yield SettingVariable(name, span, name_span, value, span._replace(column=end + 1))
