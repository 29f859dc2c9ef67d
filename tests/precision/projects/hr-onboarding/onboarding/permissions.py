"""Everybody runs the agent; a thread is its owner's."""

from agentflow_cli.src.app.core.auth.authorization import AuthorizationBackend


class OwnThreadsOnly(AuthorizationBackend):
    async def authorize(self, user, resource, action, resource_id=None, **context) -> bool:
        if not user.get("user_id"):
            return False
        return resource != "checkpointer" or str(resource_id or "").startswith(f"{user['user_id']}:")
