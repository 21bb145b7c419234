"""What was told is kept, once, without names; the figures can be made again from it, whatever the order was."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.app import SERVICE
from analytics.commands import COMMANDS
from analytics.models import STATEMENTS, TABLES
from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.event import Event
from contracts.events import billing, identity, notifications, privacy, programs
from contracts.subscriptions import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("november")


def story(told) -> list[Event]:
    """Some of every event, with corrections, returns and things told late."""
    reading, maths = told.course("Reading"), told.course("Mathematics")
    cohort = told.cohort("Autumn", courses=[reading.course_id, maths.course_id])
    other = told.cohort("Spring", courses=[maths.course_id])
    students = [told.student(f"Student {n}", school="Hill" if n % 2 else "Lake", grade="3") for n in range(4)]
    days = [(each.student_id, f"2026-02-0{number}") for number, each in enumerate(students, 1)]
    enrolled = [told.enrolled(cohort.cohort_id, student, day) for student, day in days]
    enrolled.append(told.enrolled(other.cohort_id, students[0].student_id))
    again = _copy(enrolled[3], enrolled_at=enrolled[3].enrolled_at + timedelta(days=90))
    seats = [told.seat(cohort.cohort_id, student, day) for student, day in days]
    grant = told.seats_bought(5)
    expiring = told.seats_bought(2, months=2, cohort=other.cohort_id)
    result = told.result(students[0].student_id, maths.course_id, "40", completed=False)
    better = _copy(result, score=result.max_score, completed=True, recorded_at=result.recorded_at + timedelta(hours=2))
    invoice, paid = told.invoice(100_000), told.paid(100_000)
    place = {"organization_id": told.academy, "student_id": students[0].student_id, "recorded_at": grant.valid_from}
    progress = programs.ProgressRecorded(
        **place, course_id=maths.course_id, source="lms", percent=Decimal(40), completed=False,
        happened_at=grant.valid_from,
    )  # fmt: skip
    session = programs.MentorSessionHeld(
        **place, session_id=new_id(), cohort_id=None, minutes=50, held_at=grant.valid_from
    )
    consent = privacy.ConsentGranted(
        grant_id=new_id(), student_id=students[0].student_id, organization_id=told.organization, scope="sponsor_view",
        granted_by="self", granted_at=grant.valid_from,
    )  # fmt: skip
    bought = {
        "organization_id": told.organization, "refund_id": new_id(),
        "refunded_at": grant.valid_from + timedelta(days=40),
    }  # fmt: skip
    message = {"organization_id": told.organization, "message_id": new_id(), "student_id": students[0].student_id}
    return [
        told.organization_created(), reading, maths, cohort, other, *students, *enrolled, *seats, grant, expiring,
        told.withdrawn(enrolled[3], "2026-03-01"), again, told.completed(enrolled[0], "2026-06-01"),
        told.withdrawn(enrolled[2], "2026-05-01"), told.seat_released(seats[2], "2026-05-01"),
        _seats_expired(expiring), result, better,
        told.result(students[1].student_id, reading.course_id, None, completed=True),
        told.result(students[1].student_id, maths.course_id, "71.5"), told.placed(students[0].student_id),
        told.placed(students[1].student_id, cohort=cohort.cohort_id, salary=None),
        invoice, told.invoice_paid(invoice, "2026-01-20"), told.corrected(invoice, 10_000, "2026-01-15"), paid,
        told.paid(5_000, cohort=cohort.cohort_id),
        billing.PaymentRefunded(
            **bought, payment_id=paid.payment_id, amount_minor=40_000, currency=paid.currency, method=paid.method
        ),
        billing.SeatsRefunded(**bought, grant_id=grant.grant_id, quantity=1, valid_until=grant.valid_until),
        consent,
        privacy.ConsentWithdrawn(
            grant_id=consent.grant_id, student_id=consent.student_id, organization_id=told.organization,
            scope="sponsor_view", withdrawn_at=consent.granted_at + timedelta(days=3),
        ),
        privacy.ConsentExpired(
            grant_id=new_id(), student_id=consent.student_id, organization_id=None, scope="public_portfolio",
            expired_at=consent.granted_at + timedelta(days=3),
        ),
        progress,
        _copy(progress, percent=Decimal(100), completed=True, recorded_at=progress.recorded_at + timedelta(days=2)),
        session, _copy(session, minutes=0, recorded_at=session.recorded_at + timedelta(days=2)),
        programs.LabUsed(**place, usage_id=new_id(), cohort_id=cohort.cohort_id, minutes=90, used_at=grant.valid_from),
        programs.MilestoneReached(
            **place, milestone_id=new_id(), course_id=maths.course_id, cohort_id=None, reached_on=date(2026, 4, 1)
        ),
        programs.CertificateEarned(
            organization_id=told.academy, student_id=students[0].student_id, certificate_id=new_id(),
            course_id=None, cohort_id=None, number="C-1", earned_on=date(2026, 7, 1), issued_at=grant.valid_from,
        ),
        programs.CertificateEarned(
            organization_id=told.academy, student_id=students[1].student_id, certificate_id=new_id(),
            course_id=reading.course_id, cohort_id=None, number="C-2", earned_on=date(2026, 7, 1),
            issued_at=grant.valid_from,
        ),
        notifications.MessageDelivered(
            **message, delivery_id=new_id(), channel="email", delivered_at=grant.valid_from
        ),
        notifications.MessageSent(**message, delivery_id=new_id(), channel="sms", sent_at=grant.valid_from),
        notifications.MessageOpened(**message, delivery_id=new_id(), channel="email", opened_at=grant.valid_from),
        notifications.MessageFailed(
            **message, delivery_id=new_id(), channel="email", failed_at=grant.valid_from, reason="no such mailbox"
        ),
        identity.OrganizationUpdated(**{**told.organization_created().__dict__, "currency": "UGX"}),
        programs.CohortUpdated(**{**cohort.__dict__, "seats": 3, "course_ids": (maths.course_id,)}),
        _copy(students[1], programs.StudentUpdated, name="Amina Otieno", school="Town", grade_level="Grade 4"),
        programs.CourseUpdated(**{**reading.__dict__, "title": "Reading 2"}),
        *_funded(told, [each.student_id for each in students], reading.course_id, maths.course_id),
    ]  # fmt: skip


def _funded(told, students, reading, maths) -> list[Event]:
    """Sponsorships and a program, money for them, and what became of each."""
    own = {"organization_id": told.organization}
    first, second, third, _ = students
    full = told.sponsorship(first)
    narrow = told.sponsorship(second, kind="course_specific", courses=[maths], start="2026-02-01")
    dropped = told.sponsorship(third, kind="partial")
    program = told.program("Readers", courses=[reading])
    joined = told.joined(program, third)
    planned = [told.scheduled(full, 5_000, day) for day in ("2026-03-01", "2026-04-01", "2026-05-01")]
    pending, failing, paid = (told.initiated(30_000) for _ in range(3))
    return [
        full, narrow, dropped, program, told.activated(full), told.activated(narrow), told.activated(dropped),
        told.ended(narrow, "completed", "2026-10-01"), told.ended(dropped, "cancelled", "2026-06-01"),
        _copy(program, kind=programs.ProgramUpdated, state="active", changed_at=moment("2026-02-02")),
        _copy(program, kind=programs.ProgramUpdated, state="active", name="Readers 2", course_ids=(reading, maths),
              changed_at=moment("2026-02-03")),
        joined, told.left(program, third, "2026-03-01"), told.joined(program, third, "2026-04-01"),
        told.joined(program, second), told.left(program, second, "2026-05-01"),
        told.allocated(full, 20_000), told.allocated(program, 9_000), told.reversed(full, 4_000),
        pending, failing, paid, told.payment_failed(failing), told.payment_completed(paid),
        billing.PaymentRefunded(
            **own, payment_id=paid.payment_id, refund_id=new_id(), amount_minor=1_000, currency="KES",
            method=paid.method, refunded_at=moment("2026-03-09"), credited=True,
        ),
        *planned, told.made(planned[0], "2026-03-02"), told.undone(planned[2]),
    ]  # fmt: skip


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def _copy(event: Event, kind: type[Event] | None = None, **changes: Any) -> Event:
    return (kind or type(event))(**{**event.__dict__, **changes})


def _seats_expired(grant) -> Event:
    return billing.SeatsExpired(
        organization_id=grant.organization_id, grant_id=grant.grant_id, quantity=grant.quantity,
        expired_at=grant.valid_until - timedelta(days=1), cohort_id=grant.cohort_id,
    )  # fmt: skip


def projections(session: Session) -> dict[str, list[str]]:
    """Every row of every projection, and the names."""
    return {
        table: sorted(session.scalars(text(f"select cast(t.* as text) from {table} as t")))  # noqa: S608
        for table in (*TABLES, "names")
    }


def test_a_change_of_time_zone_moves_days(told, deliver, session):
    deliver(*story(told), told.paid(2_000, "2026-01-31"))  # noon in UTC is already February there
    auckland = identity.OrganizationUpdated(**{**told.organization_created().__dict__, "time_zone": "Pacific/Auckland"})
    before = projections(session)["cells"]
    deliver(auckland)
    assert projections(session)["cells"] != before
    assert rolled_up(session) == cells(session)


def cells(session: Session) -> list[str]:
    return sorted(session.scalars(text("select cast(c.* as text) from cells as c")))


def rolled_up(session: Session) -> list[str]:
    """What the facts come to, added up anew."""
    return sorted(session.scalars(text("""
        select cast(row(organization_id, cohort_id, measure, dimension, key, origin, month, sum(number)) as text)
        from month_changes
        group by organization_id, cohort_id, measure, dimension, key, origin, month having sum(number) <> 0
    """)))  # fmt: skip


@contextmanager
def undone(session: Session):
    """What happens inside leaves nothing behind."""
    savepoint = session.begin_nested()
    yield
    savepoint.rollback()


def hand_in_runs(session: Session, events: Sequence[Event], sizes: Callable[[], int]) -> None:
    """As the processor does: runs of one type, cut into batches."""
    rest = list(events)
    while rest:
        kind, count = type(rest[0]), 1
        limit = sizes()
        while count < min(limit, len(rest)) and type(rest[count]) is kind:
            count += 1
        SERVICE.consumers[kind](session, rest[:count])
        rest = rest[count:]


def test_every_event_analytics_listens_to_has_its_projection(told):
    asked = {privacy.ErasureRequested, privacy.RetentionEnded, privacy.DataExportRequested}
    facts = set(SUBSCRIPTIONS["analytics"]) - asked
    assert set(STATEMENTS) == facts == {type(event) for event in story(told)}


def test_a_fact_told_twice_is_kept_once(told, deliver, session):
    events = story(told)
    deliver(*events)
    assert rolled_up(session) == cells(session)
    before, count = projections(session), session.scalar(text("select count(*) from events"))
    deliver(*events)
    assert session.scalar(text("select count(*) from events")) == count == len(events)
    assert projections(session) == before


def test_nobodys_name_is_among_the_facts(told, deliver, session):
    deliver(*story(told))
    kept = " ".join(session.scalars(text("select cast(data as text) from events")))
    for name in ("Student 1", "Amina", "Mwanga", "example.org", "mwanga.example", "2012-03-04", "mailbox"):
        assert name not in kept
    assert "Amina Otieno" in session.scalars(text("select name from names")).all()


def test_what_is_kept_cannot_be_changed(told, deliver, database):
    deliver(told.organization_created())
    for statement in ("delete from events", "update events set type = 'x'"):
        with pytest.raises(Exception, match="append-only"), database.transaction(SYSTEM) as session:
            session.execute(text(statement))


def test_a_snapshot_may_return_to_what_it_was(told, deliver, session, database):
    cohort = told.cohort("Autumn", seats=10)
    more = programs.CohortUpdated(**{**cohort.__dict__, "seats": 20})
    less = programs.CohortUpdated(**cohort.__dict__)
    deliver(cohort, more, less, less, more)
    assert session.scalar(text("select seats from cohorts")) == 20
    deliver(less)
    assert session.scalar(text("select seats from cohorts")) == 10
    before = projections(session)
    assert rebuild_projections(database, lambda *_: None) == {}
    assert projections(session) == before


def test_an_operator_rebuilds_from_the_command_line(told, deliver, database, read, capsys):
    deliver(*story(told))
    before = [read(f"/analytics/metrics/{key}/") for key in ("seat_utilization", "completion_rates", "roi_analysis")]
    assert COMMANDS["rebuild"][2](database, None) == 0
    assert "(100 %)" in capsys.readouterr().out
    assert before == [
        read(f"/analytics/metrics/{key}/") for key in ("seat_utilization", "completion_rates", "roi_analysis")
    ]


def test_any_order_any_repetition_any_batches_the_same_figures(told, session):
    events = story(told)
    with undone(session):
        for event in events:
            SERVICE.consumers[type(event)](session, [event])
        expected = projections(session)

    @given(data=st.data())
    @settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    def holds(data):
        shuffled = data.draw(st.permutations(events))
        repeated = shuffled + data.draw(st.lists(st.sampled_from(shuffled), max_size=15))
        if data.draw(st.booleans()):
            repeated = sorted(repeated, key=lambda event: event.type)
        with undone(session):
            hand_in_runs(session, repeated, lambda: data.draw(st.integers(1, 20)))
            found = projections(session)
            assert {name: rows for name, rows in found.items() if rows != expected[name]} == {}
            assert rolled_up(session) == cells(session)

    holds()


def test_the_story_tells_of_every_projection(told, deliver, session):
    deliver(*story(told))
    assert [table for table, rows in projections(session).items() if not rows] == []
