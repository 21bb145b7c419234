"""What statements cause: rows of results, progress and mentor sessions, by the use cases that record them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from programs.queries.actors import People, courses_named
from programs.rules.batches import INVALID, Outcome, Row
from programs.rules.xapi.meaning import (
    MENTOR_SESSION,
    PROGRESS,
    RESULT,
    Meaning,
    Meaningless,
    course_word,
    meaning_of,
)
from programs.rules.xapi.names import actor_names, course_name
from programs.usecases import record_activity
from programs.usecases.record_activity.record import record_rows as record_activities
from programs.usecases.record_progress import record_rows as record_progress
from programs.usecases.record_results.record import record_rows

UNKNOWN_STUDENT, UNKNOWN_COURSE, REFUSED, NOTHING = "unknown_student", "unknown_course", "refused", "none"


@dataclass
class Effect:
    """What became of one statement, and by which names that is waited for which it has named in vain."""

    effect: str = NOTHING
    reason: str | None = None
    waits_for: Sequence[str] = ()


@dataclass(frozen=True)
class Said:
    """A statement, its id, and when it was stored."""

    statement: dict[str, Any]
    id: UUID
    stored: datetime


def cause_all(session: Session, organization_id: UUID, said: Sequence[Said], by: UUID | None) -> list[Effect]:
    """Record what these statements mean, in the order given; what means nothing, or what cannot be, has no effect."""
    effects = [Effect() for _ in said]
    means: dict[int, Meaning] = {}
    for number, one in enumerate(said):
        try:
            if meaning := meaning_of(one.statement, str(one.id), one.stored):
                means[number] = meaning
        except Meaningless as why:
            effects[number] = Effect(REFUSED, str(why))
    caused = cause(session, organization_id, list(means.values()), by) if means else []
    for number, effect in zip(means, caused, strict=True):
        effects[number] = effect
    return effects


def cause(session: Session, organization_id: UUID, meanings: Sequence[Meaning], by: UUID | None) -> list[Effect]:
    """Record what these mean, in the order given; what names nobody or nothing known has no effect."""
    people = People(session, organization_id, [one.actor for one in meanings])
    words = {course_word(name) for one in meanings for name in one.courses}
    courses = courses_named(session, organization_id, words)
    effects = [Effect(one.kind) for one in meanings]
    rows: dict[str, list[Row]] = {RESULT: [], PROGRESS: [], MENTOR_SESSION: []}
    for number, (meaning, effect) in enumerate(zip(meanings, effects, strict=True)):
        student = people.known_as(meaning.actor)
        course = next((found for name in meaning.courses if (found := courses.get(course_word(name)))), None)
        if student is None:
            effect.effect, effect.waits_for = UNKNOWN_STUDENT, actor_names(meaning.actor)
        elif meaning.courses and course is None:
            effect.effect = UNKNOWN_COURSE
            effect.waits_for = [course_name(course_word(name)) for name in meaning.courses]
        else:
            named = {"student_id": student} | ({"course_id": course} if meaning.courses else {})
            rows[meaning.kind].append(Row(number, {**meaning.values, **named}))
    for outcome in _record(session, organization_id, rows, by):
        if outcome.status == INVALID:
            effects[outcome.number].effect = REFUSED
            effects[outcome.number].reason = "; ".join(reason["message"] for reason in outcome.reasons)
    return effects


def _record(session: Session, organization_id: UUID, rows: dict[str, list[Row]], by: UUID | None) -> list[Outcome]:
    outcomes: list[Outcome] = []
    if rows[RESULT]:
        outcomes += record_rows(session, organization_id, rows[RESULT])[0]
    if rows[PROGRESS]:
        outcomes += record_progress(session, organization_id, rows[PROGRESS])[0]
    if rows[MENTOR_SESSION]:
        kind = record_activity.MENTOR_SESSION
        outcomes += record_activities(session, organization_id, kind, rows[MENTOR_SESSION], by=by)
    return outcomes
