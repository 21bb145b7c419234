"""An issued invoice is paid by the existing checkout, becomes overdue when it is not, and is reminded of."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import InvoiceOverdue, InvoicePaid, InvoiceReminderDue, SeatsGranted

NOVEMBER_2 = datetime(2026, 11, 2, 9, tzinfo=UTC)
DUE = datetime(2026, 11, 16, 9, tzinfo=UTC)
ADDRESSES = {"success_url": "https://sponsor.example/paid", "cancel_url": "https://sponsor.example/cart"}


def after(days):
    return DUE + timedelta(days=days)


@pytest.fixture
def invoice(desk):
    """One of a mentor session, issued on 2 November and due on the 16th."""
    desk.session(datetime(2026, 10, 3, 9, tzinfo=UTC))
    desk.close()
    return desk.invoices()[0]


def order(desk, headers=None, **body):
    return desk.shop.client.post(
        "/api/v1/billing/checkout/sessions/",
        json={"method": "mpesa", **ADDRESSES, **body},
        headers=headers or desk.shop.headers,
    )


def checkout(desk, invoice):
    answer = order(desk, invoice_id=invoice["id"])
    assert answer.status_code == 201, answer.text
    return answer.json


def run(desk, job, at):
    with time_machine.travel(at):
        desk.shop.run(job)


def states(desk):
    return [one["status"] for one in desk.invoices()]


def test_an_invoice_is_paid_by_a_checkout_that_names_it(desk, invoice):
    opened = checkout(desk, invoice)
    assert (opened["amount"], opened["currency"], opened["invoice_id"]) == (7_000, "KES", invoice["id"])
    assert "Mentor session, 1 session" in opened["items"][0]["name"]
    desk.shop.pay(opened["id"])
    [paid] = desk.invoices()
    assert (paid["status"], paid["payment_method"], paid["number"]) == ("paid", "mpesa", invoice["number"])
    assert paid["payment_reference"].startswith("pay_")
    [event] = desk.shop.said(InvoicePaid)
    assert (str(event.invoice_id), event.total_minor) == (invoice["id"], 700_000)
    assert desk.shop.said(SeatsGranted) == []


def test_the_payment_clears_the_receivable_and_no_second_invoice_is_issued(desk, invoice):
    desk.shop.pay(checkout(desk, invoice)["id"])
    owed = [item["amount"] for item in desk.shop.get("/ledger/", account="receivable")["items"]]
    assert sorted(owed) == [-7_000, 7_000]
    assert len(desk.invoices()) == 1


def test_the_page_of_the_payer_shows_what_was_billed(desk, invoice):
    page = desk.shop.client.get(f"/pay/{checkout(desk, invoice)['id']}").text
    assert "What was billed" in page
    assert "Mentor session, 1 session, used in October 2026" in page


def test_a_paid_invoice_is_not_paid_again(desk, invoice):
    desk.shop.pay(checkout(desk, invoice)["id"])
    answer = order(desk, invoice_id=invoice["id"])
    assert (answer.status_code, answer.json["code"]) == (409, "already_paid")


def test_of_two_payments_of_one_invoice_the_second_is_held_as_credit(desk, invoice):
    first, second = checkout(desk, invoice), checkout(desk, invoice)
    desk.shop.client.post(f"/pay/{second['id']}")
    desk.shop.pay(first["id"])
    desk.shop.pay(second["id"])
    assert len(desk.shop.said(InvoicePaid)) == 1
    assert [item["amount"] for item in desk.shop.get("/ledger/", account="customer_credit")["items"]] == [-7_000]
    assert desk.shop.rows("select state, reason from payments order by recorded_at") == [
        ("completed", None),
        ("unapplied", "paid_twice"),
    ]


def test_nobody_is_sent_to_pay_an_invoice_that_is_paid(desk, invoice):
    first, second = checkout(desk, invoice), checkout(desk, invoice)
    desk.shop.pay(first["id"])
    page = desk.shop.client.post(f"/pay/{second['id']}")
    assert (page.status_code, "nothing to pay any more" in page.text) == (409, True)


def test_a_payment_of_another_amount_leaves_it_unpaid_and_is_held(desk, invoice):
    opened = checkout(desk, invoice)
    desk.shop.pay(opened["id"], desk.shop.attempt(opened["id"], amount_minor=1))
    assert states(desk) == ["issued"]


@pytest.mark.parametrize(
    "more",
    [{"items": [{"product": "seat", "quantity": 1}]}, {"currency": "KES"}, {"cohort_id": str(new_id())}],
    ids=["items", "currency", "cohort"],
)
def test_an_invoice_is_paid_as_it_is_or_not_at_all(desk, invoice, more):
    assert order(desk, invoice_id=invoice["id"], **more).status_code == 422


def test_neither_items_nor_an_invoice_is_refused(desk):
    answer = order(desk)
    assert (answer.status_code, "items" in answer.text) == (422, True)


def test_nobody_pays_what_is_not_theirs_or_out_of_their_reach(desk, invoice):
    stranger = headers_of(("billing.pay",), organization=new_id())
    narrow = headers_of((), organization=desk.organization, narrowed={new_id(): ("billing.pay",)})
    for headers in (stranger, narrow):
        answer = order(desk, headers, invoice_id=invoice["id"])
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_invoice")
    assert order(desk, invoice_id=str(new_id())).status_code == 404


def test_an_invoice_is_overdue_the_day_after_it_was_due_and_said_so_once(desk, invoice):
    run(desk, "mark_overdue", after(0))
    assert states(desk) == ["issued"]
    run(desk, "mark_overdue", after(1))
    run(desk, "mark_overdue", after(2))
    assert states(desk) == ["overdue"]
    [event] = desk.shop.said(InvoiceOverdue)
    assert (event.number, event.total_minor, str(event.due_on)) == (invoice["number"], 700_000, "2026-11-16")


def test_a_paid_invoice_is_never_overdue(desk, invoice):
    desk.shop.pay(checkout(desk, invoice)["id"])
    run(desk, "mark_overdue", after(40))
    run(desk, "remind_of_invoices", after(40))
    assert states(desk) == ["paid"]
    assert desk.shop.said(InvoiceOverdue, InvoiceReminderDue) == []


def test_it_is_reminded_of_on_each_day_of_the_settings_once(desk, invoice):
    for days in (1, 6, 7, 8, 14, 15, 30, 31, 60):
        run(desk, "mark_overdue", after(days))
        run(desk, "remind_of_invoices", after(days))
        run(desk, "remind_of_invoices", after(days))
    assert [event.days for event in desk.shop.said(InvoiceReminderDue)] == [7, 14, 30]


def test_after_a_long_silence_only_the_latest_reminder_goes_out(desk, invoice):
    run(desk, "mark_overdue", after(20))
    run(desk, "remind_of_invoices", after(20))
    run(desk, "remind_of_invoices", after(31))
    assert [event.days for event in desk.shop.said(InvoiceReminderDue)] == [14, 30]


def test_an_overdue_invoice_can_still_be_paid(desk, invoice):
    run(desk, "mark_overdue", after(3))
    desk.shop.pay(checkout(desk, invoice)["id"])
    run(desk, "remind_of_invoices", after(9))
    assert states(desk) == ["paid"]
    assert desk.shop.said(InvoiceReminderDue) == []


def test_overdue_invoices_are_listed_and_counted(desk, invoice):
    run(desk, "mark_overdue", after(3))
    assert [one["id"] for one in desk.invoices(status="overdue")] == [invoice["id"]]
    assert desk.invoices(status="issued") == []
