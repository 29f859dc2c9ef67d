"""AF101 invalid-config-file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import without_member_at
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.files import Unreadable
from agentflow_lint.model.values import Location
from agentflow_lint.sources.json import JsonObject, plain
from agentflow_rules.config.json_repairs import repairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.config_file import ConfigFile
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.json import Duplicate

_JSON_KINDS = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}


class InvalidConfigFile(ProjectRule):
    """The config file is not a JSON object."""

    code = "AF101"
    name = "invalid-config-file"
    consequence = Consequence.REFUSES_TO_START

    def check(self, project: Project) -> Iterator[Verdict]:
        """Judge the bytes, then the text, then the keys of the config that the release reads."""
        config = project.config
        server = f"{project.release.distribution} {project.release.version}"
        if isinstance(config.unreadable, Unreadable) and config.unreadable.kind == "encoding":
            yield self.finding(
                Location(config.path, config.unreadable.span),
                "encoding",
                f"{config.path} {config.unreadable.reason}. {server} does not start.",
                f"Save {config.path} as UTF-8.",
            )
        if config.text and config.text.has_bom:
            yield self.finding(
                config.at_file(),
                "byte-order-mark",
                f"{config.path} starts with a byte order mark, which JSON does not allow. {server} does not start.",
                f"Save {config.path} as UTF-8 without a byte order mark.",
            )
        yield from self._document(config, server)

    def _document(self, config: ConfigFile, server: str) -> Iterator[Verdict]:
        document = config.document
        if document is None:
            return
        problem = document.problem
        if problem and problem.survivable:
            yield self.undecided(Location(config.path, problem.span), f"{config.path}: {problem.message}")
        elif problem:
            yield self.finding(
                Location(config.path, problem.span),
                "syntax",
                f"{config.path} is not JSON: {problem.message}. {server} does not start.",
                f"Correct the file; `python -m json.tool {config.path}` prints it once it is valid.",
                fix=fix_of("Write JSON", Applicability.SAFE, *repairs(config)),
            )
        elif not config.is_valid:
            kind = _JSON_KINDS.get(type(document.data), "null")
            yield self.finding(
                config.at_value(),
                "not-an-object",
                f"{config.path} holds {kind}, and the server reads keys of an object. {server} does not start.",
                'Make it an object: {"agent": "module:attribute"}.',
            )
        yield from self._duplicates(config)

    def _duplicates(self, config: ConfigFile) -> Iterator[Verdict]:
        for duplicate in config.document.duplicates if config.document else ():
            path = dotted(duplicate.path)
            yield self.finding(
                Location(config.path, duplicate.losing),
                path,
                f"The key {quoted(path)} stands more than once in {config.path}, and the last one wins without a word: "
                "what stands here has no effect.",
                "Remove one of them.",
                consequence=Consequence.CONFUSES,
                related=[Related(Location(config.path, duplicate.winning), "this one counts")],
                fix=_removal(config, duplicate),
            )


def _removal(config: ConfigFile, duplicate: Duplicate) -> Fix | None:
    """Take the member out that has no effect: the author may have meant it, unless it says the same."""
    edit = without_member_at(config, duplicate.path[:-1], duplicate.losing)
    parent = config.document.find(duplicate.path[:-1]) if config.document else None
    values = {
        member.key_span: plain(member.value) for member in (parent.members if isinstance(parent, JsonObject) else ())
    }
    same = repr(values.get(duplicate.losing)) == repr(values.get(duplicate.winning))
    return fix_of("Remove what has no effect", Applicability.SAFE if same else Applicability.UNSAFE, edit)
