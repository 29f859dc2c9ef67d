"""What is said of one variable: as a setting, as a need of the code, and what it comes to in each deployment."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.framework.secrets import redact
from agentflow_lint.framework.setting_words import first_release_with, kind_in_words, meaning
from agentflow_lint.model.loading.contract import need_of, supply
from agentflow_lint.report.effective import variable_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.markup import Markup
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.contract import Need, Supply
    from agentflow_lint.report.effective import Row, Source

_SUPPLIED = {
    "process": "set",
    "env-file": "set by the env file",
    "own-file": "set by an env file that the code loads",
    "template": "to be provided when it is deployed",
    "provided-env": "to be provided when it is deployed",
    "nobody": "set by nobody",
}


def described_setting(view: View, name: str, markup: Markup) -> str:
    """A setting's meaning, type and default in the project's release; empty for any other variable."""
    release = view.project.release
    setting = release.settings.get(name.upper())
    if setting is None:
        if name.upper() != name:
            return ""
        since = first_release_with(name)
        if since is None:
            return ""
        said = f"{release.distribution} {release.version} does not know this setting; {since} is the first that does."
        return markup.text(said)
    if setting.default is None:
        default = markup.text("not set")
    else:
        text = str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default)
        default = markup.code(redact(setting.name, text)) if text else markup.text("empty")
    facts = f"{markup.text(f'Takes {kind_in_words(setting)}. Default in {release.version}:')} {default}"
    return "\n\n".join([markup.text(meaning(setting.name, release.version)), facts])


def described_needs(view: View, name: str, markup: Markup) -> str:
    """Who reads a variable besides the server's settings, whether it must be there, and who supplies it."""
    lines: list[str] = []
    head = ""
    for deployment in view.deployments:
        need = need_of(deployment, name)
        if need is None:
            continue
        head = head or _need_in_words(need, name, markup)
        if not need.required or view.project.release.settings.get(name.upper()) is not None:
            continue
        lines.append(f"- {markup.bold(deployment.name)}: {_supplied(supply(deployment, need), markup)}")
    return "\n".join([head, *([""] if lines else []), *lines]) if head else ""


def _need_in_words(need: Need, name: str, markup: Markup) -> str:
    readers = " and ".join(need.readers)
    place = markup.code(f"{need.first.path}:{need.first.span.line}")
    more = f" and {need.count - 1} more" if need.count > 1 else ""
    kind = "Required" if need.required else "Optional"
    when = ", when a request needs it" if need.late else ""
    said = f"{markup.bold(kind)}{markup.text(when)}: {markup.text(f'read by {readers}')} ({place}{more})."
    if need.default is not None:
        default = redact(name, need.default)
        said += f" {markup.text('Without it:')} {markup.code(default) if default else markup.text('an empty text')}."
    others = [each for each in (need.name, *need.alternatives) if each != name]
    if others:
        named = " or ".join(markup.code(each) for each in dict.fromkeys(others))
        said += f" {named} {markup.text('would do as well.')}"
    return said


def _supplied(given: Supply, markup: Markup) -> str:
    said = markup.text(_SUPPLIED.get(given.by, given.reason or "not known"))
    if given.origin is not None and given.origin.location is not None:
        location = given.origin.location
        said += f" ({markup.code(f'{location.path}:{location.span.line}')})"
    return said + (markup.text(", to an empty text") if given.is_empty else "")


def described_values(view: View, name: str, markup: Markup) -> Iterator[str]:
    """What a variable comes to in each deployment that is looked at: at most one paragraph."""
    lines = [
        f"- {markup.bold(each.name)}: {described_row(row_of(view, each, name), markup)}" for each in view.deployments
    ]
    if lines:
        yield "\n".join(lines)


def row_of(view: View, deployment: Deployment, name: str) -> Row:
    """The facts of a variable in a deployment, with the paths of the project."""
    return variable_row(deployment, name, view.project.root)


def described_row(row: Row, markup: Markup) -> str:
    """A value, its origin and what it overrode."""
    if row.value is None:
        said = markup.text(f"not known: {row.reason}" if row.reason != "not set" else "not set")
    elif row.value in ("(not set)", "(empty)"):
        said = markup.text(row.value.strip("()"))
    else:
        said = markup.code(row.value)
    if row.source is not None and (row.source.label or row.source.place):
        said += f", {from_source(row.source, markup)}"
    told = {row.source.place} if row.source is not None else set()
    for lost in row.overrode:
        if lost.source.place is not None and lost.source.place in told:
            continue  # one file that is loaded twice
        told.add(lost.source.place)
        value = lost.value if lost.value.startswith(("(", "an unknown")) else markup.code(lost.value)
        where = f" {from_source(lost.source, markup)}" if lost.source.label or lost.source.place else ""
        said += f"; {markup.text('overrides')} {value}{where}"
    return said


def from_source(source: Source, markup: Markup) -> str:
    """Where a value comes from, in words: a label that names the file already is not followed by its path."""
    is_default = source.label.startswith("default of")
    said = markup.text(f"the {source.label}" if is_default else f"from {source.label}" if source.label else "from")
    if source.place is None:
        return said
    path, _, line = source.place.rpartition(":")
    if source.label.endswith(posixpath.normpath(path)):
        return f"{said} {markup.text(f'line {line}')}"
    return f"{said} ({markup.code(source.place)})"
