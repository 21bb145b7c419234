"""Many at once, with real commits: nobody sponsored twice, no program overfull, every sponsorship with one end."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.events.identity import OrganizationCreated
from contracts.events.privacy import ErasureRequested
from programs.app import SERVICE
from programs.clients.privacy import Privacy

from .conftest import funds, taken_back

STARTED = "select count(*) from outbox where type = 'ufadhili.programs.sponsorship_created.v1'"
ENDED = "select count(*) from outbox where type = 'ufadhili.programs.sponsorship_ended.v1'"


@pytest.fixture
def town(committing, organization_at, partner_at):
    """A partner and a school of a database in which every transaction commits."""

    class Nobody:
        def visible(self, *_, **__):
            return set()

    committing.database.provided[Privacy] = Nobody()

    class Town:
        @staticmethod
        def deliver(*events):
            for event in events:
                with committing.database.transaction(SYSTEM) as session:
                    SERVICE.consumers[type(event)](session, event)

        @staticmethod
        def count(query):
            with committing.database.transaction(SYSTEM) as session:
                return session.scalar(text(query))

        @staticmethod
        def pupils(number):
            school = organization_at(committing.client, "academy")
            rows = [{"external_id": str(n), "name": f"S{n}"} for n in range(number)]
            return [row["student_id"] for row in school.enrol(school.cohort(seats=100), *rows).json["results"]]

        @staticmethod
        def partner():
            made = partner_at(committing.client, new_id())
            facts = {"name": "Elimu", "kind": "partner", "slug": "x", "currency": "KES", "time_zone": "Africa/Nairobi"}
            Town.deliver(OrganizationCreated(organization_id=made.id, **facts))
            return made

    return Town


def at_once(*calls):
    """Run the calls in as many threads and return what they return."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_sponsoring_the_same_students_at_once_happens_once(town):
    partner, students = town.partner(), town.pupils(20)
    orders = [students, students[::-1]] * 4
    answers = at_once(*[lambda order=order: partner.another().sponsor(*order) for order in orders])
    assert statuses(answers) == [201] + [409] * 7
    assert town.count("select count(*) from sponsorships") == town.count(STARTED) == 20


def test_partners_that_sponsor_the_same_students_wait_for_each_other(town):
    partners, students = [town.partner() for _ in range(4)], town.pupils(20)
    calls = [
        lambda partner=partner, order=order: partner.sponsor(*order)
        for partner, order in zip(partners, [students, students[::-1]] * 2, strict=True)
    ]
    assert statuses(at_once(*calls)) == [201] * 4


def test_cancelled_and_paid_at_once_it_has_one_end(town):
    partner, students = town.partner(), town.pupils(6)
    for id in partner.sponsored(*students):
        answers = at_once(
            lambda id=id: partner.another().post(f"sponsorships/{id}/cancel"),
            lambda id=id: town.deliver(funds(partner, 1, sponsorship=id)),
            lambda id=id: partner.another().post(f"sponsorships/{id}/cancel"),
        )
        assert statuses([answers[0], answers[2]]) == [200, 409]
        assert partner.sponsorship(id)["status"] == "cancelled"
    assert town.count(ENDED) == 6


def test_cancelled_and_refunded_at_once_it_has_one_end(town):
    partner, students = town.partner(), town.pupils(6)
    for id in partner.sponsored(*students):
        town.deliver(funds(partner, 1, sponsorship=id))
        at_once(
            lambda id=id: partner.another().post(f"sponsorships/{id}/cancel"),
            lambda id=id: town.deliver(taken_back(partner, 0, sponsorship=id)),
        )
        assert partner.sponsorship(id)["status"] == "cancelled"
    assert town.count(ENDED) == 6


def test_the_last_places_of_a_program_are_given_once(town):
    partner, students = town.partner(), town.pupils(12)
    program = partner.planned(target_students=3)
    town.deliver(funds(partner, 1, program=program))
    calls = [
        lambda id=id: partner.another().post(f"programs/{program}/students", {"student_ids": [id]}) for id in students
    ]
    assert statuses(at_once(*calls)) == [201] * 3 + [207] * 9
    assert partner.program(program)["enrolled_students"] == 3


def test_a_program_is_paused_or_completed_whoever_comes_first(town):
    partner = town.partner()
    for _ in range(4):
        program = partner.planned()
        town.deliver(funds(partner, 1, program=program))
        moves = ("pause", "pause", "complete", "complete")
        answers = at_once(
            *[lambda move=move, p=program: partner.another().post(f"programs/{p}/{move}") for move in moves]
        )
        assert partner.program(program)["status"] == "completed"
        assert statuses(answers[:2]) in ([200, 409], [409, 409])
        assert statuses(answers[2:]) == [200, 409]


def test_who_is_erased_while_being_sponsored_is_sponsored_no_more(town):
    partner = town.partner()
    for student in town.pupils(6):
        event = ErasureRequested(request_id=new_id(), student_id=UUID(student), user_id=None)
        at_once(lambda s=student: partner.another().sponsor(s), lambda event=event: town.deliver(event))
    running = "select count(*) from sponsorships where state in ('pending', 'active')"
    assert town.count(running) == 0
    assert town.count(STARTED) == town.count(ENDED)
