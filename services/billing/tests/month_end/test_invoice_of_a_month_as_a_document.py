"""The PDF of a month's invoice: what was used, and that it is to be paid."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from chassis.ids import new_id


@pytest.fixture
def invoice(desk, printer):
    at = datetime(2026, 10, 3, 9, tzinfo=UTC)
    desk.session(at)
    desk.lab(at, 95)
    desk.placement(date(2026, 10, 20), 600_000)
    desk.close()
    return desk.invoices()[0]


def words(document):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).split())


def test_it_names_what_was_used_at_which_price_and_when_it_is_due(desk, invoice):
    text = words(desk.shop.client.get(invoice["pdf_url"], headers=desk.shop.headers).data)
    for part in (
        "What was used, billed for October 2026",
        "Mentor session, 1 session, used in October 2026",
        "1:35 h",
        "200.00 an hour",
        "316.67",
        "3 % of KES 600,000.00 first-year salary",
        "18,000.00",
        "Due 16 November 2026",
        "KES 25,316.67",
    ):
        assert part.lower() in text.lower(), part
    assert "Balance due" not in text


def test_notifications_alone_fetches_it_to_mail_it(desk, invoice, as_service):
    url = f"/internal/invoices/{invoice['id']}/pdf"
    answer = desk.shop.client.get(url, headers=as_service("notifications"))
    assert answer.data.startswith(b"%PDF-")
    for other in (as_service("programs"), desk.shop.headers, {}):
        assert desk.shop.client.get(url, headers=other).status_code in (401, 403)
    missing = f"/internal/invoices/{new_id()}/pdf"
    assert desk.shop.client.get(missing, headers=as_service("notifications")).status_code == 404
