import os

import httpx
from fastapi import HTTPException
from tenxgraph_api import BaseAuth


class CitizenAuth(BaseAuth):
    def authenticate(self, request, response, credential):
        if credential is None:
            raise HTTPException(401)
        headers = {"Authorization": f"Bearer {credential.credentials}"}
        answer = httpx.get(f"{os.environ['CITIZEN_LOGIN']}/me", headers=headers, timeout=5)
        if answer.status_code != 200:
            raise HTTPException(401)
        return {"user_id": answer.json()["citizen"]}
