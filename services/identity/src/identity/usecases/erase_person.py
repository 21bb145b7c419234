"""Erase a person's account: it is closed for good, its row stays as an id that nobody can sign in with.

The row keeps the id taken, so that its ended sessions stay known to the gateway and the record of rights keeps
pointing somewhere. Of an erased student, ``introductions`` remembers that nobody invites them any more.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, text
from sqlalchemy.orm import Session

from chassis.forgetting import redact_person, theirs
from chassis.outbox import publish
from contracts import rights
from contracts.events.identity import ErasureDone, MemberRemoved
from contracts.events.privacy import ErasureRequested
from identity.models import Role
from identity.queries import charges
from identity.usecases.end_session import end_sessions
from identity.usecases.give_role import note
from identity.usecases.revoke_api_key import revoke_made_by
from identity.usecases.revoke_invitation import revoke_sent_by

_AUDIT = (
    "record of rights, by id",
    "who changed whose rights must stay provable (GDPR article 5(2)); it holds no names",
    "as long as the organization exists",
)

_ACCOUNT = {
    "memberships": "delete from memberships where user_id = :user_id",
    "roles": "delete from roles where user_id = :user_id",
    "links that prove an address": "delete from email_verifications where user_id = :user_id",
    "password resets": "delete from password_resets where user_id = :user_id",
    "second factors": "delete from totp_factors where user_id = :user_id",
    "invitations": "delete from invitations where accepted_by = :user_id",
    "devices": "update sessions set device = null where user_id = :user_id and device is not null",
    "accounts": """
        update users set email = :address, name = :name, password_hash = null, email_verified_at = null
        where id = :user_id and email <> :address""",
}
_STUDENT = {
    "introductions": """
        insert into introductions (student_id, introduced_by) values (:student_id, :nobody)
        on conflict (student_id) do update set introduced_by = excluded.introduced_by""",
    "invitations of a student": "delete from invitations where student_id = :student_id",
}
_ADDRESSES = {
    "invitations to an address": theirs("delete from invitations where {theirs}", "email"),
    "contacts": theirs("update organizations set contact_email = null where {theirs}", "contact_email"),
}


def erase_person(session: Session, event: ErasureRequested) -> None:
    """Do identity's part and say so. Again, it finds nothing more."""
    counts: dict[str, int] = {}
    if event.user_id is not None:
        _leave(session, event.user_id)
        values = {"user_id": event.user_id, "address": rights.address_of(event.user_id), "name": rights.NAME}
        counts |= _run(session, _ACCOUNT, values)
    if event.student_id is not None:
        counts |= _run(session, _STUDENT, {"student_id": event.student_id, "nobody": rights.NOBODY})
    if event.addresses:
        values = {"salt": str(event.request_id), "digests": list(event.addresses)}
        counts |= _run(session, _ADDRESSES, values)
    people = (event.student_id, event.user_id)
    counts["events"] = redact_person(session, event.request_id, people, event.addresses)
    erased = tuple((name, number) for name, number in counts.items() if number)
    publish(session, ErasureDone(request_id=event.request_id, erased=erased, kept=(_AUDIT,)))


def _leave(session: Session, user_id: UUID) -> None:
    """Leave every organization, as if removed: what they sent and made ends, and the others hear of it."""
    for organization_id in charges.organizations_of(session, user_id):
        held = select(Role).where(Role.organization_id == organization_id, Role.user_id == user_id)
        for role in session.scalars(held.order_by(Role.id)):
            note(session, organization_id, user_id, "member_erased", (role.role, role.cohort_id), actor_id=user_id)
        revoke_sent_by(session, organization_id, user_id, actor_id=user_id)
        revoke_made_by(session, organization_id, user_id, actor_id=user_id)
        publish(session, MemberRemoved(organization_id=organization_id, user_id=user_id))
    end_sessions(session, user_id, "erased")
    session.flush()


def _run(session: Session, statements: dict[str, str], values: dict[str, Any]) -> dict[str, int]:
    return {
        name: cast("CursorResult[Any]", session.execute(text(statement), values)).rowcount
        for name, statement in statements.items()
    }
