"""When a window ends the latest-assigned seats lapse first, and their enrolments stay readable."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chassis.ids import new_id
from contracts.events.billing import SeatsExpired
from contracts.events.programs import SeatReleased
from programs.usecases.lapse_seats import lapse_ended


class Later:
    """``with later(11):`` it is so many days later, the job has run, and the sponsor has a token of the moment."""

    def __init__(self, sponsor, as_, run_job):
        self.sponsor, self.as_, self.run_job = sponsor, as_, run_job

    @contextmanager
    def __call__(self, days, *, job=True):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
            self.sponsor.headers = self.as_("cohorts.manage", "cohorts.read", organization=self.sponsor.id)
            if job:
                self.run_job("lapse_seats")
            yield


@pytest.fixture
def later(sponsor, as_, run_job):
    return Later(sponsor, as_, run_job)


def test_the_latest_assigned_lapse_first(sponsor, grant, later, published):
    grant(sponsor, 2, days=60)
    grant(sponsor, 1, days=10)
    cohort = sponsor.cohort()
    ids = [sponsor.enrol(cohort, name).json["results"][0]["student_id"] for name in ("Amina", "Brian", "Chebet")]
    with later(11):
        (told,) = published(SeatReleased)
        assert (str(told.student_id), told.reason) == (ids[2], "lapsed")
        lines = sponsor.listed(cohort)["items"]
        assert [(line["status"], line["seat"]["status"]) for line in lines] == [
            ("active", "held"),
            ("active", "held"),
            ("active", "lapsed"),
        ]


def test_nothing_lapses_while_the_windows_carry_what_is_held(sponsor, grant, later, published):
    grant(sponsor, 2, days=60)
    grant(sponsor, 1, days=10)
    sponsor.enrol(sponsor.cohort(), "Amina", "Brian")
    with later(11):
        pass
    assert published(SeatReleased) == []


def test_an_ended_windows_seats_move_to_another_before_they_lapse(sponsor, grant, later, published):
    cohort = sponsor.cohort()
    grant(sponsor, 1, cohort=cohort, days=10)
    sponsor.enrol(cohort, "Amina")
    grant(sponsor, 1, days=60)
    with later(11):
        pass
    assert published(SeatReleased) == []


def test_billings_word_and_the_job_lapse_a_seat_once(sponsor, grant, later, deliver, published):
    given = grant(sponsor, 1, days=10)
    sponsor.enrol(sponsor.cohort(), "Amina")
    with later(11):
        event = SeatsExpired(organization_id=sponsor.id, grant_id=given, quantity=1, expired_at=datetime.now(UTC))
        deliver(event, event)
    assert len(published(SeatReleased)) == 1


def test_an_organization_in_trouble_holds_up_no_other(organization, grant, later, published, monkeypatch):
    def lapse(session, organization_id, at):
        if organization_id == troubled:
            raise ValueError("trouble")
        lapse_ended(session, organization_id, at)

    sponsors = sorted((organization() for _ in range(2)), key=lambda sponsor: sponsor.id)
    for sponsor in sponsors:
        grant(sponsor, 1, days=10)
        sponsor.enrol(sponsor.cohort(), "Amina")
    troubled = sponsors[0].id
    monkeypatch.setattr("programs.usecases.lapse_seats.lapse_ended", lapse)
    with later(11):
        assert [told.organization_id for told in published(SeatReleased)] == [sponsors[1].id]


def test_billings_clock_may_be_ahead_of_ours(sponsor, grant, deliver, published):
    given = grant(sponsor, 1, days=10)
    sponsor.enrol(sponsor.cohort(), "Amina")
    ended = datetime.now(UTC) + timedelta(days=9, seconds=1)
    deliver(SeatsExpired(organization_id=sponsor.id, grant_id=given, quantity=1, expired_at=ended))
    assert len(published(SeatReleased)) == 1


def test_the_word_of_an_unknown_window_changes_nothing(sponsor, grant, deliver, published):
    grant(sponsor, 1)
    sponsor.enrol(sponsor.cohort(), "Amina")
    event = SeatsExpired(organization_id=sponsor.id, grant_id=new_id(), quantity=1, expired_at=datetime.now(UTC))
    deliver(event)
    assert published(SeatReleased) == []


def test_no_seat_is_given_after_the_end_even_before_the_job_ran(sponsor, grant, later):
    grant(sponsor, 5, days=10)
    cohort = sponsor.cohort()
    with later(11, job=False):
        assert sponsor.statuses(cohort, "Amina") == ["no_seat"]


def test_sending_the_roster_again_gives_lapsed_students_new_seats(sponsor, grant, later):
    grant(sponsor, 2, days=10)
    cohort = sponsor.cohort()
    sponsor.enrol(cohort, "Amina", "Brian")
    with later(11):
        assert sponsor.statuses(cohort, "Amina", "Brian") == ["no_seat", "no_seat"]
        grant(sponsor, 1)
        assert sponsor.statuses(cohort, "Amina", "Brian") == ["already_enrolled", "no_seat"]
        assert [line["seat"]["status"] for line in sponsor.listed(cohort)["items"]] == ["held", "lapsed"]
