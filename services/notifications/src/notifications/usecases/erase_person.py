"""Erase a person from notifications: whom messages went to, where, and what was said to nobody else.

A message without words, whose source names the id, remembers that nothing is written to this person any more.
"""

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import redact_person, theirs
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts import rights
from contracts.events.notifications import ErasureDone
from contracts.events.privacy import ErasureRequested
from notifications.rules import periods
from notifications.settings import Settings

_STOPPED = (
    "addresses that mail to was stopped, as digests",
    "nobody who said stop is written to again (GDPR article 21(3))",
    "until their owner wishes otherwise",
)

_TO = theirs("(student_id = cast(:student_id as uuid) or user_id = cast(:user_id as uuid) or {theirs})", "address")
# Words that went to nobody else are the person's; what was said to many only loses the name.
_STATEMENTS = {
    "words to the person": """
        update messages set subject = '', body = '', variables = null, data = data - 'purpose'
        where exists (select from deliveries where message_id = messages.id and {to})
            and not exists (select from deliveries where message_id = messages.id and not coalesce({to}, false))""",
    "names in words to many": """
        update messages set subject = replace(subject, named.name, :name), body = replace(body, named.name, :name)
        from (select distinct message_id, name from deliveries where name <> '' and {to}) as named
        where messages.id = named.message_id
            and (position(named.name in subject) > 0 or position(named.name in body) > 0)""",
    "names in others' inboxes": """
        update inbox_items set subject = replace(subject, named.name, :name), text = replace(text, named.name, :name),
            html = replace(replace(html, named.name, :name), replace(named.name, '''', '&#39;'), :name)
        from (select distinct message_id, name from deliveries where name <> '' and {to}) as named
            join deliveries as theirs on theirs.message_id = named.message_id
        where inbox_items.id = theirs.id and position(named.name in inbox_items.text || inbox_items.subject) > 0""",
    "deliveries": """
        update deliveries set name = null, address = null,
            recipient = case when recipient in (cast(:student_id as text), cast(:user_id as text))
                then recipient else cast(id as text) end,
            reason = case when state = 'queued' then 'erased' else reason end,
            changed_at = case when state = 'queued' then :at else changed_at end,
            state = case when state = 'queued' then 'failed' else state end
        where {to}""",
    "inbox": "delete from inbox_items where user_id = cast(:user_id as uuid)",
    "wishes": "delete from preferences where user_id = cast(:user_id as uuid)",
    "quiet hours": "delete from people where user_id = cast(:user_id as uuid)",
    "telephones": "delete from phones where user_id = cast(:user_id as uuid)",
    "telephone proofs": "delete from phone_requests where user_id = cast(:user_id as uuid)",
    "reports by mail": "delete from report_subscriptions where user_id = cast(:user_id as uuid)",
    "suppressions": """
        update suppressions set user_id = null where user_id = cast(:user_id as uuid)""",
    "contacts": theirs("update organizations set contact_email = null where {theirs}", "contact_email"),
}
_REMEMBER = text("""
insert into messages (id, kind, category, source, channels, format, subject, body, data, recipients, excluded, send_at,
    created_at)
values (:id, 'erased', 'service', :source, '{}', 'text', '', '', '{}', 0, 0, :at, :at)
on conflict (source) do nothing
""")
_REMEMBERED = text("select source from messages where source = any(cast(:sources as text[]))")


def erase_person(session: Session, event: ErasureRequested) -> None:
    """Do notifications' part and say so. Again, it finds nothing more."""
    values = {
        "student_id": event.student_id,
        "user_id": event.user_id,
        "salt": str(event.request_id),
        "digests": list(event.addresses),
        "name": rights.NAME,
        "at": now(),
    }
    counts = {name: _rows(session, statement, values) for name, statement in _STATEMENTS.items()}
    people = [id for id in (event.student_id, event.user_id) if id is not None]
    for id in people:
        session.execute(_REMEMBER, {"id": new_id(), "source": _source(id), "at": values["at"]})
    counts["events"] = redact_person(session, event.request_id, people, event.addresses)
    erased = tuple((name, number) for name, number in counts.items() if number)
    kept = (periods.kept(use(session, Settings).message_months), _STOPPED)
    publish(session, ErasureDone(request_id=event.request_id, erased=erased, kept=kept))


def erased_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these students and accounts were erased."""
    if not ids:
        return set()
    sources = {_source(id): id for id in ids}
    return {sources[source] for source in session.scalars(_REMEMBERED, {"sources": list(sources)})}


def _source(id: UUID) -> str:
    return f"erased:{id}"


def _rows(session: Session, statement: str, values: dict[str, Any]) -> int:
    statement = statement.replace("{to}", _TO)
    wanted = {name: value for name, value in values.items() if f":{name}" in statement}
    return cast("CursorResult[Any]", session.execute(text(statement), wanted)).rowcount
