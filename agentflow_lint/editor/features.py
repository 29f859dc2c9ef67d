"""Everything that the server offers beyond keeping its texts: one module per feature, each with one function.

``register`` gets the server before it answers ``initialize``, with the client's capabilities known, and adds its
handlers with ``server.feature(...)``. A handler gets at the model by ``await server.session.ask(uri, question)``, where
``question`` is a function of a :class:`~agentflow_lint.editor.view.View`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.editor import actions, completion, definition, hover, inlay, pulling

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.editor.server import Server

#: In no particular order: features do not know of each other.
FEATURES: tuple[Callable[[Server], None], ...] = (
    actions.register,
    completion.register,
    definition.register,
    hover.register,
    inlay.register,
    pulling.register,
)
