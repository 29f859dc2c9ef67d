"""Go to definition: from the config to the code and the files that it names, between variables and their reads."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.static_names import static_names
from agentflow_lint.editor.symbols import (
    ConfigKey,
    ConfigValue,
    FileName,
    RuleName,
    SettingVariable,
    VariableRead,
    symbols_at,
    symbols_of,
)
from agentflow_lint.editor.symbols.code import reads_of
from agentflow_lint.engine.registry import page_url
from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.placeholders import placeholders
from agentflow_lint.framework.config_schema.lookup import key_facts
from agentflow_lint.model.loading.serving import intended_names
from agentflow_lint.model.values import Absent, Known, Location, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.server import Server
    from agentflow_lint.editor.symbols import Symbol
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.text import Span


def register(server: Server) -> None:
    """Offer ``textDocument/definition`` and ``textDocument/documentLink``."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def define(params: types.DefinitionParams) -> list[types.Location] | list[types.LocationLink] | None:
        document = server.client_capabilities.text_document
        can_link = document is not None and document.definition is not None and bool(document.definition.link_support)

        def answer(view: View) -> list[types.Location] | list[types.LocationLink] | None:
            found = definition(view, params.position)
            if found is None:
                return None
            span, places = found
            return (
                [_link(view, span, each) for each in places] if can_link else [view.location(each) for each in places]
            )

        return await server.session.ask(params.text_document.uri, answer)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions())
    async def link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return await server.session.ask(params.text_document.uri, lambda view: list(links(view))) or []


def _link(view: View, span: Span, place: Location) -> types.LocationLink:
    there = view.range(place.span, place.path)
    return types.LocationLink(view.uri_of(place.path), there, there, view.range(span))


def definition(view: View, position: types.Position) -> tuple[Span, tuple[Location, ...]] | None:
    """The symbol's span at a position of the view's file, and where it is defined; None where that is nowhere.

    Of several symbols around the position the innermost one counts that is defined somewhere.
    """
    for symbol in symbols_at(view, *view.position(position)):
        here = Location(view.path, symbol.span)
        places = tuple(dict.fromkeys(each for each in _places(view, symbol) if not _touch(each, here)))
        if places:
            return symbol.span, places
    return None


def _places(view: View, symbol: Symbol) -> Iterator[Location]:
    if isinstance(symbol, SettingVariable):
        yield from _read_at(view, symbol.name) or _set_at(view, symbol.name)
    elif isinstance(symbol, VariableRead):
        yield from _set_at(view, symbol.name)
    elif isinstance(symbol, FileName):
        if view.exists(symbol.path):
            yield Location(symbol.path)
    elif isinstance(symbol, ConfigValue):
        yield from _of_value(view, symbol)
    elif isinstance(symbol, ConfigKey):
        value = next((each for each in symbols_of(view) if _is_value_of(each, symbol)), None)
        if isinstance(value, ConfigValue):
            yield from _of_value(view, value)


def _is_value_of(value: Symbol, key: ConfigKey) -> bool:
    return isinstance(value, ConfigValue) and value.path == key.path


# --- the config ----------------------------------------------------------------------------------------------------


def _of_value(view: View, symbol: ConfigValue) -> Iterator[Location]:
    if not isinstance(symbol.value, str):
        return
    if symbol.path == ("env",):
        path = env_path(view, symbol.value)
        if path is not None:
            yield Location(path)
    elif _takes_import_path(view, symbol):
        for deployment in view.deployments or view.project.all_deployments[:1]:
            yield from bound_at(view, deployment, symbol.value)


def _takes_import_path(view: View, symbol: ConfigValue) -> bool:
    path = tuple(step for step in symbol.path if isinstance(step, str))
    facts = key_facts(view.project.release.version, path)
    may = facts is not None and (facts.takes_import_path or path in (("authorization",), ("token_revocation",)))
    return may and import_path_problem(symbol.value) is None


def env_path(view: View, written: str) -> str | None:
    """The file that the config's ``env`` means: where a deployment finds it, else beside the config, if it is there."""
    for deployment in view.deployments:
        use = deployment.environment.env_file
        if use.configured == written and use.path is not None and view.exists(use.path):
            return use.path
    path = posixpath.normpath(written)
    inside = not posixpath.isabs(path) and path not in ("", ".") and not path.startswith("../")
    return path if inside and view.exists(path) else None


