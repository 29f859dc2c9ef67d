"""Where in a file a new suppression comment goes, and the edits that put it there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.engine.suppressions.applying import comment_for
from agentflow_lint.engine.suppressions.directives import IGNORE, IGNORE_FILE, Directive
from agentflow_lint.engine.suppressions.marker import MARKER
from agentflow_lint.engine.suppressions.scopes import AT_LINE, read_suppressions
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.comments import Comments, Lines, read_comments
from agentflow_lint.sources.text import START, SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.sources.comments import CommentKind

#: In env files a comment behind a value is one for some readers and a part of the value for others.
_ONLY_ABOVE: frozenset[CommentKind] = frozenset({"env"})
#: PEP 263 takes a comment of the first two lines with such words for the name of an encoding.
_CODING = re.compile(r"coding(?=[:=])")


@record(frozen=True)
class Place:
    """Where a comment goes: into one that is there, behind or above a line, or to the top of the file."""

    kind: Literal["into", "behind", "above", "top"]
    line: int
    directive: Directive | None = None


@record(frozen=True)
class CommentableFile:
    """A file whose findings comments can suppress; ``require_reason`` says that those without one do not count."""

    path: str
    text: SourceText
    language: CommentKind
    catalogue: Catalogue
    require_reason: bool = False

    def edits(self, findings: Sequence[Finding], reason: str) -> tuple[tuple[Edit, ...], tuple[Finding, ...]]:
        """The edits that suppress ``findings``, one comment for all of a line; and the findings that no comment can."""
        comments = read_comments(self.text, self.language)
        chosen: dict[Place, list[str]] = {}
        left: list[Finding] = []
        for finding in findings:
            place = next((each for each in self._places(finding, comments) if self._works(each, finding, reason)), None)
            if place is None:
                left.append(finding)
            elif finding.code not in chosen.setdefault(place, []):
                chosen[place].append(finding.code)
        return tuple(self._edit(place, sorted(codes), reason, comments) for place, codes in chosen.items()), tuple(left)

    def _places(self, finding: Finding, comments: Comments) -> Iterator[Place]:
        span = finding.location.span
        if span != START:
            yield from self._existing(span)
            solid = comments.solid_at(span.line)
            is_blank = not self.text.line(span.line).strip()
            if comments.trailing and solid is None and span.end_line == span.line and not is_blank:
                behind = Place("behind", span.line)
                above = Place("above", span.line)
                yield from (above, behind) if self.language in _ONLY_ABOVE else (behind, above)
            else:
                yield Place("above", solid.lines.first if solid else span.line)
                if solid is not None and solid.trailing is not None:
                    yield Place("behind", solid.trailing)
            statement = comments.statement_at(span.line)
            if statement is not None:
                yield Place("above", statement.first)
        yield Place("top", comments.preamble + 1)

    def _existing(self, span: Span) -> Iterator[Place]:
        """The comments about the same lines that can take one more rule."""
        suppressions = read_suppressions(self.text, lambda: self.language, self.catalogue).suppressions
        for directive in dict.fromkeys(
            each.directive for each in suppressions if each.directive.verb == IGNORE and each.reach(span) == AT_LINE
        ):
            yield Place("into", directive.span.line, directive)

    def _works(self, place: Place, finding: Finding, reason: str) -> bool:
        """Whether a comment there suppresses the finding, and leaves the file what it is for those who read it."""
        before = read_comments(self.text, self.language)
        if place.kind == "above" and place.line <= before.preamble:
            return False
        if place.kind == "behind" and self.language == "env" and self.text.line(place.line).rstrip().endswith("="):
            return False  # compose takes what follows for the value
        edit = self._edit(place, [finding.code], reason, before)
        text = SourceText(apply_edits(self.text, [edit]), self.text.has_bom)
        after = read_comments(text, self.language)
        inserted = edit.location.span.line if text.line_count > self.text.line_count else None
        extends = place.kind == "into" or (
            place.kind == "behind" and any(each.span.line == place.line for each in before.comments)
        )
        if len(after.comments) - len(before.comments) != (not extends) or not _alike(before, after, inserted):
            return False
        old = read_suppressions(self.text, lambda: self.language, self.catalogue)
        new = read_suppressions(text, lambda: self.language, self.catalogue)
        if len(new.malformed) > len(old.malformed):
            return False
        span = _moved(finding.location.span, inserted)
        moved = replace(finding, location=Location(self.path, span))
        return comment_for(moved, {self.path: new}, self.require_reason) is not None

    def _edit(self, place: Place, codes: Sequence[str], reason: str, comments: Comments) -> Edit:
        text, names = self.text, ", ".join(codes)
        if place.kind == "into" and place.directive is not None:
            end = place.directive.bracket[2:]
            return self._insert(Span(*end, *end), f", {names}")
        verb = IGNORE_FILE if place.kind == "top" else IGNORE
        comment = f"# {MARKER} {verb}[{names}] {self._cleaned(reason)}".rstrip()
        if place.kind == "behind":
            column = len(text.line(place.line).rstrip()) + 1
            return self._insert(Span(place.line, column, place.line, column), f"  {comment}")
        if place.line > text.line_count:
            return self._insert(text.span(len(text.content), len(text.content)), f"\n{comment}")
        line = text.line(place.line)
        indent = line[: len(line) - len(line.lstrip())] if comments.indented and place.kind == "above" else ""
        return self._insert(Span(place.line, 1, place.line, 1), f"{indent}{comment}\n")

    def _insert(self, span: Span, text: str) -> Edit:
        return Edit(Location(self.path, span), text)

    def _cleaned(self, reason: str) -> str:
        """A reason on one line, that no reader takes for something else."""
        words = " ".join("".join(char if char.isprintable() else " " for char in reason).split())
        words = words.replace(MARKER, MARKER[:-1]).rstrip("\\ ")
        return _CODING.sub("coding ", words) if self.language == "python" else words


def _alike(before: Comments, after: Comments, inserted: int | None) -> bool:
    """Whether both have the same statements, apart from the line that one of them has more."""

    def moved(lines: Lines) -> Lines:
        if inserted is None:
            return lines
        return Lines(lines.first + (lines.first >= inserted), lines.last + (lines.last >= inserted))

    solids = [moved(solid.lines) for solid in before.solids]
    statements = [moved(lines) for lines in before.statements]
    return solids == [solid.lines for solid in after.solids] and statements == list(after.statements)


def _moved(span: Span, inserted: int | None) -> Span:
    if inserted is None:
        return span
    return span._replace(line=span.line + (span.line >= inserted), end_line=span.end_line + (span.end_line >= inserted))
