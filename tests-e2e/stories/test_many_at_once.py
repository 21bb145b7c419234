"""Many at once: the last seat has one winner, one key has one effect."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from world.acts import COHORTS, buy_seats, child, make_cohort, wait_for_seats
from world.person import Person

RIVALS = 64
ROUNDS = 100


@pytest.mark.long
def test_the_last_seat_has_one_winner_a_hundred_times(town):
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


def twin(person: Person) -> Person:
    """The same person with a connection of their own: a thread's."""
    return Person(person.system, person.email, token=person.token)


def try_to_enrol(sponsor: Person, cohort, number: int):
    url = f"{COHORTS}{cohort['id']}/enrollments/"
    return twin(sponsor).call("POST", url, json={"students": [child(number)]}).json()["results"][0]


def free(sponsor: Person, row) -> None:
    sponsor.post(f"/api/v1/programs/enrollments/{row['enrollment_id']}/withdraw/", status=200)
