import os

import jwt
from fastapi import HTTPException
from tenxgraph_api import BaseAuth


class GridToken(BaseAuth):
    """A token of the grid operator's login."""

    def authenticate(self, request, response, credential):
        if credential is None:
            raise HTTPException(401, "token needed")
        keys = jwt.PyJWKClient(os.getenv("JWKS_URL", "https://login.grid.example/jwks"))
        try:
            key = keys.get_signing_key_from_jwt(credential.credentials)
            claims = jwt.decode(credential.credentials, key.key, algorithms=["ES256"], audience="planner")
        except jwt.PyJWTError as error:
            raise HTTPException(401, "token refused") from error
        return {"user_id": claims["sub"]}
