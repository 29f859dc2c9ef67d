from agentflow_cli.src.app.core.auth.authorization import AuthorizationBackend


class ByDepot(AuthorizationBackend):
    async def authorize(self, user, resource, action, resource_id=None, **context):
        depot = user.get("depot")
        if not depot:
            return False
        return resource_id is None or str(resource_id).startswith(f"{depot}/")
