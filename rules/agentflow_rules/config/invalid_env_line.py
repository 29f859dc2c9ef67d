"""AF114: what the env file says is not what the server loads from it."""

from __future__ import annotations

from bisect import bisect
from itertools import islice
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.env_lines import without_binding
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import place, quoted
from agentflow_lint.framework.env_reader import LAST_TO_KEEP_THE_MARK, keeps_byte_order_mark
from agentflow_lint.framework.secrets import redact
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Absent, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.dotenv import EnvBinding, EnvFile


#: More findings than this for one file say nothing new.
_MOST_FINDINGS = 50


class InvalidEnvLine(ProjectRule):
    """A line of the env file is not read as it is meant."""

    code = "AF114"
    name = "invalid-env-line"
    consequence = Consequence.DEGRADES

    def check(self, project: Project) -> Iterator[Verdict]:
        """Read every env file that some deployment is configured with, as python-dotenv does."""
        seen: set[str] = set()
        for deployment in project.all_deployments:
            use = deployment.environment.env_file
            if use.path is None or use.path in seen:
                continue
            seen.add(use.path)
            if use.parsed is None:
                yield from self._undecodable(project, use.path)
            elif use.parsed.undecided:
                yield self.undecided(Location(use.path), f"{use.path}: {use.parsed.undecided}")
            else:
                yield from islice(self._lines(project, use.path, use.parsed), _MOST_FINDINGS)

    def _undecodable(self, project: Project, path: str) -> Iterator[Verdict]:
        unreadable = project.files.read(path)
        if isinstance(unreadable, Unreadable) and unreadable.kind == "encoding":
            yield self.finding(
                Location(path, unreadable.span),
                "encoding",
                f"{path} {unreadable.reason}: the server stops with a UnicodeDecodeError when it loads the file.",
                f"Save {path} as UTF-8.",
                consequence=_consequence(project, path),
            )

    def _lines(self, project: Project, path: str, parsed: EnvFile) -> Iterator[Verdict]:
        """The worst first: of a file that is no env file at all, only so many findings are made."""
        yield from self._unsettable(project, path, parsed)
        yield from self._byte_order_mark(project, path, parsed)
        yield from self._duplicates(project, path, parsed)
        yield from self._unparsed(path, parsed)

    def _unparsed(self, path: str, parsed: EnvFile) -> Iterator[Verdict]:
        starts = [binding.span for binding in parsed.bindings]
        for problem in parsed.problems:
            position = bisect(starts, problem.line_span)
            yield self.finding(
                Location(path, problem.line_span),
                f"after {parsed.bindings[position - 1].name}" if position else "at the start",
                f"python-dotenv cannot parse this statement of {path} and skips it: what it should set is not set.",
                "Write NAME=value, with a value that holds blanks or # in quotes; start a comment with #.",
            )

    def _byte_order_mark(self, project: Project, path: str, parsed: EnvFile) -> Iterator[Verdict]:
        text = project.files.read(path)
        first = parsed.bindings[0] if parsed.bindings else None
        if isinstance(text, (Missing, Unreadable)) or not text.has_bom or first is None or first.span.line > 1:
            return
        pins = project.dependencies.of("python-dotenv")
        kept = keeps_byte_order_mark(pins[0].requirement.specifier) if pins else None
        if kept is not False:
            yield self.finding(
                Location(path, first.name_span),
                "byte-order-mark",
                f"{path} starts with a byte order mark, which python-dotenv up to {LAST_TO_KEEP_THE_MARK} takes for "
                f"a part of the first name, so that {quoted(first.name)} is not set.",
                f"Save {path} as UTF-8 without a byte order mark.",
                consequence=None if kept else Consequence.CONFUSES,
                related=[Related(pins[0].location, "this release is installed")] if kept else (),
            )

    def _unsettable(self, project: Project, path: str, parsed: EnvFile) -> Iterator[Verdict]:
        for binding in {binding.name: binding for binding in parsed.bindings}.values():
            problem = _unsettable_because(binding)
            if problem:
                name = binding.name.replace("\0", "")
                yield self.finding(
                    Location(path, binding.name_span),
                    name,
                    f"{quoted(name)} in {path} {problem}: the server stops with a ValueError when it loads the file.",
                    "Correct the line. A file full of zero bytes was saved as UTF-16: save it as UTF-8.",
                    consequence=_consequence(project, path, binding.name),
                )

    def _duplicates(self, project: Project, path: str, parsed: EnvFile) -> Iterator[Verdict]:
        by_name: dict[str, list[EnvBinding]] = {}
        for binding in parsed.bindings:
            by_name.setdefault(binding.name, []).append(binding)
        for name, bindings in by_name.items():
            *losing, winning = bindings
            other = next((each for each in losing if each.value != winning.value), None)
            takes_it_up = "${" + name in (winning.value or "")
            if other is None or takes_it_up:
                continue
            yield self.finding(
                Location(path, other.span),
                name,
                f"{path} sets {name} more than once, and the last one counts: {_told_apart(path, other, winning)}.",
                "Remove one of them.",
                related=[Related(Location(path, winning.span), "this one counts")],
                fix=_removal(project, path, other),
            )


def _removal(project: Project, path: str, binding: EnvBinding) -> Fix | None:
    """Remove a line that has no effect, though it may be the one that is meant. A secret is for a person to remove."""
    if binding.value is None or redact(binding.name, binding.value) != binding.value:
        return None
    return fix_of("Remove the line without effect", Applicability.UNSAFE, without_binding(project, path, binding))


def _unsettable_because(binding: EnvBinding) -> str | None:
    """Why ``os.environ`` refuses the binding."""
    if "=" in binding.name and binding.value is not None:
        return "has an equals sign in its name"
    if "\0" in binding.name + (binding.value or "") and binding.value is not None:
        return "holds a zero byte"
    return None


def _told_apart(path: str, losing: EnvBinding, winning: EnvBinding) -> str:
    where = place(Location(path, winning.span))
    if winning.value is None:
        return f"{where} has the bare name, so it is not set at all"
    old, new = quoted(losing.value, losing.name), quoted(winning.value, winning.name)
    return f"the value here loses to another one in {where}" if old == new else f"{old} loses to {new} in {where}"


def _consequence(project: Project, path: str, name: str | None = None) -> Consequence:
    """What a statement does that ends the loading: nothing where no server loads the file, or has the name already."""
    refuses = any(_loads(deployment, path, name) for deployment in project.deployments)
    return Consequence.REFUSES_TO_START if refuses else Consequence.DEGRADES


def _loads(deployment: Deployment, path: str, name: str | None) -> bool:
    use = deployment.environment.env_file
    if use.path != path or use.status in ("missing", "not-deployed"):
        return False
    return name is None or isinstance(deployment.environment.inherited(name), Absent)
