"""A sponsor buys seats: checkout, our page, the provider's page, its webhook, and what it gives."""

from contracts.events.billing import (
    CheckoutCompleted,
    InvoiceIssued,
    InvoicePaid,
    PaymentCompleted,
    PaymentFailed,
    SeatsGranted,
)


def test_seats_are_paid_for_on_the_providers_page_and_granted_by_its_webhook(shop):
    checkout_id = shop.checkout({"product": "seat", "quantity": 5, "months": 3})
    page = shop.client.get(f"/pay/{checkout_id}")
    assert page.status_code == 200
    assert "Safari Foundation" in page.text
    assert "KES 300,000.00" in page.text

    provider_page = shop.press_pay(checkout_id)
    back = shop.at_provider(provider_page, "pay")
    assert back.location == f"http://localhost:8000/pay/{checkout_id}/return"
    assert shop.state(checkout_id) == "open"
    shop.deliver()

    found = shop.get(f"/checkout/sessions/{checkout_id}/")
    assert (found["state"], found["amount"], found["currency"]) == ("paid", 300000, "KES")
    assert [type(event) for event in shop.said()] == [
        PaymentCompleted,
        CheckoutCompleted,
        SeatsGranted,
        InvoiceIssued,
        InvoicePaid,
    ]
    [granted] = shop.said(SeatsGranted)
    assert (granted.quantity, granted.cohort_id, granted.organization_id) == (5, None, shop.organization)
    [paid] = shop.said(InvoicePaid)
    assert (paid.total_minor, paid.currency, paid.number[:4]) == (30_000_000, "KES", "INV-")
    [seats] = shop.get("/entitlements/")["items"]
    assert (seats["purchased"], seats["in_use"], seats["available"]) == (5, 0, 5)
    assert shop.client.get(f"/pay/{checkout_id}/return").location == "https://sponsor.example/paid"
    assert "is paid" in shop.client.get(f"/pay/{checkout_id}").text


def test_the_payer_who_returns_before_the_webhook_is_not_kept_waiting(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    assert shop.client.get(f"/pay/{checkout_id}/return").location == "https://sponsor.example/paid"
    assert shop.state(checkout_id) == "paid"
    shop.deliver()
    assert len(shop.said(SeatsGranted)) == 1


def test_a_declined_payment_can_be_tried_again(shop):
    checkout_id = shop.checkout()
    page = shop.press_pay(checkout_id)
    declined = shop.at_provider(page, "decline")
    assert "was declined" in shop.client.get(declined.location).text
    shop.deliver()
    assert shop.state(checkout_id) == "open"
    [failed] = shop.said(PaymentFailed)
    assert (failed.reason, failed.amount_minor) == ("declined", 30_000_000)

    shop.at_provider(shop.press_pay(checkout_id), "pay")
    shop.deliver()
    assert shop.state(checkout_id) == "paid"
    assert len(shop.said(PaymentFailed)) == 1
    assert len(shop.said(SeatsGranted)) == 1


def test_a_payer_who_gives_up_goes_back_to_where_they_came_from(shop):
    checkout_id = shop.checkout()
    back = shop.at_provider(shop.press_pay(checkout_id), "cancel")
    assert back.location.endswith(f"/pay/{checkout_id}/return")
    assert shop.client.get(f"/pay/{checkout_id}/return").location == "https://sponsor.example/cart"
    assert shop.state(checkout_id) == "cancelled"
    assert [event.reason for event in shop.said(PaymentFailed)] == ["cancelled"]
    assert shop.client.post(f"/pay/{checkout_id}").status_code == 409
    assert "was cancelled" in shop.client.get(f"/pay/{checkout_id}").text


def test_a_payer_who_lets_the_time_run_out_buys_nothing(shop):
    checkout_id = shop.checkout()
    back = shop.at_provider(shop.press_pay(checkout_id), "expire")
    assert "expired" in shop.client.get(back.location).text
    assert shop.state(checkout_id) == "expired"
    assert [event.reason for event in shop.said(PaymentFailed)] == ["expired"]
    assert shop.said(SeatsGranted) == []


def test_seats_for_one_cohort_say_so_everywhere(quick):
    cohort = quick.new_cohort()
    quick.buy({"product": "seat", "quantity": 2}, cohort_id=str(cohort))
    assert [event.cohort_id for event in quick.said(SeatsGranted, PaymentCompleted, InvoicePaid)] == [cohort] * 3
    [window] = quick.get("/entitlements/")["items"][0]["windows"]
    assert (window["cohort_id"], window["quantity"]) == (str(cohort), 2)
    assert quick.get("/invoices/")["items"][0]["cohort_id"] == str(cohort)
