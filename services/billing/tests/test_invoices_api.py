"""Finance looks at what was billed."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from chassis.ids import new_id
from chassis.testing import headers_of

URL = "/api/v1/billing/invoices/"


def pdf(shop, invoice):
    return shop.client.get(invoice["pdf_url"], headers=shop.headers)


def test_a_paid_checkout_has_one_paid_invoice_with_its_lines(quick):
    quick.buy({"product": "seat", "quantity": 5, "months": 3}, {"product": "seat", "quantity": 1})
    page = quick.get("/invoices/")
    assert (page["total"], page["page"], page["limit"], page["pages"]) == (1, 1, 20, 1)
    [invoice] = page["items"]
    assert (invoice["status"], invoice["total"], invoice["currency"]) == ("paid", 320000, "KES")
    assert [(line["description"], line["net"]) for line in invoice["lines"]] == [
        ("Sponsored seat, 5 seats for 3 months", 300000),
        ("Sponsored seat, 1 seat for 1 month", 20000),
    ]
    assert quick.get(f"/invoices/{invoice['id']}/") == invoice


def test_invoices_are_filtered_by_status_and_day_and_paged_the_latest_first(quick):
    for month in (1, 2, 3):
        with time_machine.travel(datetime(2026, month, 15, 9, tzinfo=UTC)):
            quick.buy()
    with time_machine.travel(datetime(2026, 4, 1, tzinfo=UTC)):

        def numbers(**query):
            return [item["number"][-3:] for item in quick.get("/invoices/", **query)["items"]]

        assert numbers() == ["003", "002", "001"]
        assert numbers(**{"from": "2026-02-15"}) == ["003", "002"]
        assert numbers(to="2026-02-14") == ["001"]
        assert numbers(**{"from": "2026-02-01", "to": "2026-02-28"}) == ["002"]
        assert numbers(status="issued") == []
        assert numbers(limit=2, page=2) == ["001"]
        assert numbers(status="paid", colour="red") == ["003", "002", "001"]


@pytest.mark.parametrize("query", ["status=lost", "from=yesterday", "to=2026-13-01", "page=0", "limit=101", "page=x"])
def test_a_bad_filter_is_refused(quick, query):
    assert quick.client.get(f"{URL}?{query}", headers=quick.headers).status_code == 400


def test_a_poll_that_finds_nothing_new_is_cheap(quick):
    quick.buy()
    first = quick.client.get(URL, headers=quick.headers)
    again = quick.client.get(URL, headers={**quick.headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_organizations_invoice_does_not_exist(quick, printer):
    quick.buy()
    [invoice] = quick.get("/invoices/")["items"]
    stranger = headers_of(("billing.read",), organization=new_id())
    assert quick.client.get(URL, headers=stranger).json["total"] == 0
    for path in (f"{URL}{invoice['id']}/", invoice["pdf_url"]):
        assert quick.client.get(path, headers=stranger).status_code == 404
        assert quick.client.get(path).status_code == 401
        assert quick.client.get(path, headers=headers_of((), organization=quick.organization)).status_code == 403


def test_who_reads_for_one_cohort_sees_what_was_bought_for_it(quick, printer):
    cohort_id = quick.new_cohort()
    quick.buy()
    quick.buy(cohort_id=str(cohort_id))
    headers = headers_of((), organization=quick.organization, narrowed={cohort_id: ("billing.read",)})
    [mine] = quick.client.get(URL, headers=headers).json["items"]
    assert mine["cohort_id"] == str(cohort_id)
    [other] = [item for item in quick.get("/invoices/")["items"] if item["cohort_id"] is None]
    assert quick.client.get(other["pdf_url"], headers=headers).status_code == 404
    for path in ("ledger", "statements"):
        assert quick.client.get(f"/api/v1/billing/{path}/", headers=headers).status_code == 403


def test_the_platform_sees_every_organizations_invoices(quick):
    quick.buy()
    assert quick.client.get(URL, headers=headers_of(("platform",))).json["total"] == 1


@pytest.mark.env(
    INVOICE_SELLER_NAME="Ufadhili Ltd",
    INVOICE_SELLER_ADDRESS="Ngong Road 12|Nairobi",
    INVOICE_SELLER_TAX_ID="P051234567X",
)
def test_the_pdf_names_seller_buyer_lines_total_and_payment(quick, printer):
    quick.hear(*quick.renamed("Safari & <Sons>"))
    with time_machine.travel(datetime(2026, 1, 31, 22, 30, tzinfo=UTC)):
        quick.buy({"product": "seat", "quantity": 1234, "months": 1})
        [invoice] = quick.get("/invoices/")["items"]
        answer = pdf(quick, invoice)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="INV-2026-001.pdf"'
    document = PdfReader(BytesIO(answer.data))
    text = " ".join(page.extract_text() for page in document.pages)
    for expected in (
        "INV-2026-001",
        "Ufadhili Ltd",
        "Ngong Road 12",
        "P051234567X",
        "Safari & <Sons>",
        "Kenya",
        "finance@safari.example",
        "Sponsored seat",
        "1,234",
        "KES 24,680,000.00",
        "Twenty-four million, six hundred and eighty thousand Kenyan shillings",
        "1 February 2026",
        "1 February 2026 to 1 March 2026",
        invoice["payment_reference"][:12],
        "Page 1 of 1",
        "Exempt: educational service.",
    ):
        assert expected in text, expected
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "Invoice INV-2026-001"


def test_an_organization_heard_of_after_it_paid_is_named_all_the_same(quick, printer):
    quick.change("delete from organizations")
    quick.buy()
    [invoice] = quick.get("/invoices/")["items"]
    before = PdfReader(BytesIO(pdf(quick, invoice).data)).pages[0].extract_text()
    assert str(quick.organization)[:8] in before
    quick.hear(*quick.renamed("Late but Known"))
    assert "Late but Known" in PdfReader(BytesIO(pdf(quick, invoice).data)).pages[0].extract_text()


def test_an_invoice_keeps_the_name_of_its_day(quick, printer):
    quick.buy()
    quick.hear(*quick.renamed("Another Name"))
    [invoice] = quick.get("/invoices/")["items"]
    assert "Safari Foundation" in PdfReader(BytesIO(pdf(quick, invoice).data)).pages[0].extract_text()


def test_a_busy_renderer_says_when_to_come_back(quick, printer):
    quick.buy()
    printer.busy = True
    answer = pdf(quick, quick.get("/invoices/")["items"][0])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
