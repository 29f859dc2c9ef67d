"""nginx configuration files: directives with their arguments and blocks, each with its place."""

from agentflow_lint.sources.nginx.facts import Argument, Directive, NginxFile, Problem
from agentflow_lint.sources.nginx.reader import MAX_CHARACTERS, MAX_DEPTH, read_nginx

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "Argument", "Directive", "NginxFile", "Problem", "read_nginx"]
