"""The verb: read, recognize, allot, write, answer."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.ids import new_id
from programs.models import Cohort
from programs.queries.cohorts import cohort_for
from programs.queries.people import find_people
from programs.queries.seating import lock_pool, redraw
from programs.queries.xapi import no_writer
from programs.rules.addresses import normalized
from programs.rules.batches import Row, RowRefused
from programs.rules.rosters import Entry, Roster
from programs.rules.seating import Pool
from programs.usecases.complete_cohorts import complete_cohorts
from programs.usecases.enrol_students.allot import ENROLLED, INVALID, NO_SEAT, REPEATED, Allotment, allot
from programs.usecases.enrol_students.register import register
from programs.usecases.enrol_students.write import write
from programs.usecases.lapse_seats import lapse_ended
from programs.usecases.record_statements.catch_up import catch_up_on_students

Reasons = Sequence[Any]


def enrol_students(session: Session, caller: Caller, cohort_id: UUID, rows: Sequence[Row]) -> dict[str, Any]:
    """Enrol each row's student who can be; a row that cannot leaves nothing behind.

    Needs a seat of the organization for each student, but for an academy's own; one seat serves all of a
    student's cohorts. Sending the same rows again changes nothing, and gives those whose seat lapsed a new one.
    What statements have told of a student before counts from now on.
    Raises NoSuchCohort, Forbidden.
    """
    cohort = cohort_for(session, caller, cohort_id, "cohorts.manage")
    no_writer(session, cohort.organization_id)
    lock_pool(session, cohort.organization_id)
    session.refresh(cohort)
    at = now()
    lapse_ended(session, cohort.organization_id, at)
    entries, refused = _recognize(session, cohort.organization_id, rows)
    wishes = [(cohort, entry) for entry in dict.fromkeys(entries.values())]
    allotted, moves = allot(session, cohort.organization_id, wishes, at)
    taken = [one for one in allotted if one.status != NO_SEAT]
    met = register(session, cohort, [one.entry for one in taken], at)
    seat(session, cohort.organization_id, taken, moves, at)
    catch_up_on_students(session, cohort.organization_id, met)
    return _answer(cohort, rows, entries, refused, {one.entry: one for one in allotted})


def seat(
    session: Session, organization_id: UUID, taken: Sequence[Allotment], moves: dict[UUID, Pool], at: datetime
) -> None:
    """Write down what was allotted to students whom the organization knows, and complete what that completes."""
    redraw(session, organization_id, moves)
    write(session, organization_id, taken, at)
    complete_cohorts(session, students=[one.entry.student_id for one in taken if one.status == ENROLLED])


def _recognize(
    session: Session, organization_id: UUID, rows: Sequence[Row]
) -> tuple[dict[int, Entry], dict[int, Reasons]]:
    """Row number to the student it speaks of, or to why it was refused."""
    good = [row for row in rows if not row.reasons]
    found = find_people(
        session,
        organization_id,
        student_ids=_named(good, "student_id"),
        emails={normalized(email) for email in _named(good, "email")},
        external_ids=_named(good, "external_id"),
    )
    roster = Roster(organization_id, found)
    entries: dict[int, Entry] = {}
    refused: dict[int, Reasons] = {row.number: row.reasons for row in rows if row.reasons}
    for row in good:
        try:
            entries[row.number] = roster.recognize(row.values, new_id())
        except RowRefused as why:
            refused[row.number] = why.reasons
    return entries, refused


def _named(rows: Sequence[Row], name: str) -> set[Any]:
    return {row.values[name] for row in rows if row.values.get(name)}


def _answer(
    cohort: Cohort,
    rows: Sequence[Row],
    entries: dict[int, Entry],
    refused: dict[int, Reasons],
    allotted: dict[Entry, Allotment],
) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    answered: set[Entry] = set()
    for row in rows:
        if row.number in refused:
            results.append({"row": row.number, "status": INVALID, "reasons": refused[row.number]})
            continue
        entry = entries[row.number]
        results.append({"row": row.number, **_shown(allotted[entry], again=entry in answered)})
        answered.add(entry)
    counts = Counter(result["status"] for result in results)
    shown = {status: counts[status] for status in (ENROLLED, REPEATED, NO_SEAT, INVALID)}
    return {"cohort_id": cohort.id, "counts": shown, "results": results}


def _shown(one: Allotment, *, again: bool) -> dict[str, Any]:
    """One student's outcome; who was enrolled by an earlier row of the same call was already, for a later one."""
    shown: dict[str, Any] = {"status": REPEATED if again and one.status == ENROLLED else one.status}
    if one.reason:
        shown["reasons"] = [{"field": "", "message": one.reason}]
    if one.status != NO_SEAT or one.entry.known:
        shown["student_id"] = one.entry.student_id
    if one.enrollment_id:
        shown["enrollment_id"] = one.enrollment_id
    return shown
