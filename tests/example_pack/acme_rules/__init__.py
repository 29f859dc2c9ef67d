"""What ACME asks of its agent servers."""

#: Below it lie the pages of the rules; reports link to them.
PAGES_URL = "https://docs.acme.example/agentflow-rules"
