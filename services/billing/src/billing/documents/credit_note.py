"""The credit note as a page to print."""

from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date

from billing import pages
from billing.catalog import EXEMPT, Catalog
from billing.documents.words import in_words
from chassis.money import Money


def credit_note_document(note: dict[str, Any]) -> tuple[str, str]:
    """A credit note (as ``queries.credit_notes.document`` gives it) as HTML and CSS."""
    currency = note["currency"]
    html = pages.html(
        "billing",
        "credit_note.html",
        note=note,
        paper=note,
        title="Credit note",
        to="Credited to",
        stamp="",
        funding=False,
        lines=[{**line, "name": _name(note, line)} for line in note["lines"]],
        amount=lambda minor: Money(minor, currency).format().replace(f"{currency} ", ""),
        total=Money(note["total_minor"], currency),
        total_in_words=in_words(Money(note["total_minor"], currency)),
        day=_day,
        country=_country(note["buyer"].get("country")),
        exempt=EXEMPT,
    )
    return html, pages.html("billing", "invoice.css")


def _name(note: dict[str, Any], line: dict[str, Any]) -> str:
    """Usage that was taken back says in words how much it was, and when."""
    return str(line["description"]) if note["month"] else Catalog.named(line["product"])


def _day(value: date) -> str:
    return format_date(value, "d MMMM y", locale="en")


def _country(code: str | None) -> str:
    name: str = Locale("en").territories.get(code or "", code or "")
    return name
