"""The bookkeeping API."""

import os

import httpx

_LEDGER = os.getenv("LEDGER_URL", "https://ledger.example.com")


async def find_order(number: str) -> str:
    """The order with a number."""
    async with httpx.AsyncClient(base_url=_LEDGER, timeout=10) as ledger:
        return (await ledger.get(f"/orders/{number}")).text


async def book(order: str, cents: int) -> str:
    """Book an invoice on an order."""
    async with httpx.AsyncClient(base_url=_LEDGER, timeout=10) as ledger:
        return (await ledger.post("/bookings", json={"order": order, "cents": cents})).text
