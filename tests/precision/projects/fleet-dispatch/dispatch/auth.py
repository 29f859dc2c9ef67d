import os

import jwt
from agentflow_cli import BaseAuth
from fastapi import HTTPException


class DriverAuth(BaseAuth):
    """A driver's app sends a token that the depot signed."""

    def authenticate(self, request, response, credential):
        if credential is None:
            raise HTTPException(status_code=401, detail="token missing")
        try:
            claims = jwt.decode(credential.credentials, os.environ["DRIVER_TOKEN_KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError as error:
            raise HTTPException(status_code=401, detail="token refused") from error
        return {"user_id": claims["driver"], "depot": claims["depot"]}
