"""Learn where a person takes text messages, and have them prove that they read what is sent there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.wiring import use
from notifications.clients.texters import Texter
from notifications.errors import NoSuchPhone, TextsAreOff, TooManyCodes, WrongCode
from notifications.models import Phone
from notifications.rules.codes import A_DAY, LIFE, hashed, new_code
from notifications.rules.link_tokens import digest_of
from notifications.rules.phones import NotANumber, number
from notifications.settings import Settings
from notifications.usecases.hand_over import NotWanted
from notifications.usecases.notify import To, notify
from notifications.usecases.people import person

_KEEP = text("""
insert into phones (user_id, number) values (:user_id, :number)
on conflict (user_id) do update
set number = excluded.number, code_hash = null, code_ends_at = null, tries = 0,
    verified_at = case when phones.number = excluded.number then phones.verified_at end
""")
_ASKED = text("""
select count(*) filter (where user_id = :user_id) as person, count(*) filter (where number_digest = :digest) as number
from phone_requests where at > :since and (user_id = :user_id or number_digest = :digest)
""")
_ASK = text("insert into phone_requests (id, user_id, number_digest, at) values (:id, :user_id, :digest, :at)")
# Whoever asks for codes for a number waits for whoever else does: else two at once would both be the fifth.
_ONE_BY_ONE = text("select pg_advisory_xact_lock(hashtextextended('notifications.phone', 0))")


def give_phone(session: Session, caller: Caller, *, typed: str) -> dict[str, Any]:
    """Keep the number and send a code to it; another given before does not count any more.

    Raises Invalid, TextsAreOff and TooManyCodes.
    """
    if not use(session, Texter).available:
        raise TextsAreOff()
    found = _number(session, typed)
    user_id, at = person(caller), now()
    _count(session, user_id, digest_of(found), at)
    session.execute(_KEEP, {"user_id": user_id, "number": found})
    notify(session, "phone_code", To(phone=found, user_id=user_id), {})
    return shown(session, user_id)


def confirm_phone(database: Database, caller: Caller, *, code: str) -> None:
    """From now on text messages go there. Each try counts, also a refused one. Raises NoSuchPhone and WrongCode."""
    with database.transaction(SYSTEM) as session:
        found = session.get(Phone, person(caller), with_for_update=True, populate_existing=True)
        right = found is not None and found.confirm(code, now())
    if found is None:
        raise NoSuchPhone()
    if not right:
        raise WrongCode()


def forget_phone(session: Session, caller: Caller) -> None:
    """No text message goes to the person any more. Again changes nothing."""
    session.execute(text("delete from phones where user_id = :user_id"), {"user_id": person(caller)})


def fresh_code(session: Session, user_id: UUID, number_of_delivery: str, *, at: datetime) -> str:
    """A code made at the moment it is sent, so that none waits in a queue. Raises NotWanted for another number."""
    found = session.get(Phone, user_id, with_for_update=True, populate_existing=True)
    if found is None or found.number != number_of_delivery:
        raise NotWanted("no_longer_pending")
    code = new_code()
    found.code_hash, found.code_ends_at, found.tries = hashed(code, user_id), at + LIFE, 0
    return code


def shown(session: Session, user_id: UUID) -> dict[str, Any]:
    """What the person sees of their number."""
    found = session.get(Phone, user_id, populate_existing=True)
    if found is None:
        raise NoSuchPhone()
    return {"number": found.number, "verified": found.verified_at is not None}


def _number(session: Session, typed: str) -> str:
    try:
        return number(typed, use(session, Settings).texts.countries)
    except NotANumber as error:
        raise Invalid.field("number", str(error)) from None


def _count(session: Session, user_id: UUID, digest: bytes, at: datetime) -> None:
    values = {"user_id": user_id, "digest": digest, "at": at, "since": at - timedelta(days=1)}
    session.execute(_ONE_BY_ONE)
    asked = session.execute(_ASKED, values).one()
    if asked.person >= A_DAY or asked.number >= A_DAY:
        raise TooManyCodes()
    session.execute(_ASK, {**values, "id": new_id()})
