"""Queue our own notices about facts; the worker writes and delivers them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.failures import NotYet
from chassis.ids import new_id
from notifications.queries.people import contact_of
from notifications.rules.categories import category_of
from notifications.usecases.erase_person import erased_among

# The notices travel as one JSON document: psycopg would write arrays of them ten times slower.
_QUEUE = text("""
with notice as (
    select * from json_to_recordset(cast(:notices as json)) as notice (
        message_id uuid, delivery_id uuid, organization_id uuid, source text, data jsonb, channel text, recipient text,
        student_id uuid, user_id uuid, name text, address text
    )
), said as (
    insert into messages (id, organization_id, kind, category, source, channels, format, subject, body, data,
        recipients, excluded, send_at, created_at)
    select message_id, organization_id, :kind, :category, source, array[channel], 'html', '', '', data, 1, 0, :at, :at
    from notice
    on conflict (source) do nothing returning id
)
insert into deliveries (id, message_id, organization_id, channel, recipient, student_id, user_id, name, address,
    state, attempts, next_attempt_at, changed_at)
select delivery_id, message_id, organization_id, channel, recipient, student_id, user_id, name, address,
    'queued', 0, :at, :at
from notice join said on said.id = notice.message_id
""")


@dataclass(frozen=True)
class To:
    """One person: an address, a telephone, an account, or a student whose account the worker asks for.

    ``by_mail``: to an account by mail, whose address the worker asks for.
    """

    address: str | None = None
    user_id: UUID | None = None
    student_id: UUID | None = None
    name: str | None = None
    phone: str | None = None
    by_mail: bool = False

    @property
    def channel(self) -> str:
        """By mail when there is an address."""
        if self.phone:
            return "sms"
        return "email" if self.address or self.by_mail else "in_app"

    @property
    def key(self) -> str:
        """What tells recipients of one message apart."""
        return self.address or self.phone or str(self.user_id or self.student_id)

    @property
    def people(self) -> set[UUID]:
        """The account and the student, as far as they are known."""
        return {id for id in (self.user_id, self.student_id) if id is not None}


@dataclass(frozen=True)
class Fact:
    """What one person is told of. ``source`` names it: told twice, it is written about once."""

    to: To
    data: Mapping[str, Any]
    organization_id: UUID | None = None
    source: str | None = None


def notify(
    session: Session,
    kind: str,
    to: To,
    data: dict[str, Any],
    *,
    organization_id: UUID | None = None,
    source: str | None = None,
) -> None:
    """``source`` names the fact: told twice, it is written about once. Nobody writes to who was erased."""
    notify_all(session, kind, [Fact(to, data, organization_id, source)])


def notify_all(session: Session, kind: str, facts: Sequence[Fact]) -> None:
    """A notice of this kind about each fact, as ``notify`` has it: two statements, however many they are."""
    erased = erased_among(session, {id for fact in facts for id in fact.to.people})
    rows = [_row(fact) for fact in facts if erased.isdisjoint(fact.to.people)]
    if rows:
        values = {"kind": kind, "category": category_of(kind), "at": now()}
        session.execute(_QUEUE, {**values, "notices": json.dumps(rows, default=str)})


def _row(fact: Fact) -> dict[str, Any]:
    to = fact.to
    return {
        "message_id": new_id(),
        "delivery_id": new_id(),
        "organization_id": fact.organization_id,
        "source": fact.source,
        "data": fact.data,
        "channel": to.channel,
        "recipient": to.key,
        "student_id": to.student_id,
        "user_id": to.user_id,
        "name": to.name,
        "address": to.address or to.phone,
    }


def notify_contact(session: Session, kind: str, data: dict[str, Any], *, organization_id: UUID, source: str) -> None:
    """To the organization's contact address; without one there is nobody to tell. Raises NotYet."""
    organization = contact_of(session, organization_id)
    if organization is None:
        raise NotYet("the organization has not been told of")
    if organization.contact_email:
        to = To(address=organization.contact_email, name=organization.name)
        notify(session, kind, to, data, organization_id=organization_id, source=source)
