import hmac
import json
import os

from fastapi import HTTPException
from tenxgraph_api import BaseAuth


class Door(BaseAuth):
    """Merchants have keys, in a JSON object from key to merchant."""

    def __init__(self):
        self._keys = json.loads(os.environ["DOOR_KEYS"])

    def authenticate(self, request, response, credential):
        for key, merchant in self._keys.items():
            if credential is not None and hmac.compare_digest(key, credential.credentials):
                return {"user_id": merchant}
        raise HTTPException(401)
