"""An ASGI app around the server's that adds one route, and leaves everything else as it is: what is bound.

``SERVER`` stands for the server's package. The import of the server, its lifespan and every other request pass through
untouched, with every exception they raise, so uvicorn sees what it would see without the wrapping.
"""

TEXT = """\
import json

from SERVER.src.app.main import app as served


async def app(scope, receive, send):
    if scope["type"] != "http" or scope["path"] != "PATH":
        await served(scope, receive, send)
        return
    body = json.dumps(bound()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def bound():
    from injectq import InjectQ

    from CORE import BaseCheckpointer, InMemoryCheckpointer

    saver = InjectQ.get_instance().try_get(BaseCheckpointer)
    return {"class": type(saver).__name__, "in_memory": isinstance(saver, InMemoryCheckpointer)}
"""

PATH = "/-/bound-checkpointer"
MODULE = "probed_server"


def text(server: str, checkpointers: str) -> str:
    """The module's text for a server's package and the module that publishes the core's checkpointers."""
    return TEXT.replace("SERVER", server).replace("PATH", PATH).replace("CORE", checkpointers)
