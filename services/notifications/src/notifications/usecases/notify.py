"""Queue one of our own notices about a fact; the worker writes and delivers it."""

import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.failures import NotYet
from chassis.ids import new_id
from notifications.queries.people import contact_of

_SAY = text("""
insert into messages (id, organization_id, kind, source, channels, format, subject, body, data, recipients, excluded,
    send_at, created_at)
values (:id, :organization_id, :kind, :source, array[cast(:channel as text)], 'html', '', '',
    cast(:data as jsonb), 1, 0, :at, :at)
on conflict (source) do nothing returning id
""")
_TO = text("""
insert into deliveries (id, message_id, organization_id, channel, recipient, student_id, user_id, name, address,
    state, attempts, next_attempt_at, changed_at)
values (:id, :message_id, :organization_id, :channel, :recipient, :student_id, :user_id, :name, :address,
    'queued', 0, :at, :at)
""")


@dataclass(frozen=True)
class To:
    """One person: an address, an account, or a student whose account the worker asks for."""

    address: str | None = None
    user_id: UUID | None = None
    student_id: UUID | None = None
    name: str | None = None

    @property
    def channel(self) -> str:
        """By mail when there is an address."""
        return "email" if self.address else "in_app"

    @property
    def key(self) -> str:
        """What tells recipients of one message apart."""
        return self.address or str(self.user_id or self.student_id)


def notify(
    session: Session,
    kind: str,
    to: To,
    data: dict[str, Any],
    *,
    organization_id: UUID | None = None,
    source: str | None = None,
) -> None:
    """``source`` names the fact: told twice, it is written about once."""
    at = now()
    about = {"id": new_id(), "organization_id": organization_id, "kind": kind, "channel": to.channel, "at": at}
    message_id = session.scalar(_SAY, {**about, "source": source, "data": json.dumps(data, default=str)})
    if message_id is None:
        return
    session.execute(_TO, {**about, **asdict(to), "id": new_id(), "message_id": message_id, "recipient": to.key})


def notify_contact(session: Session, kind: str, data: dict[str, Any], *, organization_id: UUID, source: str) -> None:
    """To the organization's contact address; without one there is nobody to tell. Raises NotYet."""
    organization = contact_of(session, organization_id)
    if organization is None:
        raise NotYet("the organization has not been told of")
    if organization.contact_email:
        to = To(address=organization.contact_email, name=organization.name)
        notify(session, kind, to, data, organization_id=organization_id, source=source)
