"""What compose puts into a file for ``${NAME}``, as far as the repository tells.

Compose takes its own environment first, then the ``.env`` of the folder that it runs in and of the project directory.
None of that is the containers' environment. Its own environment belongs to whoever runs it, so these are the
repository's answers: the ``.env`` that is there; for what it does not set, nothing (a default in the file then counts);
and for a name that an env template or ``provided-env`` lists, an unknown value.
"""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.records import record
from agentflow_lint.sources.compose import ComposeProblem, Place, Undetermined, read_env_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.values import Origin

ENV_FILE = ".env"


@record(frozen=True)
class ComposeVariables:
    """The variables of one compose run.

    ``values`` are those that its ``.env`` files set, ``provided`` the names that whoever runs it provides, ``files``
    the ``.env`` files that were read, and ``problem`` why compose stops at one of them.
    """

    values: Mapping[str, str | Undetermined] = field(default_factory=dict, repr=False)
    provided: Mapping[str, Origin] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    problem: ComposeProblem | None = None

    def lookup(self, name: str) -> str | Undetermined | None:
        """A variable's value; None when nothing in the repository sets it."""
        if name in self.values:
            return self.values[name]
        if name in self.provided:
            return Undetermined(f"{name} is provided at deploy time ({self.provided[name].label})")
        return None

    def with_file(self, files: ProjectFiles, path: str) -> ComposeVariables:
        """With what an env file adds; what is set already stays. A folder, or a file that is not there, adds none."""
        if path in self.files or files.is_dir(path):
            return self
        text = files.read(path)
        if isinstance(text, Missing):
            return self
        if isinstance(text, Unreadable):
            return ComposeVariables(self.values, self.provided, (*self.files, path), self.problem)
        parsed = read_env_file(text, self.lookup)
        problem = self.problem
        if parsed.problem is not None and problem is None:
            problem = ComposeProblem(parsed.problem.message, Place(path, parsed.problem.span))
        added = {
            each.name: each.interpolation.text
            if each.interpolation.text is not None
            else Undetermined(each.interpolation.reason or "")
            for each in parsed.values
            if not each.inherits
        }
        return ComposeVariables({**added, **self.values}, self.provided, (*self.files, path), problem)


def read_variables(
    files: ProjectFiles, folder: str, provided: Mapping[str, Origin], env_files: Iterable[str] = ()
) -> ComposeVariables:
    """The variables for compose files whose project directory is ``folder``.

    Compose is taken to run in the project root or in that folder; the root's ``.env`` counts first, as it would in the
    former. ``env_files`` are read instead, where the command that runs compose names some.
    """
    variables = ComposeVariables(provided=provided)
    named = tuple(env_files)
    for path in reversed(named):
        variables = variables.with_file(files, path)
    for place in dict.fromkeys(("", folder)) if not named else ():
        variables = variables.with_file(files, posixpath.join(place, ENV_FILE))
    return variables
