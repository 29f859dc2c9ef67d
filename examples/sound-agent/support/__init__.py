"""The helpdesk agent."""
