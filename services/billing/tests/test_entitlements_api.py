"""How many seats there are, who holds them, and whether one student is entitled to theirs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chassis.ids import new_id
from chassis.json_provider import moment
from chassis.testing import headers_of
from contracts.events.billing import SeatsExpired
from contracts.events.programs import SeatAssigned, SeatReleased

BOUGHT = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


def assigned(shop, student, at, *, seat=None, cohort=None):
    return SeatAssigned(
        seat_id=seat or new_id(),
        organization_id=shop.organization,
        cohort_id=cohort or new_id(),
        student_id=student,
        assigned_at=at,
    )


def released(event, at):
    return SeatReleased(
        seat_id=event.seat_id,
        organization_id=event.organization_id,
        cohort_id=event.cohort_id,
        student_id=event.student_id,
        released_at=at,
        reason="withdrawn",
    )


def seats(shop, **query):
    [found] = shop.get("/entitlements/", **query)["items"]
    return found["purchased"], found["in_use"], found["available"]


def student(shop, student_id, **query):
    found = shop.get("/entitlements/", student_id=str(student_id), **query)["student"]
    return found["entitled"], found["reason"]


@pytest.fixture
def bought(quick):
    """Five seats for one month, bought on 31 January."""
    with time_machine.travel(BOUGHT, tick=False) as clock:
        quick.buy({"product": "seat", "quantity": 5, "months": 1})
        quick.clock = clock
        yield quick


@pytest.mark.parametrize(
    ("at", "purchased"),
    [
        (BOUGHT - timedelta(microseconds=1), 0),
        (BOUGHT, 5),
        (datetime(2026, 2, 28, 8, 59, 59, 999999, tzinfo=UTC), 5),
        (datetime(2026, 2, 28, 9, 0, tzinfo=UTC), 0),
    ],
)
def test_a_window_opens_with_the_payment_and_ends_after_calendar_months(bought, at, purchased):
    assert seats(bought, at=moment(at)) == (purchased, 0, purchased)


def test_windows_that_overlap_add_up(bought):
    bought.clock.move_to(BOUGHT + timedelta(days=10))
    bought.buy({"product": "seat", "quantity": 2, "months": 2})
    [found] = bought.get("/entitlements/")["items"]
    assert (found["purchased"], found["valid_from"], found["valid_until"]) == (
        7,
        "2026-01-31T09:00:00Z",
        "2026-04-10T09:00:00Z",
    )
    bought.clock.move_to(datetime(2026, 3, 1, tzinfo=UTC))
    assert seats(bought) == (2, 0, 2)


def test_nothing_bought_is_nothing_to_use(quick):
    [found] = quick.get("/entitlements/")["items"]
    assert found == {
        "product": "seat",
        "purchased": 0,
        "in_use": 0,
        "available": 0,
        "valid_from": None,
        "valid_until": None,
        "windows": [],
    }


def test_a_student_is_entitled_while_holding_a_seat_in_a_window(bought):
    amina, brian = new_id(), new_id()
    given = assigned(bought, amina, BOUGHT + timedelta(days=1))
    bought.hear(given)
    bought.clock.move_to(BOUGHT + timedelta(days=2))
    assert seats(bought) == (5, 1, 4)
    assert student(bought, amina) == (True, None)
    assert student(bought, amina, at=moment(BOUGHT)) == (False, "no_seat")
    assert student(bought, brian) == (False, "no_seat")
    bought.clock.move_to(datetime(2026, 2, 28, 9, tzinfo=UTC))
    assert student(bought, amina) == (False, "no_window")
    bought.hear(released(given, datetime(2026, 2, 28, 10, tzinfo=UTC)))
    assert student(bought, amina) == (False, "no_window")
    bought.clock.move_to(datetime(2026, 2, 28, 11, tzinfo=UTC))
    assert student(bought, amina) == (False, "released")
    assert seats(bought) == (0, 0, 0)


def test_events_count_once_in_whatever_order_they_come(bought):
    amina = new_id()
    given = assigned(bought, amina, BOUGHT + timedelta(hours=1))
    back = released(given, BOUGHT + timedelta(hours=2))
    again = assigned(bought, amina, BOUGHT + timedelta(hours=3), seat=given.seat_id, cohort=given.cohort_id)
    bought.clock.move_to(BOUGHT + timedelta(days=1))
    for order in ([given, back], [back, given], [given, given, back, back]):
        bought.change("delete from seat_holdings")
        bought.hear(*order)
        assert seats(bought) == (5, 0, 5)
        assert student(bought, amina) == (False, "released")
    for order in ([given, back, again], [again, back, given], [back, again, given, again]):
        bought.change("delete from seat_holdings")
        bought.hear(*order)
        assert seats(bought) == (5, 1, 4)
        assert student(bought, amina) == (True, None)


def test_when_fewer_are_bought_than_held_the_latest_assigned_go_without(bought):
    students = [new_id() for _ in range(7)]
    for number, student_id in enumerate(students):
        bought.hear(assigned(bought, student_id, BOUGHT + timedelta(minutes=number)))
    bought.clock.move_to(BOUGHT + timedelta(days=1))
    assert seats(bought) == (5, 7, 0)
    assert [student(bought, student_id)[0] for student_id in students] == [True] * 5 + [False] * 2
    assert student(bought, students[-1]) == (False, "lapsed")


def test_a_cohorts_own_seats_serve_its_students_only(quick):
    own, other = quick.new_cohort(), quick.new_cohort()
    with time_machine.travel(BOUGHT, tick=False) as clock:
        quick.buy({"product": "seat", "quantity": 1}, cohort_id=str(own))
        inside, outside, second = new_id(), new_id(), new_id()
        quick.hear(
            assigned(quick, outside, BOUGHT, cohort=other),
            assigned(quick, inside, BOUGHT + timedelta(minutes=1), cohort=own),
            assigned(quick, second, BOUGHT + timedelta(minutes=2), cohort=own),
        )
        clock.move_to(BOUGHT + timedelta(hours=1))
        assert student(quick, outside) == (False, "lapsed")
        assert student(quick, inside) == (True, None)
        assert student(quick, second) == (False, "lapsed")
        quick.buy({"product": "seat", "quantity": 1})
        assert student(quick, outside) == (True, None)
        headers = headers_of((), organization=quick.organization, narrowed={own: ("billing.read",)})
        [narrow] = quick.client.get("/api/v1/billing/entitlements/", headers=headers).json["items"]
        assert (narrow["purchased"], narrow["in_use"]) == (1, 2)


def test_another_organization_sees_none_of_it(bought):
    amina = new_id()
    bought.hear(assigned(bought, amina, BOUGHT))
    headers = headers_of(("billing.read",), organization=new_id())
    url = f"/api/v1/billing/entitlements/?student_id={amina}"
    found = bought.client.get(url, headers=headers).json
    assert found["items"][0]["purchased"] == found["items"][0]["in_use"] == 0
    assert found["student"]["reason"] == "no_seat"
    assert bought.client.get(url, headers=headers_of(("billing.read",))).status_code == 403


@pytest.mark.parametrize("query", ["student_id=1", "at=yesterday", "at=2026-01-01T00:00:00", "at=99999"])
def test_a_bad_question_is_refused(quick, query):
    answer = quick.client.get(f"/api/v1/billing/entitlements/?{query}", headers=quick.headers)
    assert answer.status_code == 400


def test_the_end_of_a_window_is_said_once_and_earns_what_was_paid(bought):
    bought.run("expire_grants")
    assert bought.said(SeatsExpired) == []
    bought.clock.move_to(datetime(2026, 2, 28, 9, tzinfo=UTC))
    bought.run("expire_grants")
    bought.run("expire_grants")
    [expired] = bought.said(SeatsExpired)
    assert (expired.quantity, expired.expired_at) == (5, datetime(2026, 2, 28, 9, tzinfo=UTC))
    [earned] = bought.get("/ledger/", account="revenue:seat")["items"]
    assert earned["amount"] == -100000
    assert sum(entry["amount"] for entry in bought.get("/ledger/", account="deferred_revenue:seat")["items"]) == 0
