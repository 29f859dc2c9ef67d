"""The compose reader: what a docker compose file says, with the place of every value.

Reading goes in steps, because a project is often several files: :func:`read_tree` reads one, with the variables put in;
:func:`merge` and :func:`extend` lay one over another; :func:`read_model` gives the facts of the result. Who reads which
file is for the model to know.
"""

from __future__ import annotations

from agentflow_lint.sources.compose.durations import seconds_of
from agentflow_lint.sources.compose.env_file import ComposeEnvFile, EnvFileProblem, EnvFileValue, read_env_file
from agentflow_lint.sources.compose.facts import (
    ComposeBuild,
    ComposeCommand,
    ComposeModel,
    ComposeMount,
    ComposeService,
    ComposeVolume,
    EnvFileReference,
    EnvironmentEntry,
    FileGrant,
    GrantedFile,
    HealthCheck,
    PublishedPort,
)
from agentflow_lint.sources.compose.interpolation import Interpolation, Undetermined, Variable, interpolate
from agentflow_lint.sources.compose.merging import (
    MergeError,
    extend,
    items_of,
    merge,
    merge_resource,
    with_contexts,
    without,
)
from agentflow_lint.sources.compose.nodes import ComposeProblem, Entry, Mapping, Node, Place, Scalar, Sequence
from agentflow_lint.sources.compose.services import is_first_format, read_model
from agentflow_lint.sources.compose.tree import ComposeDocument, ComposeTree, read_tree

__all__ = [
    "ComposeBuild",
    "ComposeCommand",
    "ComposeDocument",
    "ComposeEnvFile",
    "ComposeModel",
    "ComposeMount",
    "ComposeProblem",
    "ComposeService",
    "ComposeTree",
    "ComposeVolume",
    "Entry",
    "EnvFileProblem",
    "EnvFileReference",
    "EnvFileValue",
    "EnvironmentEntry",
    "FileGrant",
    "GrantedFile",
    "HealthCheck",
    "Interpolation",
    "Mapping",
    "MergeError",
    "Node",
    "Place",
    "PublishedPort",
    "Scalar",
    "Sequence",
    "Undetermined",
    "Variable",
    "extend",
    "interpolate",
    "is_first_format",
    "items_of",
    "merge",
    "merge_resource",
    "read_env_file",
    "read_model",
    "read_tree",
    "seconds_of",
    "with_contexts",
    "without",
]
