"""An address was proved: whoever waits for it, as student or guardian, is linked to the account."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.forgetting import redact_person
from contracts.rights import NOBODY
from privacy.queries.requests import erased_among

_HOLD = text("select pg_advisory_xact_lock(hashtextextended('address ' || :email, 0))")
_RELEASE = text("delete from accounts where email = :email and user_id <> :user_id")
_REMEMBER = text(
    "insert into accounts (user_id, email) values (:user_id, :email) "
    "on conflict (user_id) do update set email = excluded.email"
)
_STUDENTS = text("update students set user_id = :user_id where email = :email and user_id is null")
_GUARDIANS = text("update guardianships set user_id = :user_id where email = :email and user_id is null")


def link_account(session: Session, *, user_id: UUID, email: str) -> None:
    """Links made before stay: an address that changes hands later does not take them along."""
    if erased_among(session, [user_id]):
        redact_person(session, NOBODY, [user_id])
        return
    address = email.strip().lower()
    hold_address(session, address)
    values = {"user_id": user_id, "email": address}
    for statement in (_RELEASE, _REMEMBER, _STUDENTS, _GUARDIANS):
        session.execute(statement, values)


def hold_address(session: Session, email: str) -> None:
    """Until the transaction ends, nobody else links this address or looks whether it is linked."""
    session.execute(_HOLD, {"email": email})
