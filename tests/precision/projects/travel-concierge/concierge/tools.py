"""What the planner can look up."""

import httpx
from tenxgraph.core import ToolNode


async def search_trains(origin: str, destination: str, date: str) -> str:
    """Trains between two stations on a day."""
    async with httpx.AsyncClient(timeout=15.0) as client:
        answer = await client.get(
            "https://timetable.example.com/v2/connections",
            params={"from": origin, "to": destination, "date": date},
        )
    return answer.text


tools = ToolNode([search_trains])
