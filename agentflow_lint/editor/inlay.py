"""Inlay hints: what a variable really comes to, where that is not what the file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.symbols import SettingVariable, symbols_of
from agentflow_lint.editor.variables import described_row, row_of
from agentflow_lint.framework.secrets import redact
from agentflow_lint.framework.setting_values import Accepted, parse_setting
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_lint.report.effective import effective_value, setting_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.server import Server
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.text import Span

#: The switch in the client's settings.
SWITCH = "inlayHints"
_ENV_FILES = ("env-file", "compose-env-file", "raw-env-file")
#: What a hint shows of a value; all of it is in its tooltip.
_MOST = 40


def register(server: Server) -> None:
    """Offer ``textDocument/inlayHint``, and have the client ask again after each analysis."""
    workspace = server.client_capabilities.workspace
    hints_of_client = workspace.inlay_hint if workspace is not None else None
    can_refresh = hints_of_client is not None and bool(hints_of_client.refresh_support)
    has_asked = False

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def show(params: types.InlayHintParams) -> list[types.InlayHint]:
        nonlocal has_asked
        has_asked = True
        if not server.settings.features.get(SWITCH, True):
            return []

        def answer(view: View) -> list[types.InlayHint]:
            return list(inlay_hints(view, params.range))

        return await server.session.ask(params.text_document.uri, answer) or []

    def refresh() -> None:
        if has_asked:
            server.workspace_inlay_hint_refresh(None)

    if can_refresh:
        server.after_analysis.append(refresh)


def inlay_hints(view: View, within: types.Range) -> Iterator[types.InlayHint]:
    """The hints in a range of the view's file, behind the values that they are about."""
    for symbol in symbols_of(view, code=False):
        if not isinstance(symbol, SettingVariable) or symbol.value is None or symbol.value_span is None:
            continue
        place = view.range(symbol.value_span)
        if _is_before(place.end, within.start) or _is_before(within.end, place.start):
            continue
        by_text: dict[str, list[str]] = {}
        tooltips: list[str] = []
        for deployment in view.deployments:
            shown = _differs(view, deployment, symbol)
            if shown is not None:
                by_text.setdefault(shown, []).append(deployment.name)
                row = described_row(row_of(view, deployment, symbol.name), Markup(is_markdown=False))
                tooltips.append(f"{deployment.name}: {row}")
        if by_text:
            label = "; ".join(f"→ {text} in {', '.join(names)}" for text, names in by_text.items())
            yield types.InlayHint(place.end, label, padding_left=True, tooltip="\n".join(tooltips))


def _differs(view: View, deployment: Deployment, symbol: SettingVariable) -> str | None:
    """What a deployment has instead of a value of the view's file; None where it has just that, or nothing to do
    with it.
    """
    if not any(_stands_at(value, view.path, symbol.value_span) for value in _layers(deployment, symbol.name)):
        return None
    value = effective_value(deployment, symbol.name)
    if isinstance(value, Absent):
        return "not set"
    if isinstance(value, Unknown):
        return None if _stands_at(value, view.path, symbol.value_span) else "a value that is not known"
    if _is_same(deployment, symbol, value.value):
        return None
    return _short(symbol.name, value.value)


def _layers(deployment: Deployment, name: str) -> Iterator[Value[str]]:
    """The values of a variable in every layer, whether they count or not; a setting's in every spelling."""
    environment = deployment.environment
    is_setting = setting_name(deployment, name) is not None
    for layer in (*environment.process, environment.env_file.values):
        for spelling in tuple(layer):
            if spelling == name or (is_setting and spelling.upper() == name.upper()):
                yield layer[spelling]


def _stands_at(value: Value[Any], path: str, span: Span | None) -> bool:
    """Whether a value, or one that it overrode in its own layer, is the one that is written there.

    An env file sets a name once, by its last line: an earlier one counts as overridden by that.
    """
    if isinstance(value, Absent) or span is None:
        return False
    origin = value.origin
    location = origin.location if origin is not None else None
    if origin is not None and location is not None and location.path == path:
        is_before = origin.notation in _ENV_FILES and location.span[:2] > span[:2]
        if is_before or location.span[:2] == span[:2]:
            return True
    return isinstance(value, Known) and any(_stands_at(each, path, span) for each in value.overrode)


def _is_same(deployment: Deployment, symbol: SettingVariable, effective: object) -> bool:
    """Whether an effective value is what the file says, as the server reads it."""
    if symbol.value == effective:
        return True
    name = setting_name(deployment, symbol.name)
    if name is None or symbol.value is None:
        return False
    parsed = parse_setting(deployment.release.settings[name], symbol.value)
    if not isinstance(parsed, Accepted):
        return False
    if name == "MODE" and isinstance(parsed.value, str) and isinstance(effective, str):
        return parsed.value.lower() == effective.lower() and deployment.release.behaviour.mode_lowercased
    return parsed.value == effective


def _short(name: str, value: object) -> str:
    """A value as an env file would spell it, without secrets, on one line."""
    if value is None:
        return "not set"
    text = ("true" if value else "false") if isinstance(value, bool) else " ".join(redact(name, str(value)).split())
    if not text:
        return "empty"
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _is_before(one: types.Position, other: types.Position) -> bool:
    return (one.line, one.character) < (other.line, other.character)
