"""Organizations, their cohorts and the names of both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE
from analytics.rules.scope import Scope

_ORGANIZATION = text("select kind, currency, time_zone from organizations where organization_id = :organization")
_NAME = text("select name from names where organization_id = :organization and subject_id = :organization")
_COHORT_OWNER = text("select organization_id from cohorts where cohort_id = :cohort")
_COHORTS = text(
    f"""
select cohort_id, name, kind, seats, start_date, end_date from cohorts
where {IN_SCOPE.format(table="cohorts")} order by start_date, name, cohort_id
"""  # noqa: S608 - our own words
)
# What changes without an event is the window of a grant: figures are as of the last of either.
_CHANGED = text("""
select greatest(
    (select changed_at from freshness where organization_id = :organization),
    (select max(edge) from seat_grants cross join unnest(array[valid_from, valid_until]) as edge
        where organization_id = :organization and edge <= :now)
)
""")

_VERSION = text("select version from versions where organization_id = :organization")


def find_organization(session: Session, organization_id: UUID) -> Row[Any] | None:
    """Kind, currency and time zone."""
    return session.execute(_ORGANIZATION, {"organization": organization_id}).one_or_none()


def organization_name(session: Session, organization_id: UUID) -> str | None:
    """The name to show, unless it is not known or was erased."""
    name: str | None = session.scalar(_NAME, {"organization": organization_id})
    return name


def cohort_owner(session: Session, cohort_id: UUID) -> UUID | None:
    """Whose cohort it is, as far as the transaction may see."""
    owner: UUID | None = session.scalar(_COHORT_OWNER, {"cohort": cohort_id})
    return owner


def cohorts(session: Session, scope: Scope) -> Sequence[Row[Any]]:
    """The cohorts in scope, the earliest first."""
    return session.execute(_COHORTS, scope.values).all()


def version(session: Session, organization_id: UUID) -> int:
    """Grows whenever something the organization's figures are made of is told."""
    return int(session.scalar(_VERSION, {"organization": organization_id}) or 0)


def changed_at(session: Session, organization_id: UUID, now: datetime) -> datetime:
    """The moment of the last thing these figures were told; ``now`` when they were told nothing."""
    found: datetime | None = session.scalar(_CHANGED, {"organization": organization_id, "now": now})
    return found or now
