"""Everybody at once: the last shilling is funded once, what is released does not go back, a webhook counts once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from contracts.events.billing import DisbursementMade, FundsAllocated, FundsReversed, PaymentCompleted


def at_once(*calls):
    """Make the calls as near to one another as threads can; their answers, in order."""
    gate = Barrier(len(calls))

    def one(call):
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(one, call) for call in calls]]


def balanced(shop):
    sums = shop.rows("select currency, sum(amount_minor) from ledger_entries group by 1 having sum(amount_minor) <> 0")
    return sums == []


def test_two_payments_for_the_last_shilling_one_is_refused(racing):
    one = racing.sponsorship(10_000)
    answers = at_once(*[lambda: racing.pay(10_000, sponsorship_ids=[one])] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    many = [racing.sponsorship(10_000) for _ in range(5)]
    calls = [lambda ids=ids: racing.pay(50_000, sponsorship_ids=ids) for ids in (many, many[::-1], many, many[::-1])]
    assert sorted(answer.status_code for answer in at_once(*calls)) == [201, 409, 409, 409]


def test_one_transfer_is_named_by_one_payment(racing):
    calls = [lambda: racing.pay(10, method="bank_transfer", bank_reference="BT1")] * 4
    assert sorted(answer.status_code for answer in at_once(*calls)) == [201, 409, 409, 409]


def test_twenty_webhooks_at_once_allocate_once(racing):
    program = racing.program()
    payment = racing.open(1_000, program_id=program)
    shop, checkout = racing.shop, racing.checkout(payment)
    shop.at_provider(shop.press_pay(checkout), "pay")
    shop.deliver()
    before = shop.balances()
    calls = [lambda: shop.client.get(f"/pay/{checkout}/return").status_code] * 4
    for _ in range(5):
        assert set(at_once(*calls)) == {303}
    assert shop.balances() == before == {"cash_clearing:sandbox": 100_000, "funds_held:program": -100_000}
    assert len(shop.said(FundsAllocated)) == len(shop.said(PaymentCompleted)) == 1


def test_many_who_ask_before_any_webhook_allocate_once(racing):
    payment = racing.open(1_000, program_id=racing.program())
    shop, checkout = racing.shop, racing.checkout(payment)
    shop.at_provider(shop.press_pay(checkout), "pay")
    calls = [lambda: shop.client.get(f"/pay/{checkout}/return").status_code] * 4
    assert set(at_once(*calls)) == {303}
    shop.deliver()
    assert len(shop.said(FundsAllocated)) == len(shop.said(PaymentCompleted)) == 1
    assert racing.status(payment) == "completed"


def test_one_part_is_released_once(racing):
    one = racing.sponsorship(10_000)
    racing.pay_for(10_000, sponsorship_ids=[one])
    racing.activated(one)
    part = racing.disbursements()[0]["id"]
    answers = at_once(*[lambda: racing.disburse(part)] * 3, lambda: racing.shop.run("make_disbursements"))
    assert sorted(answer.status_code for answer in answers[:3])[1:] == [409, 409]
    assert len(racing.shop.said(DisbursementMade)) <= 1
    assert balanced(racing.shop)


@pytest.mark.parametrize("round_", range(2))
def test_money_is_either_released_or_goes_back(racing, round_):
    one = racing.sponsorship(1_000, **racing.one_day)
    payment = racing.pay_for(1_000, sponsorship_ids=[one])
    racing.activated(one)
    [part] = racing.disbursements()
    released, back = at_once(
        lambda: racing.disburse(part["id"]).status_code,
        lambda: racing.shop.refund(payment=payment).status_code,
    )
    assert sorted((released, back)) in ([200, 409], [201, 409])
    shop = racing.shop
    assert len(shop.said(DisbursementMade)) + len(shop.said(FundsReversed)) == 1
    assert balanced(shop)
    assert all(minor >= 0 for code, minor in shop.balances().items() if code.startswith("cash"))


def test_an_end_and_money_that_comes_leave_nothing_held(racing):
    one = racing.sponsorship(1_000)
    payment = racing.open(1_000, sponsorship_ids=[one])
    shop, checkout = racing.shop, racing.checkout(payment)
    shop.at_provider(shop.press_pay(checkout), "pay")
    at_once(lambda: shop.client.get(f"/pay/{checkout}/return"), lambda: racing.ended(one))
    assert shop.balances() == {"cash_clearing:sandbox": 100_000, "customer_credit": -100_000}


@pytest.mark.parametrize("round_", range(2))
def test_an_end_and_a_refund_do_not_wait_for_one_another_in_vain(racing, round_):
    one, other = racing.sponsorship(1_000), racing.sponsorship(1_000)
    payment = racing.pay_for(2_000, sponsorship_ids=[one, other])
    _, *refunds = at_once(
        lambda: (racing.ended(one), racing.ended(other)),
        *[lambda: racing.shop.refund(payment=payment, amount=700).status_code] * 3,
    )
    shop = racing.shop
    assert sorted(refunds) == [201, 201, 409]
    assert shop.balances() == {"cash_clearing:sandbox": 60_000, "customer_credit": -60_000}
    assert shop.get(f"/payments/{payment}/")["credit"] == 600
