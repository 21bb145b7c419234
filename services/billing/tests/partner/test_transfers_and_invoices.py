"""Bank transfers of partners, and the invoices of all they pay: draft, sent, paid, overdue."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from chassis.ids import new_id
from contracts.events.billing import FundsAllocated, InvoiceIssued, InvoiceOverdue, InvoicePaid, PaymentFailed


def transfer(partner, amount=150_000, reference="BT_REF_12345", **body):
    return partner.pay(amount, method="bank_transfer", bank_reference=reference, **body)


def invoice(partner, **query):
    [found] = partner.get("/payments/invoices", **query)["invoices"]
    return found


def test_a_transfer_is_verified_by_the_platform_and_then_funds(partner):
    program = partner.program()
    told = transfer(partner, program_id=program).json
    assert (told["status"], told["message"]) == ("pending", "Payment initiated. Bank transfer verification pending.")
    shown = partner.get(f"/payments/{told['id']}")
    assert (shown["reference"], shown["method"], shown["completed_at"]) == ("BT_REF_12345", "bank_transfer", None)
    assert partner.shop.said(FundsAllocated) == []
    [awaited] = partner.shop.get("/payments/", reference="BT_REF_12345")["items"]
    assert (awaited["id"], awaited["bank_reference"], awaited["status"]) == (told["id"], "BT_REF_12345", "pending")
    assert partner.verify(told["id"], 150_000).status_code == 200
    assert partner.status(told["id"]) == "completed"
    assert partner.shop.balances() == {"cash_clearing:bank": 15_000_000, "funds_held:program": -15_000_000}
    assert len(partner.shop.said(FundsAllocated)) == 1


def test_a_transfer_needs_a_reference_and_each_names_its_own(partner, stranger):
    missing = partner.pay(1, method="bank_transfer")
    assert (missing.status_code, missing.json["detail"][0]["loc"]) == (422, ["body", "bank_reference"])
    assert partner.pay(1, bank_reference="BT1").status_code == 422
    assert transfer(partner).status_code == 201
    refused = transfer(partner)
    assert (refused.status_code, refused.json["detail"]) == (
        409,
        "A payment of yours names this bank reference already.",
    )
    assert transfer(stranger).status_code == 201


def test_the_invoice_of_a_transfer_is_sent_at_once_and_paid_with_the_same_number(partner):
    program = partner.program()
    payment = transfer(partner, program_id=program, description="Q2 2026 program funding").json["id"]
    sent = invoice(partner, status="sent")
    assert sent == {
        "id": sent["id"],
        "invoice_number": "INV-2026-001",
        "amount": 150_000,
        "currency": "KES",
        "status": "sent",
        "description": "Q2 2026 program funding",
        "program": "Nairobi STEM Scholars 2026",
        "issued_date": "2026-02-15",
        "due_date": "2026-03-01",
        "paid_date": None,
        "download_url": f"/api/v1/partner/payments/invoices/{sent['id']}/pdf",
    }
    assert partner.shop.balances() == {}, "a promise is no debt"
    partner.verify(payment, 150_000)
    paid = invoice(partner, status="paid")
    assert paid == {**sent, "status": "paid", "paid_date": "2026-02-15"}
    assert len(partner.shop.said(InvoiceIssued)) == len(partner.shop.said(InvoicePaid)) == 1


def test_a_transfer_that_never_comes_fails_and_its_invoice_is_overdue(partner, travel):
    one = partner.sponsorship(10_000)
    payment = transfer(partner, 10_000, sponsorship_ids=[one]).json["id"]
    travel.move_to(datetime(2026, 3, 2, tzinfo=UTC))
    partner.shop.run("settle_open_payments")
    partner.shop.run("mark_overdue")
    assert partner.status(payment) == "failed"
    assert [event.reason for event in partner.shop.said(PaymentFailed)] == ["expired"]
    assert invoice(partner)["status"] == "overdue"
    assert len(partner.shop.said(InvoiceOverdue)) == 1
    assert partner.verify(payment, 10_000).status_code == 200, "late money is money"
    assert (partner.status(payment), invoice(partner)["status"]) == ("completed", "paid")
    assert partner.shop.balances() == {"cash_clearing:bank": 1_000_000, "funds_held:sponsorship": -1_000_000}


def test_a_transfer_goes_back_under_the_banks_reference(partner):
    one = partner.sponsorship(10_000)
    payment = transfer(partner, 10_000, sponsorship_ids=[one]).json["id"]
    partner.verify(payment, 10_000)
    assert partner.shop.refund(payment=payment).status_code == 422
    assert partner.shop.refund(payment=payment, reference="FT26020BACK1").status_code == 201
    assert (partner.status(payment), partner.shop.balances()) == ("refunded", {})


def test_another_amount_than_was_told_is_credit(partner):
    payment = transfer(partner, program_id=partner.program()).json["id"]
    assert partner.verify(payment, 140_000).json["status"] == "unapplied"
    assert partner.shop.balances() == {"cash_clearing:bank": 14_000_000, "customer_credit": -14_000_000}
    assert partner.get("/payments")["summary"]["total_paid"] == 140_000


def test_other_payments_have_a_draft_that_is_issued_when_they_are_paid(partner):
    payment = partner.open(75_000, program_id=partner.program())
    draft = invoice(partner)
    assert (draft["status"], draft["invoice_number"], draft["issued_date"], draft["download_url"]) == (
        "draft",
        None,
        None,
        None,
    )
    assert invoice(partner, status="draft") == draft
    assert partner.get("/payments/invoices", status="sent")["total"] == 0
    refused = partner.ask(f"/payments/invoices/{draft['id']}/pdf")
    assert refused.status_code == 409
    partner.arrive(payment)
    paid = invoice(partner)
    assert (paid["id"], paid["status"], paid["invoice_number"]) == (draft["id"], "paid", "INV-2026-001")
    assert (paid["issued_date"], paid["due_date"], paid["paid_date"]) == ("2026-02-15",) * 3


def test_a_draft_goes_when_its_payment_comes_to_nothing_and_leaves_no_gap(partner, travel):
    late = partner.open(75_000)
    partner.shop.client.post(f"/pay/{partner.checkout(late)}")
    travel.shift(3700)
    partner.shop.run("settle_open_payments")
    assert partner.get("/payments/invoices")["total"] == 0
    partner.fund(1_000)
    assert invoice(partner)["invoice_number"] == "INV-2026-001"
    partner.arrive(late)
    assert partner.get("/payments/invoices")["invoices"][0]["invoice_number"] == "INV-2026-002"


def test_the_document_says_what_it_funds_and_whether_it_is_paid(partner, printer):
    payment = transfer(partner, program_id=partner.program(), description="Q2 2026 program funding").json["id"]
    url = invoice(partner)["download_url"].removeprefix("/api/v1/partner")

    def words():
        answer = partner.ask(url)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="INV-2026-001.pdf"'
        return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())

    open_ = words()
    assert "Program funding" in open_
    assert "Q2 2026 program funding" in open_
    assert "150,000.00" in open_
    assert "Balance due" not in open_
    assert "Seats" not in open_
    [(reference,)] = partner.shop.rows("select transfer_reference from payments")
    assert f"Reference: {reference}" in open_
    assert "Example Bank" in open_
    partner.verify(payment, 150_000)
    paid = words()
    assert "Balance due" in paid
    assert "Bank transfer" in paid
    assert "Example Bank" not in paid


def test_anothers_invoices_are_not_found(partner, stranger):
    partner.fund(1_000)
    mine = invoice(partner)["id"]
    draft = partner.open(1_000)
    [drafted] = partner.get("/payments/invoices", status="draft")["invoices"]
    assert stranger.get("/payments/invoices")["total"] == 0
    for id in (mine, drafted["id"], str(new_id())):
        refused = stranger.ask(f"/payments/invoices/{id}/pdf")
        assert (refused.status_code, refused.json["detail"]) == (404, "Invoice not found")
    assert stranger.ask(f"/payments/{draft}").json["detail"] == "Payment not found"


def test_an_invoice_for_funding_is_settled_by_its_own_payment_only(partner):
    transfer(partner)
    body = {
        "invoice_id": invoice(partner)["id"],
        "method": "card",
        "success_url": "https://partner.example/",
        "cancel_url": "https://partner.example/",
    }
    answer = partner.shop.client.post("/api/v1/billing/checkout/sessions/", json=body, headers=partner.shop.headers)
    assert answer.json["code"] == "paid_by_its_payment"


def test_invoices_are_paged_and_filtered(partner):
    for _ in range(3):
        partner.fund(1_000)
    partner.open(2_000)
    page = partner.get("/payments/invoices", limit=2, page=2)
    assert {name: page[name] for name in ("total", "page", "limit", "pages")} == {
        "total": 4, "page": 2, "limit": 2, "pages": 2,
    }  # fmt: skip
    assert len(page["invoices"]) == 2
    assert partner.get("/payments/invoices", status="paid")["total"] == 3
    assert partner.get("/payments/invoices", status="overdue")["total"] == 0
    refused = partner.ask("/payments/invoices", status="issued")
    assert (refused.status_code, refused.json["detail"]) == (400, "Invalid invoice status")


@pytest.mark.env(BANK_ACCOUNT="")
def test_without_an_account_nobody_is_asked_to_transfer(partner):
    assert transfer(partner).status_code == 422
