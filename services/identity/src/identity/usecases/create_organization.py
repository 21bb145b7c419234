"""Create an organization; who does is its administrator."""

from typing import Any, Required, TypedDict, Unpack
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.roles import ADMIN_ROLE
from identity.errors import SlugTaken
from identity.models import Membership, Organization
from identity.queries import organizations
from identity.rules.organizations import currency_of, slug_of, time_zone_of
from identity.usecases.give_role import give_role


class Facts(TypedDict, total=False):
    """What may be said of a new organization; the rest follows from its name and country."""

    name: Required[str]
    kind: Required[str]
    sponsor_type: str | None
    slug: str | None
    contact_email: str | None
    country: str | None
    time_zone: str | None


def create_organization(session: Session, user_id: UUID, **facts: Unpack[Facts]) -> Organization:
    """A new organization whose administrator is this person. Raises SlugTaken for a slug asked for and taken.

    Its currency follows its country and never changes, for sums never mix currencies.
    """
    at, country = now(), facts.get("country")
    chosen = {
        "slug": facts.get("slug") or _free_slug(session, facts["name"]),
        "currency": currency_of(country),
        "time_zone": facts.get("time_zone") or time_zone_of(country),
    }
    created = Organization(id=new_id(), created_at=at, updated_at=at, **{**facts, **chosen})
    _insert(session, created)
    session.add(Membership(organization_id=created.id, user_id=user_id, created_at=at))
    session.flush()
    publish(session, created.created())
    role = (ADMIN_ROLE[created.kind], None)
    give_role(session, created.id, user_id, role, actor_id=user_id, action="organization_created")
    return created


def _insert(session: Session, created: Any) -> None:
    try:
        with session.begin_nested():
            session.add(created)
    except IntegrityError:
        raise SlugTaken() from None


def _free_slug(session: Session, name: str) -> str:
    """The name's own slug, or with a few characters of a fresh id behind it when another has that."""
    stem = slug_of(name)
    return f"{stem}-{new_id().hex[-8:]}" if organizations.slug_exists(session, stem) else stem
