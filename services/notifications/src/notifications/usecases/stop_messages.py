"""A person objects to messages, or to being noticed: every organization's messages stop, and so does the noticing."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.privacy import ProcessingObjected

_STOP = text("""
insert into preferences (user_id, category, channel, enabled)
select :user_id, category, channel, false
from unnest(array['messages', 'progress', 'reports']) as category
    cross join unnest(array['in_app', 'email', 'sms']) as channel
on conflict (user_id, category, channel) do update set enabled = false
""")
_UNNOTICED = text("update people set track_opens = false where user_id = :user_id")


def stop_messages(session: Session, event: ProcessingObjected) -> None:
    """Who has no account is written to only through one; said again it changes nothing."""
    if event.user_id is None:
        return
    if "messages" in event.purposes:
        session.execute(_STOP, {"user_id": event.user_id})
    if "analytics" in event.purposes:
        session.execute(_UNNOTICED, {"user_id": event.user_id})
