"""Whom and what statements name."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from contracts.rights import NOBODY
from programs.models import Course, OrganizationStudent, RosterItem, Student
from programs.queries.bulk import among
from programs.rules.xapi.names import actor_names, student_names
from programs.rules.xapi.shapes import read_uuid

_own = OrganizationStudent


class People:
    """The students of an organization, as statements name them."""

    def __init__(self, session: Session, organization_id: UUID, actors: Iterable[dict[str, Any]]) -> None:
        told = [name.split(" ", 1) for actor in actors for name in actor_names(actor)]
        named: dict[str, set[str]] = {"account": set(), "mbox": set(), "sum": set()}
        for kind, value in told:
            named[kind].add(value)
        ids = [found for name in named["account"] if (found := read_uuid(name))]
        emails = [among(Student.email, named["mbox"])]
        if named["sum"]:  # no index knows sums: read every address of the organization
            emails.append(Student.email.is_not(None))
        matches = (among(_own.external_id, named["account"]), among(_own.student_id, ids), *emails)
        self._known: dict[str, UUID] = {}
        for row in session.execute(_named(organization_id).where(or_(*matches))):
            self._known |= dict.fromkeys(_names(row), row.student_id)

    def known_as(self, actor: dict[str, Any]) -> UUID | None:
        """Whom an actor names."""
        return next((found for name in actor_names(actor) if (found := self._known.get(name))), None)


def names_of(session: Session, organization_id: UUID, student_ids: Collection[UUID]) -> list[str]:
    """Everything that statements may call these students of the organization."""
    rows = session.execute(_named(organization_id).where(among(_own.student_id, student_ids)))
    return [name for row in rows for name in _names(row)]


def courses_named(session: Session, organization_id: UUID, words: Collection[str]) -> dict[str, UUID]:
    """The courses that these words name: by our id, or by the id that the organization's files know them by."""
    ids = {found: word for word in words if (found := read_uuid(word))}
    items = RosterItem
    own = (items.organization_id == organization_id, items.kind == "course", among(items.sourced_id, words))
    rows = session.execute(select(items.sourced_id, items.our_id).where(*own, items.our_id.is_not(None)))
    named = {row.sourced_id: row.our_id for row in rows}
    return named | {ids[id]: id for id in session.scalars(select(Course.id).where(among(Course.id, list(ids))))}


def _named(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(_own.student_id, _own.external_id, Student.email)
        .join(Student, Student.id == _own.student_id)
        .where(_own.organization_id == organization_id, Student.registered_by != NOBODY)
    )


def _names(row: Row[Any]) -> list[str]:
    return student_names(row.student_id, row.external_id, row.email)
