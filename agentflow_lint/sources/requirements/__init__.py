"""Which distributions a project asks for, and at which versions, from every file that says so.

packaging and tomllib are imported when a file is read, never with this package.
"""

from __future__ import annotations

from agentflow_lint.sources.requirements.facts import Include, Problem, Requirement, RequirementsFile
from agentflow_lint.sources.requirements.locks import LockKind, lock_kind, read_lock
from agentflow_lint.sources.requirements.pip import read_requirements_txt
from agentflow_lint.sources.requirements.pyproject import read_pyproject

__all__ = [
    "Include",
    "LockKind",
    "Problem",
    "Requirement",
    "RequirementsFile",
    "lock_kind",
    "read_lock",
    "read_pyproject",
    "read_requirements_txt",
]
