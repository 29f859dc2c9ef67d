from agentflow_cli.src.app.core.auth.authorization import AuthorizationBackend


class ClassRules(AuthorizationBackend):
    """A pupil sees their own threads, a teacher those of the class."""

    async def authorize(self, user, resource, action, resource_id=None, **context):
        allowed = {user.get("user_id"), *user.get("pupils", ())}
        return resource_id is None or str(resource_id).split("-")[0] in allowed
