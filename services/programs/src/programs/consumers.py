"""Which event leads to which use case."""

from sqlalchemy.orm import Session

from chassis.service import Handler
from contracts.event import Event
from contracts.events import billing, identity, privacy
from programs.usecases.erase_person import erase_person
from programs.usecases.expire_seats import expire_seats
from programs.usecases.export_person import export_person
from programs.usecases.grant_seats import grant_seats
from programs.usecases.let_student_go import let_student_go
from programs.usecases.link_account import link_account
from programs.usecases.note_disbursement import note_disbursement
from programs.usecases.note_organization import note_organization
from programs.usecases.receive_funds import receive_funds
from programs.usecases.return_funds import return_funds


def _organization(session: Session, event: identity.OrganizationCreated | identity.OrganizationUpdated) -> None:
    facts = ("organization_id", "name", "kind", "time_zone", "currency")
    note_organization(session, **{name: getattr(event, name) for name in facts})


def _address(session: Session, event: identity.EmailVerified) -> None:
    link_account(session, user_id=event.user_id, email=event.email)


def _seats(session: Session, event: billing.SeatsGranted) -> None:
    facts = ("organization_id", "grant_id", "payment_id", "quantity", "valid_from", "valid_until", "cohort_id")
    grant_seats(session, **{name: getattr(event, name) for name in facts})


def _window(session: Session, event: billing.SeatsExpired) -> None:
    expire_seats(session, organization_id=event.organization_id, expired_at=event.expired_at)


CONSUMERS: dict[type[Event], Handler] = {
    identity.OrganizationCreated: _organization,
    identity.OrganizationUpdated: _organization,
    identity.EmailVerified: _address,
    billing.SeatsGranted: _seats,
    billing.SeatsExpired: _window,
    billing.FundsAllocated: receive_funds,
    billing.FundsReversed: return_funds,
    billing.DisbursementMade: note_disbursement,
    privacy.RetentionEnded: let_student_go,
    privacy.ErasureRequested: erase_person,
    privacy.DataExportRequested: export_person,
}
