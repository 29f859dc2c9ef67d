"""The file that holds a baseline: JSON, one line per known finding, in an order that makes changes easy to review."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from agentflow_lint.config_source import ConfigurationError, Problem, shown_path
from agentflow_lint.engine.baseline import Entry, order
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.model.disk import DISK, Disk, NotRegular, TooLarge
from agentflow_lint.sources.json import JsonArray, JsonObject, JsonScalar, read_json
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.sources.json import JsonNode

VERSION = 1

_KEYS = ("rule", "project", "path", "place", "outline")
#: A baseline above this many bytes is not read; that is about 200,000 findings.
_MAX_BYTES = 32 * 1024 * 1024


class BaselineError(ConfigurationError):
    """What is wrong with a baseline, line by line."""


def read_baseline(path: str, catalogue: Catalogue | None, disk: Disk = DISK) -> tuple[Entry, ...]:
    """The entries of a baseline, each of a rule of ``catalogue``; with None, of whatever rules.

    Raises :class:`BaselineError` for what cannot be read, is no baseline, or names a rule that there is not.
    """
    shown = shown_path(path)
    document = read_json(_text(path, shown, disk))
    if document.problem is not None:
        message = f"it is not a baseline, not even JSON: {document.problem.message}"
        raise BaselineError(shown, [Problem(document.problem.span.line, message)])
    found = list(_entries(document.root, catalogue))
    problems = [each for each in found if isinstance(each, Problem)]
    if problems:
        raise BaselineError(shown, problems)
    return tuple(each for each in found if isinstance(each, Entry))


def baseline_text(entries: Iterable[Entry]) -> str:
    """The text of a baseline with these entries; the same entries in any order give the same text."""
    lines = [f"    {_written(entry)}" for entry in sorted(entries, key=order)]
    body = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'


def _written(entry: Entry) -> str:
    values = dict(
        zip(_KEYS, (entry.code, entry.project or ".", entry.path, entry.place, entry.outline), strict=True),
    )
    text = json.dumps(values, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a file name that is no Unicode
        return json.dumps(values)
    return text


def _text(path: str, shown: str, disk: Disk) -> SourceText:
    try:
        data = disk.read(path, _MAX_BYTES).data
    except TooLarge:
        message = f"the baseline is larger than {_MAX_BYTES // 1024 // 1024} MB"
        raise BaselineError(shown, [Problem(1, message)]) from None
    except NotRegular:
        reason = "Is a directory" if disk.is_dir(path) else "not a regular file"
        raise BaselineError(shown, [Problem(1, f"the baseline cannot be read ({reason})")]) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "; --write-baseline writes one" if isinstance(error, FileNotFoundError) else ""
        raise BaselineError(shown, [Problem(1, f"the baseline cannot be read ({reason}){hint}")]) from None
    try:
        return SourceText.decode(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BaselineError(shown, [Problem(line, "it is not a baseline: not UTF-8")]) from None


def _entries(root: JsonNode | None, catalogue: Catalogue | None) -> Iterator[Entry | Problem]:
    if not isinstance(root, JsonObject):
        yield Problem(1, "it is not a baseline: not a JSON object")
        return
    version, findings = root.member("version"), root.member("findings")
    if version is None or findings is None:
        missing = "version" if version is None else "findings"
        yield Problem(root.span.line, f'it is not a baseline: it has no "{missing}"')
        return
    if not isinstance(version.value, JsonScalar) or version.value.value != VERSION or version.value.value is True:
        message = f"its version is not {VERSION}, the one that this release of agentflow-lint reads"
        yield Problem(version.key_span.line, message)
        return
    for member in root.members:
        if member.key not in ("version", "findings"):
            unknown = UnknownNameError("key", member.key, ("version", "findings"))
            yield Problem(member.key_span.line, str(unknown))
    if not isinstance(findings.value, JsonArray):
        yield Problem(findings.key_span.line, '"findings" is not a list')
        return
    for item in findings.value.items:
        yield _entry(item, catalogue)


def _entry(item: JsonNode, catalogue: Catalogue | None) -> Entry | Problem:
    line = item.span.line
    if not isinstance(item, JsonObject):
        return Problem(line, "an entry is not an object")
    values: dict[str, str] = {}
    for member in item.members:
        if member.key not in _KEYS:
            return Problem(member.key_span.line, str(UnknownNameError("key", member.key, _KEYS)))
        value = member.value.value if isinstance(member.value, JsonScalar) else None
        if not isinstance(value, str):
            return Problem(member.key_span.line, f'"{member.key}" is not a string')
        values[member.key] = value
    for key in _KEYS:
        if key not in values:
            return Problem(line, f'an entry has no "{key}"')
    return _checked(values, line, catalogue)


def _checked(values: Mapping[str, str], line: int, catalogue: Catalogue | None) -> Entry | Problem:
    code = values["rule"]
    if catalogue is not None:
        try:
            code = catalogue.known(code).code
        except UnknownNameError as error:
            return Problem(line, str(error))
    project = "" if values["project"] == "." else values["project"]
    if os.path.isabs(values["path"]) or os.path.isabs(project):
        return Problem(line, "an entry's paths are relative to the repository's root and to the project")
    return Entry(project, values["path"], code, values["place"], values["outline"])
