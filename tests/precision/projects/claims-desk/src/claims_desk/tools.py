"""What the agent can look up."""

import os

import httpx
from tenxgraph.core import ToolNode


async def find_policy(number: str) -> str:
    """The policy with a number, as the policy service describes it."""
    async with httpx.AsyncClient(base_url=os.environ["POLICY_SERVICE_URL"], timeout=10.0) as service:
        answer = await service.get(f"/policies/{number}")
    return answer.text if answer.is_success else f"There is no policy {number}."


async def open_claim(policy_number: str, what_happened: str) -> str:
    """Open a claim and say its number."""
    async with httpx.AsyncClient(base_url=os.environ["POLICY_SERVICE_URL"], timeout=10.0) as service:
        answer = await service.post("/claims", json={"policy": policy_number, "event": what_happened})
        answer.raise_for_status()
    return f"Claim {answer.json()['number']} is open."


TOOLS = ToolNode([find_policy, open_claim])
