"""How the rules about files in containers say what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Related

if TYPE_CHECKING:
    from agentflow_lint.model.kept_files import KeptFile


def what_becomes_of(file: KeptFile, what: str) -> str:
    """The fate of a file in its container's own layer, as an apposition to its path."""
    if file.mount is not None:
        fate = "a mount that does not outlive the container"
    elif file.certain:
        fate = "in the container's own file system"
    else:
        return (
            f"in the container's own file system: {what} is gone with the container, so after each deploy, unless "
            "whoever runs the image mounts a volume there"
        )
    return f"{fate}: {what} is gone with the container, so after each deploy"


def where_it_is_mounted(file: KeptFile) -> tuple[Related, ...]:
    """The place of the mount that does not keep it, if there is one."""
    return (Related(file.mount.location, "this is mounted there"),) if file.mount else ()
