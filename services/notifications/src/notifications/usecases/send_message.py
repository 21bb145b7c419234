"""An organization writes to its students: accept the message and one delivery a recipient and channel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.ids import new_id
from chassis.wiring import use
from notifications.clients.programs import Programs
from notifications.clients.texters import Texter
from notifications.errors import TextsAreOff
from notifications.models import Message, Template
from notifications.queries.people import switched_off, with_phones
from notifications.queries.templates import find_template
from notifications.rules.audience import Plan, Recipient, plan
from notifications.rules.categories import category_of
from notifications.rules.content import compose
from notifications.rules.sms import MOST_SEGMENTS, size
from notifications.rules.templating import GIVEN, BadTemplate
from notifications.usecases.people import organization

FARTHEST = timedelta(days=366)

_DELIVER = text("""
insert into deliveries (id, message_id, organization_id, channel, recipient, student_id, user_id, name, address,
    state, attempts, next_attempt_at, changed_at, to_check)
select id, :message_id, :organization_id, channel, cast(student_id as text), student_id, user_id, name, address,
    'queued', 0, :send_at, :at, :later
from unnest(
    cast(:ids as uuid[]), cast(:channels as text[]), cast(:students as uuid[]), cast(:users as uuid[]),
    cast(:names as text[]), cast(:addresses as text[])
) as delivery (id, channel, student_id, user_id, name, address)
""")


@dataclass(frozen=True)
class Draft:
    """A message as the caller wants it: its own words, or a template with values."""

    channels: Sequence[str]
    format: str = "text"
    subject: str | None = None
    body: str | None = None
    template_id: UUID | None = None
    variables: dict[str, str] = field(default_factory=dict)
    send_at: datetime | None = None


@dataclass(frozen=True)
class Audience:
    """Whom programs found."""

    recipients: Sequence[Recipient]
    unknown: Sequence[UUID]
    cohort_id: UUID | None


def find_audience(
    session: Session, caller: Caller, *, cohort_id: UUID | None = None, student_ids: Sequence[UUID] = ()
) -> Audience:
    """Ask programs. Raises Forbidden, NoSuchCohort and Unavailable.

    Whose permission is narrowed to a cohort may write to that cohort only.
    """
    organization_id = organization(caller)
    if not caller.may("messages.send", within=cohort_id):
        raise Forbidden("This needs the permission 'messages.send' for this audience.")
    programs = use(session, Programs)
    if cohort_id is not None:
        return Audience(*programs.cohort(organization_id, cohort_id), cohort_id)
    return Audience(*programs.students(organization_id, list(dict.fromkeys(student_ids))), None)


def send_message(session: Session, caller: Caller, draft: Draft, audience: Audience) -> tuple[Message, Plan]:
    """Accept it; the worker delivers. Raises NoSuchTemplate, Invalid and TextsAreOff."""
    at = now()
    message = _message(session, caller, draft, audience, at)
    people = {recipient.user_id for recipient in audience.recipients if recipient.user_id}
    off, phones = switched_off(session, people, message.category), _phones(session, draft, people)
    planned = plan(audience.recipients, audience.unknown, draft.channels, off, phones)
    message.recipients, message.excluded = planned.recipients, len(planned.excluded)
    session.add(message)
    session.flush()
    if planned.deliveries:
        session.execute(_DELIVER, _rows(message, planned, at, later=draft.send_at is not None))
    return message, planned


def _phones(session: Session, draft: Draft, people: set[UUID]) -> set[UUID]:
    """Who of these takes text messages. Raises TextsAreOff."""
    if "sms" not in draft.channels:
        return set()
    if not use(session, Texter).available:
        raise TextsAreOff()
    return with_phones(session, people)


def _message(session: Session, caller: Caller, draft: Draft, audience: Audience, at: datetime) -> Message:
    if draft.send_at is not None and not at <= draft.send_at <= at + FARTHEST:
        raise Invalid.field("send_at", "Must be in the future, within a year.")
    words = _words(session, draft)
    _fits_into_texts(draft, words)
    return Message(
        id=new_id(),
        organization_id=caller.organization_id,
        kind="message",
        category=category_of("message"),
        sender_id=caller.user_id,
        cohort_id=audience.cohort_id,
        channels=list(draft.channels),
        data={},
        send_at=draft.send_at or at,
        created_at=at,
        **words,
    )


def _words(session: Session, draft: Draft) -> dict[str, Any]:
    if draft.template_id is None:
        return {"subject": draft.subject, "body": draft.body, "format": draft.format, "variables": None}
    template = find_template(session, draft.template_id)
    _fits(template, draft.variables)
    return {
        "subject": template.subject,
        "body": template.body,
        "format": template.format,
        "variables": dict(draft.variables),
    }


def _fits(template: Template, variables: dict[str, str]) -> None:
    declared = set(template.variables)
    wrong = [(name, "Missing.") for name in sorted(declared - set(variables))]
    wrong += [(name, "The template has no such variable.") for name in sorted(set(variables) - declared)]
    if wrong:
        raise Invalid(errors=[{"field": f"variables.{name}", "message": why} for name, why in wrong])
    try:
        compose(template.subject, template.body, template.format, variables | dict.fromkeys(GIVEN, "x"))
    except BadTemplate as error:
        raise Invalid.field("variables", str(error)) from None


def _fits_into_texts(draft: Draft, words: dict[str, Any]) -> None:
    """A template's values may differ from reader to reader: those that are too long are told in their state."""
    if "sms" not in draft.channels:
        return
    values = None if words["variables"] is None else words["variables"] | dict.fromkeys(GIVEN, "x")
    found = size(compose(words["subject"], words["body"], words["format"], values).text)
    if found.segments > MOST_SEGMENTS:
        why = f"As a text message it falls into {found.segments} parts; {MOST_SEGMENTS} are the most."
        raise Invalid.field("body", why)


def _rows(message: Message, planned: Plan, at: datetime, *, later: bool) -> dict[str, object]:
    found = planned.deliveries
    return {
        "later": later,
        "message_id": message.id,
        "organization_id": message.organization_id,
        "send_at": message.send_at,
        "at": at,
        "ids": [new_id() for _ in found],
        "channels": [channel for _, channel in found],
        "students": [recipient.student_id for recipient, _ in found],
        "users": [recipient.user_id for recipient, _ in found],
        "names": [recipient.name for recipient, _ in found],
        "addresses": [recipient.email if channel == "email" else None for recipient, channel in found],
    }
