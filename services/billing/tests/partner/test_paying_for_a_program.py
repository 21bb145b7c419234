"""A partner pays for a program: pending at once, completed when the money has come, exactly allocated."""

from contracts.events.billing import (
    CheckoutCompleted,
    FundsAllocated,
    InvoiceIssued,
    InvoicePaid,
    PaymentCompleted,
    PaymentInitiated,
)


def test_a_payment_is_pending_at_once_and_says_where_to_go_on(partner):
    answer = partner.pay(150_000, program_id=partner.program())
    assert answer.status_code == 201, answer.text
    told = answer.json
    checkout = partner.checkout(told["id"])
    assert told == {
        "id": told["id"],
        "amount": 150_000,
        "currency": "KES",
        "method": "mpesa",
        "status": "pending",
        "created_at": "2026-02-15T10:00:00Z",
        "message": "Payment initiated. Continue at checkout_url to pay.",
        "checkout_url": f"http://localhost:8000/pay/{checkout}",
    }
    [said] = partner.shop.said(PaymentInitiated)
    assert (str(said.payment_id), said.amount_minor, said.method) == (told["id"], 15_000_000, "mpesa")
    assert partner.shop.balances() == {}


def test_money_that_has_come_is_held_for_the_program_and_said(partner):
    program = partner.program()
    payment = partner.fund(150_000, program_id=program, description="Q2 2026 program funding")
    shown = partner.get(f"/payments/{payment}")
    assert (shown["status"], shown["completed_at"]) == ("completed", "2026-02-15T10:00:00Z")
    assert shown["funds"] == [{"program_id": program, "amount": 150_000, "allocated": 150_000}]
    assert [type(event) for event in partner.shop.said()] == [
        PaymentInitiated,
        PaymentCompleted,
        CheckoutCompleted,
        FundsAllocated,
        InvoiceIssued,
        InvoicePaid,
    ]
    [given] = partner.shop.said(FundsAllocated)
    assert (str(given.program_id), given.sponsorship_id) == (program, None)
    assert (given.amount_minor, given.funded_minor, str(given.payment_id)) == (15_000_000, 15_000_000, payment)
    assert partner.shop.balances() == {"cash_clearing:sandbox": 15_000_000, "funds_held:program": -15_000_000}


def test_the_list_shows_payments_and_what_they_come_to(partner):
    program = partner.program()
    paid = partner.fund(75_000, program_id=program, description="February")
    pending = partner.open(25_000, program_id=program)
    found = partner.get("/payments")
    assert {name: found[name] for name in ("total", "page", "limit", "pages")} == {
        "total": 2, "page": 1, "limit": 20, "pages": 1,
    }  # fmt: skip
    assert found["summary"] == {
        "total_paid": 75_000,
        "this_month": 75_000,
        "pending": 25_000,
        "credit": 0,
        "currency": "KES",
    }
    assert [row["id"] for row in found["payments"]] == [pending, paid]
    row = found["payments"][1]
    assert row == {
        "id": paid,
        "amount": 75_000,
        "currency": "KES",
        "method": "mpesa",
        "status": "completed",
        "description": "February",
        "reference": row["reference"],
        "program_id": program,
        "created_at": "2026-02-15T10:00:00Z",
        "completed_at": "2026-02-15T10:00:00Z",
    }
    assert found["payments"][0]["description"] == "Funding of Nairobi STEM Scholars 2026"
    assert found["payments"][0]["completed_at"] is None
