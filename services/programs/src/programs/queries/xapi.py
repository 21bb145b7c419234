"""Statements, and whom and what they name."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from programs.models import Course, OrganizationStudent, RosterItem, Student, XapiStatement, XapiTerm
from programs.queries.bulk import among
from programs.rules.addresses import BadAddress, normalized
from programs.rules.xapi.shapes import read_uuid

Known = XapiStatement
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('xapi ' || :organization, 0))")
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


class People:
    """The students of an organization, as statements name them."""

    def __init__(self, session: Session, organization_id: UUID, actors: Iterable[dict[str, Any]]) -> None:
        actors = list(actors)
        names = {actor["account"]["name"] for actor in actors if "account" in actor}
        emails = {email for actor in actors if "mbox" in actor and (email := _email(actor["mbox"]))}
        sums = {actor["mbox_sha1sum"].lower() for actor in actors if "mbox_sha1sum" in actor}
        ids = [found for name in names if (found := read_uuid(name))]
        own = OrganizationStudent
        matches = [among(own.external_id, names), among(own.student_id, ids), among(Student.email, emails)]
        if sums:  # no index knows sums: read every address of the organization
            matches.append(Student.email.is_not(None))
        rows = session.execute(
            select(own.student_id, own.external_id, Student.email)
            .join(Student, Student.id == own.student_id)
            .where(and_(own.organization_id == organization_id, or_(*matches)))
        )
        self._known: dict[tuple[str, str], UUID] = {}
        for row in rows:
            self._known["account", str(row.student_id)] = row.student_id
            if row.external_id:
                self._known["account", row.external_id] = row.student_id
            if row.email:
                self._known["mbox", row.email] = row.student_id
                if sums:
                    self._known["sum", _sum(row.email)] = row.student_id

    def known_as(self, actor: dict[str, Any]) -> UUID | None:
        """Whom an actor names."""
        if "mbox" in actor:
            return self._known.get(("mbox", _email(actor["mbox"])))
        if "mbox_sha1sum" in actor:
            return self._known.get(("sum", actor["mbox_sha1sum"].lower()))
        name = actor.get("account", {}).get("name", "")
        return self._known.get(("account", name)) or self._known.get(("account", name.lower()))


def courses_named(session: Session, organization_id: UUID, words: Collection[str]) -> dict[str, UUID]:
    """The courses that these words name: by our id, or by the id that the organization's files know them by."""
    ids = {found: word for word in words if (found := read_uuid(word))}
    items = RosterItem
    own = (items.organization_id == organization_id, items.kind == "course", among(items.sourced_id, words))
    rows = session.execute(select(items.sourced_id, items.our_id).where(*own, items.our_id.is_not(None)))
    named = {row.sourced_id: row.our_id for row in rows}
    return named | {ids[id]: id for id in session.scalars(select(Course.id).where(among(Course.id, list(ids))))}


def _email(mbox: str) -> str:
    try:
        return normalized(mbox.removeprefix("mailto:"))
    except BadAddress:
        return ""


def _sum(email: str) -> str:
    return hashlib.sha1(f"mailto:{email}".encode()).hexdigest()  # noqa: S324 - the form the specification asks for
