"""Billing refunds seats: none that a student holds, each once, and whatever else happens at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import token
from contracts.events.billing import SeatsGranted
from programs.app import SERVICE
from programs.clients.privacy import Privacy

RETIRED, RETURNED = "/internal/seats/retired", "/internal/seats/returned"


@pytest.fixture
def sponsor(organization):
    return organization("sponsor")


@pytest.fixture
def ask(client, as_service, sponsor):
    """Billing asks to have seats taken away (or given back)."""

    def post(path, refund, seats, caller="billing"):
        told = [{"grant_id": str(grant), "quantity": quantity} for grant, quantity in seats.items()]
        body = {"organization_id": str(sponsor.id), "refund_id": str(refund), "seats": told}
        answer = client.post(path, json=body, headers=as_service(caller))
        return answer.status_code, answer.json["code"] if answer.data else None

    return post


DONE = (204, None)


def test_free_seats_are_taken_away_and_cannot_be_given_any_more(sponsor, grant, ask):
    seats = grant(sponsor, 3)
    cohort = sponsor.cohort()
    assert sponsor.statuses(cohort, "Amina") == ["enrolled"]
    assert ask(RETIRED, new_id(), {seats: 1}) == DONE
    assert sponsor.statuses(cohort, "Brian", "Chebet") == ["enrolled", "no_seat"]


def test_a_seat_somebody_holds_is_not_taken_away_nor_is_any_beside_it(sponsor, grant, ask):
    held, free = grant(sponsor, 1, cohort=(cohort := sponsor.cohort())), grant(sponsor, 1)
    assert sponsor.statuses(cohort, "Amina", "Brian") == ["enrolled", "enrolled"]
    assert ask(RETIRED, new_id(), {held: 1}) == (409, "seats_assigned")
    third = grant(sponsor, 1)
    assert ask(RETIRED, new_id(), {free: 1, held: 1}) == (409, "seats_assigned")
    assert ask(RETIRED, new_id(), {third: 2}) == (409, "seats_assigned")
    assert sponsor.statuses(sponsor.cohort(), "Chebet") == ["enrolled"]


def test_holders_move_to_other_seats_rather_than_stand_in_the_way(sponsor, grant, ask):
    cohort = sponsor.cohort()
    own = grant(sponsor, 1, cohort=cohort)
    assert sponsor.statuses(cohort, "Amina") == ["enrolled"]
    grant(sponsor, 1)
    assert ask(RETIRED, new_id(), {own: 1}) == DONE
    assert sponsor.statuses(cohort, "Amina", "Brian") == ["already_enrolled", "no_seat"]


def test_the_same_refund_takes_its_seats_once(sponsor, grant, ask):
    seats, refund = grant(sponsor, 2), new_id()
    assert [ask(RETIRED, refund, {seats: 1}) for _ in range(3)] == [DONE] * 3
    assert sponsor.statuses(sponsor.cohort(), "Amina", "Brian") == ["enrolled", "no_seat"]


def test_a_refund_that_fails_gives_its_seats_back_once(sponsor, grant, ask):
    seats, refund = grant(sponsor, 2), new_id()
    assert ask(RETIRED, refund, {seats: 2}) == DONE
    assert [ask(RETURNED, refund, {seats: 2}) for _ in range(3)] == [DONE] * 3
    assert sponsor.statuses(sponsor.cohort(), "Amina", "Brian", "Chebet") == ["enrolled", "enrolled", "no_seat"]
    assert ask(RETIRED, refund, {seats: 2}) == (409, "refund_given_up")


def test_a_question_that_comes_after_its_refund_was_given_up_takes_nothing(sponsor, grant, ask):
    seats, refund = grant(sponsor, 1), new_id()
    assert ask(RETURNED, refund, {seats: 1}) == DONE
    assert ask(RETIRED, refund, {seats: 1}) == (409, "refund_given_up")
    assert sponsor.statuses(sponsor.cohort(), "Amina", "Brian") == ["enrolled", "no_seat"]


def test_seats_that_are_used_up_or_unknown_are_not_given_back(sponsor, organization, grant, ask):
    seats = grant(sponsor, 1, days=2)
    foreign = grant(organization("employer"), 1)
    assert ask(RETIRED, new_id(), {foreign: 1}) == (409, "unknown_grant")
    with time_machine.travel(now() + timedelta(days=2)):
        assert ask(RETIRED, new_id(), {seats: 1}) == (409, "window_ended")


def test_only_billing_may_ask(sponsor, grant, ask, client):
    seats = grant(sponsor, 1)
    for path in (RETIRED, RETURNED):
        assert ask(path, new_id(), {seats: 1}, caller="notifications") == (403, "forbidden")
        assert client.post(path, json={}, headers=sponsor.headers).status_code == 403


def test_a_refund_and_enrolments_at_once_never_oversell(committing, organization_at):
    class Nobody:
        def visible(self, *_, **__):
            return set()

    committing.database.provided[Privacy] = Nobody()
    service = {"Authorization": f"Bearer {token(sub='billing', client_id='billing', aud='programs')}"}
    for _ in range(5):
        sponsor = organization_at(committing.client, "sponsor")
        granted = SeatsGranted(
            organization_id=sponsor.id, grant_id=new_id(), payment_id=new_id(), quantity=4,
            valid_from=now() - timedelta(days=1), valid_until=now() + timedelta(days=30),
        )  # fmt: skip
        with committing.database.transaction(SYSTEM) as session:
            SERVICE.consumers[SeatsGranted](session, granted)
        cohort = sponsor.cohort()
        told = [{"grant_id": str(granted.grant_id), "quantity": 2}]
        body = {"organization_id": str(sponsor.id), "seats": told}

        def refund(body=body):
            return committing.client.post(RETIRED, json={**body, "refund_id": str(new_id())}, headers=service)

        def enrol(number, sponsor=sponsor, cohort=cohort):
            return sponsor.another().enrol(cohort, {"email": f"s{number}@x.example", "name": "S"})

        with ThreadPoolExecutor(8) as threads:
            enrolled = [threads.submit(enrol, number) for number in range(4)]
            refunded = [threads.submit(refund) for _ in range(3)]
        assert {answer.result().status_code for answer in refunded} <= {204, 409}
        seats = sum(answer.result().json["results"][0]["status"] == "enrolled" for answer in enrolled)
        taken = 2 * sum(answer.result().status_code == 204 for answer in refunded)
        assert seats + taken == 4, "nothing oversold, nobody refused wrongly"
        assert _left(committing.database, sponsor.id) == (4 - taken, seats)


def _left(database, organization: UUID):
    query = """
    select (select sum(quantity) from seat_grants where organization_id = :o), count(*)
    from seats where organization_id = :o
    """
    with database.transaction(SYSTEM) as session:
        return tuple(map(int, session.execute(text(query), {"o": organization}).one()))