def bound_at(view: View, deployment: Deployment, import_path: str) -> Iterator[Location]:
    """Where the name of an import path is bound, through re-exports; where its class or function stands otherwise.

    A module that cannot be run is read; a path whose name is not there leads to its module.
    """
    module, _, attribute = import_path.partition(":")
    names = intended_names(deployment, module)
    steps = names.bindings.get(attribute, ())
    target = names.targets.get(attribute)
    answers = deployment.evaluation
    if steps:
        yield steps[-1].location
    elif target is not None and target.location is not None:
        yield target.location
    else:
        static = static_names(view, answers, module).get(attribute)
        path = answers.path_of(module)
        if static is not None:
            yield static
        elif path is not None:
            yield Location(path)


# --- variables -----------------------------------------------------------------------------------------------------


def _read_at(view: View, name: str) -> list[Location]:
    """Where the code that is loaded reads a variable, and where the config takes it."""
    found: dict[Location, None] = {}
    for deployment in view.deployments:
        for read in reads_of(deployment):
            if read.name == name:
                found[(read.named or read.place).location] = None
    config = view.project.config
    for each in placeholders(view.project.release.version, config.data):
        if each.expanded and each.variable == name:
            found[config.at_value(*each.path)] = None
    return list(found)


def _set_at(view: View, name: str) -> list[Location]:
    """Where a variable is set for each deployment: the values that count, then those that they override.

    What a template names is set nowhere else.
    """
    winners: dict[Location, None] = {}
    losers: dict[Location, None] = {}
    templates: dict[Location, None] = {}
    for deployment in view.deployments:
        in_order = list(_set_for(deployment, name))
        winners |= dict.fromkeys(in_order[:1])
        losers |= dict.fromkeys(in_order[1:])
        provider = deployment.environment.provided.get(name)
        if provider is not None and provider.location is not None:
            templates[provider.location] = None
    return list(winners | losers) or list(templates)


def _set_for(deployment: Deployment, name: str) -> Iterator[Location]:
    """Where the layers of a deployment set a variable, the one that counts first."""
    environment = deployment.environment
    names = [each for each in environment.names() if each.upper() == name.upper()] or [name]
    if name not in deployment.release.settings:
        names = [name]
    for spelling in names:
        for layer in environment.process:
            if spelling in tuple(layer):
                yield from _written_at(layer[spelling])
        if spelling in environment.env_file.values and environment.env_file.reaches("runtime"):
            yield from _written_at(environment.env_file.values[spelling])


def _written_at(value: Value[str]) -> Iterator[Location]:
    if isinstance(value, Absent):
        return
    if value.origin is not None and value.origin.location is not None:
        yield value.origin.location
    for other in value.overrode if isinstance(value, Known) else ():
        if isinstance(other, (Known, Unknown)):
            yield from _written_at(other)


# --- links ---------------------------------------------------------------------------------------------------------


def links(view: View) -> Iterator[types.DocumentLink]:
    """The files that the view's file names, and the pages of the rules in its suppressions."""
    for symbol in symbols_of(view, code=False):
        if isinstance(symbol, FileName) and view.exists(symbol.path):
            yield types.DocumentLink(view.range(symbol.span), view.uri_of(symbol.path))
        elif isinstance(symbol, ConfigValue) and symbol.path == ("env",) and isinstance(symbol.value, str):
            path = env_path(view, symbol.value)
            if path is not None:
                yield types.DocumentLink(view.range(_inside(symbol.span)), view.uri_of(path))
        elif isinstance(symbol, RuleName):
            rule = view.state.catalogue.find(symbol.text)
            url = page_url(rule) if rule is not None else None
            if url is not None:
                yield types.DocumentLink(view.range(symbol.span), url)


def _inside(span: Span) -> Span:
    """A string without its quotes."""
    return span._replace(column=span.column + 1, end_column=span.end_column - 1)


def _touch(one: Location, other: Location) -> bool:
    return one.path == other.path and one.span[:2] < other.span[2:] and other.span[:2] < one.span[2:]
