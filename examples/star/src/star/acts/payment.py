"""Buying seats: a checkout, the payment page, the provider's page, and back."""

from typing import Any

from star.account import Account
from star.browser import Browser, Page
from star.client import Client
from star.errors import Refused, Stopped
from star.waiting import until

CHECKOUTS = "/api/v1/billing/checkout/sessions/"


def buy_seats(account: Account, seats: int) -> Any:
    """Buy seats for one month and return the checkout once it is paid and the seats are there."""
    body = {
        "items": [{"product": "seat", "quantity": seats, "months": 1}],
        "method": "card",
        "success_url": "https://sponsor.example.org/paid",
        "cancel_url": "https://sponsor.example.org/cancelled",
    }
    checkout = account.post(CHECKOUTS, body, "checkout")
    if _state(account, checkout) == "open":
        _pay(account.client, checkout["url"])
    until("the payment", account.client, lambda: _state(account, checkout) == "paid")
    until("the seats", account.client, lambda: _seats(account)["purchased"] >= seats)
    return checkout


def _pay(client: Client, url: str) -> None:
    browser = Browser(client)
    try:
        provider = browser.press(browser.open(url), "Pay")
        _press_if_there(browser, provider)
    except Refused as refused:
        if refused.status != 409:  # pressed before, and the answer was lost: it is paid
            raise


def _press_if_there(browser: Browser, page: Page) -> None:
    if "Pay" in page.buttons:
        browser.press(page, "Pay")


def _state(account: Account, checkout: Any) -> str:
    state = str(account.get(f"{CHECKOUTS}{checkout['id']}/")["state"])
    if state not in ("open", "paid"):
        raise Stopped(f"The checkout is {state}; start a new run.")
    return state


def _seats(account: Account) -> Any:
    items = account.get("/api/v1/billing/entitlements/")["items"]
    return next((item for item in items if item["product"] == "seat"), {"purchased": 0})
