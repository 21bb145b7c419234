"""Organizations and people's own choices."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.models import Organization, Preference


def switched_off(session: Session, people: Collection[UUID]) -> set[tuple[UUID, str]]:
    """The (user, channel) pairs by which these people take no messages."""
    if not people:
        return set()
    statement = select(Preference.user_id, Preference.channel).where(
        Preference.user_id.in_(people), Preference.enabled.is_(False)
    )
    return {(row.user_id, row.channel) for row in session.execute(statement)}


def preferences_of(session: Session, user_id: UUID) -> dict[str, bool]:
    """What the person has said, by channel; what they never spoke of is not in it."""
    statement = select(Preference.channel, Preference.enabled).where(Preference.user_id == user_id)
    return {row.channel: row.enabled for row in session.execute(statement)}


def contact_of(session: Session, organization_id: UUID) -> Organization | None:
    """The organization, when identity has told of it."""
    return session.get(Organization, organization_id)
