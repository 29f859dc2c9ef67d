"""Checks the tokens of the chambers' identity provider."""

import os
from typing import Any

import jwt
from agentflow_cli import BaseAuth
from fastapi import HTTPException

_ISSUER = os.environ["OIDC_ISSUER"]
_KEYS = jwt.PyJWKClient(f"{_ISSUER}/protocol/openid-connect/certs", cache_keys=True)


class ChambersAuth(BaseAuth):
    """Who is calling, by a signed token."""

    def authenticate(self, request, response, credential) -> dict[str, Any] | None:
        if credential is None:
            raise HTTPException(401, "A token is needed.")
        try:
            key = _KEYS.get_signing_key_from_jwt(credential.credentials)
            claims = jwt.decode(credential.credentials, key.key, algorithms=["RS256"], issuer=_ISSUER, audience="research")
        except jwt.PyJWTError as error:
            raise HTTPException(401, "The token is not valid.") from error
        return {"user_id": claims["sub"], "name": claims.get("name", "")}
