"""A partner's payment, from the dashboard's door to money that is held, through the provider its method names."""

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import PaymentCompleted, PaymentInitiated

PARTNER = "/api/v1/partner"


@pytest.fixture
def pay(shop):
    """POST a payment; the answer."""
    headers = headers_of(("org.manage", "partner"), organization=shop.organization, kind="partner", user=new_id())

    def run(method, amount):
        return shop.client.post(f"{PARTNER}/payments", json={"amount": amount, "method": method}, headers=headers)

    return run


def checkout_of(answer):
    assert answer.status_code == 201, answer.text
    return answer.json["checkout_url"].rpartition("/")[2]


def held(shop):
    return {code: minor for code, minor in shop.balances().items() if code.startswith("cash_clearing")}


def states(shop):
    return shop.rows("select state, method, provider from payments")


def test_by_mpesa(shop, mpesa, pay):
    checkout_id = checkout_of(pay("mpesa", 150_000))
    assert states(shop) == [("pending", "mpesa", "daraja")]
    shop.client.post(f"/pay/{checkout_id}", data={"phone": "0712345678"})
    shop.run("send_prompts")
    mpesa.answer_phone()
    assert mpesa.deliver(times=20) == [200] * 20
    assert (states(shop), held(shop)) == ([("completed", "mpesa", "daraja")], {"cash_clearing:daraja": 15_000_000})
    assert len(shop.said(PaymentInitiated)) == len(shop.said(PaymentCompleted)) == 1


def test_by_mpesa_a_prompt_that_was_declined_leaves_the_payment_pending(shop, mpesa, pay):
    checkout_id = checkout_of(pay("mpesa", 150_000))
    shop.client.post(f"/pay/{checkout_id}", data={"phone": "0712345678"})
    shop.run("send_prompts")
    mpesa.answer_phone("1032")
    mpesa.deliver()
    assert ("pending", "mpesa", "daraja") in states(shop)
    assert held(shop) == {}


def test_what_mpesa_cannot_take_is_refused(shop, mpesa, pay):
    for amount in (150.5, 250_001):
        assert pay("mpesa", amount).status_code == 422
    assert states(shop) == []


def test_by_card(shop, stripe, pay):
    checkout_id = checkout_of(pay("stripe", 150_000))
    stripe.pay(shop.client.post(f"/pay/{checkout_id}").location.rpartition("/")[2])
    assert stripe.deliver() == [204, 204]
    assert (states(shop), held(shop)) == ([("completed", "stripe", "stripe")], {"cash_clearing:stripe": 15_000_000})


def test_by_paypal(shop, paypal, pay):
    assert pay("paypal", 150).status_code == 422  # no shillings
    shop.hear(shop.now_paying_in("USD"))
    checkout_id = checkout_of(pay("paypal", 150))
    paypal.approve(shop.client.post(f"/pay/{checkout_id}").location.rpartition("=")[2])
    paypal.deliver()
    assert (states(shop), held(shop)) == ([("completed", "paypal", "paypal")], {"cash_clearing:paypal": 15_000})
