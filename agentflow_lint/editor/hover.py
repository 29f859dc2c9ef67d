"""Hover: what a variable or a key is, what it comes to in each deployment, and the page of a finding's rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.symbols import ConfigKey, ConfigValue, RuleName, SettingVariable, VariableRead, symbols_at
from agentflow_lint.editor.variables import described_needs, described_setting, described_values
from agentflow_lint.framework.config_schema.lookup import NO_DEFAULT, key_facts
from agentflow_lint.model.config_file import dotted
from agentflow_lint.report.rule_help import rule_help

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.editor.server import Server
    from agentflow_lint.editor.symbols import Symbol
    from agentflow_lint.editor.view import View
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.sources.text import Span

#: The sections of a rule's page that are shown.
_SHOWN = ("Why it matters", "What the server does", "Fix")


def register(server: Server) -> None:
    """Offer ``textDocument/hover``."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def show(params: types.HoverParams) -> types.Hover | None:
        document = server.client_capabilities.text_document
        formats = document.hover.content_format if document is not None and document.hover is not None else None
        markup = Markup.of(list(formats) if formats else None)

        def answer(view: View, findings: Sequence[Finding], catalogue: Catalogue) -> types.Hover | None:
            return hover(view, params.position, findings, catalogue, markup)

        return await server.session.ask_about_findings(params.text_document.uri, answer)


def hover(
    view: View, position: types.Position, findings: Sequence[Finding], catalogue: Catalogue, markup: Markup
) -> types.Hover | None:
    """What is shown at a position of the view's file, whose findings these are; None where there is nothing to say.

    Of several symbols that lie around each other each has its say, the innermost first; then come the pages of the
    rules that have findings there, or anywhere in the variable that is set there.
    """
    line, column = view.position(position)
    first = last = line, column
    parts: list[str] = []
    span: Span | None = None
    for symbol in symbols_at(view, line, column):
        if isinstance(symbol, SettingVariable):
            first, last = min(first, symbol.span[:2]), max(last, symbol.span[2:])
        said = _described(view, symbol, catalogue, markup)
        if said and said not in parts:
            parts.append(said)
            span = span or symbol.span
    here = [each for each in findings if each.location.span[:2] <= last and first <= each.location.span[2:]]
    for code in dict.fromkeys(each.code for each in here):
        rule = catalogue.find(code)
        page = _page(rule) if rule is not None else ""
        if page and page not in parts:
            parts.append(page)
            span = span or next(each.location.span for each in here if each.code == code)
    if span is None:
        return None
    return types.Hover(markup.content("\n\n---\n\n".join(parts)), view.range(span))


def _described(view: View, symbol: Symbol, catalogue: Catalogue, markup: Markup) -> str:
    if isinstance(symbol, (SettingVariable, VariableRead)):
        said = variable(view, symbol.name, markup)
        if isinstance(symbol, SettingVariable) and view.path.endswith(".py"):
            said += "\n\n" + markup.text("What raw_env sets is not part of these values.")
        return said
    if isinstance(symbol, (ConfigKey, ConfigValue)):
        return config_key(
            view, tuple(step for step in symbol.path if isinstance(step, str)), dotted(symbol.path), markup
        )
    if isinstance(symbol, RuleName):
        rule = catalogue.find(symbol.text)
        return _page(rule) if rule is not None else ""
    return ""


def variable(view: View, name: str, markup: Markup) -> str:
    """A variable: what it is, who reads it, what it comes to in each deployment."""
    parts = [described_setting(view, name, markup), described_needs(view, name, markup)]
    heading = markup.code(name) if markup.is_markdown else name
    said = [part for part in parts if part]
    if not said:
        said = [markup.text("No setting of this release, and the code that the server loads does not read it.")]
    return "\n\n".join([heading, *said, *described_values(view, name, markup)])


def config_key(view: View, path: tuple[str, ...], written: str, markup: Markup) -> str:
    """A key of the config: its meaning, what it takes, and its default in the project's release."""
    release = view.project.release
    facts = key_facts(release.version, path)
    if facts is None:
        return "\n\n".join([markup.code(written), markup.text("No known release reads this key.")])
    parts = [markup.code(written), markup.text(facts.description)]
    if facts.deprecated and facts.deprecated != facts.description:
        parts.append(markup.bold(facts.deprecated))
    facts_lines = list(_taken(facts.accepts, facts.values, markup)) if facts.is_read else []
    if facts.is_read and facts.default is not NO_DEFAULT:
        facts_lines.append(f"{markup.text('Default:')} {markup.code(json.dumps(facts.default))}")
    if facts_lines:
        parts.append("\n".join(f"- {each}" for each in facts_lines))
    return "\n\n".join(parts)


def _taken(accepts: Iterable[str], values: Sequence[object], markup: Markup) -> Iterator[str]:
    listed = [markup.code(json.dumps(value)) for value in values]
    words = [markup.text(each) for each in accepts if not (each == "true or false" and listed)]
    if listed or words:
        yield f"{markup.text('Takes:')} {', '.join([*listed, *words])}"


def _page(rule: Rule) -> str:
    """What a rule's page says to somebody who has a finding: no examples, which are several times as long."""
    said = f"# {rule.code} {rule.name}\n\n{rule_help(rule, _SHOWN).markdown}"
    return f"{said}\n\n`agentflow-lint explain {rule.code}` shows the page with its examples."
