import json
import urllib.request

from agentflow_cli import BaseAuth
from fastapi import HTTPException

from tutor.settings import SCHOOL_LOGIN_URL


class SchoolLogin(BaseAuth):
    def authenticate(self, request, response, credential):
        if credential is None:
            raise HTTPException(401)
        question = urllib.request.Request(
            f"{SCHOOL_LOGIN_URL}/whoami", headers={"Authorization": f"Bearer {credential.credentials}"}
        )
        with urllib.request.urlopen(question, timeout=3) as answer:
            who = json.load(answer)
        return {"user_id": who["id"], "pupils": who.get("pupils", [])}
