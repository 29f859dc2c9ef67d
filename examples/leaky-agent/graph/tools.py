"""What the agent can do besides talking."""

import json
import os
from pathlib import Path

from agentflow.core import ToolNode

_FILE = Path(os.environ["TICKETS_FILE"])


def find_tickets(words: str) -> str:
    """Tickets whose subject contains the given words."""
    tickets = json.loads(_FILE.read_text(encoding="utf-8"))
    found = [ticket for ticket in tickets if words.lower() in ticket["subject"].lower()]
    return json.dumps(found)


def file_ticket(subject: str) -> str:
    """Open a new ticket and say its number."""
    tickets = json.loads(_FILE.read_text(encoding="utf-8"))
    number = max((ticket["number"] for ticket in tickets), default=1000) + 1
    tickets.append({"number": number, "subject": subject, "status": "open"})
    _FILE.write_text(json.dumps(tickets, indent=2), encoding="utf-8")
    return f"Ticket {number} is open."


helpdesk_tools = ToolNode([find_tickets, file_ticket])
