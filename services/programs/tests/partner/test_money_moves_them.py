"""What billing says activates, cancels and tells what was released; the calendar ends."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis import clock
from contracts.events.programs import SponsorshipActivated, SponsorshipEnded
from programs.queries.figures import gauges

from .conftest import funds, released, taken_back


@pytest.fixture
def amani(pupils):
    (made,) = pupils("Amani")
    return made


@pytest.fixture
def sponsorship(partner, amani):
    (made,) = partner.sponsored(amani)
    return made


def status(partner, sponsorship):
    return partner.sponsorship(sponsorship)["status"]


def test_the_first_money_activates_and_more_of_it_changes_nothing(partner, sponsorship, deliver, published):
    first = funds(partner, 10, sponsorship=sponsorship)
    deliver(first, first, funds(partner, 5, sponsorship=sponsorship))
    assert status(partner, sponsorship) == "active"
    (told,) = published(SponsorshipActivated)
    assert (str(told.sponsorship_id), told.activated_at) == (sponsorship, first.allocated_at)


def test_money_for_a_cancelled_one_does_not_bring_it_back(partner, sponsorship, deliver, published):
    partner.post(f"sponsorships/{sponsorship}/cancel")
    deliver(funds(partner, 10, sponsorship=sponsorship))
    assert status(partner, sponsorship) == "cancelled"
    assert published(SponsorshipActivated) == []


def test_an_active_one_is_over_when_nothing_is_left_of_its_money(partner, sponsorship, deliver, published):
    deliver(funds(partner, 10, sponsorship=sponsorship), taken_back(partner, 4, sponsorship=sponsorship))
    assert status(partner, sponsorship) == "active"
    gone = taken_back(partner, 0, sponsorship=sponsorship)
    deliver(gone, gone)
    assert status(partner, sponsorship) == "cancelled"
    (told,) = published(SponsorshipEnded)
    assert (told.state, told.reason, told.ended_at) == ("cancelled", "refunded", gone.reversed_at)


def test_money_taken_back_from_what_waits_or_has_ended_changes_nothing(partner, sponsorship, deliver, published):
    deliver(taken_back(partner, 0, sponsorship=sponsorship))
    assert status(partner, sponsorship) == "pending"
    partner.post(f"sponsorships/{sponsorship}/cancel")
    deliver(taken_back(partner, 0, sponsorship=sponsorship))
    assert [event.reason for event in published(SponsorshipEnded)] == ["cancelled"]


def test_what_was_released_is_counted_once_and_told_in_order(partner, sponsorship, deliver):
    deliver(funds(partner, 25000, sponsorship=sponsorship))
    second = released(partner, 10000, "2026-12-01", "Term 2 disbursement", sponsorship=sponsorship)
    first = released(partner, 5000, "2026-09-01", "Initial disbursement", sponsorship=sponsorship)
    deliver(second, first, second)
    shown = partner.sponsorship(sponsorship)
    assert shown["financial"] == {
        "total_amount": 25000,
        "amount_disbursed": 15000,
        "amount_remaining": 10000,
        "currency": "KES",
        "disbursement_history": [
            {"date": "2026-09-01", "amount": 5000, "description": "Initial disbursement"},
            {"date": "2026-12-01", "amount": 10000, "description": "Term 2 disbursement"},
        ],
    }
    assert partner.listed()["sponsorships"][0]["amount_disbursed"] == 15000
    assert "KES 5,000.00 disbursed: Initial disbursement" in [one["event"] for one in shown["timeline"]]


def test_the_database_refuses_to_change_what_was_released(partner, sponsorship, deliver, database):
    deliver(released(partner, 1, "2026-09-01", sponsorship=sponsorship))
    with pytest.raises(Exception, match="append-only"), database.transaction("system") as session:
        session.execute(text("update disbursements set amount_minor = 2"))


def test_the_last_day_passes_in_the_organizations_own_time_zone(partner, pupils, deliver, run_job, monkeypatch):
    funded, unfunded, later = pupils("A", "B", "C")
    days = {"start_date": "2027-01-01", "end_date": "2027-03-31"}
    (paid,) = partner.sponsored(funded, **days)
    (unpaid,) = partner.sponsored(unfunded, **days)
    (running,) = partner.sponsored(later, start_date="2027-01-01", end_date="2027-04-01")
    deliver(funds(partner, 1, sponsorship=paid))
    at = clock.datetime.fromisoformat("2027-03-31T20:59:00+00:00")
    for moment, expected in (
        (at, ("active", "pending", "pending")),
        (at + timedelta(minutes=1), ("completed", "cancelled", "pending")),
    ):
        monkeypatch.setattr("programs.usecases.end_funding.now", lambda moment=moment: moment)
        run_job("end_funding")
        assert tuple(status(partner, id) for id in (paid, unpaid, running)) == expected


def test_what_ended_by_itself_says_why_and_once(partner, pupils, deliver, run_job, published):
    funded, unfunded = pupils("A", "B")
    days = {"start_date": "2020-01-01", "end_date": "2020-12-31"}
    (paid,) = partner.sponsored(funded, **days)
    partner.sponsored(unfunded, **days)
    deliver(funds(partner, 1, sponsorship=paid))
    run_job("end_funding")
    run_job("end_funding")
    told = sorted((event.state, event.reason) for event in published(SponsorshipEnded))
    assert told == [("cancelled", "unfunded"), ("completed", "ended")]
    for id in (paid,):
        assert partner.post(f"sponsorships/{id}/cancel").status_code == 409


def test_operators_see_how_many_there_are_of_each_state(partner, sponsorship, pupils, deliver, database):
    program = partner.planned()
    deliver(funds(partner, 1, sponsorship=sponsorship), funds(partner, 1, program=program))
    partner.post(f"programs/{program}/students", {"student_ids": [str(id) for id in pupils("B", "C")]})
    partner.planned()
    told = {(sample.figure.name, sample.labels.get("state")): sample.value for sample in gauges(database)}
    assert told["programs_sponsorships", "active"] == 1
    assert told["programs_sponsorships", "pending"] == 0
    assert (told["programs_funded_programs", "active"], told["programs_funded_programs", "planning"]) == (1, 1)
    assert told["programs_program_participants", None] == 2
