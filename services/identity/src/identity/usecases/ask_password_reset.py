"""Ask for a new password: whoever has the address gets a link by mail, and nobody else learns whether one has."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.identity import PasswordResetRequested
from identity.errors import TooManyResets
from identity.queries import people
from identity.rules.secrets import address_hash
from identity.settings import Settings

WINDOW = timedelta(hours=1)

# One statement, so that those who ask at the same moment are counted one after the other.
_COUNT = text("""
insert into password_reset_requests as asked_before (address_hash, asked, since) values (:address, 1, :at)
on conflict (address_hash) do update set
    asked = case when asked_before.since <= :over then 1 else asked_before.asked + 1 end,
    since = case when asked_before.since <= :over then :at else asked_before.since end
returning asked, since
""")
_FORGET = text("delete from password_resets where user_id = :user and used_at is null")
_OPEN = text("""
insert into password_resets (id, user_id, created_at, expires_at)
select :id, id, :at, :expires_at from users where id = :user
""")


def ask_password_reset(session: Session, *, email: str) -> None:
    """A link is on its way to the address if there is an account; one asked for before dies.

    The same statements run whether there is one or not, so that neither the answer nor its time tells. Raises
    TooManyResets, for an address nobody has as for any other.
    """
    _count(session, email)
    at, user = now(), people.by_email(session, email)
    expires_at, reset_id, user_id = at + use(session, Settings).reset_life, new_id(), user.id if user else new_id()
    session.execute(_FORGET, {"user": user_id})
    session.execute(_OPEN, {"id": reset_id, "user": user_id, "at": at, "expires_at": expires_at})
    told = session.begin_nested()
    name = user.name if user else ""
    publish(
        session,
        PasswordResetRequested(reset_id=reset_id, user_id=user_id, email=email, name=name, expires_at=expires_at),
    )
    if user is None:
        told.rollback()
    else:
        told.commit()


def _count(session: Session, email: str) -> None:
    settings, at = use(session, Settings), now()
    address = address_hash(settings.client_secret, email)
    asked, since = session.execute(_COUNT, {"address": address, "at": at, "over": at - WINDOW}).one()
    if asked > settings.resets_an_hour:
        raise TooManyResets(int((since + WINDOW - at).total_seconds()) + 1)
