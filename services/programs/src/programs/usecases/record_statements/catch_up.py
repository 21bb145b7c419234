"""Statements that named nobody or no course known: their effect, once, when somebody or something becomes known."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from programs.queries.actors import names_of
from programs.queries.waiting import any_waits, change_effects, wait_for, wait_no_longer, waiting
from programs.rules.xapi.names import course_name
from programs.usecases.record_statements.effects import UNKNOWN_COURSE, UNKNOWN_STUDENT, Said, cause_all

_WAITING = (UNKNOWN_STUDENT, UNKNOWN_COURSE)
_AT_ONCE = 1_000


def catch_up_on_students(session: Session, organization_id: UUID, student_ids: Collection[UUID]) -> None:
    """The organization has come to know these students, or knows them by another name.

    The caller has kept writers out before it locked anything (``queries.xapi.no_writer``).
    """
    if student_ids and any_waits(session, organization_id, _WAITING):
        _catch_up(session, organization_id, names_of(session, organization_id, student_ids))


def catch_up_on_courses(session: Session, organization_id: UUID, words: Collection[str]) -> None:
    """The organization's files know courses by these words. The caller has kept writers out, as above."""
    if words and any_waits(session, organization_id, _WAITING):
        _catch_up(session, organization_id, [course_name(word) for word in words])


def _catch_up(session: Session, organization_id: UUID, names: Collection[str]) -> None:
    """In the order in which they were stored; memory is flat however many waited."""
    after: int | None = 0
    while after is not None:
        rows = waiting(session, organization_id, names, _WAITING, after=after, most=_AT_ONCE)
        if rows:
            _cause(session, organization_id, names, rows)
        after = rows[-1].position if len(rows) == _AT_ONCE else None


def _cause(session: Session, organization_id: UUID, names: Collection[str], rows: Sequence[Any]) -> None:
    """Nobody in person records these: who sent them is their authority."""
    said = [Said(msgspec.json.decode(row.statement), row.id, row.stored) for row in rows]
    effects = cause_all(session, organization_id, said, None)
    wait_no_longer(session, organization_id, names, [row.id for row in rows])
    places = {row.id: row.position for row in rows}
    told = {one.id: effect for one, effect in zip(said, effects, strict=True)}
    wait_for(session, organization_id, [(id, places[id], one.waits_for) for id, one in told.items()])
    change_effects(session, organization_id, {id: (one.effect, one.reason) for id, one in told.items()})
