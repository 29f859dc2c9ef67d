"""Edits of a variable's value where it is written: env files, ENV instructions, compose files, manifests.

    written(project, value, "production")              MODE=dev  ->  MODE=production
    written(project, value, "a,c", by_entry=True)      the same, and only the entry between the commas is edited

Neither a value that something is put into (``${MODE:-dev}``) nor one that stands in a command is edited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Known, Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Notation

    Facts = tuple[tuple[object, str | None, Span | None], ...]
    """Every fact of a text with its place: a key that tells it apart, what it says, where it stands."""

#: What needs no quotes in any of the notations.
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,*-]*")
_BEFORE_ENTRY = re.compile(r".*,\s*", re.DOTALL)
_AFTER_ENTRY = re.compile(r"\s*,.*", re.DOTALL)


def written(project: Project, value: Known[str], new: str, *, by_entry: bool = False) -> Edit | None:
    """The edit that makes ``value`` be ``new`` where it comes from; None where no edit certainly does.

    Quotes stay as they are written where the new text allows it. ``by_entry`` keeps the edit to the entries of a
    comma-separated value that change.
    """
    origin = value.origin
    if origin.location is None or origin.notation is None or new == value.value:
        return None
    text = project.files.read(origin.location.path)
    if not isinstance(text, SourceText):
        return None
    span, candidates = _place_and_spellings(text, origin.location.span, origin.notation, value.value, new)
    for candidate in candidates:
        edit = Edit(Location(origin.location.path, span), candidate)
        if _says(text, edit, origin.notation, value.value, new):
            return _by_entry(text, edit) if by_entry else edit
    return None


def _place_and_spellings(
    text: SourceText, span: Span, notation: Notation, old: str, new: str
) -> tuple[Span, tuple[str, ...]]:
    if notation in ("compose", "kubernetes"):
        from agentflow_lint.engine.editing.yaml_values import scalar_and_spellings

        return scalar_and_spellings(text, span, old, new)
    if notation == "raw-env-file":
        return span, (new,)
    raw = _between(text, span)
    if "$" in raw or "\\" in raw or "$" in new or "\\" in new:
        return span, ()
    return span, tuple(_spellings(raw, new))


def _spellings(raw: str, new: str) -> Iterator[str]:
    """How env files and ENV may write a text: the way that is there first."""
    quote = raw[:1] if raw[:1] in ("'", '"') else ""
    if quote and quote not in new:
        yield f"{quote}{new}{quote}"
    if _PLAIN.fullmatch("".join(set(new) - (set() if quote else set(raw)))):
        yield new
    if '"' not in new:
        yield f'"{new}"'


def _says(text: SourceText, edit: Edit, notation: Notation, old: str, new: str) -> bool:
    """Whether the edited text says ``new`` where it said ``old``, and nothing else anew."""
    facts = _reader(notation)
    before = facts(text)
    after = facts(SourceText(apply_edits(text, [edit]), text.has_bom))
    if len(before) != len(after):
        return False
    start = edit.location.span[:2]
    found = False
    for (key, was, span), (key_after, now, _) in zip(before, after, strict=True):
        if key != key_after:
            return False
        if span is not None and (span[:2] == start or span[:2] < start < span[2:]) and was == old:
            found = True
            if now != new:
                return False
        elif was != now:
            return False
    return found


def _reader(notation: Notation) -> Callable[[SourceText], Facts]:
    if notation == "env-file":
        return _of_env_file
    if notation in ("compose-env-file", "raw-env-file"):
        return _of_raw_file if notation == "raw-env-file" else _of_compose_env_file
    if notation == "docker-env":
        return _of_dockerfile
    from agentflow_lint.engine.editing.yaml_values import facts

    return facts


def _of_env_file(text: SourceText) -> Facts:
    from agentflow_lint.sources.dotenv import evaluate, read_env

    parsed = read_env(text)
    values = evaluate(parsed, {})
    problems = tuple(("problem", None, None) for _ in parsed.problems)
    bindings = tuple((each.name, each.value, each.value_span) for each in parsed.bindings)
    last = {binding.name: binding.value_span for binding in parsed.bindings}
    # What takes another name up changes with it: such a fact stands elsewhere, so the edit is refused.
    return (*problems, *bindings, *(((name, "is"), value, last[name]) for name, value in values.items()))


def _of_compose_env_file(text: SourceText, *, raw: bool = False) -> Facts:
    from agentflow_lint.sources.compose import read_env_file

    parsed = read_env_file(text, lambda _: None, raw=raw)
    problem = () if parsed.problem is None else (("problem", parsed.problem.message, None),)
    values = tuple((each.name, each.interpolation.text, each.span) for each in parsed.values)
    return (*problem, *values)


def _of_raw_file(text: SourceText) -> Facts:
    return _of_compose_env_file(text, raw=True)


def _of_dockerfile(text: SourceText) -> Facts:
    from agentflow_lint.sources.dockerfile import read_dockerfile

    parsed = read_dockerfile(text)
    found: list[tuple[object, str | None, Span | None]] = [("problem", each.message, None) for each in parsed.problems]
    for stage in parsed.stages:
        found += [((stage.index, name), each.value, each.span) for name, each in sorted(stage.env.items())]
        found += [
            ((stage.index, step.instruction.keyword, number), None, None)
            for step in stage.steps
            for number, _ in enumerate(step.words)
        ]
    return tuple(found)


def _by_entry(text: SourceText, edit: Edit) -> Edit:
    """The same edit without the entries at both ends that stay."""
    old, new = _between(text, edit.location.span), edit.text
    quoted = bool(old[:1]) and old[:1] in "'\"" and old[0] == new[:1]
    limit = min(len(old), len(new)) - quoted
    front = next((at for at in range(limit) if old[at] != new[at]), limit)
    kept = _BEFORE_ENTRY.match(old[:front])
    front = kept.end() if kept else int(quoted)
    limit = min(len(old), len(new)) - front
    back = next((at for at in range(limit) if old[-1 - at] != new[-1 - at]), limit)
    rest = _AFTER_ENTRY.search(old, len(old) - back)
    back = len(old) - rest.start() if rest else int(quoted)
    start = text.offset(*edit.location.span[:2])
    span = text.span(start + front, start + len(old) - back)
    return Edit(Location(edit.location.path, span), new[front : len(new) - back])


def _between(text: SourceText, span: Span) -> str:
    return text.content[text.offset(*span[:2]) : text.offset(*span[2:])]
