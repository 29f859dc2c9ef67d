"""Names threads after the day, so that the bookkeepers find them."""

from datetime import date

from tenxgraph_api.src.app.utils.thread_name_generator import ThreadNameGenerator


class InvoiceThreadNames(ThreadNameGenerator):
    async def generate_name(self, messages: list[str]) -> str:
        first = messages[0] if messages else "invoice"
        return f"{date.today():%Y-%m-%d} {first[:40]}"
