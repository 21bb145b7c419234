"""Organizations and people's own choices."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.models import Organization, Phone, Preference


def switched_off(session: Session, people: Collection[UUID], category: str) -> set[tuple[UUID, str]]:
    """The (user, channel) pairs by which these people take no messages of a category."""
    if not people:
        return set()
    statement = select(Preference.user_id, Preference.channel).where(
        Preference.user_id.in_(people), Preference.category == category, Preference.enabled.is_(False)
    )
    return {(row.user_id, row.channel) for row in session.execute(statement)}


def with_phones(session: Session, people: Collection[UUID]) -> set[UUID]:
    """Those of these people who have proved a telephone number."""
    if not people:
        return set()
    return set(session.scalars(select(Phone.user_id).where(Phone.user_id.in_(people), Phone.verified_at.is_not(None))))


def preferences_of(session: Session, user_id: UUID) -> dict[str, dict[str, bool]]:
    """What the person has said, by category and channel; what they never spoke of is not in it."""
    columns = (Preference.category, Preference.channel, Preference.enabled)
    found: dict[str, dict[str, bool]] = {}
    for category, channel, enabled in session.execute(select(*columns).where(Preference.user_id == user_id)):
        found.setdefault(category, {})[channel] = enabled
    return found


def contact_of(session: Session, organization_id: UUID) -> Organization | None:
    """The organization, when identity has told of it."""
    return session.get(Organization, organization_id)
