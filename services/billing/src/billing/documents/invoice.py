"""The invoice as a page to print."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from billing import pages, rules
from billing.catalog import EXEMPT, Catalog
from billing.documents.words import in_words
from chassis.money import Money

_PER = {"session": "a session", "minute": "an hour", "placement": "of the salary"}
_STAMPS = {"paid": "Paid", "credited": "Credited"}
_METHODS = {
    "mpesa": "M-Pesa",
    "card": "Card",
    "bank_transfer": "Bank transfer",
    "paypal": "PayPal",
    "stripe": "Card (Stripe)",
    "credit": "Credit",
}


def invoice_document(invoice: dict[str, Any], zone: ZoneInfo, account: Sequence[str] = ()) -> tuple[str, str]:
    """An invoice (as ``queries.invoices.document`` gives it) as HTML and CSS; days are those of ``zone``.

    ``account`` are the lines of ours that a transfer goes to.
    """
    currency = invoice["currency"]
    html = pages.html(
        "billing",
        "invoice.html",
        invoice=invoice,
        paper=invoice,
        title="Invoice",
        to="Billed to",
        stamp=_STAMPS.get(invoice["state"], ""),
        account=account if invoice["transfer_reference"] and invoice["due_minor"] else (),
        lines=[_line(invoice, line, zone) for line in invoice["lines"]],
        amount=lambda minor: _figure(Money(minor, currency)),
        total=Money(invoice["total_minor"], currency),
        total_in_words=in_words(Money(invoice["total_minor"], currency)),
        day=_day,
        funding=any(line["unit"] == "contribution" for line in invoice["lines"]),
        month=format_date(invoice["month"], "MMMM y", locale="en") if invoice["month"] else "",
        paid_on=_day(invoice["paid_at"].astimezone(zone).date()) if invoice["paid_at"] else "",
        method=_METHODS.get(invoice["payment_method"], invoice["payment_method"]),
        country=_country(invoice["buyer"].get("country")),
        exempt=EXEMPT,
    )
    return html, pages.html("billing", "invoice.css")


def _line(invoice: dict[str, Any], line: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    product = Catalog.named(line["product"])
    if invoice["month"] is not None:
        return {**line, "name": line["description"], "window": "", "amount": _counted(line), "per": _PER[line["unit"]]}
    if line["unit"] == "contribution":
        return {**line, "name": product, "window": line["description"]}
    return {**line, "name": product, "window": _window(invoice["paid_at"], line["months"], zone)}


def _counted(line: dict[str, Any]) -> str:
    """How much of it, as people count it: lab use in hours and minutes, since it is billed to the minute."""
    sign, quantity = ("\u2212" if line["quantity"] < 0 else ""), abs(line["quantity"])
    if line["unit"] == "minute":
        return f"{sign}{quantity // 60}:{quantity % 60:02d} h"
    return f"{sign}{quantity:,}"


def _window(begins: datetime | None, months: int, zone: ZoneInfo) -> str:
    """For when the seats were bought."""
    if begins is None:
        return ""
    ends = rules.add_months(begins, months)
    return f"{_day(begins.astimezone(zone).date())} to {_day(ends.astimezone(zone).date())}"


def _figure(amount: Money) -> str:
    """Without its currency, which stands at the head of the column and beside the total."""
    return amount.format().replace(f"{amount.currency} ", "").replace("-", "\u2212")


def _day(value: date) -> str:
    return format_date(value, "d MMMM y", locale="en")


def _country(code: str | None) -> str:
    name: str = Locale("en").territories.get(code or "", code or "")
    return name
