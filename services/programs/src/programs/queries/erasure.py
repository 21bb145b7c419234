"""Whatever leads to one student: who knows them, by which names, and what statements say of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from contracts.rights import NAME, NOBODY
from programs.models import (
    ACTIVE,
    Enrollment,
    FundedProgram,
    OrganizationStudent,
    ProgramParticipant,
    RosterItem,
    Sponsorship,
    Student,
    XapiStatement,
)
from programs.queries.bulk import among
from programs.rules.xapi.names import student_names
from programs.rules.xapi.pseudonyms import names_any
from programs.rules.xapi.shapes import read_uuid

_AT_ONCE = 500


@dataclass
class Traces:
    """By what a student is found: the organizations, names, addresses, and what statements may call them."""

    student_id: UUID
    organizations: list[UUID] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    external_ids: dict[UUID, set[str]] = field(default_factory=dict)

    def agents(self, organization_id: UUID) -> set[str]:
        """What statements of one organization may call the student."""
        found = set(student_names(self.student_id, None, None))
        for external_id in self.external_ids.get(organization_id, ()):
            found |= set(student_names(self.student_id, external_id, None))
        for address in self.addresses:
            found |= set(student_names(self.student_id, None, address))
        return found


def traces_of(session: Session, student_id: UUID) -> Traces:
    """As it stands now."""
    found, known = Traces(student_id), OrganizationStudent
    person = session.execute(select(Student.name, Student.email).where(Student.id == student_id)).one_or_none()
    columns = (known.organization_id, known.name, known.email, known.external_id)
    rows = session.execute(select(*columns).where(known.student_id == student_id).order_by(known.organization_id))
    for row in [*([person] if person else []), *rows.all()]:
        found.names.add(row.name)
        found.addresses |= {row.email.lower()} if row.email else set()
        if hasattr(row, "organization_id"):
            found.organizations.append(row.organization_id)
            found.external_ids.setdefault(row.organization_id, set()).update(filter(None, [row.external_id]))
    items = select(RosterItem.organization_id, RosterItem.sourced_id).where(
        RosterItem.kind == "user",
        RosterItem.our_id == student_id,
        among(RosterItem.organization_id, found.organizations),
    )
    for row in session.execute(items):
        found.external_ids.setdefault(row.organization_id, set()).add(row.sourced_id)
    return found


def erased_named(session: Session, organization_id: UUID, names: Collection[str]) -> dict[UUID, set[str]]:
    """Who of those that statements call by these names was erased, and by which of the names."""
    called = {name.removeprefix("account ") for name in names if name.startswith("account ")}
    own, ids = OrganizationStudent, [found for name in called if (found := read_uuid(name))]
    matches = or_(among(own.external_id, called), among(own.student_id, ids))
    statement = (
        select(own.student_id, own.external_id)
        .join(Student, Student.id == own.student_id)
        .where(own.organization_id == organization_id, Student.registered_by == NOBODY, matches)
    )
    return {
        row.student_id: set(student_names(row.student_id, row.external_id, None)) for row in session.execute(statement)
    }


def left_students(session: Session, organization_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Students whom the organization has known since before, whose every enrolment ended before.

    An enrolment anywhere that stands keeps them, and so do a sponsorship and a program that run.
    """
    known, own = OrganizationStudent, Enrollment
    stands = exists().where(own.student_id == known.student_id, own.state == ACTIVE)
    return _left(session, organization_id, before, most, ~stands, *_unfunded(organization_id, before))


def left_here(session: Session, organization_id: UUID, before: datetime, most: int) -> list[UUID]:
    """As ``left_students``, whatever stands in other organizations."""
    return _left(session, organization_id, before, most, *_unfunded(organization_id, before, anywhere=False))


def _left(
    session: Session, organization_id: UUID, before: datetime, most: int, *more: ColumnElement[bool]
) -> list[UUID]:
    """Who was let go before is known by no name any more, and not told again."""
    known, own = OrganizationStudent, Enrollment
    ended = func.coalesce(own.withdrawn_at, own.completed_at, own.enrolled_at)
    lately = or_(own.state == ACTIVE, ended >= before)
    stays = exists().where(own.student_id == known.student_id, own.organization_id == organization_id, lately)
    statement = (
        select(known.student_id)
        .join(Student, Student.id == known.student_id)
        .where(known.organization_id == organization_id, known.registered_at < before, known.name != NAME)
        .where(Student.registered_by != NOBODY, ~stays, *more)
    )
    return list(session.scalars(statement.order_by(known.registered_at, known.student_id).limit(most)))


def _unfunded(organization_id: UUID, before: datetime, *, anywhere: bool = True) -> tuple[ColumnElement[bool], ...]:
    """Neither a sponsorship nor a program that runs, or that ended here since, is for the student."""
    known, own, taking, program = OrganizationStudent, Sponsorship, ProgramParticipant, FundedProgram
    lately = and_(own.organization_id == organization_id, own.ended_at >= before)
    where = true() if anywhere else own.organization_id == organization_id
    sponsored = exists().where(own.student_id == known.student_id, or_(and_(where, own.ended_at.is_(None)), lately))
    same = and_(program.organization_id == taking.organization_id, program.id == taking.program_id)
    over = func.coalesce(taking.withdrawn_at, program.completed_at)
    lately = and_(taking.organization_id == organization_id, over >= before)
    where = true() if anywhere else taking.organization_id == organization_id
    takes_part = exists().where(same, taking.student_id == known.student_id, or_(and_(where, over.is_(None)), lately))
    return ~sponsored, ~takes_part


def statements_about(session: Session, traces: Traces) -> Iterator[Row[*tuple[Any, ...]]]:
    """Statements of the organizations that know the student in which an agent is, or a word names, them.

    No index knows who is meant by an account of any home page: an organization's statements are read through.
    """
    for organization_id in traces.organizations:
        agents = traces.agents(organization_id)
        wanted = {name.split(" ", 1)[1] for name in agents} | traces.addresses | traces.names
        like = [XapiStatement.statement.icontains(_as_stored(word), autoescape=True) for word in sorted(wanted)]
        own = select(
            XapiStatement.organization_id, XapiStatement.id, XapiStatement.position, XapiStatement.stored,
            XapiStatement.statement,
        ).where(XapiStatement.organization_id == organization_id, or_(*like))  # fmt: skip
        yield from session.execute(own.order_by(XapiStatement.position)).yield_per(_AT_ONCE)


def statements_of(session: Session, student_id: UUID) -> list[dict[str, Any]]:
    """The statements in which the student is an agent, for their copy."""
    traces = traces_of(session, student_id)
    return [
        {"stored": row.stored, "statement": statement}
        for row in statements_about(session, traces)
        if names_any(statement := msgspec.json.decode(row.statement), traces.agents(row.organization_id))
    ]


def _as_stored(word: str) -> str:
    """As JSON writes it."""
    return msgspec.json.encode(word).decode()[1:-1]
