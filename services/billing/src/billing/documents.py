"""Documents made of HTML and a print style sheet; the renderer turns them into PDF."""

from typing import Any

from billing import pages
from chassis.money import Money

_METHODS = {"mpesa": "M-Pesa", "card": "card", "bank_transfer": "bank transfer"}


def invoice_document(invoice: dict[str, Any]) -> tuple[str, str]:
    """An invoice as HTML and CSS."""

    def amount(minor: int) -> str:
        return Money(minor, invoice["currency"]).format()

    html = pages.html(
        "billing",
        "invoice.html",
        invoice=invoice,
        amount=amount,
        method=_METHODS.get(invoice["payment_method"], invoice["payment_method"]),
    )
    return html, pages.html("billing", "invoice.css")
