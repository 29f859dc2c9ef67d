"""The forms of a project's modules and the places in them, each computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.graph.results import Place
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.python.form import ModuleForm
    from agentflow_lint.sources.python.lowering import SyntaxProblem, Unanalysable
    from agentflow_lint.sources.text import SourceText, Span


class Sources:
    """Forms and spans for one project; share it between the evaluations of its deployments."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._forms: dict[str, ModuleForm | SyntaxProblem | Unanalysable] = {}
        self._locate = self.span  # one method for all places

    def form(self, path: str) -> ModuleForm | SyntaxProblem | Unanalysable:
        """The form of a module, or why there is none."""
        if path not in self._forms:
            self._forms[path] = self._lower(path)
        return self._forms[path]

    def text(self, path: str) -> SourceText | None:
        """The text of a module; None when it cannot be read."""
        text = self._files.read(path)
        return None if isinstance(text, (Unreadable, Missing)) else text

    def mentions(self, path: str, *words: str) -> bool:
        """Whether one of the words stands anywhere in a module's text: a quick look before its form is searched."""
        text = self.text(path)
        return text is not None and any(word in text.content for word in words)

    def place(self, path: str, reference: int) -> Place:
        """The place of a node; its line and columns are computed when they are asked for."""
        return Place(path, reference, self._locate)

    def span(self, path: str, reference: int) -> Span:
        """The span of a node of a module that has a form."""
        from agentflow_lint.sources.python.lowering import span_of

        text = self.text(path)
        return START if text is None else span_of(text, reference)

    def _lower(self, path: str) -> ModuleForm | SyntaxProblem | Unanalysable:
        from agentflow_lint.sources.python.lowering import Unanalysable, lower

        text = self._files.read(path)
        if isinstance(text, Unreadable):
            return Unanalysable(text.reason)
        if isinstance(text, Missing):
            return Unanalysable("is gone")
        return lower(text)
