"""Statements: what is stored, and what is found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, tuple_
from sqlalchemy.orm import Session

from programs.models import XapiStatement, XapiTerm
from programs.queries.bulk import among

Known = XapiStatement
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('xapi ' || :organization, 0))")
_NO_WRITER = text("select pg_advisory_xact_lock_shared(hashtextextended('xapi ' || :organization, 0))")
_QUIET = text("select clock_timestamp() as at, pg_try_advisory_xact_lock_shared("
              "hashtextextended('xapi ' || :organization, 0)) as nobody_writes")  # fmt: skip
_CLOCK = text("select clock_timestamp()")


@dataclass(frozen=True)
class Wanted:
    """Which statements: with all of these terms, stored in between, from a place in the order on."""

    terms: tuple[bytes, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False
    limit: int = 100
    after: tuple[datetime, int] | None = None


def one_writer(session: Session, organization_id: UUID) -> datetime:
    """Let an organization's writers follow one another, so that the order of storing is the order of appearing.

    Returns the moment of storing.
    """
    session.execute(_LOCK, {"organization": str(organization_id)})
    moment: datetime = session.execute(_CLOCK).scalar_one()
    return moment


def no_writer(session: Session, organization_id: UUID) -> None:
    """Keep writers out until the transaction ends, so that a statement and whom it names always see each other.

    Whoever makes students or courses known does this before anything else is locked.
    """
    session.execute(_NO_WRITER, {"organization": str(organization_id)})


def consistent_through(session: Session, organization_id: UUID) -> datetime | None:
    """Until when everything stored is visible now; None when nothing is stored yet and somebody writes."""
    asked = session.execute(_QUIET, {"organization": str(organization_id)}).one()
    if asked.nobody_writes:
        found: datetime = asked.at
        return found
    return session.scalar(select(func.max(Known.stored)).where(Known.organization_id == organization_id))


def stored(session: Session, organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, Any]:
    """What is stored of these ids."""
    columns = (Known.id, Known.fingerprint, Known.voids, Known.is_voided, Known.effect, Known.statement)
    own = (Known.organization_id == organization_id, among(Known.id, ids))
    return {row.id: row for row in session.execute(select(*columns).where(*own))}


def voided_ahead(session: Session, organization_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those that were voided before they came."""
    own = (Known.organization_id == organization_id, among(Known.voids, ids))
    return {found for found in session.scalars(select(Known.voids).where(*own)) if found}


def find(session: Session, organization_id: UUID, wanted: Wanted) -> list[Row[Any]]:
    """One more than the limit of them, voided ones left out."""
    statement = select(Known.statement, Known.stored, Known.position).where(
        Known.organization_id == organization_id, Known.is_voided.is_(False)
    )
    for one in wanted.terms:
        found_by = (XapiTerm.organization_id == organization_id, XapiTerm.term == one)
        matches = select(XapiTerm.position).where(*found_by, XapiTerm.position == Known.position)
        statement = statement.where(matches.exists())
    if wanted.since:
        statement = statement.where(Known.stored > wanted.since)
    if wanted.until:
        statement = statement.where(Known.stored <= wanted.until)
    place = tuple_(Known.stored, Known.position)
    if wanted.after:
        after = tuple_(*wanted.after)
        statement = statement.where(place > after if wanted.ascending else place < after)
    order = [Known.stored, Known.position]
    statement = statement.order_by(*(order if wanted.ascending else [one.desc() for one in order]))
    return list(session.execute(statement.limit(wanted.limit + 1)))
