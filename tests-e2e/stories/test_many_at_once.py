"""Many at once: the last seat and the last shilling have one winner, one key has one effect."""

import os
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from world.acts import COHORTS, buy_seats, child, make_cohort, wait_for_seats
from world.partners import PAYMENTS, a_partner, a_school, pay, settle, sponsor, state
from world.person import Person
from world.system import eventually

RIVALS = 64
ROUNDS = int(os.environ.get("SEAT_ROUNDS", "20"))
"""`make faults` plays a thousand where the seat is given, without the gateway."""


@pytest.mark.long
def test_the_last_seat_has_one_winner_again_and_again(town):
    sponsor = town.admin()
    buy_seats(sponsor, 1)
    cohort = make_cohort(sponsor, seats=10_000)
    first = wait_for_seats(sponsor, cohort, child())
    free(sponsor, first)
    with ThreadPoolExecutor(RIVALS) as pool:
        for number in range(ROUNDS):
            rows = list(pool.map(lambda n: try_to_enrol(sponsor, cohort, n), range(RIVALS)))
            winners = [row for row in rows if row["status"] == "enrolled"]
            assert len(winners) == 1, f"round {number}: {len(winners)} won the last seat"
            assert {row["status"] for row in rows} == {"enrolled", "no_seat"}
            free(sponsor, winners[0])


def test_the_last_seat_has_one_winner(town):
    sponsor = town.admin()
    buy_seats(sponsor, 1)
    cohort = make_cohort(sponsor, seats=10_000)
    free(sponsor, wait_for_seats(sponsor, cohort, child()))
    with ThreadPoolExecutor(RIVALS) as pool:
        rows = list(pool.map(lambda n: try_to_enrol(sponsor, cohort, n), range(RIVALS)))
    assert sorted(row["status"] for row in rows) == ["enrolled"] + ["no_seat"] * (RIVALS - 1)


def test_the_same_enrolment_fifty_times_at_once_with_one_key(town):
    sponsor = town.admin()
    buy_seats(sponsor, 2)
    cohort = make_cohort(sponsor)
    wait_for_seats(sponsor, cohort, child(1))
    url, body, key = f"{COHORTS}{cohort['id']}/enrollments/", {"students": [child(2)]}, {"Idempotency-Key": uuid4().hex}

    def once(_: int) -> tuple[int, bytes]:
        answer = twin(sponsor).call("POST", url, json=body, headers=key)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(once, range(50)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
    assert sponsor.get(f"{COHORTS}{cohort['id']}/enrollments/list/")["total"] == 2


def test_the_last_shilling_of_a_sponsorship_is_paid_once(town):
    school, partner = a_school(town, {}), a_partner(town)
    [one] = sponsor(partner, school.pupils, 1_000)
    pay(partner, 999, sponsorship_ids=[one])

    def try_to_pay(number: int):
        body = {"amount": 1, "method": ("stripe", "paypal")[number % 2], "sponsorship_ids": [one]}
        return twin(partner).call("POST", PAYMENTS, json=body, headers={"Idempotency-Key": uuid4().hex})

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(try_to_pay, range(16)))
    [winner] = [answer.json() for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} == {201, 409}
    settle(partner, winner)
    assert try_to_pay(0).status_code == 409
    listed = partner.get(PAYMENTS)
    assert sorted(each["amount"] for each in listed["payments"]) == [1, 999]
    assert [listed["summary"][name] for name in ("total_paid", "pending", "credit")] == [1_000, 0, 0]
    given = [partner.get(f"{PAYMENTS}/{each['id']}")["funds"] for each in listed["payments"]]
    assert sum(line["allocated"] for [line] in given) == 1_000
    eventually(lambda: state(partner, one) == "active", "it is active")


def twin(person: Person) -> Person:
    """The same person with a connection of their own: a thread's."""
    return Person(person.system, person.email, token=person.token)


def try_to_enrol(sponsor: Person, cohort, number: int):
    url = f"{COHORTS}{cohort['id']}/enrollments/"
    return twin(sponsor).call("POST", url, json={"students": [child(number)]}).json()["results"][0]


def free(sponsor: Person, row) -> None:
    sponsor.post(f"/api/v1/programs/enrollments/{row['enrollment_id']}/withdraw/", status=200)
