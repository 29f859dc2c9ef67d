"""What a conversation with the helpdesk remembers."""

from agentflow.core.state import AgentState


class TicketState(AgentState):
    """The messages, and the ticket that they are about."""

    ticket_number: int | None = None
    escalated: bool = False
