"""Take in what organizations say of students, and derive the one person from it.

Several organizations may know one student and disagree. The derived person is cautious: of age on the latest day
anyone's birth date gives; reached at the address of the organization that introduced them, which no other can
replace; linked for good once an account has verified that address. Only the introducing organization names guardians:
whoever takes a student up later could otherwise name somebody to look and to decide for them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import redact_person
from contracts.events.programs import StudentRegistered, StudentUpdated
from contracts.rights import NOBODY
from privacy.queries.grants import overtaken
from privacy.queries.requests import erased_among
from privacy.rules.majority import adult_on
from privacy.usecases.change_grant import expire

Told = StudentRegistered | StudentUpdated

_KNOW = text("""
insert into organization_students
    (organization_id, student_id, name, email, birth_date, country, adult_on, taught)
select organization_id, student_id, name, email, birth_date, country, adult_on, taught
from unnest(
    cast(:organizations as uuid[]), cast(:students as uuid[]), cast(:names as text[]), cast(:emails as text[]),
    cast(:birth_dates as date[]), cast(:countries as text[]), cast(:adult_on as date[]), cast(:taught as boolean[])
) with ordinality
    as told (organization_id, student_id, name, email, birth_date, country, adult_on, taught, ordinal)
order by ordinal
on conflict (organization_id, student_id) do update set name = excluded.name, taught = excluded.taught,
    email = excluded.email,
    birth_date = coalesce(excluded.birth_date, organization_students.birth_date),
    country = coalesce(excluded.country, organization_students.country),
    adult_on = coalesce(excluded.adult_on, organization_students.adult_on)
""")

# The students' rows are held first: a grant being given meanwhile is finished before the birth date changes.
_HOLD = text("select id, adult_on from students where id = any(:students) order by id for update")

_DERIVE = text("""
insert into students (id, introduced_by, name, email, adult_on, user_id)
select introduced.student_id, introduced.organization_id, introduced.name, introduced.email,
    latest.adult_on, accounts.user_id
from (
    select distinct on (student_id) student_id, organization_id, name, email from organization_students
    where student_id = any(:students) order by student_id, sequence
) as introduced
join (
    select student_id, max(adult_on) as adult_on from organization_students
    where student_id = any(:students) group by student_id
) as latest using (student_id)
left join accounts on accounts.email = introduced.email
order by introduced.student_id
on conflict (id) do update set name = excluded.name,
    email = case when students.user_id is null and students.introduced_by = excluded.introduced_by
        then excluded.email else students.email end,
    adult_on = excluded.adult_on, user_id = coalesce(students.user_id, excluded.user_id)
""")

_CORRECT_GUARDIANS = text("""
delete from guardianships using unnest(
    cast(:students as uuid[]), cast(:organizations as uuid[]), cast(:guardians as text[])
) as told (student_id, organization_id, email)
where guardianships.student_id = told.student_id and guardianships.named_by = told.organization_id
    and guardianships.from_roster and guardianships.email is distinct from told.email
""")

_NAME_GUARDIANS = text("""
insert into guardianships (student_id, email, named_by, from_roster, user_id, created_at)
select told.student_id, told.email, told.organization_id, true, accounts.user_id, :at
from unnest(
    cast(:students as uuid[]), cast(:organizations as uuid[]), cast(:guardians as text[])
) as told (student_id, organization_id, email)
join students on students.id = told.student_id and students.introduced_by = told.organization_id
left join accounts on accounts.email = told.email
where told.email is not null
on conflict do nothing
""")


def register_students(session: Session, told: Sequence[Told]) -> None:
    """Each event is what one organization knows of one student now.

    An address it no longer gives can link nobody from then on, and a guardian it no longer names is so no longer; a
    birth date and a country stay as they were told before.
    """
    told = _living(session, told)
    if not told:
        return
    latest = {(event.organization_id, event.student_id): event for event in told}
    values = _columns(list(latest.values()))
    students = sorted({event.student_id for event in told})
    before = _adult_on(session, students)
    session.execute(_KNOW, values)
    session.execute(_DERIVE, {"students": students})
    session.execute(_CORRECT_GUARDIANS, values)
    session.execute(_NAME_GUARDIANS, values)
    _expire_overtaken(session, before)


def derive_again(session: Session, student_id: UUID) -> None:
    """The person from what is still said of them. An address counts only from who introduced them."""
    before = _adult_on(session, [student_id])
    session.execute(_DERIVE, {"students": [student_id]})
    _expire_overtaken(session, before)


def _expire_overtaken(session: Session, before: dict[UUID, date | None]) -> None:
    after = _adult_on(session, list(before))
    corrected = [student for student in before if before[student] != after[student]]
    if corrected:
        at = now()
        expire(session, list(overtaken(session, corrected, at)), at)


def _living(session: Session, told: Sequence[Told]) -> Sequence[Told]:
    """Whoever was erased stays so, also in the events that came late."""
    erased = erased_among(session, [event.student_id for event in told])
    redact_person(session, NOBODY, erased)
    return [event for event in told if event.student_id not in erased]


def _adult_on(session: Session, students: Sequence[UUID]) -> dict[UUID, date | None]:
    return {row.id: row.adult_on for row in session.execute(_HOLD, {"students": students})}


def _columns(told: Sequence[Told]) -> dict[str, Any]:
    return {
        "organizations": [event.organization_id for event in told],
        "students": [event.student_id for event in told],
        "names": [event.name for event in told],
        "emails": [_address(event.email) for event in told],
        "birth_dates": [event.birth_date for event in told],
        "countries": [event.country for event in told],
        "adult_on": [adult_on(event.birth_date, event.country) for event in told],
        "taught": [event.taught for event in told],
        "guardians": [_address(event.guardian_email) for event in told],
        "at": now(),
    }


def _address(email: str | None) -> str | None:
    """As accounts are compared: without surrounding space and in lower case; nothing at all is None."""
    return (email or "").strip().lower() or None
