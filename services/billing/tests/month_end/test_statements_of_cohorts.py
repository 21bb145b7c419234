"""The statement of a cohort: who held a seat, which purchase covered it, what was metered."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from chassis.ids import new_id
from chassis.testing import headers_of


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def statements(desk, month="2026-10", **query):
    return desk.shop.get("/statements/cohorts/", month=month, **query)["items"]


def buy(desk, quantity, at, months=1, **more):
    with time_machine.travel(at, tick=False):
        return desk.shop.buy({"product": "seat", "quantity": quantity, "months": months}, **more)


def covered(statement):
    return [(purchase["checkout_id"], purchase["students"]) for purchase in statement["purchases"]]


def test_it_counts_students_who_held_a_seat_in_the_month_once_each(desk):
    buy(desk, 5, day(1, month=9), months=3)
    returning = new_id()
    desk.seat(new_id(), day(10, month=9))
    desk.seat(new_id(), day(10, month=9), until=day(5))
    desk.seat(returning, day(2), until=day(6))
    desk.seat(returning, day(8))
    desk.seat(new_id(), day(10, month=9), until=day(30, month=9))
    desk.seat(new_id(), day(1, month=11))
    desk.close()
    [statement] = statements(desk)
    assert (statement["state"], statement["seats_used"], statement["uncovered"]) == ("closed", 3, 0)
    assert (statement["cohort_name"], statement["month"]) == ("Nairobi 2026", "2026-10-01")


def test_a_cohorts_own_purchase_covers_first_and_the_organizations_the_rest(desk):
    pool = buy(desk, 2, day(20, month=9), months=3)
    own = buy(desk, 1, day(21, month=9), months=3, cohort_id=str(desk.cohort))
    for hour in range(3):
        desk.seat(new_id(), day(3, hour=hour))
    desk.close()
    [statement] = statements(desk)
    assert sorted(covered(statement)) == sorted([(own, 1), (pool, 2)])
    assert statement["uncovered"] == 0


def test_of_two_purchases_the_one_that_ends_first_is_drawn_on_first(desk):
    later = buy(desk, 2, day(20, month=9), months=3)
    sooner = buy(desk, 2, day(21, month=9), months=2)
    for hour in range(3):
        desk.seat(new_id(), day(3, hour=hour))
    desk.close()
    assert sorted(covered(statements(desk)[0])) == sorted([(sooner, 2), (later, 1)])


def test_a_seat_kept_over_the_end_of_a_purchase_is_covered_by_the_next(desk):
    first = buy(desk, 1, day(15, month=9))
    desk.seat(new_id(), day(16, month=9))
    second = buy(desk, 1, day(14))
    desk.close()
    assert sorted(covered(statements(desk)[0])) == sorted([(first, 1), (second, 1)])


def test_a_seat_nothing_was_bought_for_is_named(desk):
    buy(desk, 1, day(20, month=9), months=3)
    desk.seat(new_id(), day(3))
    desk.seat(new_id(), day(4))
    desk.close()
    [statement] = statements(desk)
    assert (statement["seats_used"], statement["uncovered"]) == (2, 1)


def test_two_cohorts_share_what_the_organization_bought_in_the_order_of_assignment(desk):
    buy(desk, 2, day(20, month=9), months=3)
    other = desk.shop.new_cohort()
    desk.seat(new_id(), day(3, hour=1))
    desk.seat(new_id(), day(3, hour=2), cohort=other)
    desk.seat(new_id(), day(3, hour=3))
    desk.close()
    uncovered = {one["cohort_id"]: one["uncovered"] for one in statements(desk)}
    assert uncovered == {str(desk.cohort): 1, str(other): 0}


def test_a_seat_that_changed_hands_counts_both_and_stays_covered(desk):
    buy(desk, 1, day(20, month=9), months=3)
    desk.seat(new_id(), day(3), until=day(10))
    desk.seat(new_id(), day(10))
    desk.close()
    [statement] = statements(desk)
    assert (statement["seats_used"], statement["uncovered"]) == (2, 0)


def test_it_shows_the_metered_lines_and_the_invoice_of_them(desk):
    desk.session(day(3))
    placed = desk.placement(date(2026, 10, 9), 20_000, "USD")
    desk.close()
    [statement] = statements(desk)
    assert sorted((line["currency"], line["net"], line["placement_id"]) for line in statement["lines"]) == [
        ("KES", 7_000, None),
        ("USD", 600, str(placed)),
    ]
    assert {(one["currency"], one["total"], one["status"]) for one in statement["invoices"]} == {
        ("KES", 7_000, "issued"),
        ("USD", 600, "issued"),
    }


def test_before_it_is_closed_the_running_month_is_open_and_shows_what_was_used_so_far(desk):
    with time_machine.travel(day(20)):
        desk.seat(new_id(), day(3))
        desk.session(day(3))
        desk.lab(day(4), 90)
        [statement] = desk.shop.get("/statements/cohorts/")["items"]
    assert (statement["state"], statement["closed_at"], statement["seats_used"]) == ("open", None, 1)
    assert sorted((line["product"], line["net"]) for line in statement["lines"]) == [
        ("lab_hour", 300),
        ("mentor_session", 7_000),
    ]
    assert statement["invoices"] == []


def test_once_closed_it_does_not_change_with_what_is_told_later(desk):
    desk.seat(new_id(), day(3))
    desk.session(day(3))
    desk.close()
    before = statements(desk)
    desk.seat(new_id(), day(4))
    desk.session(day(5))
    assert statements(desk) == before


@pytest.mark.parametrize("table", ["statements", "statement_seats", "month_closings", "billed_usage", "unbilled_usage"])
def test_the_database_refuses_to_change_what_was_closed(desk, table):
    buy(desk, 1, day(20, month=9), months=3)
    desk.seat(new_id(), day(3))
    desk.session(day(3))
    if table == "unbilled_usage":
        desk.shop.change("update organizations set currency = 'TZS'")
    desk.close()
    with pytest.raises(Exception, match="append-only"):
        desk.shop.change(f"update {table} set month = month")  # noqa: S608 - names of ours


def test_a_month_that_is_no_month_is_refused(desk):
    for month in ("2026-13", "october", "2026-1", "0000-01", "9999-12", "2026-10-01"):
        answer = desk.shop.client.get(
            "/api/v1/billing/statements/cohorts/", query_string={"month": month}, headers=desk.shop.headers
        )
        assert answer.status_code in (400, 422), month


def test_another_organization_sees_none_of_it(desk):
    desk.session(day(3))
    desk.close()
    stranger = headers_of(("billing.read",), organization=new_id())
    url = "/api/v1/billing/statements/cohorts/?month=2026-10"
    assert desk.shop.client.get(url, headers=stranger).json["items"] == []
    asked = f"{url}&cohort_id={desk.cohort}"
    assert desk.shop.client.get(asked, headers=stranger).json["items"] == []


def test_who_reads_for_one_cohort_sees_that_cohort_only(desk):
    other = desk.shop.new_cohort()
    desk.session(day(3))
    desk.session(day(3), cohort_id=other)
    desk.session(day(3), cohort_id=None)
    desk.close()
    narrow = headers_of((), organization=desk.organization, narrowed={other: ("billing.read",)})
    url = "/api/v1/billing/statements/cohorts/?month=2026-10"
    answer = desk.shop.client.get(url, headers=narrow)
    assert [one["cohort_id"] for one in answer.json["items"]] == [str(other)]
    assert desk.shop.client.get(f"{url}&cohort_id={desk.cohort}", headers=narrow).json["items"] == []
