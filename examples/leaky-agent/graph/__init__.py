"""The helpdesk agent; ``app`` is what the server loads."""

from graph.workflow import app

__all__ = ["app"]
