"""What privacy hears, and the use case it leads to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from chassis.processor import many
from chassis.service import Handler
from contracts.event import Event
from contracts.events import analytics, billing, identity, notifications, programs
from contracts.events.identity import (
    EmailVerified,
    MemberAdded,
    MemberRemoved,
    OrganizationCreated,
    OrganizationUpdated,
)
from contracts.events.programs import StudentRegistered, StudentUpdated
from privacy.usecases.link_account import link_account
from privacy.usecases.record_part import record_part
from privacy.usecases.register_students import register_students
from privacy.usecases.remember_member import remember_member
from privacy.usecases.remember_organization import remember_organization


def _organization(session: Session, event: OrganizationCreated | OrganizationUpdated) -> None:
    remember_organization(
        session, organization_id=event.organization_id, name=event.name, kind=event.kind, country=event.country
    )


def _verified(session: Session, event: EmailVerified) -> None:
    link_account(session, user_id=event.user_id, email=event.email)


def _member(session: Session, event: MemberAdded | MemberRemoved) -> None:
    belongs = isinstance(event, MemberAdded)
    remember_member(session, organization_id=event.organization_id, user_id=event.user_id, belongs=belongs)


@many
def _students(session: Session, events: list[Any]) -> None:
    register_students(session, events)


def _erased(session: Session, event: Any) -> None:
    record_part(session, event.request_id, event.publisher, erased=dict(event.erased), kept=event.kept)


def _ready(session: Session, event: Any) -> None:
    record_part(session, event.request_id, event.publisher)


_OTHERS = (identity, programs, billing, analytics, notifications)

CONSUMERS: Mapping[type[Event], Handler] = {
    OrganizationCreated: _organization,
    OrganizationUpdated: _organization,
    EmailVerified: _verified,
    MemberAdded: _member,
    MemberRemoved: _member,
    StudentRegistered: _students,
    StudentUpdated: _students,
    **{service.ErasureDone: _erased for service in _OTHERS},
    **{service.DataExportPartReady: _ready for service in _OTHERS},
}
