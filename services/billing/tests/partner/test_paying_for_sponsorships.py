"""A partner pays for sponsorships: in proportion to what each still lacks, never more, to the last cent."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.clients.programs import FoundFundable
from billing.errors import FundablesUnavailable
from chassis.ids import new_id
from chassis.money import Money
from contracts.events.billing import FundsAllocated, PaymentInitiated


def test_the_amount_is_given_in_proportion_to_what_each_lacks(partner):
    small, large = partner.sponsorship(10_000), partner.sponsorship(20_000)
    payment = partner.fund(1_000, sponsorship_ids=[small, large])
    given_to = {str(event.sponsorship_id): event.amount_minor for event in partner.shop.said(FundsAllocated)}
    assert given_to == {small: 33_333, large: 66_667}
    funds = {line["sponsorship_id"]: line["allocated"] for line in partner.get(f"/payments/{payment}")["funds"]}
    assert funds == {small: 333.33, large: 666.67}
    assert partner.shop.balances() == {"cash_clearing:sandbox": 100_000, "funds_held:sponsorship": -100_000}


def test_what_is_full_gets_nothing_and_the_rest_goes_to_the_others(partner):
    full, open_ = partner.sponsorship(10_000), partner.sponsorship(20_000)
    partner.fund(10_000, sponsorship_ids=[full])
    partner.fund(20_000, sponsorship_ids=[full, open_])
    last = partner.shop.said(FundsAllocated)[-1]
    assert (str(last.sponsorship_id), last.amount_minor, last.funded_minor) == (open_, 2_000_000, 2_000_000)


def test_more_than_is_lacking_is_a_conflict_and_awaited_payments_count(partner):
    one = partner.sponsorship(10_000)
    partner.open(6_000, sponsorship_ids=[one])
    refused = partner.pay(4_001, sponsorship_ids=[one])
    assert (refused.status_code, set(refused.json)) == (409, {"detail", "request_id"})
    assert partner.pay(4_000, sponsorship_ids=[one]).status_code == 201


@pytest.mark.parametrize("how", ["expired", "cancelled"])
def test_a_payment_that_came_to_nothing_makes_room_again(partner, how):
    one = partner.sponsorship(10_000)
    payment = partner.open(10_000, sponsorship_ids=[one])
    assert partner.pay(1, sponsorship_ids=[one]).status_code == 409
    checkout = partner.checkout(payment)
    partner.shop.client.post(f"/pay/{checkout}")
    partner.shop.till.report(checkout, how)
    partner.shop.client.get(f"/pay/{checkout}/return")
    assert partner.status(payment) == "failed"
    assert partner.pay(10_000, sponsorship_ids=[one]).status_code == 201


def test_late_money_funds_what_is_still_lacking_and_the_rest_is_credit(partner, travel):
    one = partner.sponsorship(10_000)
    late = partner.open(8_000, sponsorship_ids=[one])
    partner.shop.client.post(f"/pay/{partner.checkout(late)}")
    travel.shift(3700)
    partner.shop.run("settle_open_payments")
    assert partner.status(late) == "failed"
    partner.fund(5_000, sponsorship_ids=[one])
    partner.arrive(late)
    assert partner.status(late) == "completed"
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 1_300_000,
        "customer_credit": -300_000,
        "funds_held:sponsorship": -1_000_000,
    }


def test_what_ended_meanwhile_gets_nothing(partner):
    one = partner.sponsorship(10_000)
    payment = partner.open(8_000, sponsorship_ids=[one])
    partner.ended(one)
    partner.arrive(payment)
    assert partner.status(payment) == "completed"
    assert partner.shop.balances() == {"cash_clearing:sandbox": 800_000, "customer_credit": -800_000}
    assert partner.shop.said(FundsAllocated) == []
    assert partner.pay(1, sponsorship_ids=[one]).status_code == 409


def test_money_for_nothing_in_particular_is_credit(partner):
    payment = partner.fund(500)
    shown = partner.get(f"/payments/{payment}")
    assert (shown["description"], shown["program_id"], shown["funds"]) == ("Contribution", None, [])
    assert partner.shop.balances() == {"cash_clearing:sandbox": 50_000, "customer_credit": -50_000}
    assert partner.get("/payments")["summary"]["credit"] == 500


def test_credit_pays_what_is_to_be_funded(partner):
    credit = partner.fund(9_000)
    one = partner.sponsorship(10_000)
    wanted = partner.open(6_000, sponsorship_ids=[one])
    shop = partner.shop
    headers = {**shop.platform, "Idempotency-Key": str(new_id())}
    path = f"/api/v1/billing/payments/{credit}/apply/"
    applied = shop.client.post(path, json={"checkout_id": partner.checkout(wanted)}, headers=headers)
    assert (applied.status_code, applied.json["id"], applied.json["method"]) == (201, wanted, "credit")
    assert partner.status(wanted) == "completed"
    assert shop.balances() == {
        "cash_clearing:sandbox": 900_000,
        "customer_credit": -300_000,
        "funds_held:sponsorship": -600_000,
    }
    assert shop.get(f"/payments/{credit}/")["credit"] == 3_000
    assert partner.get("/payments")["summary"]["total_paid"] == 9_000, "credit is not paid twice"
    assert shop.refund(payment=wanted).json["amount"] == 6_000
    assert shop.balances() == {"cash_clearing:sandbox": 900_000, "customer_credit": -900_000}
    assert shop.get(f"/payments/{credit}/")["credit"] == 9_000, "what credit paid is credit again"
    assert shop.get(f"/payments/{wanted}/")["credit"] == 0
    assert shop.refund(payment=credit).json["amount"] == 9_000
    assert shop.balances() == {}


def test_what_was_created_a_moment_ago_is_asked_of_programs(partner):
    id = new_id()
    one = FoundFundable(
        id=id, kind="sponsorship", organization_id=partner.organization, amount_minor=1_000_000, currency="KES",
        state="pending", start_date=date(2026, 3, 1), end_date=date(2026, 12, 31),
    )  # fmt: skip
    partner.shop.seats.known[id] = one
    assert partner.pay(10_000, sponsorship_ids=[str(id)]).status_code == 201
    assert partner.pay(1, sponsorship_ids=[str(id)]).status_code == 409


def test_while_programs_does_not_answer_nothing_unknown_is_funded(partner):
    known = partner.sponsorship(10_000)
    partner.shop.seats.refuse = FundablesUnavailable
    refused = partner.pay(10_000, sponsorship_ids=[str(new_id())])
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert partner.pay(10_000, sponsorship_ids=[known]).status_code == 201


@pytest.mark.parametrize(("field", "detail"), [("program_id", "Program"), ("sponsorship_ids", "Sponsorship")])
def test_anothers_is_not_found_however_it_is_known(partner, stranger, field, detail):
    kind = detail.lower()
    theirs = stranger.program() if kind == "program" else stranger.sponsorship()
    id = new_id()
    partner.shop.seats.known[id] = FoundFundable(
        id=id, kind=kind, organization_id=stranger.organization, amount_minor=1_000_000, currency="KES",
        state="pending", start_date=date(2026, 3, 1), end_date=date(2026, 12, 31),
    )  # fmt: skip
    for named in (theirs, str(id), str(new_id())):
        refused = partner.pay(1, **{field: [named] if kind == "sponsorship" else named})
        assert (refused.status_code, refused.json["detail"]) == (404, f"{detail} not found")
    wrong_kind = partner.sponsorship() if kind == "program" else partner.program()
    refused = partner.pay(1, **{field: [wrong_kind] if kind == "sponsorship" else wrong_kind})
    assert refused.status_code == 404
    assert partner.shop.said(PaymentInitiated) == []


@given(
    amount=st.integers(1, 10**12),
    lacking=st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any),
)
def test_the_parts_are_the_whole_and_none_is_more_than_is_lacking(amount, lacking):
    amount = min(amount, sum(lacking))
    parts = Money(amount, "KES").allocate(lacking)
    assert sum(part.minor for part in parts) == amount
    assert all(0 <= part.minor <= most for part, most in zip(parts, lacking, strict=True))


def test_two_hundred_sponsorships_are_paid_at_once(partner):
    ids = [partner.sponsorship(100 + number % 7) for number in range(200)]
    lacking = sum(100 + number % 7 for number in range(200))
    payment = partner.fund(lacking, sponsorship_ids=ids)
    assert {UUID(line["sponsorship_id"]) for line in partner.get(f"/payments/{payment}")["funds"]} == set(
        map(UUID, ids)
    )
    assert partner.shop.balances()["funds_held:sponsorship"] == -lacking * 100
    assert partner.pay(1, sponsorship_ids=ids).status_code == 409
