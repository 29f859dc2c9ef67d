"""The config of each server release as a JSON Schema, made of the same facts that the rules judge by.

Which keys there are comes from the release's data, their values from the parsers replayed in
:mod:`agentflow_lint.framework.config_checks`. The tests hold the schema against those for every release, and against
the real servers.
"""

from agentflow_lint.framework.config_schema.document import DIALECT, config_schema

__all__ = ["DIALECT", "config_schema"]
