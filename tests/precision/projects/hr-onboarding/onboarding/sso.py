import os

import jwt
from agentflow_cli import BaseAuth
from fastapi import HTTPException


class SingleSignOn(BaseAuth):
    def authenticate(self, request, response, credential):
        try:
            claims = jwt.decode(credential.credentials, os.environ["SSO_PUBLIC_KEY"], algorithms=["RS256"])
        except (AttributeError, jwt.PyJWTError):
            raise HTTPException(401, "Sign in first.") from None
        return {"user_id": claims["sub"]}
