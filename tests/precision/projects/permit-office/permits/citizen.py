import os

from fastapi import HTTPException
from httpx import AsyncClient
from tenxgraph_api import BaseAuth


class CitizenAuth(BaseAuth):
    async def authenticate(self, request, response, credential):
        async with AsyncClient(base_url=os.environ["CITIZEN_LOGIN"], timeout=5) as login:
            answer = await login.get("/me", headers={"Authorization": f"Bearer {credential.credentials}"})
        if answer.status_code != 200:
            raise HTTPException(401)
        return {"user_id": answer.json()["citizen"]}
